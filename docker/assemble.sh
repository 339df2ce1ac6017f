#!/bin/sh
# assemble.sh PACKAGE FOLDER: builds the workspace and installs PACKAGE, as it would be published, into FOLDER. Runs at the
# root of a copy of this repository; needs Node.js 20 or newer and npm.
set -eu
package=$1
folder=$2
tarballs=$(mktemp -d)
npx -y pnpm@12 install --frozen-lockfile
npx -y pnpm@12 run build
npx -y pnpm@12 -r --filter="$package..." pack --pack-destination "$tarballs"
mkdir -p "$folder"
npm install --prefix "$folder" --omit=dev --no-audit --no-fund "$tarballs"/*.tgz
cp docker/healthy.mjs "$folder/"
rm -rf "$tarballs"
