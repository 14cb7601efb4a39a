# Runs as root in mock's container. Constant: what differs comes as arguments.
#   $1        the root, as mock has it
#   $2, ...   what mock is told
# Leaves in the result folder the packages that the root has in the end, as mock's own list of them is written.
root=$1
shift
mock "$@" || exit
exec rpm --root "$root" -qa --qf '%{nevra} %{buildtime} %{size} installed\n' >/skyline/out/installed_pkgs.log
