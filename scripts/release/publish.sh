#!/usr/bin/env bash
# Publishes dist/release: the release of the tag GITHUB_REF_NAME with its notes, then the npm packages, if there are any,
# the binaries before the package that needs them. The release is a draft until all its files are there.
# It may be run again after a failure: what is there already stays, and has to be the same.
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

# A version such as 1.0.0-rc.1 is for those who ask for it: neither `latest` on GitHub nor on npm.
flags=()
npm_tag=latest
case "$tag" in
  *-*) flags=(--prerelease) npm_tag=next ;;
esac

if ! draft="$(gh release view "$tag" --json isDraft --jq .isDraft 2>&1)"; then
  # Whatever else is wrong must not end in a second draft of this tag.
  if [ "$draft" != "release not found" ]; then
    echo "publish: $draft" >&2
    exit 1
  fi
  draft=none
fi
case "$draft" in
  none) gh release create "$tag" --draft --verify-tag --title "$tag" --notes-file NOTES.md ${flags[@]+"${flags[@]}"} "${files[@]}" ;;
  true) gh release upload "$tag" --clobber "${files[@]}" ;;
  *)
    if [ "$(gh release download "$tag" --pattern SHA256SUMS --output -)" != "$(cat SHA256SUMS)" ]; then
      echo "publish: $tag is published already, with other files. Next: release a new version" >&2
      exit 1
    fi
    ;;
esac
if [ "$draft" != false ]; then gh release edit "$tag" --draft=false --notes-file NOTES.md; fi

# Without "./" npm takes a path of two parts for a repository on GitHub.
publish() {
  if npm publish "./$1" --provenance --access public --tag "$npm_tag"; then return; fi
  local manifest name version
  manifest="$(tar -xzOf "$1" package/package.json)"
  name="$(sed -n 's/^  "name": "\(.*\)",$/\1/p' <<<"$manifest")"
  version="$(sed -n 's/^  "version": "\(.*\)",$/\1/p' <<<"$manifest")"
  if [ "$(npm view "$name@$version" dist.integrity)" != "sha512-$(openssl dgst -sha512 -binary "$1" | base64 -w 0)" ]; then
    echo "publish: npm does not take $1, and does not have it" >&2
    exit 1
  fi
  echo "npm has $name@$version already"
}

if [ ! -d npm ]; then exit 0; fi
main=()
for archive in npm/*.tgz; do
  case "$archive" in
    *-linux-*.tgz | *-darwin-*.tgz) publish "$archive" ;;
    *) main+=("$archive") ;;
  esac
done
for archive in "${main[@]}"; do publish "$archive"; done
