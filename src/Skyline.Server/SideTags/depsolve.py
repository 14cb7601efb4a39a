"""Whether what a tag would hold can be installed, by dnf's own solver from an empty root.

One JSON document on standard input is the question, one on standard output the answer.

question: cache, arch, memory (bytes), seconds (of the processor), repos [{id, kind, repomd, primary, filelists, priority}];
          kind: kept (what the tag holds and goes on holding), removed (what it holds and then would not), added (what comes),
          external (what it is installed beside); known: whether the externals are all there are
answer:   checked (how many packages), problems [{package, why}] (what cannot be installed then and could before, or is new),
          before (how many could not be installed before either), assumed (how many capabilities were taken for granted);
          or fault: a sentence.
"""
import json
import os
import resource
import sys
import warnings

MOST_PROBLEMS = 100
LONGEST_WHY = 600

answers = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)  # whatever a library prints is no answer

import hawkey  # noqa: E402

warnings.showwarning = lambda *_, **__: None


def load(sack, one):
    repo = hawkey.Repo(one["id"])
    repo.repomd_fn = one["repomd"]
    repo.primary_fn = one["primary"]
    if one.get("filelists"):
        repo.filelists_fn = one["filelists"]
    # In hawkey, as in dnf, the lower number is preferred.
    repo.priority = one.get("priority", 99)
    sack.load_repo(repo, load_filelists=bool(one.get("filelists")))


def of_kind(sack, question, *kinds):
    names = [one["id"] for one in question["repos"] if one["kind"] in kinds]
    return hawkey.Query(sack).filter(reponame=names) if names else hawkey.Query(sack).filter(empty=True)


def assume(sack, question):
    """Where not all that packages are installed beside is known here, it is taken to provide what nothing known does."""
    unknown = set()
    for package in of_kind(sack, question, "kept", "removed", "added"):
        for require in package.requires:
            text = str(require)
            if text.startswith(("rpmlib(", "(")) or text in unknown:
                continue
            name = text.split(" ", 1)[0]
            if not hawkey.Query(sack).filter(provides=name) and not (name.startswith("/") and hawkey.Query(sack).filter(file=name)):
                unknown.add(text)
    if unknown:
        folder = question["cache"]
        primary = os.path.join(folder, "assumed.xml")
        with open(primary, "w", encoding="utf-8") as to:
            to.write(primary_of(sorted(unknown), question["arch"]))
        repomd = os.path.join(folder, "assumed-repomd.xml")
        with open(repomd, "w", encoding="utf-8") as to:
            to.write('<repomd xmlns="http://linux.duke.edu/metadata/repo"><revision>assumed</revision></repomd>')
        load(sack, {"id": "assumed", "repomd": repomd, "primary": primary})
    return len(unknown)


FLAGS = {"=": "EQ", "<": "LT", ">": "GT", "<=": "LE", ">=": "GE"}


def primary_of(capabilities, arch):
    from xml.sax.saxutils import quoteattr
    entries = []
    for text in capabilities:
        words = text.split(" ")
        if len(words) == 3 and words[1] in FLAGS:
            # Whatever is asked for: "provides name" without a version fulfils no versioned one, one of the same words does.
            epoch, _, rest = words[2].rpartition(":")
            version, _, release = rest.partition("-")
            attributes = 'flags="%s" epoch=%s ver=%s' % (FLAGS[words[1]], quoteattr(epoch or "0"), quoteattr(version))
            if release:
                attributes += " rel=" + quoteattr(release)
            entries.append("<rpm:entry name=%s %s/>" % (quoteattr(words[0]), attributes))
        else:
            entries.append("<rpm:entry name=%s/>" % quoteattr(words[0]))
    return (
        '<?xml version="1.0" encoding="UTF-8"?><metadata xmlns="http://linux.duke.edu/metadata/common" xmlns:rpm="http://linux.duke.edu/metadata/rpm" packages="1">'
        '<package type="rpm"><name>assumed</name><arch>noarch</arch><version epoch="0" ver="0" rel="0"/>'
        '<checksum type="sha256" pkgid="YES">' + "0" * 64 + "</checksum><summary/><description/><packager/><url/>"
        '<time file="0" build="0"/><size package="0" installed="0" archive="0"/><location href="assumed.rpm"/>'
        "<format><rpm:license/><rpm:vendor/><rpm:group/><rpm:buildhost/><rpm:sourcerpm/><rpm:header-range start=\"0\" end=\"0\"/><rpm:provides>"
        + "".join(entries) + "</rpm:provides></format></package></metadata>")


def key(package):
    return package.reponame, str(package)


def concerned(sack, question):
    """What comes, and what the tag goes on holding that depends on something that goes."""
    added = of_kind(sack, question, "added")
    removed = of_kind(sack, question, "removed")
    kept = of_kind(sack, question, "kept")
    packages = list(added)
    if removed:
        # Both what needs a capability that goes, and what names a file that does.
        needing = kept.filter(requires=removed)
        files = sorted({path for package in removed for path in package.files})
        seen = set()
        for package in needing:
            seen.add(key(package))
            packages.append(package)
        for start in range(0, len(files), 1000):
            for package in kept.filter(requires=files[start:start + 1000]):
                if key(package) not in seen:
                    seen.add(key(package))
                    packages.append(package)
    return packages


def why_not(sack, package):
    goal = hawkey.Goal(sack)
    goal.install(package)
    if goal.run(ignore_weak_deps=True):
        return None
    # That what goes is left out is how it is asked here, and no news.
    rules = [rule for rules in goal.problem_rules() for rule in rules if not rule.endswith("filtered out by exclude filtering") and rule != "conflicting requests"]
    text = "; ".join(dict.fromkeys(rules)) or "dnf finds no way to install it"
    return text if len(text) <= LONGEST_WHY else text[:LONGEST_WHY] + "…"


def check(question):
    sack = hawkey.Sack(cachedir=question["cache"], arch=question["arch"], rootdir=question["cache"], make_cache_dir=True)
    for one in question["repos"]:
        load(sack, one)
    assumed = 0 if question["known"] else assume(sack, question)
    packages = concerned(sack, question)
    sack.add_excludes(of_kind(sack, question, "removed"))
    failing = [(package, why) for package, why in ((package, why_not(sack, package)) for package in packages) if why]
    problems, before = [], 0
    if failing:
        sack.reset_excludes()
        added = of_kind(sack, question, "added")
        sack.add_excludes(added)
        was = {}
        for package, why in failing:
            if could_before(sack, question, package, was):
                problems.append({"package": str(package), "why": why})
            else:
                before += 1
    return {"checked": len(packages), "problems": problems[:MOST_PROBLEMS], "more": max(0, len(problems) - MOST_PROBLEMS), "before": before, "assumed": assumed}


def could_before(sack, question, package, was):
    """A package that comes is held against the one that it takes the place of; one that takes nobody's place must be installable."""
    if package.reponame in [one["id"] for one in question["repos"] if one["kind"] == "added"]:
        former = list(of_kind(sack, question, "removed").filter(name=package.name, arch=package.arch))
        return not former or any(could(sack, one, was) for one in former)
    return could(sack, package, was)


def could(sack, package, was):
    if key(package) not in was:
        was[key(package)] = why_not(sack, package) is None
    return was[key(package)]


def main():
    question = json.load(sys.stdin)
    resource.setrlimit(resource.RLIMIT_AS, (question["memory"], question["memory"]))
    resource.setrlimit(resource.RLIMIT_CPU, (question["seconds"], question["seconds"]))
    try:
        answer = check(question)
    except MemoryError:
        answer = {"fault": "it needs more than the %d MiB that it may have (Skyline:InstallCheckMemoryBytes)" % (question["memory"] >> 20)}
    except (hawkey.Exception, OSError) as e:
        answer = {"fault": "the metadata cannot be read: %s" % " ".join(str(e).split())[:LONGEST_WHY]}
    json.dump(answer, answers)
    answers.flush()


main()
