#!/usr/bin/env bash
# Publishes dist/release: the release of the tag GITHUB_REF_NAME with its notes, then the npm packages, if there are any,
# the binaries before the package that needs them. The release is a draft until all its files are there.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../../dist/release"

tag="$GITHUB_REF_NAME"
files=(coord-*.tar.xz coord-*.tar.gz install.sh VERSION SHA256SUMS coord.rb)
for file in "${files[@]}" NOTES.md; do
  if [ ! -f "$file" ]; then
    echo "publish: there is no $file in dist/release. Next: bash scripts/release/pack-all.sh" >&2
    exit 1
  fi
done
sha256sum --check --quiet SHA256SUMS

gh release create "$tag" --draft --verify-tag --title "$tag" --notes-file NOTES.md "${files[@]}"
gh release edit "$tag" --draft=false

if [ ! -d npm ]; then exit 0; fi
main=()
# With the dot: npm takes "npm/x.tgz" for the repository of that name on GitHub.
for archive in ./npm/*.tgz; do
  case "$archive" in
    *-linux-*.tgz | *-darwin-*.tgz) npm publish "$archive" --provenance --access public ;;
    *) main+=("$archive") ;;
  esac
done
npm publish "${main[@]}" --provenance --access public
