"""Which packages a clean buildroot is made of, by dnf's own solver from an empty root.

One JSON line on standard input is the question, one on standard output the answer; then the process ends. It is started
before there is a question, so that nobody waits for its imports.

question: cache, arch, releasever, packages, requires, repos [{id, baseurl, metalink, mirrorlist, priority, pinned, own, sslcacert}], token
answer:   packages [{name, epoch, version, release, arch, sha256, size, repo, urls}] and base, which of them (by index) the
          packages every buildroot has come to by themselves;
          or unmet: sentences, the packager's to mend; or fault: a sentence, the operator's.
"""
import json
import os
import shutil
import sys
import tempfile

answers = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)  # whatever a library prints is no answer

import dnf  # noqa: E402
import dnf.conf  # noqa: E402
import dnf.exceptions  # noqa: E402
import dnf.repo  # noqa: E402
import dnf.selector  # noqa: E402
import hawkey  # noqa: E402
import rpm  # noqa: E402,F401  (loaded now, while nobody waits)


class Unmet(Exception):
    """What the packager asked for cannot be had."""


class Fault(Exception):
    """The chroot or a repository is broken."""


def open_base(question, scratch):
    # With a configuration of our own dnf does not ask this machine's rpm database for its release.
    conf = dnf.conf.Conf()
    base = dnf.Base(conf)
    conf.installroot = os.path.join(scratch, "root")
    conf.persistdir = os.path.join(scratch, "persist")
    conf.logdir = scratch
    conf.cachedir = question["cache"]
    conf.reposdir = []
    conf.plugins = False
    conf.best = True
    conf.install_weak_deps = False
    # Of a pinned state the server keeps what every client reads; copies for zchunk it would have to ask its upstream for.
    conf.zchunk = False
    conf.releasever = question["releasever"]
    conf.substitutions["arch"] = conf.substitutions["basearch"] = question["arch"]
    os.makedirs(conf.installroot)
    for wanted in question["repos"]:
        repo = dnf.repo.Repo(wanted["id"], conf)
        if wanted.get("baseurl"):
            repo.baseurl = [wanted["baseurl"]]
        if wanted.get("metalink"):
            repo.metalink = wanted["metalink"]
        if wanted.get("mirrorlist"):
            repo.mirrorlist = wanted["mirrorlist"]
        # librepo sends it when it is asked for it, and curl to no other host than the repository's own.
        if wanted.get("own") and question.get("token"):
            repo.username = "builder"
            repo.password = question["token"]
        if wanted.get("sslcacert"):
            repo.sslcacert = wanted["sslcacert"]
        repo.priority = wanted["priority"]
        repo.skip_if_unavailable = False
        # A pinned address never changes. Others are asked each time where that is free, else once a minute.
        local = (wanted.get("baseurl") or "").startswith("file:")
        repo.metadata_expire = -1 if wanted["pinned"] else 0 if local else 60
        base.repos.add(repo)
    return base


def mark_packages(base, names):
    try:
        base.install_specs(names)
    except dnf.exceptions.MarkingErrors as e:
        raise Fault(f"The chroot's own packages cannot be had: {one_line(e)}. Mend the chroot's package list or its repositories.")


def mark_require(base, require):
    selector = dnf.selector.Selector(base.sack)
    selector.set(provides=require)
    matches = selector.matches()
    if not matches and require.startswith("/"):
        selector = dnf.selector.Selector(base.sack)
        selector.set(file=require)
        matches = selector.matches()
    # A rich dependency may have no matches and hold all the same: the solver decides.
    if not matches and not require.startswith("("):
        raise Unmet(f"Nothing provides {require}, which the package's BuildRequires ask for.")
    base._goal.install(select=selector, optional=False)


def solve(base):
    base.resolve()
    return list(base.transaction.install_set) if base.transaction else []


def resolve(question, scratch):
    base = open_base(question, scratch)
    base.fill_sack(load_system_repo=False)
    base.read_comps(arch_filter=True)
    mark_packages(base, question["packages"])
    try:
        alone = solve(base)
    except dnf.exceptions.DepsolveError as e:
        raise Fault(f"The chroot's own packages cannot be installed together: {one_line(e)}.")
    everything = alone
    if question["requires"]:
        base.reset(goal=True)
        mark_packages(base, question["packages"])
        everything = with_requires(base, question["requires"])
    known = {str(package) for package in alone}
    return {
        "packages": [describe(package) for package in everything],
        "base": [index for index, package in enumerate(everything) if str(package) in known],
        "baseSize": len(alone),
    }


def with_requires(base, requires):
    unmet = []
    for require in requires:
        try:
            mark_require(base, require)
        except Unmet as e:
            unmet.append(str(e))
    if unmet:
        raise Unmet(*unmet)
    try:
        return solve(base)
    except dnf.exceptions.DepsolveError as e:
        rich = [require for require in requires if require.startswith("(")]
        about = " The rich ones are: " + ", ".join(rich) + "." if rich else ""
        raise Unmet(f"The package's BuildRequires cannot be met together: {one_line(e)}.{about}")


def describe(package):
    kind, digest = package.chksum
    if kind != hawkey.CHKSUM_SHA256:
        raise Fault(f"Repository {package.reponame} lists {package} without a SHA-256. Make its metadata with SHA-256 checksums.")
    return {
        "name": package.name, "epoch": package.epoch, "version": package.version, "release": package.release, "arch": package.arch,
        "sha256": digest.hex(), "size": package.downloadsize, "repo": package.reponame, "urls": addresses(package),
    }


def addresses(package):
    bases = [package.baseurl] if package.baseurl else list(package.repo._repo.getMirrors())[:4] or list(package.repo.baseurl)
    return [base.rstrip("/") + "/" + package.location for base in bases if base.split(":", 1)[0] in ("file", "http", "https")]


def one_line(error):
    return "; ".join(line.strip(" -") for line in str(error).splitlines() if line.strip()).rstrip(".")


def main():
    line = sys.stdin.readline()
    if not line:
        return
    question = json.loads(line)
    os.makedirs(question["cache"], exist_ok=True)
    scratch = tempfile.mkdtemp(prefix="resolve-", dir=question["cache"])
    try:
        answer = resolve(question, scratch)
    except Unmet as e:
        answer = {"unmet": list(e.args)}
    except Fault as e:
        answer = {"fault": str(e)}
    except (dnf.exceptions.Error, hawkey.Exception, OSError) as e:
        answer = {"fault": f"The chroot's repositories cannot be read: {one_line(e)}."}
    print(json.dumps(answer), file=answers, flush=True)
    shutil.rmtree(scratch, ignore_errors=True)


main()
