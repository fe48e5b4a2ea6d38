#!/usr/bin/env bash
# Installs those of the named Debian packages that are missing, as root or with sudo. Elsewhere than on Debian it says
# so and leaves it to the caller to do without. Exit code 0: all are there, or this is not Debian.
set -euo pipefail

as_root() {
  if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo -n "$@"; fi
}

is_installed() {
  [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
  echo "No apt-get here: using what there is of $*"
  exit 0
fi
missing=()
for name in "$@"; do is_installed "$name" || missing+=("$name"); done
if [ "${#missing[@]}" -eq 0 ]; then exit 0; fi
echo "Installing ${missing[*]}"
as_root apt-get -o Acquire::Retries=3 update -q
as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${missing[@]}"
