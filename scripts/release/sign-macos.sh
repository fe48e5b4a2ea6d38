#!/usr/bin/env bash
# Signs the macOS binaries again, on a Mac: cross-building leaves the x64 one with the signature of Bun's own binary,
# which does not fit it.
#
#   scripts/release/sign-macos.sh            dist/coord-darwin-arm64 and dist/coord-darwin-x64
#   scripts/release/sign-macos.sh FILE...    these
#
# COORD_SIGN_IDENTITY names a "Developer ID Application" of the keychain; then the hardened runtime is on, and the files
# can be notarized. Without it they are signed ad hoc: nobody vouches for them, but macOS starts them.
# Exit codes: 0 all are signed and verified, 1 one is not, 2 wrong usage.
#
# The entitlements are those that Bun signs itself with, as far as they let its engine make machine code; the two that
# would let others put code into it (by DYLD_ variables, by foreign dylibs) are left out. Their file bears no comments:
# codesign's parser is stricter than others.
#
# Runs under bash 3.2, which is what macOS has.
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
dist="$here/../../dist"
entitlements="$here/entitlements.plist"
identity="${COORD_SIGN_IDENTITY:--}"

# fail CODE MESSAGE NEXT
fail() {
  printf 'sign-macos.sh: %s\nNext: %s\n' "$2" "$3" >&2
  exit "$1"
}

case "${1:-}" in
  -*) fail 2 "\"$1\" is not known" "scripts/release/sign-macos.sh [FILE...]" ;;
esac
if [ $# -eq 0 ]; then set -- "$dist/coord-darwin-arm64" "$dist/coord-darwin-x64"; fi
command -v codesign >/dev/null 2>&1 || fail 1 "codesign is not here" "run this on a Mac (xcode-select --install)"
# Before any is signed: all of them or none.
for file in "$@"; do
  [ -f "$file" ] || fail 1 "there is no \"$file\"" "npm run build -- --all"
done

options=(--force --sign "$identity" --identifier coord --entitlements "$entitlements")
if [ "$identity" != - ]; then options+=(--options runtime --timestamp); fi

for file in "$@"; do
  codesign ${options[@]+"${options[@]}"} "$file" || fail 1 "\"$file\" could not be signed" "see what codesign said above"
  codesign --verify --strict --verbose=2 "$file" || fail 1 "the signature of \"$file\" is not valid" "do not release it"
  codesign --display --verbose=2 "$file" || fail 1 "the signature of \"$file\" cannot be shown" "do not release it"
  printf 'Signed (%s): %s\n' "$([ "$identity" = - ] && echo 'ad hoc' || echo "$identity")" "$file"
done
