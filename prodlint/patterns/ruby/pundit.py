"""Policies of Pundit: whether the answer for an action looks at the row, or only at the role of who asks.

Knows: classes `OrderPolicy` of the project, classes that they extend, methods that they call, how the row is called there; actions of Rails that ask
such a policy and nothing else. Does not know: policies that are named by hand (`policy_class:`), scopes.
"""

from __future__ import annotations

from collections.abc import Iterable

from prodlint import regex as re
from prodlint.patterns.ruby.own import loaded
from prodlint.patterns.ruby.rails import actions_of
from prodlint.patterns.ruby.tenants import listing
from prodlint.patterns.text.reader import Function
from prodlint.patterns.ties.flow import Reading

_CLASS = re.compile(r"^([ \t]*)class[ \t]+([\w:]*Policy)(?:[ \t]*<[ \t]*(?:::)?([\w:]+))?", re.M)
_METHOD = re.compile(r"^([ \t]*)def[ \t]+(\w+[!?]?)([^\n]*)\n((?:(?!\1(?:def|end)\b)[^\n]*\n)*)\1end\b", re.M)
_ALIAS = re.compile(r"^[ \t]*alias(?:_method)?[ \t(]+:?(\w+\??),?[ \t]+:?(\w+\??)", re.M)
_ROW = re.compile(r"\A\(?\s*\w+\s*,\s*(\w+)")  # the second that `initialize` is handed
_SAID_ELSEWHERE = re.compile(r"\bsuper\b|\bsend\b|\bscope\b|polic(?:y|ies)\b|allowed_to|\bparams\b|\byield\b")
_CALLED = re.compile(r"(?<![\w.:@])[a-z_]\w*[!?]?")
# one policy of the app holds the row's tenant against that of who asks: a role is one within a tenant
_SAME_TENANT = re.compile(r"\buser[\w&.]*\s*==\s*record&?\.\w|\brecord&?\.[\w&.]*\s*==\s*user&?\.\w")
_ASKS_MORE = re.compile(r"\bcurrent_\w+|\bCurrent\.|\bcan(?:not)?\?|\ballowed_to|\bpolic(?:y|ies)\b|policy_class|policy_scope")
# where one goes next, and who is written down, ties nothing
_LEADS_ON = re.compile(r"\b\w+_(?:path|url)\([^()]*\)|\bredirect_\w+[ (][^\n;]{0,200}?\bcurrent_\w+|\b\w+: current_\w+(?![\w.(])")
_DEPTH = 5

Methods = dict[str, str]


class Policies:
    """`role_only(model, action)`: does the policy of a model answer by the role of who asks alone?"""

    def __init__(self, texts: Iterable[str]) -> None:
        self._classes: dict[str, tuple[str, Methods, set[str]]] = {}
        self._within_tenants = False
        self._texts = list(texts)
        for text in self._texts:
            if "Policy" in text:
                self._within_tenants |= _SAME_TENANT.search(text) is not None
                self._take(text)

    def by_role_alone(self, function: Function, reading: Reading) -> frozenset[str]:
        """The ids by which rows of a tenant are loaded, where all that is asked for them is a policy that only looks at the role."""
        out: set[str] = set()
        for lookup in reading.lookups:
            model, _, how = lookup.model.partition(".")
            if lookup.strong and how.startswith("find") and lookup.ids <= reading.tied and self.knows(model):
                actions = actions_of(function)
                if asks_policy_alone(function, actions, loaded(function)) and all(self.role_only(model, each) for each in actions):
                    out |= lookup.ids if self._is_listed_for_one(model) else set()
        return frozenset(out)

    def _is_listed_for_one(self, model: str) -> bool:
        """Does some class of the app list a model only for the tenant of who asks?"""
        listed = listing(model)
        return any(map(listed.search, self._texts))

    def knows(self, model: str) -> bool:
        return self._within_tenants and f"{model}Policy" in self._classes

    def role_only(self, model: str, action: str) -> bool:
        name = f"{model}Policy"
        return self.knows(model) and self._looks_at_row(name, f"{action}?", _DEPTH) is False

    def _take(self, text: str) -> None:
        found = list(_CLASS.finditer(text))
        for number, each in enumerate(found):
            body = text[each.end() : found[number + 1].start() if number + 1 < len(found) else len(text)]
            methods, rows = {}, {"record"}
            for _, name, given, inside in _METHOD.findall(body):
                methods.setdefault(name, inside)
                if name == "initialize" and (row := _ROW.match(given)) is not None:
                    rows.add(row.group(1))
            methods |= {new: f"{old}\n" for new, old in _ALIAS.findall(body)}
            self._classes.setdefault(each.group(2).rpartition("::")[2], ((each.group(3) or "").rpartition("::")[2], methods, rows))

    def _looks_at_row(self, name: str, method: str, left: int) -> bool | None:
        """None where it is not known: it is said elsewhere, or nobody is asked."""
        methods, rows = self._with_bases(name)
        body = methods.get(method)
        if body is None or not left:
            return None
        if re.search(rf"(?<![\w.:])@?(?:{'|'.join(sorted(map(re.escape, rows)))})\b", body):
            return True
        if _SAID_ELSEWHERE.search(body):
            return None
        told = [self._looks_at_row(name, word, left - 1) for word in dict.fromkeys(_CALLED.findall(body)) if word in methods and word != method]
        if True in told or None in told:
            return next(each for each in (True, None) if each in told)
        return False if told or re.search(r"\b@?user\b", body) else None

    def _with_bases(self, name: str) -> tuple[Methods, set[str]]:
        methods: Methods = {}
        rows: set[str] = set()
        for _ in range(_DEPTH):
            if name not in self._classes:
                break
            name, own, called = self._classes[name]
            methods, rows = own | methods, rows | called
        return methods, rows


def asks_policy_alone(function: Function, actions: set[str], held: set[str]) -> bool:
    """Do these actions ask nothing of the row which this method loads but that its policy lets the action be done, `authorize @order`, with no other
    name for the action and no other look at who calls? held: the variables that it loads."""
    owner = function.owner
    bodies = {each.name: _LEADS_ON.sub(" ", each.body) for each in owner.functions} if owner is not None else {}
    asking = [bodies[name] for name in sorted(actions) if name in bodies]
    row = "|".join(sorted(map(re.escape, held)))
    if not asking or len(asking) != len(actions) or not row or _ASKS_MORE.search(function.body):
        return False
    return all(re.search(rf"\bauthorize[ (]+(?:{row})(?![\w.,]|\s*,)", body) and not _ASKS_MORE.search(body) for body in asking)
