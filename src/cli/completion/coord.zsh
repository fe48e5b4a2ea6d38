#compdef coord
# Completes command lines of coord in zsh. Nothing that coord answers is run or expanded.
_coord() {
  local reply value directive=4
  local -a offered typed
  typed=("${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}")
  for reply in "${(@f)$(COORD_PROGRAM complete -- "${typed[@]}" 2>/dev/null)}"; do
    if [[ $reply == :<-> ]]; then
      directive=${reply#:}
    elif [[ -n $reply ]]; then
      value=${reply%%$'\t'*}
      value=${value//\\/\\\\}
      offered+=("${value//:/\\:}:${reply#*$'\t'}")
    fi
  done
  if (( $#offered )) && _describe -t coord 'coord' offered; then
    return 0
  fi
  (( directive )) || _files
}
if [[ ${funcstack[1]-} == _coord ]]; then
  _coord "$@"
elif (( $+functions[compdef] )); then
  compdef _coord coord
else
  autoload -Uz compinit && compinit && compdef _coord coord
fi
