# shellcheck shell=bash
# ./dev proof compose: the images, and docker-compose.yml with a real engine: what is open, who runs as whom, a package from source to dnf.

source "$parts/net-engine.sh"

prove_compose() {
    local images=(skyline-server skyline-builder skyline-proxy)
    need proof
    make_testos
    make_srpms
    make_container_tools
    [ -x "${SKYLINE_CONTAINER_TOOLS:-}/docker-compose" ] || fail "${SKYLINE_NO_CONTAINER_TOOLS:-There is no docker-compose.}"
    say "Building the command line"
    build src/Skyline.Cli
    need_engine
    make_images "" server builder proxy
    data=$cache/compose
    remove_tree "$data/fresh"
    mkdir -p "$data"
    docker save "${images[@]}" -o "$data/images.tar"
    networked_engine "$data/engine"
    docker load -qi "$data/images.tar" >/dev/null
    rm "$data/images.tar"

    bring_up
    only_the_proxy_is_open
    each_is_confined
    nothing_is_setuid
    what_is_in_them_is_listed
    the_page_comes_by_tls
    a_package_is_built_and_installed
    a_restart_is_waited_for
    data_outlives_the_containers
    a_certificate_of_ones_own
    say "All of docker-compose.yml was really brought up, used, and taken down."
}

compose() {
    SKYLINE_FIRST_TAG=testos "$SKYLINE_CONTAINER_TOOLS/docker-compose" -p skyline-proof -f docker-compose.yml -f packaging/containers/testos.yml "$@" >>"$(logfile compose)" 2>&1 ||
        { tail -n 20 "$(logfile compose)" >&2; fail "docker compose $* failed."; }
}
in_container() { docker exec "skyline-proof-$1-1" "${@:2}"; }

bring_up() {
    say "docker compose up"
    : >"$(logfile compose)"
    compose down -v --remove-orphans
    at_end take_down
    compose up -d --no-build
    wait_for_health server builder proxy
}

take_down() { compose down -v --remove-orphans; }

wait_for_health() { # SERVICE...
    local service state
    for service in "$@"; do
        for _ in {1..1200}; do
            state=$(docker inspect --format '{{.State.Health.Status}}' "skyline-proof-$service-1")
            [ "$state" != healthy ] || continue 2
            sleep 0.1
        done
        docker logs --tail 20 "skyline-proof-$service-1" >&2
        fail "The container $service is $state, and should be healthy."
    done
}

only_the_proxy_is_open() {
    local open
    say "What is open"
    open=$(in_its_network ss -ltnH | awk '{ n = split($4, part, ":"); print part[n] }' | sort -un | xargs)
    [ "$open" = "80 443" ] || fail "Only 80 and 443 should be listened on, and these are: $open."
    [ "$(docker network inspect --format '{{.Internal}}' skyline-proof_inside)" = true ] || fail "The builder's network has a way out."
    [ "$(docker inspect --format '{{json .NetworkSettings.Networks}}' skyline-proof-builder-1 | jq -r 'keys | join(" ")')" = skyline-proof_inside ] || fail "The builder is in more networks than its own."
}

each_is_confined() {
    local service user held
    say "Who runs as whom, with which rights"
    for service in server builder proxy; do
        [ "$(docker inspect --format '{{.HostConfig.ReadonlyRootfs}}' "skyline-proof-$service-1")" = true ] || fail "$service's root can be written."
        if in_container "$service" sh -c ': >/usr/lib/written' 2>/dev/null; then fail "$service could write into its own root."; fi
        if in_container "$service" test -e /var/run/docker.sock; then fail "$service has the engine's socket."; fi
        user=$(in_container "$service" awk '/^Uid/ { print $2 }' /proc/1/status)
        held=$(in_container "$service" awk '/^CapEff/ { print $2 }' /proc/1/status)
        [ "$(in_container "$service" awk '/^NoNewPrivs/ { print $2 }' /proc/1/status)" = 1 ] || fail "$service may gain rights."
        echo "    $service: user $user, capabilities $held" >&2
        case $service in
            builder) [ "$user" = 0 ] ;;         # (it makes buildroots, whose files have owners; who builds is asked below)
            *) [ "$user" -ge 1000 ] && [ "$held" = 0000000000000000 ] ;;
        esac || fail "$service runs as $user with the capabilities $held."
    done
}

nothing_is_setuid() {
    local image found
    for image in "${images[@]}"; do
        found=$(docker run --rm --network none --user 0 --entrypoint find "$image" / -xdev -type f -perm /6000)
        [ -z "$found" ] || fail "$image has setuid programs: $found"
    done
}

# Every package that the image's own database has, every library beside the programs.
what_is_in_them_is_listed() {
    local image listed there sbom
    say "What is in the images"
    for image in "${images[@]}"; do
        sbom=artifacts/images/$image.spdx.json
        listed=$(jq -r '.packages[].externalRefs[].referenceLocator | select(startswith("pkg:deb/")) | sub(".*/"; "") | sub("@.*"; "") | gsub("%2B"; "+")' "$sbom" | sort)
        there=$(docker run --rm --network none --entrypoint dpkg-query "$image" -W -f '${Package}\n' | sort)
        [ "$listed" = "$there" ] || fail "$sbom does not list what is in $image: $(diff <(echo "$listed") <(echo "$there") | head -n 5)"
        [ "$(jq '[.packages[].SPDXID] | length == (unique | length)' "$sbom")" = true ] || fail "$sbom has two packages of one SPDXID."
        echo "    $image: $(jq '.packages | length' "$sbom") packages, $(($(docker image inspect --format '{{.Size}}' "$image") / 1000000)) MB" >&2
    done
    jq -e '[.packages[].name] | contains(["Dapper", "Microsoft.NETCore.App.Runtime.linux-x64", "@dagrejs/dagre", "bubblewrap"])' artifacts/images/skyline-server.spdx.json >/dev/null ||
        fail "The server's list lacks NuGet's, npm's or Debian's packages."
}

the_page_comes_by_tls() {
    say "The page, through the proxy"
    in_container proxy cat /data/caddy/pki/authorities/local/root.crt >"$data/ca.crt"
    in_its_network curl -fsS --max-time 20 --cacert "$data/ca.crt" https://localhost/ | grep '<title>' >/dev/null || fail "The proxy does not serve the server's page."
    if in_its_network curl -fsS --max-time 20 -o /dev/null https://localhost/ 2>/dev/null; then fail "The proxy's certificate is trusted by whoever has not been told of its authority."; fi
    [ "$(in_its_network curl -sS -o /dev/null -w '%{http_code} %{redirect_url}' http://localhost/builds)" = "308 https://localhost/builds" ] || fail "http does not lead to https."
}

a_package_is_built_and_installed() {
    local root=$data/fresh builder
    say "A package: from source to dnf, through the proxy"
    in_container server cat /var/lib/skyline/admin.token >"$data/token"
    rm -rf "$data/config"
    by_cli login https://localhost --token-file "$data/token" >/dev/null
    # Who builds is looked at while it builds: below its own root-less user, not the container's root.
    by_cli build --target testos --wait "$(srpm_of hello)" >"$(logfile compose-hello)" 2>&1 &
    builder=$!
    seen=
    while kill -0 $builder 2>/dev/null; do
        [ -n "$seen" ] || seen=$(in_container builder sh -c 'for one in /proc/[0-9]*; do case $(tr "\0" " " <$one/cmdline) in rpmbuild*) sed -n "s/^Uid:[^0-9]*\([0-9]*\).*/\1/p" $one/status; break ;; esac; done' 2>/dev/null || :)
        sleep 0.1
    done
    wait $builder || { tail -n 20 "$(logfile compose-hello)" >&2; fail "hello was not built."; }
    [ -n "$seen" ] && [ "$seen" -ge 1000 ] || fail "rpmbuild ran as user ${seen:-(not seen)}."
    echo "    rpmbuild: user $seen" >&2

    make_root "$root" @runtime
    mkdir -p "$root/etc/skyline"
    cp "$data/ca.crt" "$root/etc/skyline/ca.crt"
    by_cli repo testos | sed 's|^gpgkey=.*|&\nsslcacert=/etc/skyline/ca.crt|' >"$root/etc/yum.repos.d/skyline.repo"
    asks_for_signatures "$root/etc/yum.repos.d/skyline.repo"
    grep -q '^mirrorlist=https://localhost/' "$root/etc/yum.repos.d/skyline.repo" || fail "The server does not know the address before the proxy."
    in_its_network curl -fsS --cacert "$data/ca.crt" https://localhost/keys/testos.asc -o "$root/etc/skyline/testos.asc"
    sed -i 's|^gpgkey=.*|gpgkey=file:///etc/skyline/testos.asc|' "$root/etc/yum.repos.d/skyline.repo"
    root_runs dnf -y install hello >"$(logfile compose-dnf)" 2>&1 || { tail -n 20 "$(logfile compose-dnf)" >&2; fail "dnf could not install hello through the proxy."; }
    expect_output "Hello, world!" root_runs hello
}

by_cli() { SSL_CERT_FILE=$data/ca.crt XDG_CONFIG_HOME=$data/config in_its_network "$(program Skyline.Cli skyline)" "$@"; }
root_runs() { in_its_network bwrap --die-with-parent --unshare-pid --bind "$root" / --ro-bind "$SKYLINE_TESTOS/repo" /srv/testos --dev /dev --proc /proc --tmpfs /run --clearenv --setenv PATH /usr/bin:/usr/sbin --setenv HOME /root --setenv LANG C.UTF-8 "$@" </dev/null; }

# Whoever asks while the server starts anew is answered, later.
a_restart_is_waited_for() {
    local restart answers=0
    say "The server, started anew"
    docker restart -t 45 skyline-proof-server-1 >/dev/null &
    restart=$!
    while kill -0 $restart 2>/dev/null || [ $answers -lt 3 ]; do
        in_its_network curl -fsS --max-time 90 --cacert "$data/ca.crt" -o /dev/null https://localhost/ || { docker logs --tail 5 skyline-proof-proxy-1 >&2; fail "A request was not answered while the server started anew."; }
        answers=$((answers + 1))
    done
    wait $restart || fail "The server's container did not start anew."
    echo "    $answers requests meanwhile, all answered" >&2
    wait_for_health server
}

data_outlives_the_containers() {
    say "docker compose down, and up again"
    compose down
    compose up -d --no-build
    wait_for_health server builder proxy
    [ "$(by_cli builds --json | jq -r '[(.builds? // .)[].nvr] | join(" ")')" = hello-2.10-1.tos1 ] || fail "The build is gone with its containers."
}

a_certificate_of_ones_own() {
    local tls=$data/tls
    say "A certificate that is given"
    mkdir -p "$tls"
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=own.example -addext subjectAltName=DNS:build.example.org \
        -keyout "$tls/key.pem" -out "$tls/cert.pem" 2>/dev/null
    chown -R 8422 "$tls"
    SKYLINE_HOST=build.example.org SKYLINE_TLS="/etc/skyline/tls/cert.pem /etc/skyline/tls/key.pem" SKYLINE_TLS_FILES=$tls compose up -d --no-build
    wait_for_health server proxy
    in_its_network curl -fsS --max-time 20 --cacert "$tls/cert.pem" --resolve build.example.org:443:127.0.0.1 -o /dev/null https://build.example.org/ || fail "The proxy does not show the certificate that it was given."
}
