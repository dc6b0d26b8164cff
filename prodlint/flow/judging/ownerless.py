"""Rows that people keep for themselves, in an app where anybody signs up and nothing says whose a row is.

Knows: what is kept for oneself by what it is called (expenses, notes, a diary), that strangers make accounts. Does not know: how a verdict was made.

Whoever signs up reads and changes what everybody else wrote down: nobody forgot to ask whose it is, the column is missing. Where only staff make
accounts, all of them may share such rows, and where a row goes with another one, that one may say whose it is.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from prodlint import regex as re
from prodlint.flow.judging.siblings import KEYS, WORD, sifts
from prodlint.flow.knowledge import AS_MODEL
from prodlint.flow.verdicts import NAMED, Outcome

OWN = re.compile(
    WORD + r"(?:todos?|to_?do_?items?|notes?|expenses?|incomes?|budgets?|wallets?|diar(?:y|ies)|diary_?entr(?:y|ies)|journals?|journal_?entr(?:y|ies)"
    r"|moods?|reminders?|bookmarks?|passwords?)" + AS_MODEL,
    re.I,
)
ACCOUNTS = re.compile(WORD + r"(?:users?|accounts?)" + AS_MODEL, re.I)


def weigh(outcomes: Sequence[Outcome]) -> None:
    """Turns what nothing leads from to a user into "missing" where it is somebody's all the same."""
    strangers = [outcome for outcome in outcomes if outcome.authentication in ("none", "optional")]
    if not any(ACCOUNTS.search(key.rpartition(".")[2]) for outcome in strangers for key in outcome.made):
        return
    asked = {key for outcome in outcomes for key in (*outcome.scoped, *outcome.kept, *outcome.named)}
    asked |= {key for outcome in strangers for key, _ in outcome.shown}  # what strangers read is no secret
    for outcome in outcomes:
        if outcome.authentication != "required" or outcome.role:
            continue
        for choice in outcome.choices:
            own = choice.reference and OWN.search(choice.model) and choice.key not in asked and KEYS.search(choice.field)
            if own and not sifts(outcome, choice):
                choice.ownership, choice.reference, outcome.ownership = "missing", False, "missing"
        for place, each in enumerate(outcome.lists):
            if OWN.search(each.model) and each.key not in asked and not each.key.startswith(NAMED):
                outcome.lists[place] = msgspec.structs.replace(each, told=True)
