"""Judges: each client value that selects data is tied to the caller, or reported."""

import re

from prodlint import Finding, Project, Proof, Skip

_ORDER = "GET POST PUT PATCH DELETE"
_MANY = 3  # models that one id is told for at one place, each by a finding of its own


def check(project: Project):
    handlers = project.handlers()
    if not handlers:
        yield Skip("no route was found in this repository")
    unbound = {}  # a handler that stands in the table several times is one to mend, and so is what several methods inherit
    for handler in handlers:
        for choice in handler.ids:
            if choice.ownership == "owned":
                yield Proof(choice.at, f"{handler.label}: {choice.id} is tied to the caller")
            elif choice.ownership == "missing" and not choice.why:  # what stands where a guard should is for rules of its own
                place = handler.route.file, handler.route.line, choice.at, choice.id
                unbound.setdefault(place, {}).setdefault(choice.model, []).append((handler, choice))
    by_model = {}  # what one handler reaches of one model, by whatever ids
    for models in unbound.values():
        told = list(models.values())
        if len(told) > _MANY:  # one function that gathers all that belongs to the id
            yield finding(_labelled([each for each, _ in told[0]]), *min(told, key=_nearest)[0], len(told) - 1)
            continue
        for places in told:
            handler, choice = places[0]
            by_model.setdefault((handler.route.file, handler.route.line, handler.route.handler, choice.model), []).append(places)
    for each in by_model.values():
        if len(each) > _MANY:  # a search with many fields: one thing to mend
            yield finding(_labelled([handler for handler, _ in each[0]]), *each[0][0], ids=len(each) - 1)
            continue
        for places in each:
            yield finding(_labelled([handler for handler, _ in places]), *places[0])


def _nearest(places) -> int:
    """How far it is from the model to whose it is."""
    path = places[0][1].owner_path
    return len(path) if path is not None else 100


def finding(label: str, handler, choice, more: int = 0, ids: int = 0) -> Finding:
    """more: other models that the same id reaches there; ids: other values of the client that reach the same model."""
    what = choice.model or "data"
    known = choice.owner_path is not None
    by = choice.id + (f" and by {ids} more values" if ids else "")
    rows = _one(what) + (f" and rows of {more} more models" if more else "")
    return Finding(
        choice.at,
        f"{label} reaches {rows} by {by}, which the client chooses; nothing ties it to the caller{_hint(choice)}",
        confidence="high" if known else "medium",
        symbol=handler.route.handler,
        subject={"id": choice.id, "source": choice.source, "model": choice.model or None},
        route=handler.ref,
        related=choice.chain,
        severity="error",
        told_by="missing-authentication",  # where nobody is asked who they are, that is the first thing to mend
    )


def _labelled(handlers) -> str:
    """The route of these handlers, with the methods of all where it is one path."""
    paths = {handler.route.path: handler for handler in reversed(handlers)}
    if len(paths) == 1:
        methods = dict.fromkeys(method for handler in handlers for method in handler.route.methods)
        return f"{','.join(sorted(methods, key=lambda method: (_ORDER.find(method), method))) or 'ANY'} {handlers[0].route.path}"
    more = len({handler.label for handler in handlers}) - 1
    return f"{handlers[0].label} (and {more} more route{'s' if more > 1 else ''} of this handler)"


def _one(what: str) -> str:
    """One object of a class, a row of a table, or data of which nobody knows what it is."""
    return what if what == "data" else f"a row of {what}" if what.islower() and what.endswith("s") else f"{_article(what)} {what}"


def _article(word: str) -> str:
    """By the sound: an Order, an Hour, a User, a Unit, a OneTimeCode, an HTTPLog, an SMSMessage, a URL."""
    first = re.match(r"[A-Z]+(?![a-z])|[A-Za-z][a-z]*", word)
    name = first[0] if first else word
    if re.match(r"[A-Z]{2,}$", name):  # said letter by letter
        return "an" if name[0] in "AEFHILMNORSX" else "a"
    vowel = re.match(r"(?i)[aeio]|u(?!ni(?!n|m)|s(?:e|age|ual|er)|ti|r[al]|te|bi)|hour|hono|heir", name) and not re.match(r"(?i)one|once|eu|ew", name)
    return "an" if vowel else "a"


def _hint(choice) -> str:
    path = choice.owner_path
    return f"; {choice.model} belongs to {'.'.join(path)}" if path else ""
