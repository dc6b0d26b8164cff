"""What Laravel does before an action runs: models that it looks up for a parameter, requests that check, what a constructor puts before it.

Knows: parameters typed with a model, `authorize()` of form requests, `authorizeResource`, middleware of controllers, `mount` and typed properties of
Livewire, which take the parts of the path where a component is a page, its public properties, which a client may set. Does not know: routes
(`laravel_routes.py`), who owns a model (`owners.py`), what the action does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from prodlint import regex as re
from prodlint.patterns.entries.parameters import Entry
from prodlint.patterns.evidence.owners import Owners, normal
from prodlint.patterns.php.laravel_gates import closures
from prodlint.patterns.text.meanings import Lookup, Value
from prodlint.patterns.text.reader import Function, plain_name
from prodlint.patterns.text.words import Words

IS = re.compile(
    r"\bIlluminate\\|\bRoute::(?:get|post|put|patch|delete|middleware|prefix|resource|apiResource)\(|\bextends\s+(?:Model|Authenticatable)\b"
)
_TYPED = re.compile(r"(?:^|\s|\?)\\?(?:\w+\\)*([A-Z]\w*)\s+&?\$(\w+)")
_PROPERTY = re.compile(r"\bpublic\s+\??\\?(?:\w+\\)*([A-Z]\w*)\s+\$(\w+)\s*[;=]")
_SETTABLE = re.compile(r"((?:#\[[^\]\n]{0,200}\]\s{0,40}){0,8})\bpublic\s+(?:\?\s*(int|string)|(int|string)(?:\s*\|\s*\w+)*)?\s*\$(\w+)\s*[;=]")
_LOCKED = re.compile(r"#\[[^\]\n]*\b(?:Locked|Computed|Session)\b")
_IN_ADDRESS = re.compile(r"#\[[^\]\n]*\bUrl\b")
_GIVEN = re.compile(r"#\[\s*(?:\w+\\)*(?:CurrentUser|Auth\w*|Context|Tenant)\b")  # attributes that hand over who asks
_CHECKS = re.compile(
    r"->\s*user\s*\(|\bauth\s*\(|\bAuth::|->\s*can\b|\bGate::|->\s*route\s*\(|->\s*isAdmin|->\s*has\w+\(|==|!=|\bpolicy\b"
    r"|(?:->|::|\$)\w*[pP]ermission|\bPermission\w*::"
)
_SIGNED = re.compile(
    r"(?:\$this->user\(\)|\bauth\([^()]*\)->(?:user|id)\(\)|\bAuth::(?:user|id)\(\))\s*(?:(?:!==?|===?)\s*null\b|\?\s*true\s*:\s*false\b)?\s*(?=[;)&|])"
    r"|\bnull\s*(?:!==?|===?)\s*(?:\$this->user\(\)|\bauth\([^()]*\)->(?:user|id)\(\)|\bAuth::(?:user|id)\(\))(?!\s*->)"
    r"|(?:\bauth\([^()]*\)->|\bAuth::)(?:check|guest|hasUser)\(\)(?:\s*(?:===?|!==?)\s*(?:true|false)\b)?"
)
# what a constructor, or the list of a controller's `middleware()`, puts before its actions
_TOLD = re.compile(r"(?:middleware|authorizeResource)\([^;]*")
_TOLD_NEW = re.compile(r"\bnew\s+Middleware\(\s*(?:[^()\[\]]|\[[^\[\]]*\])*\)|(?:^|[\[,])\s*['\"][\w:,.| -]+['\"]\s*(?=[,\]])")
_ONLY = re.compile(r"(?:->\s*only\(|\bonly\s*:|['\"]only['\"]\s*=>)\s*(\[[^\]]*\]|[^;)]*)")
_BUT = re.compile(r"(?:->\s*except\(|\bexcept\s*:|['\"]except['\"]\s*=>)\s*(\[[^\]]*\]|[^;)]*)")
_WITH_MOUNT = frozenset(("boot", "booted", "render", "hydrate"))
_OF_CLASS = re.compile(r"(?:->authorize|Gate::authorize)\(\s*['\"][\w.-]+['\"]\s*,\s*\\?(?:\w+\\)*(\w+)::class")
_OF_ROW = re.compile(r"(?:->authorize|Gate::authorize)\(\s*['\"][\w.-]+['\"]\s*,\s*\[?\s*\$")
_COMMENTS = re.compile(r"//[^\n]*|/\*(?:[^*]|\*(?!/)){0,2000}\*/")
_REFUSED_AT_ONCE = re.compile(r"\s*\{?\s*abort\(\s*40[1345]\b")
_NAMED_POLICY = re.compile(r"\b(\w+)::class\s*(?:=>|,)\s*\\?(?:\w+\\)*(\w+)Policy::class")
_POLICY = re.compile(r"\bclass\s+(\w+)Policy\b(?!\s+extends\b)")  # one that extends another may look at rows there
# a policy that holds something of a row against who asks, or hands the row on to what may
_LOOKS_AT_ROW = re.compile(
    r"\$(?!user\b|this\b|actor\b)\w+->(?:\w*(?:user|owner|team|tenant|company|org\w*|account|author|creat\w*_by|member)\w*)|->(?:is|contains|owns|belongs\w*|ownedBy)\("
    r"|\(\s*\$(?!user\b|this\b)\w+\s*[,)]|\$user->\w+\([^()]*\$(?!user\b)\w+",
    re.I,
)
_MAY_REFUSE = re.compile(r"authorize|\bGate::|\babort|\bpolicy\b")
# what only shows a page or leads on to one; what is answered as data (`json`) is given away
_SHOWS = re.compile(r"\breturn\s+(?:\(new\s+)?\\?(?:view|redirect|to_route|back|Inertia::render|Redirect|View|\$this->(?:render|redirect)\w*)\b")
_MODEL_REQUEST = re.compile(r"\b(?:Models?|Entit(?:y|ies))\\+Request\b")  # else it is what the client sent, though a model may be called so
_POLICED = re.compile(r"['\"]can:[\w.-]+,([\w,]+)")
_REDIRECTS = re.compile(r"\breturn\s+(?:redirect|to_route|back)\b")
_GIVES = re.compile(r"\b(?:view|json|compact)\(")
_VOUCHED = re.compile(r"['\"]signed(?::[\w,]+)?['\"]|\bValidateSignature::")  # middleware of Laravel
_NOT_GUESSED = re.compile(r"(?i)hash|token|secret|signature|slug")


def bound(function: Function, owners: Owners) -> tuple[tuple[str, str], ...]:
    """(parameter, model) of every parameter whose type is a declared model: the framework selects it by the id in the path, and by nothing else."""
    out = []
    for param in function.params:
        typed = _TYPED.search(param.text)
        sent = typed is not None and typed.group(1) == "Request" and not _MODEL_REQUEST.search(function.code.text)
        if sent or _does_nothing(function, param.name):
            continue
        if typed is not None and owners.of(typed.group(1)) and not owners.binds(typed.group(1)) and not _GIVEN.search(param.text):
            out.append((param.name, typed.group(1)))
    return tuple(out)


def _does_nothing(function: Function, name: str) -> bool:
    """Is a parameter never used, or everybody refused by the first statement, `abort(403);`: methods that a resource brings and that nobody wrote?"""
    body = _COMMENTS.sub("", function.body)
    return bool(name) and (
        (name not in body and not any(word in body for word in ("compact(", "get_defined_vars(", "func_get_args(")))
        or _REFUSED_AT_ONCE.match(body) is not None
    )


def guessable(bound: tuple[tuple[str, str], ...], route: str) -> tuple[tuple[str, str], ...]:
    """Those of the bound parameters that a route does not select by something that only those know who may have it, `{invoice:unique_hash}`,
    or that is made to be read, `{company:slug}`; what no part of the path names is made empty."""
    known = {normal(name) for name, key in re.findall(r"\{(\w+):(\w+)\??\}", route) if _NOT_GUESSED.search(key)}
    held = {normal(name) for name in re.findall(r"\{(\w+)", route)}
    if route and len(held) < len(bound):
        bound = tuple(each for each in bound if normal(each[0]) in held)
    return tuple(each for each in bound if normal(each[0]) not in known)


def selected_again(function: Function, bound: Iterable[tuple[str, str]], lookups: Iterable[Lookup]) -> frozenset[str]:
    """The bound parameters in whose place an action puts the same row only where it is the caller's:
    `$post = Post::where('user_id', auth()->id())->where('id', $post->id)->first()`."""
    code, out = function.code, set()
    tied = [code.starts[lookup.at] for lookup in lookups if lookup.tied]
    for name, model in bound if tied else ():
        held = re.escape(name)
        row = rf"(?:['\"](?:\w+\.)?id['\"]\s*,(?:\s*['\"]=['\"]\s*,)?\s*|->\s*(?:find\w*|whereKey)\(\s*){held}\b"
        query = rf"{held}\s*=\s*\\?(?:\w+\\)*{model}::(?:[^;{{}}]|\{{[^{{}}]*\}}){{0,1500}}?{row}"
        if any(found.start() < at < found.end() for found in re.finditer(query, code.text) for at in tied):
            out.add(plain_name(name))
    return frozenset(out)


def policed(around: str) -> list[str]:
    """The parts of the path that a middleware hands to a policy: `can:update,post`."""
    return [name for listed in _POLICED.findall(around) for name in listed.split(",")]


def vouched(around: str) -> bool:
    """Is the address of the request one that the app itself gave out and signed?"""
    return _VOUCHED.search(around) is not None


def plain(function: Function) -> frozenset[str]:
    """The parameters that take parts of the path as they are, whatever the route calls them."""
    return frozenset(plain_name(param.name) for param in function.params if re.match(r"(?:\??(?:string|int)\s+)?\$", param.text.strip()))


def carried(function: Function, name: str) -> bool:
    """Is a parameter only carried on into a page or a redirect, with no more of it than a field: `return view('post')->with('group', $group)`?"""
    held = re.compile(r"\$" + re.escape(name) + r"\b")
    deeper = re.compile(held.pattern + r"\s*\??->\s*\w+\s*(?:\(|\??->|\[)")
    for said in function.body.split(";"):
        if held.search(said) is not None:
            shows = _SHOWS.search(said)
            if shows is None or held.search(said, 0, shows.start()) is not None or deeper.search(said) is not None:
                return False
    return True


def leads_on(function: Function, name: str) -> bool:
    """Is a parameter only part of where a redirect leads, `return redirect()->route('company.show', ['company' => $company])`, so that nothing of it
    is given away?"""
    named = re.compile(rf"\${re.escape(name)}\b|['\"]{re.escape(name)}['\"]\s{{0,9}}[,)]")
    deeper = re.compile(rf"\${re.escape(name)}\s{{0,9}}\??->\s{{0,9}}(?!id\b|getKey\b|getRouteKey\b)")
    naming = [said for said in function.body.split(";") if named.search(said)]
    return bool(naming) and all(_REDIRECTS.search(said) and not (_GIVES.search(said) or deeper.search(said)) for said in naming)


def mounts(entry: Entry) -> bool:
    """Livewire: is it what runs first when a component is shown?"""
    return entry.framework == "livewire" and entry.function.name in ("mount", "render")


def shows_first(function: Function) -> bool:
    """Livewire: is it the `mount` of a component, or the `render` of one that has none?"""
    beside = {each.name for each in function.owner.functions} if function.owner is not None else set()
    return function.name == "mount" or (function.name == "render" and "mount" not in beside)


def filled(function: Function, owners: Owners, route: str) -> tuple[tuple[str, str], ...]:
    """Livewire: (property, model) of public properties that the part of the path of their name fills, as a parameter of `mount` would be: "typehint
    class properties, and Livewire will automatically route-model bind to them" (Livewire, Rendering components)."""
    owner = function.owner
    held, taken = set(re.findall(r"\{(\w+)\??\}", route)), {plain_name(param.name) for param in function.params}
    body = function.code.source(owner.first, owner.last) if owner is not None and held else ""
    typed = ((f"$this.{name}", model) for model, name in _PROPERTY.findall(body) if name in held - taken)
    return tuple((name, model) for name, model in typed if owners.of(model) and not owners.binds(model))


def settable(entry: Entry, words: Words) -> dict[str, Value]:
    """Livewire: the public properties of a component by which a client may select a row: "public properties should be treated as user input" unless
    they are `#[Locked]` (Livewire, Properties). Until the component is first shown only the address sets them (`#[Url]`). One without a type may hold
    a model, which no client changes: it counts where its name says that it is an id."""
    function, owner = entry.function, entry.function.owner
    if entry.framework != "livewire" or owner is None:
        return {}
    first = function.name in (*_WITH_MOUNT, "mount")
    out = {}
    for above, perhaps, surely, name in _SETTABLE.findall(function.code.source(owner.first, owner.last)):
        is_key = words.is_id(name) or "int" in (perhaps, surely)
        if is_key and not _LOCKED.search(above) and (not first or _IN_ADDRESS.search(above)):
            out[f"$this.{name}"] = Value(ids=frozenset((name,)))
    return out


def properties(entry: Entry) -> set[str]:
    """Livewire: the ids of an entry point that are properties. What ties these says little of the same rows elsewhere: a component fills them itself
    before a client changes them."""
    return {name for key, value in entry.start.items() if key.startswith("$this.") for name in value.ids}


def holds(function: Function, name: str) -> bool:
    """Livewire: is it a public property of the component, which holds a row, a list or a text, and never a service?"""
    owner = function.owner
    text = function.code.source(owner.first, owner.last) if owner is not None else ""
    return re.search(rf"\bpublic\s+(?:[\w\\?|]+\s+)?\${re.escape(name)}\s*[;=]", text) is not None


def is_page(function: Function) -> bool:
    """Filament: is it a method of a page, which is a component that has a route of its own?"""
    return function.owner is not None and re.search(r"\bextends\s+\\?(?:Filament\\Pages\\)?Page\b", function.owner.header) is not None


def around_mount(entry: Entry) -> str:
    """What the same request runs beside `mount`, where it may refuse: `boot`, `booted`, `render`."""
    owner = entry.function.owner if mounts(entry) else None
    beside = [each.body for each in owner.functions if each.name in _WITH_MOUNT] if owner is not None else []
    return " authorize( " if any(map(_MAY_REFUSE.search, beside)) else ""


def request_classes(function: Function) -> Iterator[str]:
    """Form requests among the parameters: they may refuse before the action runs."""
    for param in function.params:
        typed = _TYPED.search(param.text)
        if typed is not None and typed.group(1).endswith("Request") and typed.group(1) not in ("Request", "ServerRequest"):
            yield typed.group(1)


def checks(function: Function) -> bool:
    """Does the `authorize()` of a form request look at more than that somebody is signed in?"""
    return bool(_CHECKS.search(_SIGNED.sub(" ", function.body)))


def before(function: Function) -> tuple[str, tuple[str, ...]]:
    """(what the constructor of the controller puts before its actions, models that a policy takes in all of them)."""
    owner = function.owner
    if owner is None:
        return "", ()
    bodies = {each.name: each.body for each in owner.functions if each.name in ("__construct", "middleware")}
    told = [*_TOLD.findall(bodies.get("__construct", "")), *_TOLD_NEW.findall(bodies.get("middleware", ""))]
    policed = re.findall(r"authorizeResource\(\s*\\?(?:\w+\\)*(\w+)::class", bodies.get("__construct", ""))
    told += [f" authorize( {behind}" for behind in closures(bodies.get("__construct", ""))]
    return " ".join(each for each in told if _is_for(each, function.name)), tuple(policed)


def _is_for(told: str, action: str) -> bool:
    """Is it for this action, by its `only` and `except`?"""
    only, but = _ONLY.search(told), _BUT.search(told)
    if only is not None:
        return action in re.findall(r"\w+", only.group(1))
    return but is None or action not in re.findall(r"\w+", but.group(1))


def classes_asked(function: Function) -> list[str]:
    """The classes, and no rows, for which an action asks a policy."""
    return _OF_CLASS.findall(function.body) if not _OF_ROW.search(function.body) else []


def policies(texts: Iterable[str]) -> dict[str, bool]:
    """Model -> does its policy look at rows, and not only at what somebody may do?"""
    known: dict[str, bool] = {}
    named: list[tuple[str, str]] = []
    for text in texts:
        named += _NAMED_POLICY.findall(text)
        known |= {found.group(1): _LOOKS_AT_ROW.search(text, found.end()) is not None for found in _POLICY.finditer(text)}
    return known | {model: known[policy] for model, policy in named if policy in known}
