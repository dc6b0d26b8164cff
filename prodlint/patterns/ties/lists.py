"""Which data a function gives out as a whole: lists that nothing narrows.

Knows: how Active Record, Eloquent, Prisma, Mongoose, TypeORM, Sequelize and Drizzle list rows; in compiled languages how services name what they
list. Does not know: who may call the function.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from prodlint import regex as re
from prodlint.patterns.text.reader import Function
from prodlint.patterns.text.spans import chain_start, expression_end
from prodlint.patterns.text.tokens import Code

_RUBY = re.compile(r"(?<![\w.])([A-Z]\w*(?:::[A-Z]\w*)*)\.(?:all|order|page|paginate|includes|limit)\b((?:[^\n]|\n\s*&?\.)*)")
_PHP = re.compile(r"(?<![\w>])\\?(?:\w+\\)*([A-Z]\w*)::(all|paginate|get|simplePaginate|latest|orderBy|with|query|select|withCount)\(([^;]{0,1500};)")
_ONE = re.compile(
    r"\.(?:find|find_by|first|take|last|count|exists|sum|delete|update|destroy)\w*|->(?:find|first|firstOrFail|count|sum|delete|update|exists)\w*\("
)
_MANY = re.compile(r"->(?:get|paginate|simplePaginate|cursorPaginate|all|pluck)\(")
_SAYS_WHOSE = re.compile(r"\w*[a-z](?:Id|ID|Ids|_id|_ids|Number|Email|_number|_email)|ids?|uuid|email|owner|user|tenant")
_ALL = frozenset(("findMany", "findAll", "findAndCountAll", "findAndCount", "find"))
_WRAPPED = re.compile(r"(?:find|get|list|fetch)(?:All|Many)[A-Z]\w*")
_PAGES = frozenset(("paginate", "findPaginated", "findAllPaginated", "getPaginated"))
_CALLS = re.compile(
    r"\b_?(\w+)\.(?:[gG]et|[fF]ind|[lL]ist|[fF]etch|[sS]earch)(All|Paged?)?([A-Z]\w*?s(?![a-z]))?(?:Page|Paged|List|Async)*\(([^()]*(?:\([^()]*\)[^()]*)*)\)"
)
# such data is nobody else's, however many handlers give it out
PRIVATE = re.compile(
    r"(?i)(?:order|bill|invoice|payment|cart|basket|message|wallet|address|document|notification|booking|reservation|appointment|transaction|account"
    r"|ticket|prescription|loan|application|resume|card|subscription|session|token|log|history)"
)


def listed_by_services(function: Function, narrows: Callable[[str], bool]) -> Iterator[str]:
    """In compiled languages: what calls say that they list, where they are handed no id and nothing of the caller (`narrows`)."""
    for receiver, every, noun, args in _CALLS.findall(function.body):
        if (every or noun) and not any(map(narrows, re.findall(r"\w+", args))):
            said = noun or receiver
            if not PRIVATE.search(said):
                yield said


def listed(function: Function) -> Iterator[str]:
    """The names of what is listed: a model, a repository, a table."""
    code = function.code
    if code.language == "ruby":
        for model, rest in _RUBY.findall(code.written(function.first, function.last)):  # with its lines, where a chain ends
            if not _ONE.search(rest):
                yield model.rsplit("::", 1)[-1]
    elif code.language == "php":
        for model, how, rest in _PHP.findall(function.body):
            if not _ONE.search(rest) and (how in ("all", "paginate", "get", "simplePaginate") or _MANY.search(rest)):
                yield model
    elif code.language in ("javascript", "typescript"):
        yield from _of_script(function)


def _of_script(function: Function) -> Iterator[str]:
    code = function.code
    texts, mate = code.texts, code.mate
    for at in range(function.first, min(function.last, len(code) - 1)):
        if texts[at + 1] != "(" or mate[at + 1] < 0 or code.kinds[at] != "n":
            continue
        args = texts[at + 2 : mate[at + 1]]
        whole = _WRAPPED.fullmatch(texts[at]) is not None and args[:2] == ["{", "}"]  # `tasksQueries.findAllQuery({}, [], [], page)`
        pages = whole or (texts[at] in _PAGES and (args[-1:] == ["query"] or args[:2] == ["{", "}"]))  # `tasks.paginate(request.query)`
        if pages and at > 1 and texts[at - 1] in (".", "?.") and code.kinds[at - 2] == "n":
            yield texts[at - 2]
        elif texts[at] in _ALL and at and texts[at - 1] in (".", "?.") and "=>" not in args and (not args or args[0] == "{"):
            start = chain_start(code, at)
            names = [texts[each] for each in range(start, at) if code.kinds[each] == "n"]
            if _of_one(code, at + 2, mate[at + 1]):
                continue
            if names == ["this"] and function.owner is not None:  # inherited: what the controller is about
                yield function.owner.name.removesuffix("Controller")
            elif names:
                yield names[-1]
        elif (
            texts[at] == "from"
            and texts[at - 1] == "."
            and len(args) == 1
            and code.kinds[at + 2] == "n"
            and not _goes_on_with_where(function, mate[at + 1])
        ):
            yield args[0]


def _of_one(code: Code, first: int, last: int) -> bool:
    """Does the condition say whose rows, or of what, as `where: { userId }`, `where: { order: { id } }`? What is selected or sorted by is none."""
    at = next((at for at in range(first, last) if code.texts[at] == "where"), last)
    end = expression_end(code, at + 2) if code.texts[at + 1 : at + 2] == [":"] else at + 1
    return any(_SAYS_WHOSE.fullmatch(each) for each in code.texts[at + 1 : min(end, last)])


def _goes_on_with_where(function: Function, close: int) -> bool:
    """Does the chain after this bracket narrow?"""
    texts, mate = function.code.texts, function.code.mate
    at = close + 1
    while at + 2 < function.last and texts[at] == "." and texts[at + 2] == "(" and mate[at + 2] > 0:
        if texts[at + 1] in ("where", "limit"):
            return True
        at = mate[at + 2] + 1
    return False
