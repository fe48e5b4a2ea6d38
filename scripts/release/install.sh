#!/bin/sh
# Installs coord: one binary, checked against its sum, put in place by one rename. Needs no root, and runs in any POSIX
# shell (dash, busybox, bash, zsh), from a file or from a pipe. Whatever fails leaves what was there before.
# Exit codes: 0 done, 1 nothing was changed, 2 wrong usage.
set -eu
# Run by its own name, zsh stops at patterns that fit no file, and ends traps with the function that set them.
if [ -n "${ZSH_VERSION:-}" ]; then emulate sh; fi

VERSION='@VERSION@'
RELEASES="${COORD_RELEASES:-@RELEASES@}"

say() { printf '%s\n' "$*"; }

# fail MESSAGE NEXT [CODE]: what was wrong, and what to type.
fail() {
  say "install.sh: $1" >&2
  say "Next: $2" >&2
  exit "${3:-1}"
}

# $1 as one word of a shell.
word() {
  case "$1" in
    *[!A-Za-z0-9_@%+:,./-]*) printf "'%s'" "$(printf '%s\n' "$1" | sed "s/'/'\\\\''/g")" ;;
    *) printf '%s' "$1" ;;
  esac
}

have() { command -v "$1" >/dev/null 2>&1; }

usage() {
  cat <<'END'
Installs coord: one binary, checked against its sum. Needs no root.

  sh install.sh                      into ~/.local/bin
  sh install.sh --dir DIR            into DIR
  sh install.sh --version 0.2.0      another version than the one that this installer was released with
  sh install.sh --uninstall          removes it again

COORD_RELEASES names another place to download from, which has download/v<version>/ as releases have it.
END
}

# A pipe that breaks off in the middle has then run nothing.
main() {
  # The parameters --------------------------------------------------------------------------------------------------------

  dir=''
  uninstall=''
  while [ $# -gt 0 ]; do
    case "$1" in
      --dir | --version)
        [ $# -ge 2 ] && [ -n "$2" ] || fail "$1 needs a value" "sh install.sh --help" 2
        if [ "$1" = --dir ]; then dir=$2; else VERSION=$2; fi
        shift 2
        ;;
      --uninstall) uninstall=yes && shift ;;
      --help | -h) usage; exit 0 ;;
      *) fail "\"$1\" is not known" "sh install.sh --help" 2 ;;
    esac
  done

  if [ -z "$dir" ]; then
    [ -n "${HOME:-}" ] || fail "HOME is not set, so there is no usual place for the binary" "sh install.sh --dir /a/folder/on/your/PATH" 2
    dir=$HOME/.local/bin
  fi
  case "$dir" in
    /*) ;;
    *) dir=$(pwd)/$dir ;;
  esac
  case "$dir" in
    *'
'*) fail "the folder has a line end in its name" "sh install.sh --dir DIR, with another folder" 2 ;;
  esac
  # Without the trailing slash, "//" and "..": as PATH and settings have it. Once more when it has been made.
  settle() {
    [ ! -d "$dir" ] || dir=$(cd "$dir" && pwd) || fail "\"$dir\" cannot be entered" "check who owns it, or: sh install.sh --dir DIR"
    target=$dir/coord
  }
  settle

  # What is there now -----------------------------------------------------------------------------------------------------

  # The version of the coord at $1, or nothing where that is none.
  version_of() {
    said=$("$1" --version 2>/dev/null </dev/null) || return 0
    case "$said" in
      'coord '*) printf '%s' "${said#coord }" ;;
    esac
  }

  there=''
  if [ -e "$target" ] || [ -L "$target" ]; then
    [ ! -d "$target" ] || fail "\"$target\" is a folder" "sh install.sh --dir DIR, with another folder"
    there=$(version_of "$target")
    [ -n "$there" ] || fail "\"$target\" is there and is not coord" "move it away, or: sh install.sh --dir DIR"
  fi

  if [ -n "$uninstall" ]; then
    [ -n "$there" ] || { say "There is no coord in \"$dir\"." && exit 0; }
    # As JSON has them. Hooks call the binary by its real name. Other projects' settings nobody can know from here.
    named=$(printf '%s\n%s\n' "$target" "$(cd "$dir" && pwd -P)/coord" | sed 's/[\\"]/\\&/g')
    for settings in "${CLAUDE_CONFIG_DIR:-${HOME:-}/.claude}/settings.json" .claude/settings.json .claude/settings.local.json; do
      if grep -qs -F -e "$named" "$settings"; then
        fail "\"$settings\" still calls \"$target\"" "$(word "$target") uninstall, then this again"
      fi
    done
    rm -f "$target" || fail "\"$target\" cannot be removed" "check who owns \"$dir\""
    # Folders that only this was in, as on a machine where it was the first.
    if [ "$dir" = "${HOME:-}/.local/bin" ]; then rmdir "$dir" "$HOME/.local" 2>/dev/null || :; fi
    say "Removed $target ($there). The state of projects stays in their .claude/coordination folders."
    exit 0
  fi

  # Which binary ----------------------------------------------------------------------------------------------------------

  is_musl() {
    # glibc's own ldd says so; musl's names itself and fails.
    case "$(ldd --version 2>&1 || true)" in
      *musl*) return 0 ;;
      *GLIBC* | *GNU* | *glibc*) return 1 ;;
    esac
    for loader in /lib/ld-musl-*; do [ -e "$loader" ] && return 0; done
    return 1
  }

  system=$(uname -s)
  machine=$(uname -m)
  case "$machine" in
    x86_64 | amd64) arch=x64 ;;
    aarch64 | arm64) arch=arm64 ;;
    *) fail "there is no coord for the processor \"$machine\"" "build it from source, on x86_64 or arm64" ;;
  esac
  case "$system" in
    Linux)
      platform=linux-$arch
      if is_musl; then platform=$platform-musl; fi
      ;;
    Darwin)
      # A shell under Rosetta says x86_64 on a machine that is not.
      [ "$(sysctl -n sysctl.proc_translated 2>/dev/null || true)" != 1 ] || arch=arm64
      platform=darwin-$arch
      ;;
    *) fail "there is no coord for \"$system\"" "use Linux or macOS (on Windows: WSL)" ;;
  esac

  case "$VERSION" in
    @*) fail "this installer was not released with a version" "sh install.sh --version 0.1.0, with the version you want" 2 ;;
    v*) VERSION=${VERSION#v} ;;
  esac
  case "$VERSION" in
    *[!0-9A-Za-z.-]* | '' | .*) fail "\"$VERSION\" is no version" "sh install.sh --version 0.1.0" 2 ;;
  esac
  case "$RELEASES" in
    @*) fail "this installer was not released with a place to download from" "COORD_RELEASES=https://… sh install.sh" 2 ;;
  esac

  # A plain connection could say anything, the sums too: only this machine is asked over one.
  RELEASES=${RELEASES%/}
  case "$RELEASES/" in
    *@*) fail "the address of the releases has a name, a password or an @ in it" "unset COORD_RELEASES" 2 ;;
    https://*) protocols='=https' ;;
    http://127.0.0.1[:/]* | http://localhost[:/]* | 'http://[::1]'[:/]*) protocols='=https,http' ;;
    *) fail "\"$RELEASES\" is no https address" "unset COORD_RELEASES" 2 ;;
  esac

  # The tools -------------------------------------------------------------------------------------------------------------

  # fetch URL FILE
  if have curl; then
    fetch() { curl --fail --silent --show-error --location --proto "$protocols" --connect-timeout 20 --speed-limit 1 --speed-time 60 --retry 2 -o "$2" "$1"; }
  elif have wget; then
    fetch() { wget -q -T 20 -O "$2" "$1"; }
  else
    fail "neither curl nor wget is here" "install one of them"
  fi
  # Given its name, they would mark a sum whose file has a backslash in it.
  if have sha256sum; then
    sum_of() { sha256sum <"$1" | cut -d ' ' -f 1; }
  elif have shasum; then
    sum_of() { shasum -a 256 <"$1" | cut -d ' ' -f 1; }
  else
    fail "neither sha256sum nor shasum is here, so the download could not be checked" "install one of them"
  fi
  if have xz; then pack=tar.xz; else pack=tar.gz; fi

  # Getting it ------------------------------------------------------------------------------------------------------------

  mkdir -p "$dir" 2>/dev/null || fail "\"$dir\" cannot be made" "check who owns the folder above, or: sh install.sh --dir DIR"
  settle
  scratch=''
  trap '[ -z "$scratch" ] || rm -rf "$scratch"' EXIT
  trap 'exit 1' HUP INT TERM
  # Beside the target, so that one rename puts it in place.
  scratch=$(mktemp -d "$dir/.coord-install.XXXXXX" 2>/dev/null) || fail "\"$dir\" cannot be written to" "check who owns it, or: sh install.sh --dir DIR"

  name=coord-$platform.$pack
  from=$RELEASES/download/v$VERSION
  fetch "$from/SHA256SUMS" "$scratch/SHA256SUMS" || fail "\"$from/SHA256SUMS\" cannot be had" "check the network, that version $VERSION exists and the space in \"$dir\", then this again"
  wanted=''
  while read -r sum file; do
    if [ "$file" = "$name" ]; then wanted=$sum; fi
  done <"$scratch/SHA256SUMS"
  [ -n "$wanted" ] || fail "version $VERSION has no $name" "sh install.sh --version V, with a version that has it"
  fetch "$from/$name" "$scratch/$name" || fail "\"$from/$name\" cannot be had" "check the network and the space in \"$dir\", then this again"
  found=$(sum_of "$scratch/$name")
  [ "$found" = "$wanted" ] || fail "the download is not what was released: its sum is $found, not $wanted" "this again; if it stays so, tell the project"
  tar -xf "$scratch/$name" -C "$scratch" coord 2>/dev/null || {
    # Tars that do not look into the file themselves.
    if [ "$pack" = tar.xz ]; then xz -dc "$scratch/$name"; else gzip -dc "$scratch/$name"; fi | tar -xf - -C "$scratch" coord
  } || fail "\"$name\" cannot be unpacked" "check the space in \"$dir\", then this again"
  chmod 755 "$scratch/coord"
  unpacked=$(version_of "$scratch/coord")
  if [ "$unpacked" != "$VERSION" ]; then
    case "$platform" in
      *-musl) next='install libstdc++ (on Alpine: apk add libstdc++), then this again' ;;
      *) next='tell the project what uname -a says' ;;
    esac
    # Made so above, but its mount says otherwise (noexec).
    [ -x "$scratch/coord" ] || next="sh install.sh --dir DIR, with a folder from which programs may run"
    fail "the binary for $platform does not run here (it says \"$unpacked\")" "$next"
  fi
  mv -f "$scratch/coord" "$target" || fail "\"$target\" cannot be replaced" "check who owns \"$dir\""

  # What now --------------------------------------------------------------------------------------------------------------

  case "$there" in
    '') say "Installed coord $VERSION: $target" ;;
    "$VERSION") say "Installed coord $VERSION again: $target" ;;
    *) say "Installed coord $VERSION in place of $there: $target" ;;
  esac
  case ":${PATH:-}:" in
    *":$dir:"* | *":$dir/:"*) next=coord ;;
    *)
      say "\"$dir\" is not on your PATH. Add it in your shell's profile:"
      next=$(word "$target")
      if [ "$next" = "$target" ]; then
        say "  export PATH=\"$dir:\$PATH\""
      else
        say "  export PATH=$(word "$dir"):\"\$PATH\""
      fi
      ;;
  esac
  say "Next, in your project: $next install"
}

main "$@"
