"""Prints all that createrepo_c's reader finds in a repository, one package a line, in an order that is not the repository's."""
import sys

import createrepo_c

TEXTS = ["name", "epoch", "version", "release", "arch", "pkgId", "checksum_type", "summary", "description", "url", "rpm_license", "rpm_vendor", "rpm_group",
         "rpm_buildhost", "rpm_sourcerpm", "rpm_packager", "rpm_header_start", "rpm_header_end", "size_package", "size_installed", "size_archive",
         "time_build", "location_href"]
LISTS = ["requires", "provides", "conflicts", "obsoletes", "suggests", "enhances", "recommends", "supplements", "files", "changelogs"]

lines = []
for package in createrepo_c.RepositoryReader.from_path(sys.argv[1]).iter_packages():
    facts = {text: getattr(package, text) for text in TEXTS}
    facts.update({name: [tuple(entry) for entry in getattr(package, name)] for name in LISTS})
    lines.append(repr(facts))
print("\n".join(sorted(lines)))
