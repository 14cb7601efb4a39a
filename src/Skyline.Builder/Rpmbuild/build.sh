# Runs inside the buildroot, as the build user, in /builddir. Constant: what differs comes as arguments and in files.
#   $1  what `rpmbuild --target` is given
#   $2… more options of rpmbuild
# /builddir/source.src.rpm     the source package
# /builddir/requires.resolved  the BuildRequires that this buildroot was made for, one a line; or
# /builddir/locked             it was made from a lock, and must have what is wanted
# /builddir/spec.raised        the spec to build in place of the source package's, where its release is raised
# /builddir/requires.before    of those, what the spec asked for in earlier rounds: as in mock, it stays, wanted any more or not
# Leaves build/SRPMS, build/RPMS; requires.now when those differ; requires.lacking; timing: start and end of the binary build.
# Ends with 0, or one of these (anything else is the engine's word, not this script's):
#   80 the source package is not here   81 it cannot be unpacked   82 its spec does not parse
#   83 it wants other BuildRequires     84 the build failed        85 not one spec file
#   86 it wants what the lock lacks
exec 2>&1 </dev/null
umask 022
cd /builddir && [ -r source.src.rpm ] || exit 80
options=(--target "$@")

requires_of() { rpm -qp --nosignature --requires "$1" | grep -v '^rpmlib(' | LC_ALL=C sort -u; }
resolved() { LC_ALL=C sort -u requires.resolved; }

# Whether a buildroot that was made from a lock has what requires.now says: asked of rpmbuild, by a spec that wants just that.
had() {
    {
        printf 'Name: wanted\nVersion: 0\nRelease: 0\nSummary: wanted\nLicense: none\n'
        sed 's/^/BuildRequires: /' requires.now
        printf '%%description\n'
    } >wanted.spec
    rpmbuild -bb --define '_topdir /builddir/wanted' "${options[@]}" wanted.spec >wanted.log 2>&1 && return
    sed -n 's/^[[:space:]]*\(.*\) is needed by wanted-.*$/\1/p' wanted.log >requires.lacking
    [ -s requires.lacking ] || cat wanted.log
    exit 86
}

if ! rpm -i --nosignature source.src.rpm >unpack.log; then
    cat unpack.log
    exit 81
fi
set -- build/SPECS/*.spec
if [ $# != 1 ] || [ ! -f "$1" ]; then
    echo "The source package has not one spec file, but: $*"
    exit 85
fi
spec=$1
# With its release raised, as the agent has written it.
if [ -e spec.raised ]; then cat spec.raised >"$spec" || exit 81; fi

# First the source package anew, with the target's own macros: %dist and conditional BuildRequires are the target's.
rpmbuild -bs --nodeps "${options[@]}" "$spec" || exit 82
requires_of build/SRPMS/*.src.rpm >requires.now
if grep -q '^%generate_buildrequires' "$spec"; then
    # These are known only after %prep. What is known already must be here first.
    if [ -e locked ]; then had; else [ -z "$(LC_ALL=C comm -23 requires.now <(resolved))" ] || exit 83; fi
    rpmbuild -br --nodeps "${options[@]}" "$spec"
    case $? in
        0) ;;
        11)
            LC_ALL=C sort -u requires.now <(requires_of build/SRPMS/*.buildreqs.nosrc.rpm) >requires.all
            mv requires.all requires.now
            rm -f build/SRPMS/*.buildreqs.nosrc.rpm
            ;;
        *) exit 84 ;;
    esac
fi
if [ -e locked ]; then had; else cmp -s <(LC_ALL=C sort -u requires.now requires.before) <(resolved) || exit 83; fi

failed=
started=$EPOCHREALTIME
rpmbuild -bb --nodeps "${options[@]}" "$spec" || failed=1
echo "$started $EPOCHREALTIME" >timing
[ -z "$failed" ] || exit 84
