# Completes command lines of coord: bash 3.2 and later. Nothing that coord answers is run or expanded.
_coord_complete() {
  local line=${COMP_LINE:0:COMP_POINT} word rest i last skip reply value quoted directive=4
  local words=()
  rest=$line
  # Words as they were typed: bash has broken them at = and : too.
  for ((i = 0; i <= COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    last=$((${#words[@]} - 1))
    if [[ $i -gt 0 && -n $word && $rest == "$word"* ]]; then
      words[last]+=$word
    else
      rest=${rest#"${rest%%[![:space:]]*}"}
      words+=("$word")
    fi
    [[ $i -eq $COMP_CWORD && $rest != "$word"* ]] && words[${#words[@]}-1]=$rest
    rest=${rest#"$word"}
  done
  last=$((${#words[@]} - 1))
  local typed=${words[last]}
  local current=${typed#[\'\"]}
  current=${current//\\/}
  words[last]=$current

  # bash puts a candidate in the place of what follows the last = or : of the word.
  skip=
  case $typed in
    [\'\"]*) ;;
    *=* | *:*)
      if [[ $COMP_WORDBREAKS == *=* && $COMP_WORDBREAKS == *:* ]]; then
        skip=${current%"${current##*[=:]}"}
      elif [[ $COMP_WORDBREAKS == *=* && $current == *=* ]]; then
        skip=${current%"${current##*=}"}
      fi
      ;;
  esac

  COMPREPLY=()
  while IFS= read -r reply; do
    case $reply in
      :[0-9]*)
        directive=${reply#:}
        continue
        ;;
    esac
    value=${reply%%$'\t'*}
    value=${value#"$skip"}
    case $typed in
      \'*) [[ $value == *\'* ]] && continue ;;
      \"*) [[ $value == *[\"\$\`\\!]* ]] && continue ;;
      *)
        printf -v quoted '%q' "$value"
        value=$quoted
        ;;
    esac
    COMPREPLY+=("$value")
  done < <(COORD_PROGRAM complete -- "${words[@]:1}" 2>/dev/null)
  if [[ $directive -ne 0 ]]; then
    compopt +o default 2>/dev/null
  fi
  return 0
}
complete -o default -F _coord_complete coord
