#!/bin/sh
# Runs one service, named by the first argument; further arguments are the service's own.
set -eu
cd /app
service=${1:-}
if [ -z "$service" ] || [ ! -f "services/$service/src/main.ts" ]; then
  echo "usage: docker run --init [options] IMAGE $(ls services | tr '\n' '|' | sed 's/|$//') [arguments]" >&2
  exit 2
fi
shift
exec node --disable-warning=ExperimentalWarning "services/$service/src/main.ts" "$@"
