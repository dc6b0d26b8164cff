"""Routes that show strangers one table in an app whose other routes that show something ask for a login.

Knows: which tables each route shows, who has to log in there, habits of naming tables. Does not know: why a route is open.

A site that shows most of what it has needs no login for it. An app behind a login, of whose reading routes a few ask nobody (a view without the
permission that the others have, a function among classes), forgot them there: where these show what it keeps of people (students and their grades,
residents), and other routes show the same only to who logs in.
"""

from __future__ import annotations

from collections.abc import Sequence

from prodlint import regex as re
from prodlint.flow.judging.meant import meant
from prodlint.flow.judging.open_house import HANDED, where_of
from prodlint.flow.judging.siblings import CONTENT, PERSONAL, REMARKS, ROW_KEYS, WORD
from prodlint.flow.judging.strangers import ASKS, GIVEN
from prodlint.flow.knowledge import AS_MODEL
from prodlint.flow.verdicts import Outcome
from prodlint.routing.table import SAFE, Endpoint

ENOUGH = 6  # reading routes that ask for a login, below which nothing is a habit
MOST = 0.85  # of all that read
# people whom a house keeps on file, and shows on no page: whoever works there, or belongs to it, may stand on one
KEPT = re.compile(WORD + r"(?:students?|pupils?|residents?)" + AS_MODEL, re.I)
# what is found of people and written down: of a game or a match everybody sees it
FOUND = re.compile(WORD + r"(?:scores?|grades?|marks?|performances?|results?|attendances?|submissions?|assessments?|evaluations?)" + AS_MODEL, re.I)


def weigh(pairs: Sequence[tuple[Endpoint, Outcome]]) -> None:
    """Says of the few open routes of an app behind a login what they show of people."""
    reading = [(e, o) for e, o in pairs if e.methods and set(e.methods) <= SAFE and (o.shown or o.choices) and not HANDED.search(where_of(e))]
    asking = [outcome for _, outcome in reading if outcome.authentication == "required"]
    if len(asking) < ENOUGH or len(asking) < MOST * len(reading):
        return
    kept = {key for outcome in asking for key, _ in outcome.shown}
    names = {key: name for _, outcome in pairs for key, name in outcome.shown}
    for endpoint, outcome in reading:
        if not _forgotten(endpoint, outcome):
            continue
        above = dict(outcome.above)
        named = [(c.key, c.model) for c in outcome.choices if c.owner_path is not None and ROW_KEYS.search(c.field)]  # and what hangs on it is shown
        rows = [(key, name) for key, name in (*outcome.reached, *(named if outcome.shown else ())) if key not in outcome.scoped]
        told = [name for key, name in rows if key in kept and key not in outcome.counted and _of_people(name, names.get(above.get(key, ""), ""))]
        if told:
            outcome.exposed, outcome.ownership = (told[0], "overlooked"), "missing"


def _forgotten(endpoint: Endpoint, outcome: Outcome) -> bool:
    """Does a route ask nobody, with nothing that says that it should not?"""
    if outcome.authentication != "none" or not outcome.complete or outcome.caller_known or outcome.exposed[1] or outcome.secret or outcome.machine:
        return False
    if not any(choice.source == "path" for choice in outcome.choices):
        return False  # a page for visitors names no row
    said = any(words == ASKS for _, _, words in outcome.evidence) or any(choice.some for choice in outcome.choices)
    return not (said or endpoint.options.get("debug") or meant(endpoint, outcome))


def _of_people(name: str, above: str) -> bool:
    """Is this whom an app keeps on file, what people keep for themselves, or what was found out of those on file?"""
    if CONTENT.search(name) or REMARKS.search(name):
        return False
    return any(words.search(name) for words in (KEPT, GIVEN, PERSONAL)) or bool(FOUND.search(name) and KEPT.search(above))
