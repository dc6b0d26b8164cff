"""Rails: what the methods of one controller hold against who asks, and what they leave alone.

Knows: instance variables that a method fills, methods of the same class that are handed nothing, lines in words of the project that name one action.
Does not know: classes above, which lines of a class run what (`rails.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from prodlint import regex as re
from prodlint.patterns.text.meanings import Lookup
from prodlint.patterns.text.reader import Function

ASKS_WHO = re.compile(r"\bcurrent_\w+|\bCurrent\.|authori[sz]e!?[ (]|polic(?:y|ies)|\bcan(?:not)?\?|allowed_to")
REFUSES = re.compile(r"\b(?:redirect|render|raise|head|not_found|forbidden|deny|reject)\w*")
_FOR_VIEWS = re.compile(r"^[ \t]*helper_method[ (]+((?::\w+[?!]?(?:,\s*)?)+)", re.M)
_FINDS_ONCE = re.compile(r"@\w{1,60} {0,9}\|\|=[^\n;]{1,200}")
_PRIVATE = re.compile(r"^[ \t]*(?:private|protected)[ \t]*$", re.M)
_HANDS_ROW = re.compile(r"\bauthori[sz]e!?[ (]+(?::\w+\??,[ \t]*)?@\w")  # to a policy, which refuses
_POLICY_MADE = re.compile(r"\w+Policy\.new\([^()]*,\s*(@\w+)\s*\)")
_VARIABLE = re.compile(r"@\w+")
_FILLED = re.compile(r"(@\w+)\s*(?:\|\|)?=[^=~>]")
_FOUND_LATER = re.compile(r"(@\w+)\s*=\s*(?:::)?[A-Z][\w:]*\.[^\n]{0,300}\bparams\b")
_LOADS = re.compile(r"^[ \t]*load_(?:and_authorize_)?resource\b", re.M)
_RUN = re.compile(r"^[ \t]*(?:prepend_)?before_(?:action|filter)[ (]+(?:[^\n]|(?<=,)\n)*", re.M)
_ENDED_UNLESS = re.compile(r"([ \t]*)(?:return|raise)\b[^\n]*?\bunless[ \t]+(?:(?!\bor\b|\|\||!|\bnot\b)[^\n])*")
_CHANGED_ABOVE = re.compile(r"\.(?:update|destroy|delete|save|create|toggle|increment|touch|insert|upsert)\w*|\.\w+!")
_OWN_ID = re.compile(r"\bparams\[:(\w+)\](?:\.to_\w)?\s*([!=]=)\s*@?current_\w+\.id\b|\bcurrent_\w+\.id(?:\.to_s)?\s*([!=]=)\s*params\[:(\w+)\]")
_KEY = re.compile(r"\bparams\s*\[\s*[:'\"](\w+)")
_POLICY = re.compile(r"authori[sz]e!?[ (]|polic(?:y|ies)|\bcan(?:not)?\?|allowed_to|\bsuper\b")
_MEETS = r"(?:==|!=)\s*@?current_\w+|\bcurrent_\w+(?:\.\w+)*\s*(?:==|!=)|\.\w+\?[ (]\s*@?current_"
MEETS_CALLER = re.compile(_MEETS)
# what is refused by, and not only shown beside the row: `render json: @order, liked: @order.liked_by?(current_user)`
_HELD_IN_CONDITION = re.compile(rf"\b(?:if|unless|elsif)\b[^\n]{{0,200}}(?:{_MEETS})|(?:{_MEETS})[^\n]{{0,200}}(?:\bor\b|\|\|)")
# a call that is handed nothing, on a line of its own
_BARE = re.compile(r"^[ \t]*(?:return[ \t]+unless[ \t]+)?([a-z_]\w*[!?]?)(?:\(\))?[ \t]*(?:(?:or|and|\|\||&&|if|unless)\b[^\n]*)?$", re.M)
# a line of a class that says for one action who may call it: `action_auth_level :destroy, :administrator`
_DECLARES = re.compile(
    r"^[ \t]*(?!before_|skip_|after_|around_)"
    r"\w{0,40}(?:auth|access|allow|permi|require|restrict|grant|role|level)\w{0,40}[ (]+:(\w+[!?]?)[ \t]*,([^\n]*)",
    re.M,
)


def loaded(function: Function) -> set[str]:
    """The instance variables that a method fills."""
    return set(_FILLED.findall(function.body))


def turned_away(function: Function, name_at: int) -> bool:
    """Does an action end here for whoever may not, before it changes anything: `return nil unless can?(:update, order)`? Only where that stands in no
    branch: `render` and `redirect_to` end nothing, and what a block does is not read."""
    code = function.code
    if code.texts[name_at] not in ("can?", "allowed_to?"):
        return False
    start = code.starts[name_at]
    line = code.text.rfind("\n", 0, start) + 1
    found = _ENDED_UNLESS.fullmatch(code.text[line:start])
    above = code.text[code.starts[function.first] : line]
    first = code.text.rfind("\n", 0, code.starts[function.first]) + 1
    indent = re.match(r"[ \t]*", code.text[first:]).group()
    if found is None or found.group(1) != indent or _CHANGED_ABOVE.search(above):
        return False
    return re.search(r"\bor\b|\|\|", code.text[start : code.text.find("\n", start)]) is None


def too_early(function: Function, first: int, last: int) -> bool:
    """Is a check handed only what the action finds after it, `authorize! :read, @file` above `@file = File.find(params[:id])`, and what nothing of
    the class fills before: does it ask for the right to nothing?"""
    code, owner = function.code, function.owner
    held = {text for text in code.texts[first:last] if text.startswith("@")}
    if not held or owner is None:
        return False
    found = set(_FOUND_LATER.findall(code.text[code.starts[last] : code.starts[min(function.last, len(code) - 1)]]))
    if not held <= found or held & set(_FILLED.findall(code.text[code.starts[function.first] : code.starts[first]])):
        return False
    text, fillers = class_text(function), {each.name for each in owner.functions if each is not function and held & loaded(each)}
    return _LOADS.search(text) is None and not any(_runs_before(line, fillers, function.name) for line in _RUN.findall(text))


def _runs_before(line: str, fillers: set[str], action: str) -> bool:
    """Does a line of a class run one of these methods before an action, or may it?"""
    if fillers.isdisjoint(re.findall(r":(\w+[!?]?)", line)):
        return False
    named = re.search(rf"(?<!\w){re.escape(action)}(?![\w!?])", line) is not None
    return named if "only" in line else not named or "except" not in line


_NAMED_HERE = re.compile(r"[ \t]*(@?[a-z_]\w{0,60})[ \t]*(?:\|\|)?=(?![=~>])")
_ASKS_IN = re.compile(r"current_|Current\.|\?[ (]|[Pp]olic")
_OF_A_ROUTE = frozenset(("index", "show", "new", "edit", "create", "update", "destroy"))


def class_text(function: Function) -> str:
    """The text of its class; what Rails called `before_filter` and `after_filter` up to version 4 in the words of today, which are as long."""
    code, owner = function.code, function.owner
    text = code.text[code.starts[owner.first] : code.starts[min(owner.last, len(code) - 1)]] if owner is not None else ""
    return text.replace("before_filter", "before_action").replace("after_filter", "after_action")


def _unread(name: str, text: str) -> bool:
    """Is a name written once in a class, and never read?"""
    return len(re.findall(rf"(?<![\w@]){re.escape(name)}(?![\w?!])", text)) == 1


def heard(body: str, text: str) -> str:
    """A method without what is only given a name that nothing of the class reads."""
    lines = ((line, _NAMED_HERE.match(line) if _ASKS_IN.search(line) else None) for line in body.splitlines())
    return "\n".join(line for line, named in lines if named is None or not _unread(named.group(1), text))


def only_noted(function: Function, at: int) -> bool:
    """Is what stands there only given a name that nothing of the class reads, for a page to show: `@mine = @order.user == current_user`?"""
    code = function.code
    begin = code.text.rfind("\n", 0, code.starts[at]) + 1
    line = code.text[begin : code.starts[at]]
    named = _NAMED_HERE.match(line)
    if code.language != "ruby" or named is None or not _unread(named.group(1), class_text(function)):
        return False
    end = code.text.find("\n", code.starts[at])
    after = code.text[end : code.starts[min(function.last, len(code) - 1)]] if end > 0 else ""
    return function.name in _OF_A_ROUTE or re.search(r"\w", after.strip().removesuffix("end")) is not None  # what is last may be the answer


def no_actions(function: Function) -> set[str]:
    """Methods of a class that no route means: those that are there for its views, `helper_method :resource, :parent`, and those that only find a row
    once, `@person ||= Person.find(params[:id])`, which others of the class call."""
    text, owner = class_text(function), function.owner
    found = {
        each.name for each in (owner.functions if owner is not None else ()) if _FINDS_ONCE.fullmatch(each.body.strip().removesuffix("end").strip())
    }
    called = {name for name in found if len(re.findall(rf"(?<![\w.:@]){re.escape(name)}(?![\w:!?])", text)) > 1}
    return called | {name for listed in _FOR_VIEWS.findall(text) for name in re.findall(r":(\w+)", listed)}


def private_from(text: str, start: int) -> int:
    """Where the methods of a class are private from, in its file; behind everything where they are not."""
    found = _PRIVATE.search(text)
    return start + found.start() if found else 1 << 60


def declared(function: Function, actions: set[str]) -> list[str]:
    """What lines of the class say in words of the project of who may call this one action."""
    return [rest for action, rest in _DECLARES.findall(class_text(function)) if {action} == actions]


def names_row(name: str, model: str) -> bool:
    """May a check of whatever the path names be about this id: of the controller's own rows, or of those that it is called after, `order_id`?"""
    return name == "id" or re.sub(r"[^a-z]", "", name.removesuffix("_id")) == model.split(".")[0].rpartition("::")[2].lower()


def of_parent(name: str, function: Function) -> bool:
    """Does a method that runs before an action hold only what it loads itself, by another part of the path, against who asks, and does the action
    leave that alone: `@user = User.find(params[:user_id])`, before `Invitation.find(params[:id])`?"""
    own = [each.body for each in function.owner.functions if each.name == name] if function.owner is not None else []
    body = own[0] if len(own) == 1 else ""
    keys, filled = set(_KEY.findall(body)), set(_FILLED.findall(body))
    if not (filled and keys) or "id" in keys or keys & set(_KEY.findall(function.body)) or _POLICY.search(body) or not MEETS_CALLER.search(body):
        return False
    held = {each for each in _VARIABLE.findall(body) if not each.startswith("@current_")}
    return held <= filled and filled.isdisjoint(_VARIABLE.findall(function.body))


def checked_ids(function: Function, lookups: Iterable[Lookup], elsewhere: Callable[[str], Iterable[str]]) -> frozenset[str]:
    """The ids by which an action loads what it hands to a policy that it makes itself, or what a method of the controller, which is handed nothing,
    holds against who asks: `authorize!`, whose body is `authorize(@file)`. elsewhere: the bodies of methods of other controllers by their name."""
    held, code, out = _checked(function, elsewhere), function.code, set()
    for lookup in lookups if held else ():
        start = code.starts[lookup.at]
        line = code.text[code.text.rfind("\n", 0, start) + 1 : start]
        if any(re.match(rf"\s*{name}\s*(?:\|\|)?=", line) for name in held):
            out |= lookup.ids
    return frozenset(out)


def _checked(function: Function, elsewhere: Callable[[str], Iterable[str]]) -> set[str]:
    code, filled = function.code, loaded(function)
    if not filled or function.owner is None:
        return set()
    written = code.text[code.starts[function.first] : code.starts[min(function.last, len(code) - 1)]]
    called = set(_BARE.findall(written)) - {function.name}
    bodies = [each.body for each in function.owner.functions if each.name in called]
    asking = (body for body in bodies if _HANDS_ROW.search(body) or (_HELD_IN_CONDITION.search(body) and REFUSES.search(body)))
    if any(_holds_what_is_loaded(name, function, written, elsewhere) for name in called):
        return filled & {_named_for(function)}
    made = set(_POLICY_MADE.findall(function.body)) if REFUSES.search(function.body) else set()
    return (filled & made) | filled.intersection(name for body in asking for name in _VARIABLE.findall(body))


def _holds_what_is_loaded(name: str, function: Function, written: str, elsewhere: Callable[[str], Iterable[str]]) -> bool:
    """`return unless require_owner`, after the row is found and before anything changes: a method of the classes above that turns away by the
    variable which is named as the controller is."""
    if function.owner is None or any(each.name == name for each in function.owner.functions):
        return False
    called = re.search(rf"^[ \t]*return[ \t]+unless[ \t]+{re.escape(name)}(?:\(\))?[ \t]*$", written, re.M)
    above = written[: called.start()] if called is not None else ""
    if _named_for(function) not in _FILLED.findall(above) or _CHANGED_ABOVE.search(above):
        return False
    return any("instance_variable_get" in body and ASKS_WHO.search(body) and REFUSES.search(body) for body in elsewhere(name))


def _named_for(function: Function) -> str:
    """`@observation_photo` in `ObservationPhotosController`."""
    of = function.owner.name.rpartition("::")[2].removesuffix("Controller") if function.owner is not None else ""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", of).lower()
    return f"@{re.sub('ies$', 'y', words) if words.endswith('ies') else words.removesuffix('s')}"


def own_id(body: str, loader: str) -> bool:
    """Does what runs before actions turn away whoever is not the one that the request names by the same part as the method that loads:
    `redirect_to root_path unless current_user.id == params[:id].to_i`?"""
    found = _OWN_ID.search(body)
    if found is None or REFUSES.search(body) is None or not ({found.group(1), found.group(4)} & set(_KEY.findall(loader))):
        return False
    line = body[body.rfind("\n", 0, found.start()) + 1 :].split("\n", 1)[0]
    if (found.group(2) or found.group(3)) == "!=":
        return "unless" not in line
    return "unless" in line or (re.search(r"\bif\b", line) is not None and REFUSES.search(body.partition("else")[2]) is not None)


def unused(function: Function, named: Mapping[str, int]) -> bool:
    """Is it a private method that nothing calls? named: how often each word stands in the project's code."""
    code, owner = function.code, function.owner
    alone = re.search(rf"^[ \t]*private[ \t]+:{re.escape(function.name)}(?![\w!?])", code.text, re.M) is not None
    below = owner is not None and code.starts[function.at] > private_from(class_text(function), code.starts[owner.first])
    return (alone or below) and named.get(function.name, 0) == 1 + alone
