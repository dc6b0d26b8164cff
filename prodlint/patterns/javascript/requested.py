"""Services that hang on the request of JavaScript: `req.services.orders`, `ctx.services`, `req.scope.resolve("orders")`.

Knows: the names under which they hang, and that they are made with who calls; contexts that a handler makes for its request. Does not know: what
such a service asks of its caller, so that nothing is said of what it selects.
"""

from __future__ import annotations

from prodlint import regex as re

_ROOT = r"(?:_?req|request|ctx|context|c|event|locals|this\.(?:req|request|ctx))"
_SHELF = r"(?:services?|scope|container|di|cradle|use_?[cC]ases|repositories|repos|loaders|dataSources)"
_HELD = re.compile(rf"{_ROOT}\.(?:\w+\.)?{_SHELF}\b")
_TAKEN = re.compile(rf"\b(?:const|let|var)\s+(\w+|\{{[^{{}}]*\}})\s*(?::[^=\n]{{1,80}})?=\s*(?:await\s+)?{_ROOT}\.(?:\w+\.)?{_SHELF}\b")
_PERSON = r"\b(?:user|current_?[uU]ser|user_?[iI]d|session|auth|account|tenant|actor|viewer|principal|accountability)\b"
# where they are made: with the user, or for a request whose user is registered beside them
MADE = re.compile(
    rf"(?:\b{_SHELF}\s*(?:=|:)|\bset\(\s*['\"]{_SHELF}['\"]\s*,)\s*(?:\{{[^{{}}]{{0,600}}?|(?:await\s+|new\s+)*\w+\([^;]{{0,300}}?){_PERSON}"
    rf"|\b{_SHELF}\.register\([^;]{{0,400}}?{_PERSON}|\bcreateScope\([^;]{{0,400}}?{_PERSON}"
)

_OF_CONTEXT = frozenset(("models", "services", "repositories", "repos"))
_MADE_FOR = re.compile(r"\b(?:const|let)\s+(\w+)\s*=\s*(?:await\s+)?get\w*Context\w*\(\s*(?:req|request)\b")


def hangs(model: str, body: str) -> bool:
    """Does what a lookup is asked of hang on the request, itself or by a name that the handler (`body`) gives it?"""
    root, *rest = model.split(".")
    return bool(rest and _HELD.match(model)) or any(root in re.findall(r"\w+", names) for names in _TAKEN.findall(body))


def of_context(model: str, body: str) -> bool:
    """Is a lookup asked of models that a context holds which the handler makes for the request, `const context = getContextFromReq(req)` and
    `context.models.orders.deleteById(id)`?"""
    root, *rest = model.split(".")
    return len(rest) > 1 and rest[0] in _OF_CONTEXT and root in _MADE_FOR.findall(body)
