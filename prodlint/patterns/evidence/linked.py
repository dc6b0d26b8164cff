"""Keys of other rows that a list of what a client may set lets through: `permit(:client_id)`, `'client_id' => 'exists:clients,id'`.

Knows: strong parameters of Rails and the action that writes with them, rules of Laravel that only ask whether there is such a row, in an action or a
form request. Does not know: whose the row is (`owners.py`), validations that a model writes in words of its own (where one names the row, or what it
shares with its owner, nothing is said), rows that are looked up by such a key elsewhere in the class.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator

from prodlint import regex as re
from prodlint.patterns.text.meanings import Lookup
from prodlint.patterns.text.reader import Function

MAX_FUNCTIONS = 120  # of one class
NAMES = frozenset(("permit", "exists"))
_PERMIT = re.compile(r"\.(?:permit|expect)\(([^()]{0,2000})\)")
_KEY_RUBY = re.compile(r"(?<![\w:]):(\w+)_id\b(?!\s*=>)|(?<![\w:]):?(\w+)_ids(?::|\s*=>)\s*\[\s*\]")
_WRITES_RUBY = (
    r"\.(?:new|create|build|update(?:_attributes)?|assign_attributes|insert|upsert|first_or_create|create_with)(?:_\w+)?!?[ (]\s*(?:\w+:\s*)?"
)
_RULE = re.compile(r"['\"](\w+?)_id(?:s\.\*)?['\"]\s*=>\s*(?:['\"][^'\"]{0,200}?\bexists:\s*(\w+)[^'\"]{0,80}['\"]|\[([^\[\]]{0,300})\])")
_EXISTS = re.compile(r"['\"]exists:\s*(?:\w+\.)?(\w+)|Rule::exists\(\s*['\"](\w+)['\"][^)]{0,80}\)(?!\s*->)")
_VALIDATES = re.compile(r"^[ \t]*validates?(?:_with|_each)?\b[ (]+:?(\w+)[^\n]*", re.M)
_SAYS_WHOSE = re.compile(
    r"(?i)belong|owner|same|tenant|access|scope|consisten|permitted|allowed|(?:^|_)(?:account|family|organi[sz]ation|team|user|company)(?:_|$)"
)
# keys that say who owns a row, of which another rule tells
_OWNERS = frozenset(("user", "owner", "family", "account", "tenant", "organization", "organisation", "org", "company", "workspace", "site", "store"))
_WRITES_PHP = re.compile(r"(?:->|::)(?:create|update|fill|forceCreate|firstOrCreate|updateOrCreate|insert|save)\(")


def permitted(function: Function) -> Iterator[tuple[str, str, int]]:
    """Rails: (key, what it names, place) of the keys that an action writes as they came."""
    owner = function.owner
    if owner is None or len(owner.functions) > MAX_FUNCTIONS:
        return
    code = function.code
    whole = code.text[code.starts[owner.first] : code.starts[min(owner.last, len(code) - 1)]]
    body = code.written(function.first, function.last)
    for each in (function, *owner.functions):
        said = code.written(each.first, each.last)
        if _PERMIT.search(said) is None:
            continue
        writes = re.compile(rf"{_WRITES_RUBY}{re.escape(each.name)}\b")
        first = next((other for other in owner.functions if writes.search(code.written(other.first, other.last))), None)
        if each is not function and first is not function:  # told once, at the first action that writes what a list lets through
            continue
        if each is function and not re.search(rf"{_WRITES_RUBY}params\b", body):
            continue
        for listed in _PERMIT.finditer(said):
            for found in _KEY_RUBY.finditer(listed.group(1)):
                name = found.group(1) or found.group(2)
                key = f"{name}_id" if found.group(1) else f"{name}_ids"
                if name not in _OWNERS and not _named_beside(whole, name, key):
                    yield key, name, bisect_left(code.starts, code.starts[each.first] + listed.start(1) + found.start())


def _named_beside(text: str, name: str, key: str) -> bool:
    """Does a class of Ruby speak of such a key, or of a check of what it names, anywhere but in the lists that let it through?"""
    rest = _PERMIT.sub(" ", text)
    if re.search(rf"(?:\[\s*[:'\"]|\.\s*|\bdig\([^)\n]{{0,200}}:){name}_ids?\b|\bauthori[sz]e!?[^\n]{{0,200}}\b{name}s?\b", rest) is not None:
        return True
    before = (re.split(r"\b(?:only|except|if|unless)\b", line)[0] for line in re.findall(r"before_action[^\n]*", rest))
    return any(re.search(rf"(?:_|\b){name}s?\b", line) for line in before if re.search(r"check|authori|ensure|verify|require|valid|permit|own", line))


def validated(text: str, name: str) -> bool:
    """Rails: does a model validate in words of its own what such a key names, or that a row belongs to whom it should?"""
    own = (found.group(1) for found in _VALIDATES.finditer(text) if not found.group().lstrip().startswith(("validates ", "validates(")))
    return any(name in each or _SAYS_WHOSE.search(each) for each in own)


def existing(function: Function, requests: Iterable[Function]) -> Iterator[tuple[str, str, int]]:
    """Laravel: (key, table, place) of the keys of which an action only asks whether there is such a row, and which it writes. requests: the `rules()`
    of the form requests that it takes."""
    body = function.code.written(function.first, function.last)
    if not _WRITES_PHP.search(body):
        return
    for each in (function, *requests):
        code = each.code
        said = code.written(each.first, each.last)
        for found in _RULE.finditer(said):
            name, table, rules = found.groups()
            listed = _EXISTS.search(rules) if rules and "function" not in rules and "fn" not in rules else None
            table = table or (next(filter(None, listed.groups()), "") if listed is not None else "")
            if table and not _used_beside(body, name):
                at = bisect_left(code.starts, code.starts[each.first] + found.start()) if each is function else function.at
                yield f"{name}_id", table, at


def _used_beside(body: str, name: str) -> bool:
    """Does an action name such a key anywhere but in its rules, and where it writes what came?"""
    rest = _RULE.sub(" ", body)
    rest = re.sub(rf"['\"]{name}_ids?['\"]\s*=>\s*\$\w+(?:->(?:validated\(\)|input\(\s*)?)?\s*[\[(]?\s*['\"]?{name}_ids?['\"]?\s*[\])]?", " ", rest)
    return re.search(rf"\b{name}_ids?\b|\b{name}Ids?\b", rest) is not None


def lookups(found: Iterable[tuple[str, str, int]], how: str, model_of: Callable[[str], str]) -> Iterator[Lookup]:
    """The same as lookups of the rows that these keys name. model_of: the declared model of somebody that a name or a table means, "" for none."""
    for key, name, at in found:
        if model := model_of(name):
            yield Lookup(how, f"{model}.{how}", at, ids={key}, strong=True, changes=True, direct=True)
