# Sourced after prelude.sh: building images with whichever builder the docker command has.

if ! docker buildx version >/dev/null 2>&1; then
  DOCKER_BUILDKIT=0
  export DOCKER_BUILDKIT
fi

# build_image TAG FOLDER [docker build's options]: the builder's words go to .run/build.log.
build_image() {
  tag=$1 folder=$2
  shift 2
  mkdir -p .run
  docker build --network host "$@" -t "$tag" "$folder" >.run/build.log 2>&1 || {
    tail -n 20 .run/build.log >&2
    fail "building $tag failed; the whole log is .run/build.log"
  }
}
