#!/usr/bin/env bash
# Installs or starts what is missing on a Debian machine: nothing is done twice.
#   run   what the product needs to be built and started
#   web   what the web pages need to be built
#   all   and what the tests need: PostgreSQL, RabbitMQ, Chromium
set -euo pipefail
cd "$(dirname "$0")/.."
wanted=${1:?usage: tools.sh run|web|all}

install() {
  local missing=()
  for package in "$@"; do
    dpkg -s "$package" >/dev/null 2>&1 || missing+=("$package")
  done
  ((${#missing[@]})) || return 0
  echo "installing: ${missing[*]}"
  local sudo=()
  [[ $(id -u) == 0 ]] || sudo=(sudo)
  "${sudo[@]}" apt-get -qq -o DPkg::Lock::Timeout=600 update
  DEBIAN_FRONTEND=noninteractive "${sudo[@]}" apt-get -qq -o DPkg::Lock::Timeout=600 install -y \
    --no-install-recommends "${missing[@]}" >/dev/null
}

need() {
  command -v "$1" >/dev/null || { echo "$1 is needed: $2" >&2; exit 1; }
}

need cargo "install Rust 1.95 with rustup (https://rustup.rs)"
need node "install Node.js 20 or newer"
command -v cc >/dev/null || install gcc libc6-dev

web_modules() {
  # npm writes this file last, so it is there only after a whole installation.
  if [[ ! -f web/node_modules/.package-lock.json || web/package-lock.json -nt web/node_modules/.package-lock.json ]]; then
    (cd web && npm ci --no-audit --no-fund)
  fi
}

wait_for() {
  local what=$1
  shift
  for _ in $(seq 60); do
    "$@" >/dev/null 2>&1 && return 0
    sleep 1
  done
  echo "$what did not start" >&2
  exit 1
}

postgres() {
  install postgresql postgresql-client
  local cluster
  cluster=$(find /etc/postgresql -mindepth 1 -maxdepth 1 -printf '%f\n' | sort -n | tail -n 1)
  pg_isready -q -h 127.0.0.1 || pg_ctlcluster --skip-systemctl-redirect "$cluster" main start || true
  wait_for PostgreSQL pg_isready -q -h 127.0.0.1
  [[ -n ${XIN_TEST_POSTGRES_URL:-} ]] && return 0
  if ! psql -qh 127.0.0.1 -U root postgres -c 'SELECT 1' >/dev/null 2>&1; then
    # The tests make and drop databases as this login, on this machine only.
    su postgres -c "psql -qc \"DO \\\$\\\$ BEGIN CREATE ROLE root SUPERUSER LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END \\\$\\\$\""
    local rules=/etc/postgresql/$cluster/main/pg_hba.conf
    sed -i '1i host all root 127.0.0.1/32 trust' "$rules"
    pg_ctlcluster --skip-systemctl-redirect "$cluster" main reload
    wait_for "the test login of PostgreSQL" psql -qh 127.0.0.1 -U root postgres -c 'SELECT 1'
  fi
}

rabbitmq() {
  install rabbitmq-server
  rabbitmqctl await_startup --timeout 5 >/dev/null 2>&1 || rabbitmq-server -detached
  wait_for RabbitMQ rabbitmqctl await_startup --timeout 5
}

case $wanted in
  run | web) web_modules ;;
  all)
    web_modules
    command -v cargo-nextest >/dev/null || cargo install --locked cargo-nextest
    install chromium fonts-noto-core
    postgres
    rabbitmq
    ;;
  *)
    echo "unknown: $wanted" >&2
    exit 1
    ;;
esac
