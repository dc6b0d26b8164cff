"""Entity Framework: which entities every query narrows to the tenant or the user of the request.

Knows: `Entity<Order>().HasQueryFilter(o => o.TenantId == _tenantId)`, the same in a configuration of its own and for all that bear an interface
(`where T : ITenantOwned`, `typeof(ITenantOwned).IsAssignableFrom`), `IsMultiTenant()` and `[MultiTenant]` of Finbuckle, `IMultiTenant` of ABP
(learn.microsoft.com/ef/core/querying/filters). Does not know: where a query leaves them out (`left_out`), interceptors, SQL beside EF.
"""

from __future__ import annotations

from collections.abc import Iterator

from prodlint import regex as re

_FILTER = re.compile(r"\bHasQueryFilter\s*\(")
_ENTITY = re.compile(r"\bEntity<\s*(?:\w+\.)*(\w+)\s*>\s*\(")
_CONFIGURES = re.compile(r"\bIEntityTypeConfiguration<\s*(?:\w+\.)*(\w+)\s*>|\bEntityTypeBuilder<\s*(?:\w+\.)*(\w+)\s*>")
_LAMBDA = re.compile(r"\(?\s*(\w+)\s*\)?\s*=>")
_TEXT = re.compile(r"\"(?:[^\"\\]|\\.)*\"")
_WHO = r"(?i:tenant|current|user|owner|account|organi[sz]ation|company|workspace|store|customer|caller|session)"
_ASKS = re.compile(rf"(?:==|\bContains\s*\(|\bEquals\s*\()(?s:.*){_WHO}|{_WHO}\w*(?:\.\w+|\(\))*\s*(?:==|\.Contains\b|\.Equals\b)")
_BEARS = re.compile(rf"\btypeof\(\s*(?:\w+\.)*(I\w*{_WHO}\w*)\s*\)\s*\.\s*IsAssignableFrom\b(?=[\s\S]{{0,400}}?Filter)")
_FINBUCKLE = re.compile(
    r"\bEntity<\s*(?:\w+\.)*(\w+)\s*>\s*\(\s*\)\s*\.\s*IsMultiTenant\b|\[MultiTenant\b[^\]]*\]\s*(?:\[[^\]]*\]\s*)*[\w ]*\bclass\s+(\w+)"
)
_CLASS = re.compile(r"\b(?:class|record|interface)\s+(\w+)(?:<[^<>{;]*>)?\s*(?:\([^{;]{0,800}?\))?\s*:\s*([^{;]{1,600}?)(?:\bwhere\b|[{;])")
_CONSTANT = re.compile(r"\b\w*(?:Status|State|Type|Kind|Level|Mode|Category|Role)\.\w+")  # `AccountStatus.Active` is nobody
_LEFT_OUT = re.compile(r"\bIgnoreQueryFilters\b")
_BESIDE = re.compile(r"Query(?:Async|First\w*|Single\w*|Multiple\w*)?|Execute(?:Async|Scalar\w*|Reader\w*)?")  # Dapper
MAX_BEFORE, MAX_ARGUMENT = 1500, 800  # characters of a chain before the filter, and of its lambda


def bases(text: str) -> Iterator[tuple[str, set[str]]]:
    """(class, what it extends and implements) of a file."""
    for name, listed in _CLASS.findall(text):
        yield name, {found.group(1) for part in listed.split(",") if (found := re.match(r"\s*(?:\w+\.)*(\w+)", part)) is not None}


def narrowed(text: str) -> Iterator[str]:
    """The entities, and the interfaces or bases of entities, whose queries a file narrows."""
    for found in _FILTER.finditer(text):
        if _asks(_argument(text, found.end())):
            yield from _of(text, found.start())
    if _FILTER.search(text) or "SetQueryFilter" in text:
        yield from _BEARS.findall(text)
    yield from (name for pair in _FINBUCKLE.findall(text) for name in pair if name)
    if "Volo.Abp" in text:
        yield "IMultiTenant"


def left_out(name: str, *models: str) -> bool:
    """Does a query leave its filters out, or is it none of Entity Framework?"""
    return any(_LEFT_OUT.search(model) for model in models) or _BESIDE.fullmatch(name) is not None


def _argument(text: str, start: int) -> str:
    depth = 1
    for at in range(start, min(start + MAX_ARGUMENT, len(text))):
        depth += {"(": 1, ")": -1}.get(text[at], 0)
        if not depth:
            return text[start:at]
    return ""


def _asks(said: str) -> bool:
    """Is something of the row held against something that is no part of it?"""
    said, row = _TEXT.sub('""', said), _LAMBDA.search(said)
    if row is None:
        return False
    return _ASKS.search(re.sub(rf"\b{row.group(1)}(?:\s*[?!]?\.\s*\w+)+", "row", _CONSTANT.sub("constant", said[row.end() :]))) is not None


def _of(text: str, at: int) -> Iterator[str]:
    """Whose filter stands there: of the nearest entity of the statement, or of the configuration."""
    before = text[max(at - MAX_BEFORE, 0) : at]
    entity = _ENTITY.findall(before.rsplit(";", 1)[-1])
    name = entity[-1] if entity else next((each for pair in reversed(_CONFIGURES.findall(before)) for each in pair if each), "")
    bound = re.search(rf"\bwhere\s+{re.escape(name)}\s*:\s*([^{{;=]+)", text) if name else None
    if bound is None:
        yield from (name,) if name else ()
    else:  # a type parameter
        yield from (part for part in re.findall(r"\b[A-Z]\w+", bound.group(1)) if part != name)
