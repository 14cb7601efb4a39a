"""Installs exact packages into a root, as one rpm transaction with its scriptlets, and makes it fit to build in.

Runs confined: it sees the root, the packages, the keys and its own programs, and no network.

question (standard input): root, dbpath, packages [{path, sha256, gpg}] (none: what is there already is made fit), keys [path]
Ends with 0, or says on standard error why not.
"""
import hashlib
import json
import os
import stat
import subprocess
import sys
import tempfile

import rpm

BUILD_USER = 1000


def refuse(sentence):
    sys.exit(sentence)


def check_digests(packages):
    for package in packages:
        with open(package["path"], "rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != package["sha256"]:
                refuse(f"{package['path']} is not the package its repository's metadata lists: its SHA-256 differs.")


def check_signatures(packages, keys):
    signed = [package["path"] for package in packages if package["gpg"]]
    if not signed:
        return
    with tempfile.TemporaryDirectory() as ring:
        rpmkeys = ["rpmkeys", "--define", f"_dbpath {ring}", "--define", "_pkgverify_level all"]
        imported = subprocess.run([*rpmkeys, "--import", *keys], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False) if keys else None
        if not imported or imported.returncode:
            refuse(f"The repositories' keys cannot be read: {imported.stdout.strip() if imported else 'none are given, yet signatures are to be checked'}")
        checked = subprocess.run([*rpmkeys, "--checksig", *signed], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        if checked.returncode:
            bad = [line for line in checked.stdout.splitlines() if "NOT OK" in line]
            refuse(f"Packages are not signed by their repository's key: {'; '.join(bad[:5]) or checked.stdout.strip()}")


class Opener:
    """rpm's callback: opens each package when its turn comes, and remembers what broke."""

    def __init__(self):
        self.file = None
        self.broken = []

    def __call__(self, reason, amount, total, key, client):
        if reason == rpm.RPMCALLBACK_INST_OPEN_FILE:
            self.file = open(key, "rb")
            return self.file.fileno()
        if reason == rpm.RPMCALLBACK_INST_CLOSE_FILE:
            self.file.close()
        elif reason in (rpm.RPMCALLBACK_UNPACK_ERROR, rpm.RPMCALLBACK_CPIO_ERROR):
            self.broken.append(str(key))
        elif reason == rpm.RPMCALLBACK_SCRIPT_ERROR and total != rpm.RPMRC_OK:
            self.broken.append(f"a scriptlet of {key}")


def devices(root):
    """Scriptlets say 2>/dev/null. Confined, they have a /dev already."""
    os.makedirs(f"{root}/dev", exist_ok=True)
    for minor, name in ((3, "null"), (5, "zero"), (7, "full"), (8, "random"), (9, "urandom")):
        path = f"{root}/dev/{name}"
        if not os.path.exists(path):
            os.mknod(path, 0o666 | stat.S_IFCHR, os.makedev(1, minor))
            os.chmod(path, 0o666)


def install(root, packages):
    transaction = rpm.TransactionSet(root)
    transaction.setVSFlags(rpm._RPMVSF_NOSIGNATURES)
    for package in packages:
        with open(package["path"], "rb") as file:
            transaction.addInstall(transaction.hdrFromFdno(file.fileno()), package["path"], "i")
    missing = transaction.check()
    if missing:
        refuse("The packages do not go together: " + "; ".join(rpm_problem(entry) for entry in missing[:5]))
    transaction.order()
    opener = Opener()
    problems = transaction.run(opener, "")
    if problems or opener.broken:
        refuse("The packages cannot be installed: " + "; ".join([str(problem) for problem in problems or []][:5] + opener.broken[:5]))


def rpm_problem(entry):
    (name, version, release), (wanted, wanted_version), _flags, _suggested, sense = entry
    return f"{name}-{version}-{release} {'conflicts with' if sense == rpm.RPMDEP_SENSE_CONFLICTS else 'needs'} {wanted} {wanted_version}".strip()


def settle(root):
    """Places to mount on, a user to build as. From within the root, so that no link of a package's leads out of it."""
    os.chroot(root)
    os.chdir("/")
    for folder in ("builddir", "dev", "proc", "sys", "run", "tmp", "var/tmp"):
        if not os.path.isdir(folder):
            os.makedirs(folder)
    for name, text in (("hosts", "127.0.0.1 localhost\n"), ("hostname", "skyline\n"), ("resolv.conf", "")):
        path = "etc/" + name
        if os.path.islink(path):
            os.unlink(path)
        if not os.path.exists(path):
            write(path, "w", text)
    ensure("etc/passwd", f"mockbuild:x:{BUILD_USER}:{BUILD_USER}:build:/builddir:/bin/bash\n")
    ensure("etc/group", f"mockbuild:x:{BUILD_USER}:\n")


def ensure(path, line):
    taken = line.split(":")[2]
    known = []
    if os.path.exists(path):
        with open(path, encoding="utf-8", errors="replace") as file:
            known = [entry.split(":") for entry in file.read().splitlines()]
    if not any(len(entry) > 2 and entry[2].strip() == taken for entry in known):
        write(path, "a", line)


def write(path, mode, text):
    with open(path, mode, encoding="utf-8") as file:
        file.write(text)


def main():
    question = json.load(sys.stdin)
    os.umask(0o022)
    rpm.addMacro("_dbpath", question["dbpath"])
    rpm.addMacro("_pkgverify_level", "none")  # checked here, against the lock and the keys
    rpm.addMacro("_netsharedpath", "/dev:/proc:/sys")  # mounted, and not a package's to own or mode
    check_digests(question["packages"])
    check_signatures(question["packages"], question["keys"])
    devices(question["root"])
    if question["packages"]:
        install(question["root"], question["packages"])
    settle(question["root"])


main()
