#!/usr/bin/env bash
# Builds and runs the product, again whenever a source file changes.
set -euo pipefail
cd "$(dirname "$0")/.."
program=
stop() { [[ -z $program ]] || { kill "$program" 2>/dev/null; wait "$program" 2>/dev/null || true; }; program=; }
trap 'stop; exit 0' INT TERM
newest() { find crates services proto web/*/src -type f -printf '%T@\n' 2>/dev/null | sort -n | tail -n 1; }
seen=
while true; do
  now=$(newest)
  if [[ $now != "$seen" ]]; then
    seen=$now
    (cd web && npm run --silent build)
    if cargo build --workspace --locked --bin xin; then
      stop
      target/debug/xin &
      program=$!
    fi
  fi
  sleep 1
done
