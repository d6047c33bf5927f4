# Sourced after prelude.sh: the compose project's name and its node containers.

PROJECT=${COMPOSE_PROJECT_NAME:-$(sed -n 's/^COMPOSE_PROJECT_NAME=//p' .env)}
# A cluster on a port of its own publishes its Services on the next one.
if [ -n "${COXSWAIN_PORT:-}" ] && [ -z "${COXSWAIN_HTTP_PORT:-}" ]; then
  COXSWAIN_HTTP_PORT=$((COXSWAIN_PORT + 1))
  export COXSWAIN_HTTP_PORT
fi
CLUSTER_RANGES='10.244.0.0/16 10.96.0.0/16'

# node_containers [docker ps's options]: ids of the project's node containers.
node_containers() {
  docker ps -q --filter "label=com.docker.compose.project=$PROJECT" --filter label=com.docker.compose.service=node "$@"
}

# remove_node CONTAINER: stops it as a host is shut down and removes it with its disk. A container that compose made
# anew holds its predecessor's anonymous volumes by name, and those `rm -v` leaves.
remove_node() {
  disks=$(docker inspect -f '{{range .Mounts}}{{if eq .Type "volume"}}{{.Name}} {{end}}{{end}}' "$1" | tr ' ' '\n' | grep -xE '[0-9a-f]{64}' || true)
  docker stop -t 20 "$1" >/dev/null
  docker rm -fv "$1" >/dev/null
  for disk in $disks; do docker volume rm "$disk" >/dev/null 2>&1 || true; done
}
