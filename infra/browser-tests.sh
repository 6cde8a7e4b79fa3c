#!/usr/bin/env bash
# Runs the browser suite against the program, started on a port and a folder of its own.
set -euo pipefail
cd "$(dirname "$0")/.."
program=target/debug/xin
[[ -x $program ]] || cargo build --workspace --locked --bin xin
data=$(mktemp -d)
port=${XIN_BROWSER_TEST_PORT:-18080}
XIN_DATA_DIR=$data XIN_HTTP_ADDR=127.0.0.1:$port XIN_LOG=warn "$program" &
pid=$!
trap 'kill $pid 2>/dev/null; wait $pid 2>/dev/null || true; rm -rf "$data"' EXIT
for _ in $(seq 100); do
  curl -fsS "http://127.0.0.1:$port/readyz" >/dev/null 2>&1 && break
  kill -0 $pid || { echo "the program ended" >&2; exit 1; }
  sleep 0.2
done
cd web && XIN_TEST_URL=http://127.0.0.1:$port npm run test:browser
