# Sourced after prelude.sh: a Docker engine that answers and a compose command.

engine_answers() { docker version --format '{{.Server.Version}}' >/dev/null 2>&1; }

# need_engine: installs Docker where there is none, and starts dockerd where none answers.
need_engine() {
  command -v docker >/dev/null && engine_answers && return 0
  command -v dockerd >/dev/null && command -v docker >/dev/null || need_packages docker.io iptables
  # Where the kernel has AppArmor on, the engine starts no container without its parser.
  if grep -qs Y /sys/module/apparmor/parameters/enabled; then need_packages apparmor; fi
  engine_answers && return 0
  [ "$(id -u)" = 0 ] || fail 'no Docker engine answers; start one, or run this as root'
  if [ -d /run/systemd/system ]; then
    say 'starting docker.service'
    systemctl start docker.service || fail 'docker.service did not start; see journalctl -u docker'
  else
    mkdir -p .run
    say 'starting dockerd; its log is .run/dockerd.log'
    # A pid file left behind by an engine that is gone would keep the new one from starting.
    if [ -f /var/run/docker.pid ] && ! grep -qs dockerd "/proc/$(cat /var/run/docker.pid)/cmdline"; then rm -f /var/run/docker.pid; fi
    setsid nohup dockerd >>.run/dockerd.log 2>&1 </dev/null &
  fi
  waited=0
  until engine_answers; do
    [ "$waited" -lt 300 ] || fail "the Docker engine does not answer; the end of its log: $(tail -n 5 .run/dockerd.log 2>/dev/null)"
    waited=$((waited + 1))
    sleep 0.2
  done
}

# need_compose: sets COMPOSE to the command, the plugin where there is one.
need_compose() {
  if docker compose version >/dev/null 2>&1; then
    COMPOSE='docker compose'
    return 0
  fi
  if ! command -v docker-compose >/dev/null; then
    if [ -n "$(apt-cache search --names-only '^docker-compose-plugin$' 2>/dev/null)" ]; then
      need_packages docker-compose-plugin
      COMPOSE='docker compose'
      return 0
    fi
    need_packages docker-compose
  fi
  COMPOSE=docker-compose
}
