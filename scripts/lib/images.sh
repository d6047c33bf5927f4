# Sourced after prelude.sh: building images with whichever builder the docker command has, and only when needed.

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

image_id() { docker image inspect -f '{{.Id}}' "$1" 2>/dev/null; }

# sum_of PATH...: one checksum of files and folders, their names, modes and contents.
sum_of() {
  find "$@" -type f -printf '%p %m\n' | LC_ALL=C sort | while read -r path mode; do
    printf '%s %s ' "$path" "$mode"
    sha256sum <"$path"
  done | sha256sum | cut -d' ' -f1
}

# build_if_changed TAG PARENT FOLDER DOCKERFILE [INPUT...]: builds unless the image was made of the same files and the
# same parent image, which its label says.
build_if_changed() {
  tag=$1 parent=$2 folder=$3 dockerfile=$4
  shift 4
  inputs=$(printf '%s %s' "$(image_id "$parent")" "$(sum_of "$dockerfile" "$@")" | sha256sum | cut -d' ' -f1)
  [ "$(docker image inspect -f '{{index .Config.Labels "coxswain.inputs"}}' "$tag" 2>/dev/null)" != "$inputs" ] || return 0
  say "building $tag"
  build_image "$tag" "$folder" -f "$dockerfile" --label "coxswain.inputs=$inputs" --build-arg "TAG=${COXSWAIN_TAG:-dev}"
}

# archive_image IMAGE: puts the image where every node finds it when it starts; prints the archive's path when it is new.
archive_image() {
  id=$(image_id "$1") || fail "no such image: $1"
  file=.run/images/$(printf %s "$1" | tr '/:@' '___')
  [ "$(cat "$file.id" 2>/dev/null)" != "$id" ] || [ ! -f "$file.tar" ] || return 0
  mkdir -p .run/images
  docker save -o "$file.tmp" "$1"
  mv "$file.tmp" "$file.tar"
  printf '%s\n' "$1" >"$file.name"
  printf '%s\n' "$id" >"$file.id"
  printf '%s\n' "$file.tar"
}
