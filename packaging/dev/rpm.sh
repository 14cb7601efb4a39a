# shellcheck shell=bash
# ./dev rpm: Skyline's own packages, by the system's rpmbuild and without a network. What the build needs of the network is fetched before and
# goes along as further sources, so the source package can be built by anybody anywhere: by Skyline, too.

run_rpm() {
    [ $# = 0 ] || { usage >&2; exit 2; }
    need rpm
    make_rpms 1
    rm -rf "$top/artifacts/rpms"
    mkdir -p "$top/artifacts"
    cp -a "$cache/rpm/release-1" "$top/artifacts/rpms"
    say "The packages are in $top/artifacts/rpms: a repository, with the group fedora-cloud-packager"
}

# make_rpms RELEASE: into $cache/rpm/release-RELEASE, a repository. Made once of the same commit.
make_rpms() {
    local key
    rpm_release=$1
    rpm_sources
    key="$rpm_commit $(nuget_key) $rpm_release"
    if [ "$(cat "$cache/rpm/release-$1/.key" 2>/dev/null)" = "$key" ]; then return; fi
    say "Building skyline $rpm_version-$rpm_release with rpmbuild, without a network"
    build_rpms
    echo "$key" >"$cache/rpm/release-$1/.key"
}

# The commit that is checked out, and nothing that is not committed.
rpm_sources() {
    local inputs key
    rpm_commit=$(git rev-parse HEAD)
    rpm_version=$(sed -nE 's,.*<Version>(.*)</Version>.*,\1,p' "$top/Directory.Build.props")
    sources=$cache/rpm/sources
    tree=$cache/rpm/skyline-$rpm_version
    mkdir -p "$sources"
    [ -z "$(git status --porcelain --untracked-files=no)" ] || say "What is not committed does not go into the packages."
    git archive --prefix="skyline-$rpm_version/" --output="$sources/skyline-$rpm_version.tar.gz" "$rpm_commit"
    rm -rf "$tree"
    git archive --prefix="skyline-$rpm_version/" "$rpm_commit" | tar -x -C "$cache/rpm"

    inputs=$sources/skyline-$rpm_version-nuget.tar
    key=$(nuget_key)
    if [ "$(cat "$inputs.key" 2>/dev/null)" != "$key" ]; then
        say "Fetching the NuGet packages that a build takes (once for each set of versions)"
        make_nuget_source "$inputs"
        echo "$key" >"$inputs.key"
    fi
    make_npm_source "$sources/skyline-$rpm_version-npm.tar"
    write_own_spec >"$sources/skyline.spec"
}

# What decides which NuGet packages there are: the versions, who asks for them, and the SDK, which brings its compilers along as packages.
nuget_key() {
    (cd "$tree" && cat Directory.*.props src/*/*.csproj global.json; dotnet --version; uname -m) | sha256sum | cut -d' ' -f1
}

# Restored into an empty folder, as the spec will build: what is in there afterwards is what a build takes.
make_nuget_source() { # FILE
    local packages=$cache/rpm/packages rid
    rid=linux-$(uname -m | sed 's/x86_64/x64/; s/aarch64/arm64/')
    rm -rf "$packages" "$cache/rpm/feed"
    mkdir -p "$cache/rpm/feed"
    restore_one Skyline.Server -p:PublishReadyToRun=true
    restore_one Skyline.Builder -p:PublishReadyToRun=true
    case $rid in linux-x64 | linux-arm64) restore_one Skyline.Cli -p:PublishAot=true ;; *) restore_one Skyline.Cli ;; esac
    find "$packages" -name '*.nupkg' -exec ln -f {} "$cache/rpm/feed/" \;
    plain_tar "$1" -C "$cache/rpm" --transform 's,^feed,nuget,' feed
    rm -rf "$packages" "$cache/rpm/feed"
}

restore_one() { # PROJECT PROPERTY...
    local project=$1
    shift
    (cd "$tree" && dotnet restore "src/$project" -r "$rid" -p:Configuration=Release --packages "$packages" -nodeReuse:false --tl:off "$@") >"$(logfile rpm-restore)" 2>&1 ||
        { tail -n 20 "$(logfile rpm-restore)" >&2; fail "The NuGet packages were not fetched; the whole log is $(logfile rpm-restore)."; }
}

# Of npm's packages the few files that the server takes (TakeLibraries in its project file), where it looks for them.
make_npm_source() { # FILE
    local npm=$cache/rpm/npm
    if ! cmp -s "$tree/src/Skyline.Server/package-lock.json" "$npm/made"; then
        rm -rf "$npm"
        mkdir -p "$npm"
        cp "$tree"/src/Skyline.Server/package{,-lock}.json "$npm/"
        npm ci --prefix "$npm" --ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel=error >"$(logfile rpm-npm)" 2>&1 ||
            { tail -n 20 "$(logfile rpm-npm)" >&2; fail "npm did not fetch what the pages carry; the whole log is $(logfile rpm-npm)."; }
        cp "$npm/package-lock.json" "$npm/made"
    fi
    plain_tar "$1" -C "$npm" --transform 's,^,npm/,' made node_modules/@dagrejs/dagre/dist/dagre.esm.js node_modules/@dagrejs/dagre/LICENSE node_modules/@dagrejs/dagre/package.json
}

# The same files make the same bytes.
plain_tar() { # FILE ARGUMENT...
    local file=$1
    shift
    tar --sort=name --mtime=@1767225600 --owner=0 --group=0 --numeric-owner --mode=u=rwX,go=rX -cf "$file.new" "$@"
    mv "$file.new" "$file"
}

# The version is said in one place, the schema is the number of migrations, units are files; a source package knows both without the rest of it.
write_own_spec() {
    printf '%%global skyline_version %s\n%%global skyline_release %s\n%%global skyline_schema %s\n%%global skyline_dagre %s\n%%global skyline_server_units %s\n' \
        "$rpm_version" "$rpm_release" "$(schema_of "$tree")" "$(jq -r '.dependencies["@dagrejs/dagre"]' "$tree/src/Skyline.Server/package.json")" "$(cd "$tree/packaging/systemd" && echo skyline.target skyline-server*)"
    cat "$tree/rpm/skyline.spec"
}

schema_of() { find "$1/src/Skyline.Server/Storage/Migrations" -maxdepth 1 -name '*.sql' | wc -l; } # TREE

# (Without a network in earnest: a build that asked for something would not be noticed otherwise.)
build_rpms() {
    local top_dir=$cache/rpm/build to=$cache/rpm/release-$rpm_release how=()
    # What the compilers have made of the same commit for another release is taken as it is.
    if [ "$(cat "$top_dir/commit" 2>/dev/null)" = "$rpm_commit" ]; then how=(--noprep --define 'skyline_built 1'); else rm -rf "$top_dir"; fi
    mkdir -p "$top_dir"
    rm -f "$top_dir/commit"
    "${without_network[@]}" rpmbuild -ba "${how[@]}" "${rpm_macros[@]}" --define "_topdir $top_dir" --define "_sourcedir $sources" --define "_buildhost skyline" \
        --noclean --nodeps "$sources/skyline.spec" >"$(logfile rpmbuild)" 2>&1 </dev/null ||
        { tail -n 30 "$(logfile rpmbuild)" >&2; fail "rpmbuild failed; its log is $(logfile rpmbuild)."; }
    echo "$rpm_commit" >"$top_dir/commit"
    rm -rf "$to"
    mkdir -p "$to"
    find "$top_dir" -name '*.rpm' -exec mv -t "$to" {} +
    createrepo_c -q --no-database --excludes '*.src.rpm' -g "$top/packaging/comps/fedora-cloud-packager.xml" "$to"
}
if [ "$EUID" = 0 ]; then without_network=(unshare --net); else without_network=(unshare --user --map-root-user --net); fi

# Debian has no systemd macros for rpm, and its rpm knows nothing of .NET as a package: both are there without it.
rpm_macros=()
[ -n "$(rpm --eval '%{?_unitdir}' 2>/dev/null)" ] || rpm_macros=(--load "$top/packaging/rpm/macros.systemd")
