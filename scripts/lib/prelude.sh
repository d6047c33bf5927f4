# Sourced by the commands of this folder: stands in the repository's root with the pinned Node in PATH.
set -eu
cd "$(dirname "$0")/.."

say() { printf '%s\n' "$*"; }
fail() {
  printf '%s: %s\n' "$(basename "$0")" "$*" >&2
  exit 1
}

# need_packages PACKAGE...: installs the Debian packages that are missing, and says so.
need_packages() {
  missing=
  for package in "$@"; do
    [ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null || true)" = installed ] || missing="$missing $package"
  done
  [ -n "$missing" ] || return 0
  command -v apt-get >/dev/null || fail "needs$missing, and there is no apt-get to install them with"
  [ "$(id -u)" = 0 ] || fail "needs$missing; run as root once, or: apt-get install$missing"
  say "installing from Debian:$missing"
  export DEBIAN_FRONTEND=noninteractive
  # shellcheck disable=SC2086
  install_quietly $missing || { apt-get -qq update && install_quietly $missing; } || {
    tail -n 10 .run/apt.log >&2
    fail "apt-get could not install$missing; its log is .run/apt.log"
  }
}

install_quietly() {
  mkdir -p .run
  apt-get -qq -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=300 install -y --no-install-recommends "$@" >>.run/apt.log 2>&1
}

# need_modules: npm's packages as the lock file has them, installed again only when it changed.
need_modules() {
  command -v npm >/dev/null || fail 'needs npm'
  stamp=node_modules/.coxswain-lock
  sum=$(sha256sum package-lock.json | cut -d' ' -f1)
  if [ ! -x node_modules/.bin/node ]; then
    say 'installing npm packages'
    npm ci --no-audit --no-fund --loglevel=error >/dev/null
  elif [ "$(cat $stamp 2>/dev/null || echo "$sum")" != "$sum" ]; then
    say 'npm packages changed: installing'
    npm install --no-save --no-audit --no-fund --loglevel=error >/dev/null
  fi
  echo "$sum" >$stamp
  # The pinned Node is linked against it, and a minimal Debian lacks it.
  node_modules/.bin/node --version >/dev/null 2>&1 || need_packages libatomic1
  PATH="$PWD/node_modules/.bin:$PATH"
  export PATH
}
