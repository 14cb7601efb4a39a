# shellcheck shell=bash
# ./dev image: the images of docker-compose.yml, made from this checkout, and what is in each, as SPDX.

# What an image's program is published from, and the lock file of its pages' libraries.
declare -A program_of=([server]=Skyline.Server [builder]=Skyline.Builder)
declare -A npm_of=([server]=src/Skyline.Server/package-lock.json)

# --base IMAGE: an image of Fedora or UBI, in place of a base that is made of Debian's packages; that one is pulled where it is not here.
run_image() {
    local image base=
    if [ "${1:-}" = --base ]; then
        base=${2:?--base wants an image, as in --base registry.fedoraproject.org/fedora:43}
        shift 2
    fi
    [ $# != 0 ] || set -- server builder proxy
    for image in "$@"; do [ -e "packaging/containers/$image.Containerfile" ] && grep -qw "$image" packaging/containers/packages || fail "There is no image $image; there are server, builder and proxy."; done
    need image
    need_engine
    make_images "$base" "$@"
}

need_engine() {
    need_isolation
    [ "$SKYLINE_ISOLATION" = docker ] || fail "Images are made by a Docker Engine, and there is none here${no_engine:+ ($no_engine)}."
}

make_images() { # BASE|"" IMAGE...
    local base=$1 image
    shift
    [ -n "$base" ] || { make_base; base=$base_image; }
    context=$top/artifacts/images/context
    rm -rf "$context/packaging"
    mkdir -p "$context"/{packaging,programs}
    cp -a packaging/containers packaging/chroots "$context/packaging/"
    for image in "$@"; do
        [ -z "${program_of[$image]:-}" ] || publish_program "${program_of[$image]}"
        make_image "$image" "$base"
    done
    docker image prune -f --filter label=org.skyline.image >/dev/null
    tell_images "$@"
}

make_base() {
    local log code=0
    log=$(logfile base)
    [ -e "$cache/images/made" ] || say "Making a base for images of Debian's packages (once a month: about a minute)"
    packaging/containers/base "$cache/images" 2>"$log" || code=$?
    [ $code = 0 ] || fail "$(tail -n 1 "$log") With --base IMAGE another one is taken."
    base_image=skyline-base:$(cut -c 1-12 "$cache/images/made")
    docker image inspect "$base_image" >/dev/null 2>&1 || docker import "$cache/images/base.tar" "$base_image" >/dev/null
}

# With its runtime, so that an image needs none; and anew, for what an earlier one left is not what was built.
publish_program() { # PROJECT
    local log
    log=$(logfile "publish-$1")
    say "Publishing $1"
    rm -rf "$context/programs/$1"
    dotnet publish "src/$1" -c Release --use-current-runtime --self-contained -p:DebugType=none -v quiet --tl:off -o "$context/programs/$1" >"$log" 2>&1 ||
        { grep -E 'error|warning' "$log" | sort -u | head -n 20 >&2; fail "$1 was not published; the whole log is $log."; }
}

# Its packages come by the machine's network; a proxy that apt is told of is told to the image's.
make_image() { # IMAGE BASE
    local log name proxies=()
    log=$(logfile "image-$1")
    say "Making the image skyline-$1"
    for name in http_proxy https_proxy no_proxy; do [ -z "${!name:-}" ] || proxies+=(--build-arg "$name=${!name}"); done
    DOCKER_BUILDKIT=0 docker build --network host --force-rm "${proxies[@]}" --build-arg "BASE=$2" --label "org.skyline.image=$1" \
        -f "$context/packaging/containers/$1.Containerfile" -t "skyline-$1" "$context" >"$log" 2>&1 ||
        { tail -n 20 "$log" >&2; fail "The image skyline-$1 was not made; the whole log is $log."; }
    packaging/containers/sbom "skyline-$1" "${npm_of[$1]:-}" >"$top/artifacts/images/skyline-$1.spdx.json" || fail "What is in skyline-$1 could not be listed."
}

tell_images() { # IMAGE...
    local image
    for image in "$@"; do
        printf '%-18s %5s MB  %s\n' "skyline-$image" "$(($(docker image inspect --format '{{.Size}}' "skyline-$image") / 1000000))" "artifacts/images/skyline-$image.spdx.json"
    done
}
