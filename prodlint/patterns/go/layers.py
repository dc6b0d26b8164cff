"""Calls of Go on a layer of the project that keeps rows, where the text of what they run does not say how: a statement that is put together step by
step, a map that is kept in memory, an interface without a body here.

Knows: what layers, their methods and the keys of rows are called (`s.store.NamespaceResolve(ctx, kind, id)`, `h.systems.GetSystem(id)`). Does not
know: which function is called (`callees.py` beside it), what it does (`callees.py` of `ties`).
"""

from __future__ import annotations

from prodlint import regex as re
from prodlint.patterns.text.meanings import Meaning

# whatever is asked of these by an id, it is rows that are asked for
_KEEPS = re.compile(r"(?i)\w*(?:repo(?:sitory)?|store|storage|dao|dal|persister|queries|querier)s?")
_VERB = (
    r"(?:Get|Find|Load|Fetch|Read|Retrieve|Resolve|Lookup|LookUp|Select|Show|View|Describe|Delete|Remove|Destroy|Update|Edit|Patch|Modify|Save|Archive"
    r"|Restore|Cancel|Revoke|Disable|Enable|Close|Complete|Approve|Reject|Publish|Rename|Move|Reset|Rotate|Stop|Pause|Resume)"
)
# `NamespaceResolve`, `SnapshotDelete`, `DeviceGetByUID`: the noun goes first
_NOUN_FIRST = re.compile(rf"[A-Z][a-z]\w{{0,60}}?{_VERB}(?:By[A-Z]\w{{0,40}})?")
_ALONE = re.compile(f"{_VERB}(?:By[A-Z]\\w{{0,40}})?")
_CHANGES = re.compile(
    r"(?:Delete|Remove|Destroy|Update|Edit|Patch|Modify|Save|Archive|Restore|Cancel|Revoke|Disable|Enable|Close|Complete|Approve|Reject|Publish|Rename"
    r"|Move|Reset|Rotate|Stop|Pause|Resume)(?:By[A-Z]\w{0,40})?$"
)
# a verb with a noun
_VERB_FIRST = re.compile(rf"(?:{_VERB}|(?:get|find|load|fetch|read|retrieve|resolve|lookup|delete|remove|update))[A-Z]\w*")
_PLAIN = re.compile(
    r"(?i)\w*(?:config|conf|cfg|settings?|logger|log|cache|redis|metrics?|template|render\w*|format\w*|pars\w*|valid\w*|util\w*|helper\w*)"
)


def keeps_rows(nearest: str) -> bool:
    """Is it called like a layer that keeps rows? What one does by who asks is seldom only to note who it was."""
    return _KEEPS.fullmatch(nearest) is not None


def asks_rows(name: str, nearest: str, known: Meaning | None) -> bool:
    """Is a row asked for by the name of a call, on a layer that keeps rows, where what it runs says nothing else of itself?"""
    if not keeps_rows(nearest) or (known is not None and (known.caller or known.ties)):
        return False
    if _ALONE.fullmatch(name):  # `playlistStore.Read(path)`: of the project, or of something that it does not say here
        return known is None or (known.exact and bool(known.looks))
    return _NOUN_FIRST.fullmatch(name) is not None


def changes_rows(language: str, name: str) -> bool:
    """Does the name of such a call say that it changes what it finds: `SnapshotDelete`?"""
    return language == "go" and _NOUN_FIRST.fullmatch(name) is not None and _CHANGES.search(name) is not None


def row_asked(name: str, nearest: str, known: Meaning) -> bool | None:
    """Is a function of the project surely asked for a row? Maybe, where it is only one that uses what it is handed and is called so; None for no."""
    if asks_rows(name, nearest, known):
        return True
    used = known.exact and bool(known.looks) and bool(nearest) and not _PLAIN.fullmatch(nearest)
    return False if used and _VERB_FIRST.fullmatch(name) is not None else None
