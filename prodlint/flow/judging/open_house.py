"""Apps in which no route asks who calls.

Knows: which models each route reaches, and habits of naming them and the paths. Does not know: apps in which some routes ask for a login
(`strangers.py`).

A list of products or of articles needs no login. Where such an app keeps accounts all the same, or orders, invoices, patients, what it shows of these
and what it changes is open to everybody, and so is what those who have an account make there.
"""

from __future__ import annotations

from collections.abc import Sequence

from prodlint import regex as re
from prodlint.flow.judging.siblings import CONTENT, PRIVATE, REMARKS, WORD
from prodlint.flow.knowledge import AS_MODEL
from prodlint.flow.lookups.columns import confidential
from prodlint.flow.lookups.tables import Tables
from prodlint.flow.verdicts import NAMED, Outcome
from prodlint.routing.table import SAFE, Endpoint

# Those who sign in: what some communities show, and nobody lets strangers change.
USERS = re.compile(WORD + r"(?:users?|accounts?|usuarios?|utilisateurs?)" + AS_MODEL, re.I)
# What a house offers, and visitors only look at.
GOODS = re.compile(
    WORD + r"(?:products?|categor(?:y|ies)|books?|movies?|films?|songs?|albums?|courses?|lessons?|hotels?|restaurants?|rooms?|menus?|menu_?items?"
    r"|dish(?:es)?|cars?|vehicles?|flights?|airlines?|coupons?|discounts?|stocks?|inventor(?:y|ies)|suppliers?|warehouses?|departments?|semesters?"
    r"|subjects?|exams?|grades?|productos?|produtos?|libros?|livros?)" + AS_MODEL,
    re.I,
)
# Who sells on a market place, what there is to eat, and when they are open.
SELLS = re.compile(WORD + r"(?:vendors?|sellers?|merchants?|opening_?hours?|(?:food|menu)_?items?)" + AS_MODEL, re.I)
# What is sent to somebody who is not yet known: asked for again, and taken back, by strangers.
CODES = re.compile(
    WORD + r"(?:otps?|one_?time_?(?:codes?|passwords?)|pass_?codes?"
    r"|(?:verif[a-z]{1,9}|confirmation|activation|reset|login|email|phone|sms|otp)_?(?:codes?|pins?|otps?))" + AS_MODEL,
    re.I,
)
# Routes on which strangers see one such row, and are meant to: they hold its code, or are told how far it is.
HANDED = re.compile(
    r"public|shar(?:e|ed|ing)(?:$|[-_/])|embed|hook(?:$|[-_/])|callback|verif|confirm|activat|(?<![a-z])track(?!er)|invit|reset|forgot|recover|oauth"
    r"|(?<![a-z])sso(?![a-z])|saml|success|thank|receipt|(?<![a-z])health(?![a-z]*[-_/]?(?:care|record|data|profile|info|metric))|(?<![a-z])ping(?:back)?(?![a-z])"
    r"|(?<![a-z])feeds?(?![a-z])|(?<![a-z])rss(?![a-z])|sitemap|widget|log_?in|log_?out|sign_?(?:in|up|out)|regist|auth(?:$|[-_/])|token|install|onboard|checkout"
    r"|captcha|well-known|(?<![a-z])metrics|demo(?!graph)|availab|(?<![a-z])slots?(?:$|[-_/])|calendar|(?<![a-z])stat(?:s|istic)|(?<!ac)(?<!dis)count(?!r)|leaderboard"
    r"|(?<![a-z])types?(?:$|[-_/])|categor|config|schema",
    re.I,
)
COMMON = re.compile(r"availab|(?<![a-z])slots?(?=$|[-_/])|calendar|categor|(?<![a-z])types?(?=$|[-_/])", re.I)  # what all may see of a house
# what strangers make where they have no account: a booking, an order, a message to the house
LEFT = re.compile(
    r"order|booking|reservation|appointment|contact|message|inquir|enquir|lead|guest|customer|patient|applica|candidate|feedback|review|comment|user|account|subscri"
    r"|vote",
    re.I,
)


def weigh(pairs: Sequence[tuple[Endpoint, Outcome]], tables: Tables) -> None:
    """An app in which no route asks who calls: what it shows of people and of their money, and what it changes, where it keeps either; and what
    people make here, where they have accounts."""
    if any(outcome.authentication != "none" for _, outcome in pairs):
        return  # what could not be told may be a login
    mine = [(endpoint, outcome) for endpoint, outcome in pairs if not (outcome.secret or outcome.ownership == "owned" or _handed(endpoint))]
    for _, outcome in mine:
        outcome.private = (*outcome.private, *_of_people(outcome, tables))
    found = [(outcome, label) for endpoint, outcome in mine if (label := "".join(outcome.bared[:1]) or _gives(endpoint, outcome))]
    accounts = any(USERS.search(name) for _, outcome in pairs for name in _names(outcome))  # people sign up here, and nobody asks them to sign in
    accounts = accounts or any(_rewrites_somebodys(outcome) for _, outcome in mine)  # they sign up by what a package serves
    if not (accounts or any(_somebodys(label) or outcome.private or outcome.owners for outcome, label in found)):
        return
    for _, outcome in mine:
        if outcome.ownership == "public" and (outcome.shown or outcome.made):
            outcome.ownership = "unknown"  # a list of products beside the customers: nobody can tell what is meant
    if accounts:
        written = {key for _, outcome in mine for key in (*outcome.made, *(key for key, _ in outcome.rewritten))}
        found += [(outcome, label) for endpoint, outcome in mine if (label := _worked_on(endpoint, outcome, written))]
    for outcome, label in found:
        outcome.exposed, outcome.ownership = (label, "nobody"), "missing"


def _rewrites_somebodys(outcome: Outcome) -> bool:
    """Are rows changed that lead to who signs in, whichever the client names?"""
    reached, rewritten = ({key for key, _ in rows} for rows in (outcome.reached, outcome.rewritten))
    return any(choice.ownership == "missing" and choice.key in reached & rewritten for choice in outcome.choices)


def _of_people(outcome: Outcome, tables: Tables) -> list[str]:
    """Keys of the tables without a class that a route shows and that keep of people what they tell the house: their name and their number."""
    return [key for key, name in outcome.shown if key.startswith(NAMED) and confidential(set(tables.of(key)), name)]


def _worked_on(endpoint: Endpoint, outcome: Outcome, written: set[str]) -> str:
    """The rows that those who sign up here make or change, where a route only shows them; "" for what is made to be read, and for what is offered."""
    if not endpoint.methods or not set(endpoint.methods) <= SAFE:
        return ""
    offered = (CONTENT, GOODS, SELLS, REMARKS)
    return next((name for key, name in outcome.shown if key in written and not any(words.search(name) for words in offered)), "")


def _handed(endpoint: Endpoint) -> bool:
    """Are strangers meant to come here? Everybody sees which categories there are, and nobody is meant to delete one."""
    where = where_of(endpoint)
    reads = bool(endpoint.methods) and set(endpoint.methods) <= SAFE
    return bool(HANDED.search(where if reads else COMMON.sub("", where)))


def _names(outcome: Outcome) -> list[str]:
    """What the tables are called of which a route makes or selects rows."""
    made = [key.removeprefix(NAMED).rpartition(".")[2] for key in outcome.made]
    return [*made, *(name for _, name in (*outcome.reached, *outcome.shown)), *(choice.model for choice in outcome.choices)]


def _gives(endpoint: Endpoint, outcome: Outcome) -> str:
    """The rows of which a route shows what somebody owns, or which it changes or makes; "" for none, and for what strangers leave behind."""
    reads = bool(endpoint.methods) and set(endpoint.methods) <= SAFE
    owned = [name for _, name in outcome.reached if not (reads and (CONTENT.search(name) or SELLS.search(name)))]  # articles are made to be read
    labels = [*(name for key, name in outcome.shown if _somebodys(name) or key in outcome.private), *owned]
    if not endpoint.methods or not set(endpoint.methods) <= SAFE:
        made = [key.removeprefix(NAMED).rpartition(".")[2] for key in outcome.made]
        labels = [*(name for _, name in outcome.rewritten), *labels, *(name for name in made if not LEFT.search(name))]
        labels += [owner.model for owner in outcome.owners if not USERS.search(owner.model)]  # in the name of whom the client says
    return labels[0] if labels else ""


def _somebodys(name: str) -> bool:
    return bool(PRIVATE.search(name) or USERS.search(name))


def where_of(endpoint: Endpoint) -> str:
    """Where a route stands, in its own words."""
    return f"{endpoint.path} {endpoint.name.rpartition('.')[2]}"
