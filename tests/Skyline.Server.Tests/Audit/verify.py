# Verifies an export of the audit log (skyline audit export > FILE) with nothing of Skyline's: python3 verify.py FILE
import hashlib, json, sys

before, expected = "0" * 64, 1
with open(sys.argv[1], encoding="utf-8", newline="\n") as export:
    for line in export:
        line = line.rstrip("\n")
        entry, tail = line[:-75] + "}", line[-75:]
        if not (tail.startswith(',"hash":"') and tail.endswith('"}')):
            sys.exit(f"line {expected} is no entry")
        if json.loads(entry)["number"] != expected:
            sys.exit(f"entry {expected} is not in its place")
        if hashlib.sha256((before + entry).encode("utf-8")).hexdigest() != tail[9:73]:
            sys.exit(f"entry {expected} was changed, or what is before it")
        before, expected = tail[9:73], expected + 1
print(f"{expected - 1}:{before}")
