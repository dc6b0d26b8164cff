"""Files that are lists of lines: .env, Procfile, Makefile, justfile, crontab, Jenkinsfile.

Knows: their line forms. Does not know: what a command does.
"""

from __future__ import annotations

from prodlint import regex as re
from prodlint.model import Block, Entry, Problem

MAX_ENTRIES = 20_000
_ENV = re.compile(r"^\s*(?:export\s+)?([A-Za-z_][\w.]*)\s*=\s*(.*?)\s*$")
_PROCESS = re.compile(r"^([\w.-]+):\s*(\S.*)$")
_TARGET = re.compile(r"^([A-Za-z0-9_./%@ -][^:=#\s]*(?:[ \t]+[^:=#\s]+)*)\s*:(?!=)([^=#]*)(?:#.*)?$")
_CRON = re.compile(r"^\s*((?:[\d*/,\-]+\s+){4}[\d*/,\-A-Za-z]+|@(?:hourly|daily|weekly|monthly|midnight|reboot))\s+(\S.*)$")


def read(path: str, text: str) -> tuple[tuple[Block, ...], tuple[Problem, ...]]:
    """Blocks of a Procfile ("procfile"; "procfile-other" for Procfile.dev),
    a Makefile or justfile ("make-target" each), a crontab ("crontab"), a Jenkinsfile ("jenkins")."""
    name = path.rpartition("/")[2]
    last = text.count("\n") + 1
    if name.startswith("Procfile"):
        kind = "procfile" if name == "Procfile" else "procfile-other"  # Procfile.dev starts an app on a developer's machine
        return (Block(kind, name, 1, last, _pairs(text, _PROCESS)),), ()
    if "akefile" in name or name.lower().lstrip(".") == "justfile" or name.endswith(".mk"):
        return _targets(text), ()
    if name.startswith("Jenkinsfile"):
        entries = tuple(Entry("line", line.strip(), "string", number) for number, line in enumerate(text.splitlines(), 1) if line.strip())
        return (Block("jenkins", name, 1, last, entries[:MAX_ENTRIES]),), ()
    return (Block("crontab", name, 1, last, _pairs(text, _CRON)),), ()


def dotenv(path: str, text: str) -> tuple[Block, ...]:
    """A .env file as one block of kind "dotenv"; columns are those of the value without its quotes."""
    entries: list[Entry] = []
    for number, line in enumerate(text.splitlines()[:MAX_ENTRIES], 1):
        found = None if line.lstrip().startswith("#") else _ENV.match(line)
        if found is None:
            continue
        value, start = found.group(2), found.start(2) + 1
        if value[:1] in ("'", '"') and value.find(value[0], 1) > 0:
            value, start = value[1 : value.find(value[0], 1)], start + 1
        else:
            value = re.split(r"\s+#", value, maxsplit=1)[0]
        entries.append(Entry(found.group(1), value, "reference" if "${" in value else "string", number, start, start + len(value)))
    return (Block("dotenv", path.rpartition("/")[2], 1, text.count("\n") + 1, tuple(entries)),)


def _pairs(text: str, form: re.Pattern[str]) -> tuple[Entry, ...]:
    out = []
    for number, line in enumerate(text.splitlines(), 1):
        found = None if line.lstrip().startswith("#") else form.match(line)
        if found:
            out.append(Entry(found.group(1), found.group(2).strip(), "string", number, found.start(2) + 1))
    return tuple(out[:MAX_ENTRIES])


def _targets(text: str) -> tuple[Block, ...]:
    """One block for each target: "needs" for each prerequisite, "run" for each line of its recipe."""
    out: list[Block] = []
    names: list[str] = []
    entries: list[Entry] = []
    start = 0

    def close(end: int) -> None:
        out.extend(Block("make-target", name, start, end, tuple(entries)) for name in names)

    for number, line in enumerate(text.splitlines()[:MAX_ENTRIES], 1):
        if line[:1] in ("\t", " ") and line.strip():
            if names:
                entries.append(Entry("run", line.strip().lstrip("@-"), "string", number))
            continue
        found = _TARGET.match(line)
        if found:
            close(number - 1)
            names = [word.lstrip("@") for word in found.group(1).split() if not word.startswith(".")]  # a quiet recipe of just
            start, entries = number, [Entry("needs", word, "string", number) for word in found.group(2).split()]
    close(text.count("\n") + 1)
    return tuple(out)
