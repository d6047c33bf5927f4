# Sourced by what runs on a node.
[ ! -f /run/coxswain/node.env ] || . /run/coxswain/node.env

say() { printf 'coxswain-node: %s\n' "$*"; }
die() {
  say "$*" >&2
  exit 1
}

until_docker_answers() {
  until curl -fs --max-time 2 -o /dev/null --unix-socket /var/run/docker.sock http://docker/_ping; do sleep 0.1; done
}

until_exists() {
  until [ -e "$1" ]; do sleep 0.1; done
}
