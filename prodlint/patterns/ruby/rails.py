"""What Rails runs before and after an action: methods that load an object for actions, and the actions that check it.

Knows: `before_action` with `only` and `except`, also of the classes above, blocks that it is given, what is private, names of checks (Pundit, CanCan,
Action Policy) and comparisons with the caller, methods that are handed what was loaded and ask who calls. Does not know: what a check decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

from prodlint import regex as re
from prodlint.patterns.entries.around import ties_by_name
from prodlint.patterns.ruby.loads import heard, names_loaded
from prodlint.patterns.ruby.own import ASKS_WHO, MEETS_CALLER, REFUSES, class_text, declared, loaded, no_actions, of_parent, own_id, private_from
from prodlint.patterns.text.reader import Function

_GUARD = re.compile(
    r"\bauthori[sz]e!?\b|\bpolicy\b|\bcan\?|\bcannot\?|\ballowed_to\?|\bauthorize_\w+|\b(?:ensure|require|verify|check)_\w*(?:owner|access|permission|privilege|member|role|admin|can_)\w*"
    r"|(?:===?|!=)\s*(?:@?current_\w+|Current\.\w+)|\bcurrent_\w+(?:\.\w+)*\s*(?:===?|!=)|\b(?:is_)?(?:admin|owner|member)\?|\.(?:can_be_\w+_by|\w+(?:able|ible)_by|(?:own|creat|author|manag)ed_by)\?|:forbidden\b|NotAuthorized|AccessDenied|\b404\b|\.include\?\(?\s*@?current_"
    r"|\bcurrent_\w{1,40}&?\.can_\w{1,40}\?[ (]{1,9}@"
    r"|@\w{1,40}(?:\.\w{1,40}){0,4}&?\.(?:can_\w{1,40}|\w{0,40}(?:access|permi|allow|viewable|editable|authori)\w{0,40})\?[ (]{1,9}@?current_"
)
_LOGIN = re.compile(
    r"authenticate\w*!?|(?:require|ensure|check|verify)_?(?:login|logged_?in|signed_?in|user|auth\w*|session|token)\w*[!?]?"
    r"|\w*login_required|(?:signed_in_|logged_in_)?(?:users?|members?|login)_only|logged_in(?:_user)?\??|authorized?(?:_request|_user)?|doorkeeper_authorize!"
)
_BY_DEVISE = re.compile(r"authenticate_\w+!")
_ASKS_PROGRAM = re.compile(
    r"(?:^|_)(?:auth\w*|(?:api|access|bearer|signed)_?token|jwt|(?:api|access|from)_?keys?|credentials?|basic_auth)(?:_|$|[!?])"
)
_PERHAPS = re.compile(r"(?:set|load|resume|maybe|try|skip|verify_authenticity)(?:_|$)|\w*(?:optional|if_present|or_guest)")
_MODULE = re.compile(r"^([ \t]*)module[ \t]+([\w:]+)", re.M)
_CLASS = re.compile(r"^([ \t]*)class[ \t]+([\w:]*Controller)[ \t]*<[ \t]*((?:::)?[\w:]+)", re.M)
_RUNS = re.compile(r"^[ \t]*(?:before_(?:action|filter)[ (]+(:\w(?:[^\n]|(?<=,)\n)*)|(?:load_and_)?authorize_resource\b.*)", re.M)
_SYMBOL = re.compile(r":(\w+[!?]?)")
_METHOD = re.compile(r"^([ \t]*)def[ \t]+(\w+[!?]?)[^\n]*\n(.*?)^\1end\b", re.M | re.S)
# what a method before actions looks at, where it decides about a row or asks a policy
_OF_ROW = re.compile(
    r"params\s*(?:\[|\.\w+\()\s*[:'\"]?\w*id\b|params\.(?:expect|require|permit)|(?<![\w@])@(?!_?current_|_?auth|_?token|_?session)\w+"
    r"|authori[sz]e!?[ (]|polic(?:y|ies)|\bcan(?:not)?\?|allowed_to|\bsuper\b|permission|\baction_name|\bcontroller_name"
)
_OF_ROLE = re.compile(r"(?i)role|admin|staff|moderator|owner|manager|superuser")
_READING = re.compile(r"index|show|new|edit|list\w*|search\w*|text|raw|preview|print\w*|history|export\w*|download\w*")
# who belongs to a group, which says nothing of rows that other groups have
_OF_GROUP = re.compile(r"member|organi[sz]ation|team|tenant|workspace|company|household|family")
_BLOCK = re.compile(r"before_(?:action|filter)[ (]+(?:->|lambda|proc)?[ \t]*(?:\([^)\n]*\)[ \t]*)?(?:\{|do\b)([^}\n]*)\}?[ \t]*$", re.M)
_BLOCKS = re.compile(r"^([ \t]*)before_(?:action|filter)\b([^\n]*?)\bdo[ \t]*(?:\|[^|\n]*\|)?[ \t]*\n(.*?)^\1end\b", re.M | re.S)
_LAMBDAS = re.compile(r"^[ \t]*before_(?:action|filter)[ (]+(?:->|lambda)[ \t]*\{([^}\n]*)\}[ \t]*,([^\n]*)", re.M)
_CHECKS_IN_BLOCK = re.compile(r":can_\w|\b\w*(?:authori[sz]|permi(?:t\b|tted|ssion)|allowed_to|access)\w*[!?]?[ (]+[^)\s]|\bcan(?:not)?\?")
_CALLED = re.compile(r"(?<![.\w@:])([a-z_]\w*[!?]?)(?:\(|[ \t]+(?=@))([^()\n]*)")
_OF_THIS = "authorize(this)"  # a check that is handed what the request names
_RAISES = re.compile(r"\bauthori[sz]e!?[ (]+\w")  # what a method was handed, to a policy
_MAKES_CLASS = re.compile(
    r"\b(?:params|path_parameters)\b(?:.|\n){0,400}\.(?:safe_)?constantize\b|\.(?:safe_)?constantize\b(?:.|\n){0,200}\bparams\b"
)
HOLDS_ALL = "permission(all)"  # a check that is handed whatever the request names
MAX_CALLED = 40
_TAKES_IN = re.compile(r"^[ \t]*include[ \t]+[\w:]*(?:Auth|Login|Session|Secur|Protect|Restrict)|^[ \t]*(?:load_and_)?authorize_resource\b", re.M)
_STAFF = re.compile(r"admin|staff|superuser|moderator")
_CHANGING = re.compile(r"create|update|destroy|delete|edit|change|set_?|mark|add|remove|cancel|approve|accept|reject|toggle|activate|publish|upload")
# lines of a class that say for which actions a login is asked, and for which not
_WORDS = ("before_action", "before_filter", "skip_before_action", "skip_before_filter", "allow_unauthenticated_access")
_VERIFIES = frozenset(("verify_authorized", "verify_policy_scoped"))  # Pundit, after an action


class Controllers:
    """`above(name, text)`: what stands in the classes that a controller extends, nearest first, up to their first methods."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._known: dict[str, tuple[str, str]] = {}
        self._methods: dict[str, list[str]] = {}
        for text in texts:
            for name, base, head in _declared(text):
                self._known.setdefault(name, (base, head))
            if "Controller" in text or "Concern" in text or ASKS_WHO.search(text):
                for _, name, body in _METHOD.findall(text):
                    self._methods.setdefault(name, []).append(body)

    def of_devise(self, name: str) -> bool:
        """Is it the login of a gem, which names it after who signs in, `authenticate_member!`?"""
        return _BY_DEVISE.fullmatch(name) is not None and name not in self._methods and not _STAFF.search(name)

    def asks_of_rows(self, name: str, *, for_all: bool) -> bool:
        """May a method that runs before actions say who may have a row? Not where all that are written look at none, and it stands before all actions
        of the app (for_all: whoever is let in has passed it), or only asks for a login or for a member of a group."""
        bodies = self._methods.get(name, ())
        if not bodies or _STAFF.search(name) or any(map(_OF_ROW.search, bodies)):
            return True
        login = _LOGIN.fullmatch(name) is not None and not any(map(_OF_ROLE.search, bodies))
        return not (for_all or login or _OF_GROUP.search(name))

    def holds_all(self, name: str) -> bool:
        """Does a method load whatever a request names, by a class that it makes of the name of each part, `"order_id"`, and hold all of that against
        who asks? Which rows pass it is not read."""
        bodies = [body for body in self._methods.get(name, ()) if MEETS_CALLER.search(body)]
        inner = (each for body in bodies for called in re.findall(r"\b[a-z_]\w*", body)[:MAX_CALLED] for each in self._methods.get(called, ()))
        return any(_MAKES_CLASS.search(body) for body in (*bodies, *inner))

    def bodies(self, name: str) -> list[str]:
        """Of the methods of controllers and concerns that are called so."""
        return self._methods.get(name, [])

    def looks_at_row(self, around: str) -> bool:
        """Does a check of the project that runs before an action look at the row that was loaded, or at what the request names?"""
        if _OF_THIS in around or HOLDS_ALL in around:
            return True
        named = (name for name in _SYMBOL.findall(around) if ties_by_name(name))
        return any(_OF_ROW.search(body) for name in named for body in self._methods.get(name, ()))

    def checks(self, line: str, function: Function) -> bool:
        """Does a line of a class name a method that holds what a function of the class loaded against who asks, or hands it to a policy?"""
        own = {each.name: each.body for each in function.owner.functions} if function.owner is not None else {}
        named = (name for name in _SYMBOL.findall(re.split(r"\b(?:only|except|if|unless)\b", line)[0]) if name != function.name)
        bodies = (body for name in named for body in ([own[name]] if name in own else self._methods.get(name, ())))
        return any(loaded(function) & set(re.findall(r"@\w+", body)) and ASKS_WHO.search(body) for body in bodies)

    def hands_over(self, function: Function, body: str) -> bool:
        """Does an action hand what a method loaded before it to one that asks who calls, and refuses?"""
        own = {each.name: each.body for each in function.owner.functions} if function.owner is not None else {}
        named = [name for name, given in _CALLED.findall(body) if loaded(function) & set(re.findall(r"@\w+", given))]
        bodies = (text for name in named for text in ([own[name]] if name in own else self._methods.get(name, ())))
        return any(_RAISES.search(text) or (ASKS_WHO.search(text) and REFUSES.search(text)) for text in bodies)

    def is_root(self, head: str) -> bool:
        """Does what stands in a class stand in one that extends no controller of the project?"""
        return any(known == head and base.removeprefix("::") not in self._known for base, known in self._known.values())

    def above(self, name: str, text: str) -> list[str]:
        """text: of the file that declares it."""
        out: list[str] = []
        own = next(((full, base) for full, base, _ in _declared(text) if full == name or full.endswith(f"::{name}")), ("", ""))
        full, seen = self._meant(*own), {own[0]}
        while full in self._known and full not in seen:
            seen.add(full)
            out.append(self._known[full][1])
            full = self._meant(full, self._known[full][0])
        return out

    def _meant(self, name: str, base: str) -> str:
        """The class that a name means within another class: of the nearest module that holds one, `::Name` of none."""
        within = [] if base.startswith("::") else name.split("::")[:-1]
        base = base.removeprefix("::")
        tried = ("::".join((*within[:depth], base)) for depth in range(len(within), -1, -1))
        return next((each for each in tried if each in self._known), "")


def _declared(text: str) -> Iterator[tuple[str, str, str]]:
    """(name with its modules, class that it extends, what stands in it before its first method) of the controllers of a file."""
    for found in _CLASS.finditer(text):
        modules = [name for indent, name in _MODULE.findall(text[: found.start()]) if len(indent) < len(found.group(1))]
        yield "::".join((*modules, found.group(2))), found.group(3), re.split(r"\n[ \t]*def ", text[found.end() :], maxsplit=1)[0]


def before(function: Function, controllers: Controllers) -> str:
    """What runs before the actions of the controller, and what the classes above it ask for: a role or a permission, for this action."""
    owner = function.owner
    if owner is None:
        return ""
    code, own, actions = function.code, class_text(function), actions_of(function)
    said = [
        re.sub(
            r":(\w+[!?]?)(?=\s*(?:,|$))",
            lambda found: (
                ":authenticate_user!"
                if controllers.of_devise(found.group(1))
                else found.group()
                if controllers.asks_of_rows(found.group(1), for_all=False) and not of_parent(found.group(1), function)
                else ""
            ),
            line,
        )
        for line in _run_before(own, actions)
    ]
    skipped = {name for word in ("skip_before_action", "skip_before_filter") for names, _ in _before(own, word) for name in names}
    for head in controllers.above(owner.name, code.text):
        for_all = controllers.is_root(head)
        for names, rest in (*_before(head, "before_action"), *_before(head, "before_filter")):
            if names - skipped and _covers(rest, {function.name}) and not re.search(r"\b(?:if|unless):", rest):
                asking = (
                    name for name in sorted(names - skipped) if not controllers.of_devise(name) and controllers.asks_of_rows(name, for_all=for_all)
                )
                said += [f":{name}" for name in asking if ties_by_name(name) or _STAFF.search(name)]
                said += [HOLDS_ALL for name in sorted(names) if controllers.holds_all(name)]
        said += [found.group() for found in _RUNS.finditer(head) if found.group(1) is None]
    said += blocks_before(own, actions)
    blocks = [found.group(1) for text in (own, *controllers.above(owner.name, code.text)) for found in _BLOCK.finditer(text)]
    said += [block for block in blocks if ties_by_name(block) or _STAFF.search(block)]
    said += [f"permission {rest}" for rest in declared(function, actions) if _OF_ROLE.search(rest)]
    return " " + " ".join(said)


def actions_of(function: Function) -> set[str]:
    """The actions that a method of a controller is part of: itself, or those that a line of the class or their own code runs it for."""
    owner = function.owner
    text = class_text(function)
    code = function.code
    private = private_from(text, code.starts[owner.first]) if owner is not None else 1 << 60
    shown = no_actions(function)
    public = [each for each in owner.functions if code.starts[each.at] < private and each.name not in shown] if owner is not None else []
    used = [rest for names, rest in _before(text, "before_action") if function.name in names]
    if used:
        return set().union(*(_named(rest, "only") or {each.name for each in public} - _named(rest, "except") for rest in used)) - {function.name}
    if function in public:
        return {function.name}
    return {each.name for each in public if re.search(rf"\b{re.escape(function.name)}(?![\w!?])", each.body)} or {function.name}


def _run_before(text: str, actions: set[str]) -> list[str]:
    """The lines of a class that run something before all of these actions."""
    return [names or line for line, names in _runs(text) if _covers(line, actions)]


@lru_cache(1024)
def _runs(text: str) -> tuple[tuple[str, str], ...]:
    """(line, what it names) of each line of a class that runs something before actions."""
    return tuple((found.group(), found.group(1) or "") for found in _RUNS.finditer(text))


def blocks_before(text: str, actions: set[str]) -> list[str]:
    """What blocks of a class check before all of these actions: a row that the request names, or only who calls."""
    found = ((line, body) for line, body in _blocks(text) if _covers(line, actions))
    asked = ((body, "permission staff" if "only" in line else "permission") for line, body in found if _CHECKS_IN_BLOCK.search(body))
    return [_OF_THIS if "params" in body else permission for body, permission in asked]


@lru_cache(1024)
def _blocks(text: str) -> tuple[tuple[str, str], ...]:
    """(line, body) of each block of a class that runs before actions."""
    return (*((found.group(2), found.group(3)) for found in _BLOCKS.finditer(text)), *((rest, body) for body, rest in _LAMBDAS.findall(text)))


def _covers(line: str, actions: set[str]) -> bool:
    """Does a line of a class run what it names before all of these actions, by its `only` and `except`?"""
    only, but = _named(line, "only"), _named(line, "except")
    return (not only or actions <= only) and not actions & but


def for_strangers(function: Function) -> bool:
    """Is it said by name that whoever comes may call the action, or all that this method is run before, where no name says that something changes?"""
    if function.owner is None or function.code.language != "ruby":
        return False
    text = class_text(function)
    used = [_named(rest, "only") for names, rest in _before(text, "before_action") if function.name in names]
    actions = set().union(*used) if used and all(used) else actions_of(function) if used else {function.name}
    if any(map(_CHANGING.match, actions)):
        return False
    lines = [(word, names, rest) for word in _WORDS for names, rest in _before(text, word)]
    let_in = {action for action in actions if any(_lets_in(*line, action) for line in lines) and not any(_asks_in(*line, action) for line in lines)}
    # what a method loads for whoever comes is no more for those who sign in and only read
    return bool(let_in) and (let_in == actions or (function.name not in actions and all(map(_READING.fullmatch, actions))))


def before_login(function: Function, controllers: Controllers) -> bool:
    """Is no login asked for before an action, though lines of its class ask for one before others, `only: [:create, :update]`, or name it as left out
    of the login?"""
    owner, text = function.owner, class_text(function)
    if owner is None:
        return False
    above = controllers.above(owner.name, function.code.text)
    skipped = {
        name
        for word in ("skip_before_action", "skip_before_filter")
        for names, rest in _before(text, word)
        for name in names
        if _covers(rest, {function.name})
    }
    asked = False
    for each in (text, *above):
        lines = (*_before(each, "before_action"), *_before(each, "before_filter"))
        logins = [({name for name in names if _LOGIN.fullmatch(name) or _ASKS_PROGRAM.search(name)}, rest) for names, rest in lines]
        if any(names - skipped and _covers(rest, {function.name}) for names, rest in logins) or _TAKES_IN.search(each):
            return False
        asked |= any(names for names, _ in logins)
        skipped |= {name for names, _ in logins for name in names}  # what a class names again no longer runs as the class above said
    return asked


def asked_for_changes(function: Function) -> bool:
    """Do all lines of the class that ask for a login name actions, each of which changes something, and is this none of these?"""
    lines = [(names, _named(rest, "only")) for word in ("before_action", "before_filter") for names, rest in _before(class_text(function), word)]
    asked = [only for names, only in lines if any(map(_LOGIN.fullmatch, names))]
    named = set().union(*asked)
    if not asked or not all(asked) or not all(name == "new" or _CHANGING.match(name) for name in named):
        return False
    actions = actions_of(function)
    return actions.isdisjoint(named) and all(_READING.fullmatch(name) and not _CHANGING.match(name) for name in actions)


def spared(function: Function) -> bool:
    """Is it said that whoever comes may call it, or that nobody checks it?"""
    return for_strangers(function) or left_unchecked(function) or "skip_authorization" in function.body


def left_unchecked(function: Function) -> bool:
    """Are there actions that a line of the class leaves out of `load_and_authorize_resource`, none of which changes anything by its name, and is this
    method part of these, or run for them?"""
    owner = function.owner
    if owner is None or function.code.language != "ruby":
        return False
    lines = [line for line, names in _runs(class_text(function)) if not names]
    spared = {action for action in actions_of(function) if not any(_covers(line, {action}) for line in lines)}
    return bool(lines and spared) and not any(map(_CHANGING.match, spared))


def _lets_in(word: str, names: frozenset[str], rest: str, action: str) -> bool:
    """Does one line of the class leave an action out of the login?"""
    only, but = _named(rest, "only"), _named(rest, "except")
    if word != "allow_unauthenticated_access" and not any(map(_LOGIN.fullmatch, names)):
        return False
    if word in ("before_action", "before_filter"):
        return action in but
    everywhere = word.startswith("skip_") and not only and action not in but and re.search(r"\b(?:if|unless)\b", rest) is None
    return action in only or everywhere


def _asks_in(word: str, names: frozenset[str], rest: str, action: str) -> bool:
    """Does one line of the class ask for a login before an action, or for what programs bring in its place?"""
    asks = any(_LOGIN.fullmatch(name) or (_ASKS_PROGRAM.search(name) and not _PERHAPS.match(name)) for name in names)
    return word in ("before_action", "before_filter") and asks and _covers(rest, {action})


@lru_cache(4096)  # each action of a class asks for the same lines
def _before(text: str, word: str) -> tuple[tuple[frozenset[str], str], ...]:
    """(names of methods, options) of each line of a class that begins with a word."""
    found = re.findall(rf"^[ \t]*{word}\b[ (]*((?::[\w!?]+(?:,[ \t\n]*)?)*)((?:[^\n]|(?<=,)\n)*)", text, re.M)
    return tuple((frozenset(re.findall(r"[\w!?]+", listed)), rest) for listed, rest in found)


def fails_unchecked(text: str, actions: set[str]) -> bool | None:
    """Do these actions fail where they authorize nothing, by what a class says? None where it says nothing of that."""
    skips = [rest for names, rest in _before(text, "skip_after_action") if "verify_authorized" in names]
    skips += [rest for _, rest in _before(text, "skip_authorization_check")]
    if any(actions & (_named(rest, "only") or actions) - _named(rest, "except") for rest in skips):
        return False
    lines = [(names, rest) for names, rest in _before(text, "after_action") if names & _VERIFIES]
    lines += [({"verify_authorized"}, rest) for _, rest in _before(text, "check_authorization")]
    if any(_covers(rest, actions) for _, rest in lines):
        return True
    return False if any("verify_authorized" in names for names, _ in lines) else None


def checked_by_actions(function: Function, base: str, controllers: Controllers) -> bool:
    """Is this a method that loads an object before actions, every one of which checks it? base: what stands in the base controllers of the app."""
    owner = function.owner
    code = function.code
    if owner is None or code.language != "ruby":
        return False
    text = class_text(function)
    private = private_from(text, code.starts[owner.first])
    used = re.search(rf"before_action[ (]+(?:(?!\n\s*\w+_action)[^\n]|,\n)*:{re.escape(function.name)}\b((?:[^\n]|,\n)*)", text)
    shown = no_actions(function)
    hidden = [each for each in owner.functions if code.starts[each.at] > private or each.name in shown]
    if function not in hidden and used is None:
        return False
    own = actions_of(function)
    said = (fails_unchecked(each, own) for each in (text, *controllers.above(owner.name, code.text), base))
    if next((each for each in said if each is not None), False):  # the nearest class decides
        return True
    names = _named(used.group(1) if used else "", "only")
    spared = _named(used.group(1) if used else "", "except")
    variables = loaded(function)
    actions = [
        each
        for each in owner.functions
        if each not in hidden and each is not function and (not names or each.name in names) and each.name not in spared
    ]
    actions = [each for each in actions if not for_strangers(each)] or actions
    bodies = [f"{code.source(each.first, each.last)}{_before_one(text, each.name, controllers, function)}" for each in actions]
    called = {function.name, *(each.name for each in hidden if re.search(rf"\b{re.escape(function.name)}\b", each.body))}
    calls = [body for body in bodies if variables & set(re.findall(r"@\w+", body)) or not called.isdisjoint(re.findall(r"\w+", body))]
    implied = [body for each, body in zip(actions, bodies, strict=True) if each.name in ("show", "edit", "update", "destroy") and body not in calls]
    return bool(calls) and all(_GUARD.search(body) or controllers.hands_over(function, body) for body in (*calls, *(implied if used else ())))


def changed_by(function: Function, controllers: Controllers) -> str:
    """Whom a method loads a row for, to change it: anybody, since neither the action nor a line of the class checks it, or staff alone."""
    text, actions = class_text(function), actions_of(function)
    changing = [each for each in names_loaded(function) if each.name in actions and not _READING.fullmatch(each.name)]
    own = [each for each in changing if not _STAFF.search(" ".join(_run_before(text, {each.name})))]
    loose = [each for each in own if not (_GUARD.search(heard(each.body, text)) or controllers.hands_over(function, each.body))]
    anybody = any(not _before_one(text, each.name, controllers, function) for each in loose)
    return "anybody" if anybody else "staff" if changing and not own else ""


def _before_one(text: str, action: str, controllers: Controllers, loader: Function) -> str:
    """` authorize ` where a line of the class has a check run before an action."""
    lines = _run_before(text, {action})
    first = ((line, _SYMBOL.findall(line)[:1]) for line in lines if ties_by_name(line))
    checks = any(all(controllers.asks_of_rows(name, for_all=False) for name in names) for line, names in first)
    checks |= _OF_THIS in blocks_before(text, {action})
    named = {name for line in lines for name in _SYMBOL.findall(line)[:1]}
    checks |= any(own_id(each.body, loader.body) for each in (loader.owner.functions if loader.owner is not None else ()) if each.name in named)
    return " authorize " if checks or any(controllers.checks(line, loader) for line in lines) else ""


@lru_cache(4096)
def _named(rest: str, word: str) -> frozenset[str]:
    found = re.search(rf"\b{word}(?::|\s*=>)\s*(%[iw][\[({{][^\])}}]*|\[[^\]]*\]|:\w+)", rest)
    return frozenset(re.findall(r"\w+", re.sub(r"^%[iw]", "", found.group(1)))) if found else frozenset()
