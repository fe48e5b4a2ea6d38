#!/usr/bin/env bash
# Everything that a release consists of, from the binaries in dist into dist/release. RELEASES is the address of the
# releases, HOMEPAGE that of the project; NPM_NAME that of the npm package, empty for none. On a tag (GITHUB_REF_TYPE,
# GITHUB_REF_NAME) it has to be that of the version.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

tag=()
if [ "${GITHUB_REF_TYPE:-}" = tag ]; then tag=(--tag "$GITHUB_REF_NAME"); fi

node scripts/setup.mjs
npm run release:pack -- --releases "$RELEASES"
npm run release:notes -- "${tag[@]}"
npm run release:formula -- --releases "$RELEASES" --homepage "$HOMEPAGE"
if [ -n "${NPM_NAME:-}" ]; then npm run release:npm -- --name "$NPM_NAME" --repository "$HOMEPAGE"; fi
