# shellcheck shell=bash
# Names: from Debian's to Fedora's, and what packages provide and require beyond what rpm finds out by itself.

# The RPM package that a Debian package goes into: the first row of data/names with a pattern that matches, else its own name.
package_of() { # DEB
    local package patterns pattern
    while read -r package patterns; do
        for pattern in $patterns; do
            # shellcheck disable=SC2053  # the right side is a pattern
            if [[ $1 == $pattern ]]; then echo "$package"; return; fi
        done
    done < <(set -f; sed 's/#.*//; /^ *$/d' "$here/data/names")
    echo "$1"
}

# PACKAGE's words under "provides" or "requires" in data/relations.
related() { # PACKAGE KIND
    awk -v package="$1" -v kind="$2" '{ sub(/#.*/, "") } $1 == package && $2 == kind { for (i = 3; i <= NF; i++) print $i }' "$here/data/relations"
}

provides_of() { # PACKAGE
    related "$1" provides
    # perl(Module) and pkgconfig(x) by path: rpm's own generator starts perl once a file, and pkg-config may not be here.
    sed -nE 's,^"/usr/(share|lib64)/perl(-base|5|/[0-9.]+)/(.*)\.pm"$,\3,p; s,^"/usr/share/(autoconf|automake-[0-9.]+|texinfo)/(.*)\.pm"$,\2,p' "$work/files/$1" |
        sed 's,/,::,g; s,.*,perl(&),' | sort -u
    sed -nE 's,^.*/pkgconfig/(.*)\.pc"$,pkgconfig(\1),p' "$work/files/$1" | sort -u
}

requires_of() { # PACKAGE
    [ "$1" = filesystem ] || echo filesystem
    related "$1" requires
}
