"""Loose ids of Rails, PHP and Go that are told only as possible: kinds of evidence that were wrong far more often than right where many were read.

Knows: evidence (`LooseId`). Does not know: code; the kinds that hold for every language (`judge.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from prodlint import regex as re

if TYPE_CHECKING:
    from prodlint.patterns.evidence.loose import LooseId

# places of Go that other programs call, which say who they are by a certificate, a secret or a socket that nobody else reaches
_OF_PROGRAMS = re.compile(r"(?i)(?:^|/)(?:\w*grpc\w*|\w*rpc|ipc|agents?|oauth2?|oidc)(?:/|_\w*\.go|\.go)")
_INTERNAL = re.compile(r"(?i)(?:^|/)_?internal/")
# where somebody says who they are: what is looked up there is how that is checked
_SIGNS_IN = re.compile(r"(?i)(?:(?:handle|post|api|h)_?)?(?:log_?in|sign_?in|auth\w*|verify_?(?:otp|pin|code)|\w*token_?request|\w*callback)\w*")
# what says who may do what: whoever looks after that looks after all of it
_RIGHTS = re.compile(r"(?:^|[a-z._])(?:Roles?|Permissions?|Scopes?|Privileges?|Menus?)(?=[A-Z.]|$)")
_READS = re.compile(
    r"(?i)(?:get|find|load|fetch|read|list|query|retrieve|view|select|first|take|search|show|look_?up|where|exec|scan|resolve|describe|one|count)"
)
_FORM = re.compile(r"\.edit$")  # what is shown there is shown to be changed
_HERSELF = re.compile(r"id|(?:user|customer|member|account|student|patient|employee)_?id")


def doubtful(loose: LooseId) -> bool:
    if loose.language == "ruby":
        return _in_ruby(loose)
    if loose.language == "php":
        return _in_php(loose)
    return loose.language == "go" and _in_go(loose)


def _in_ruby(loose: LooseId) -> bool:
    if loose.asked_beside and not loose.apart:
        return True  # the class asks of this very row who calls, in words that were not read whole
    if loose.changes:
        return False
    if (not loose.owned and loose.others_tied) or loose.ref.handler.startswith("ApplicationController."):
        return True  # nobody says whose it is, beside what is held; which controllers load it so is not read
    if loose.owned == "person":
        if loose.id == "id":
            return not _FORM.search(loose.ref.handler)  # a profile that others see
        return not _HERSELF.fullmatch(loose.id) or (loose.large and loose.checked)  # to whom something is sent, by whom a list is narrowed
    if loose.large and not (loose.private or loose.usual or loose.others_tied):
        # the handler knows who asks and looks at something else of them; or the one that holds such rows is the one that changes them
        if loose.checked or (loose.sibling and (loose.seldom or not loose.owned)):
            return True
    return loose.often and not (loose.private or loose.usual)


def _in_php(loose: LooseId) -> bool:
    if loose.uncalled or (loose.by_permission and not (loose.usual or loose.apart)):
        return True  # or the rows belong to the people who work with the app together
    if loose.changes:
        return False
    if loose.owned == "person" and loose.aside:
        return True  # whom something is about
    # the handler knows who asks, and looks at something else of them
    known = loose.large and loose.checked and not (loose.others_tied or loose.usual or loose.private or loose.kept)
    return known and loose.framework == "php" and loose.ref.methods == ("GET",)


def _in_go(loose: LooseId) -> bool:
    if loose.framework == "go-field":
        return True  # what the schema asks for by a directive, `deleteOrder(id: ID!): Boolean! @isOwner`, is not read
    tied_elsewhere = loose.kept or loose.others_tied
    if _OF_PROGRAMS.search(loose.at.path) or _INTERNAL.search(loose.ref.path) or _SIGNS_IN.fullmatch(loose.ref.handler.rpartition(".")[2]):
        return True
    if _RIGHTS.search(loose.model) and not tied_elsewhere:
        return True
    if not loose.changes:
        if loose.owned == "free":
            return True
        if loose.sibling or tied_elsewhere:
            return False
        # tied nowhere, in an app that ties such ids: handed on to another kind of call; or by what is no part of the path, to what reads no row
        acts = loose.private or not {"GET", "HEAD"}.issuperset(loose.ref.methods)
        return loose.usual or not (acts or loose.routed or loose.id in loose.ref.path or _READS.match(loose.model.rpartition(".")[2]))
    if loose.owned == "person" and loose.signed and not (loose.usual or loose.whose):
        return True  # people by their id, behind what a router asks: mostly administrators look after them
    known = loose.checked or loose.sibling or loose.kept or loose.usual or loose.file_knows or loose.signed
    return not (loose.ref.path or known or loose.strangers)  # an interceptor may ask before it, and nobody who handles such data looks at who calls
