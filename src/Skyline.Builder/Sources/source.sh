# Runs inside the buildroot, as the build user, in /builddir, without network: what strangers wrote is read, parsed and run here and nowhere else.
#   $1  list: say what the spec names and the repository lacks; make: make the source package
#   $2  spec, dist-git or make-srpm
#   $3  the package's folder in the repository; empty: its top
#   $4  what the repository is called
#   $5  what `rpmbuild --target` is given
# /builddir/source.tar  the repository's tree
# /builddir/fetched/    what was fetched for it, when it is made
# Leaves sources.wanted, a line each: what Source and Patch lines name; sources.listed: the file `sources`. Or build/SRPMS.
# Ends with 0, or one of these (anything else is the engine's word, not this script's):
#   80 the tree is not here      81 it cannot be unpacked    82 its spec does not parse, or a source is missing
#   84 its Makefile failed       85 not one spec file        87 there is no such folder
exec 2>&1 </dev/null
umask 022
cd /builddir && [ -r source.tar ] || exit 80
what=$1 method=$2 folder=$3 name=$4
shift 4
options=(--target "$@")

mkdir -p tree build/SRPMS && tar -x -f source.tar -C tree --no-same-owner --no-same-permissions || exit 81
cd "tree/${folder:-.}" || { echo "The repository has no folder '$folder'."; exit 87; }

# The spec beside everything else, as in dist-git, or in a folder of its own.
sources=$PWD
if [ "$method" != make-srpm ] || compgen -G '*.spec' >/dev/null; then
    specs=(*.spec)
    if [ ! -f "${specs[0]}" ] && [ -d SPECS ] && [ -d SOURCES ]; then specs=(SPECS/*.spec) sources=$PWD/SOURCES; fi
    if [ ${#specs[@]} != 1 ]; then
        for one in "${specs[@]}"; do if [ "${one##*/}" = "$name.spec" ]; then specs=("$one"); fi; done
    fi
    if [ ${#specs[@]} != 1 ] || [ ! -f "${specs[0]}" ]; then
        if [ "$method" != make-srpm ]; then
            echo "The repository's folder '${folder:-/}' has not one spec file, nor one called $name.spec, but: ${specs[*]}"
            exit 85
        fi
        specs=()
    fi
fi
spec=${specs[0]:+$PWD/${specs[0]}}

if [ "$method" = make-srpm ]; then
    top=/builddir/tree
    [ -f "$top/.copr/Makefile" ] || { echo "The repository has no .copr/Makefile, which make-srpm runs."; exit 84; }
    mkdir /builddir/out
    make -f "$top/.copr/Makefile" srpm outdir=/builddir/out spec="$spec" || exit 84
    set -- /builddir/out/*.src.rpm
    [ $# = 1 ] && [ -f "$1" ] || { echo "make srpm left not one source package in outdir, but: $*"; exit 84; }
    mv -- "$1" /builddir/build/SRPMS/
    exit 0
fi

defines=(--define "_sourcedir $sources" --define "_specdir ${spec%/*}" --define "_srcrpmdir /builddir/build/SRPMS")
if [ "$what" = list ]; then
    rpmspec -P "${options[@]}" "${defines[@]}" "$spec" >/builddir/parsed || exit 82
    # Of preambles alone: a description may say anything.
    awk '/^%package([ \t]|$)/ { on = 1; next }
        /^%(description|prep|generate_buildrequires|conf|build|install|check|clean|pre|post|preun|postun|pretrans|posttrans|preuntrans|postuntrans|trigger[a-z]*|filetrigger[a-z]*|transfiletrigger[a-z]*|verifyscript|files|changelog|sepolicy|sourcelist|patchlist)([ \t]|$)/ { on = ($0 ~ /^%(sourcelist|patchlist)/) ? 2 : 0; next }
        on == 2 && NF && $1 !~ /^#/ { print $1 }
        on == 1 && tolower($0) ~ /^[ \t]*(source|patch)[0-9]*[ \t]*:/ { sub(/^[^:]*:[ \t]*/, ""); print $1 }
        BEGIN { on = 1 }' /builddir/parsed | while read -r source; do
        [ -e "$sources/${source##*/}" ] || printf '%s\n' "$source"
    done | LC_ALL=C sort -u >/builddir/sources.wanted
    if [ "$method" = dist-git ] && [ -f sources ]; then cp -- sources /builddir/sources.listed; fi
    exit 0
fi

for file in /builddir/fetched/*; do if [ -f "$file" ]; then cp -- "$file" "$sources/"; fi; done
rpmbuild -bs --nodeps "${options[@]}" "${defines[@]}" "$spec" || exit 82
