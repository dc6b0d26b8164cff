"""Tokens -> functions: their names, parameters, bodies, what is written above them, the class around them.

Knows: how functions and classes begin and end in each language. Does not know: what a function does, or who calls it.
"""

from __future__ import annotations

from bisect import bisect_right

import msgspec

from prodlint import regex as re
from prodlint.patterns.text.spans import expression_end, split, taken
from prodlint.patterns.text.tokens import Code

_CONTROL = frozenset((
    "if", "for", "while", "switch", "catch", "function", "return", "new", "typeof", "await", "foreach", "lock", "using", "when", "elseif",
    "else", "with", "sizeof", "nameof", "try", "do",
))  # fmt: skip
_NO_DEFINITION = frozenset((
    ".", "new", "=", "(", ",", "return", "&&", "||", "!", ":", "[", "?.", "?",
))  # fmt: skip
_MODIFIERS = frozenset((
    "public", "private", "protected", "static", "async", "export", "default", "override", "final", "abstract", "virtual", "open",
    "internal", "suspend", "inline",
))  # fmt: skip


class Parameter(msgspec.Struct):
    """One parameter: its name ("" for a pattern), names that a pattern takes out of it with their keys, and its text (annotations and type)."""

    name: str
    text: str
    taken: tuple[tuple[str, str], ...] = ()


class Function(msgspec.Struct):
    """`first` to `last`: tokens of the body (`last` not included); `head`: the first token of what belongs to it, annotations included."""

    code: Code
    name: str
    params: list[Parameter]
    head: int
    first: int
    last: int
    owner: Owner | None = None
    at: int = 0

    @property
    def line(self) -> int:
        return self.code.line(self.at)

    @property
    def header(self) -> str:
        """What stands before the body: annotations, modifiers, name and parameters."""
        return self.code.source(self.head, self.first)

    @property
    def body(self) -> str:
        return self.code.source(self.first, self.last)


class Owner(msgspec.Struct):
    """A class: its name, the text from its annotations to its body, the tokens of its body."""

    name: str
    header: str
    first: int
    last: int
    functions: list[Function] = msgspec.field(default_factory=list)


def plain_name(name: str) -> str:
    """What a variable or a property of PHP holds, by its name: `order` of `$order` and of `$this.order`."""
    return name.rpartition(".")[2].lstrip("$")


def functions(code: Code) -> list[Function]:
    """Every function with a name or a body, in source order."""
    every = owners(code)
    found = sorted({each.first: each for each in _READERS[code.language](code)}.values(), key=lambda each: each.at)
    for function in found:
        around = [owner for owner in every if owner.first <= function.at < owner.last]
        function.owner = max(around, key=lambda owner: owner.first, default=None)
        if function.owner is not None:
            function.owner.functions.append(function)
    return found


# ---------------------------------------------------------------- JavaScript, TypeScript
def _script(code: Code) -> list[Function]:
    out = []
    texts, kinds, mate = code.texts, code.kinds, code.mate
    for index, text in enumerate(texts):
        if text == "=>":
            out.append(_arrow(code, index))
        elif text == "(" and mate[index] > 0 and index and (body := _block_after(code, mate[index] + 1)) > 0:
            before = texts[index - 1]
            if before == "function" or (kinds[index - 1] == "n" and index > 1 and texts[index - 2] in ("function", "*")):
                name = before if before != "function" else _assigned_name(code, index - 1 - (texts[index - 2] == "async"))
                out.append(_made(code, name, index, body, index - 1))
            elif kinds[index - 1] == "n" and before not in _CONTROL and (index < 2 or texts[index - 2] not in (".", "?.", "new")):
                out.append(_made(code, before, index, body, index - 1))
    return out


def _block_after(code: Code, index: int) -> int:
    """The `{` of a body that follows a parameter list, past a return type; -1 where there is none."""
    if index >= len(code):
        return -1
    if code.texts[index] == "{":
        return index
    if code.texts[index] != ":":
        return -1
    last, index = ":", index + 1
    while index < len(code) and index >= 0:
        text = code.texts[index]
        if text == "{" and last not in (":", "|", "&", "<", "is", ",", "=>"):
            return index
        if text in (";", ")", "]", "}", "=", "?", "return", "const"):
            return -1
        last = text
        index = code.mate[index] + 1 if text in ("{", "(", "[") and code.mate[index] > 0 else index + 1
    return -1


def _arrow(code: Code, arrow: int) -> Function:
    texts, mate = code.texts, code.mate
    start = arrow - 1
    depth_end = arrow
    if texts[start] != ")":  # x => ..., or a return type between `)` and `=>`
        back = start
        while back >= max(0, arrow - 24) and texts[back] not in (")", ";", "=", "{", ","):
            back -= 1
        if back >= 0 and texts[back] == ")" and back + 1 < arrow and texts[back + 1] == ":":
            start = back
    opened = mate[start] if texts[start] == ")" else -1
    head = opened if opened >= 0 else start
    params = parameters(code, opened + 1, start) if opened >= 0 else [Parameter(texts[start], texts[start])]
    if head and texts[head - 1] == "async":
        head -= 1
    first = depth_end + 1
    if first < len(code) and texts[first] == "{" and mate[first] > 0:
        return Function(code, _assigned_name(code, head), params, head, first + 1, mate[first], at=head)
    return Function(code, _assigned_name(code, head), params, head, first, expression_end(code, first), at=head)


def _assigned_name(code: Code, head: int) -> str:
    """The name that a function expression is given: `x = `, `x: `, `a.x = `, also through calls that wrap it."""
    texts, kinds = code.texts, code.kinds
    index = head - 1
    while index > 0 and (texts[index] == "(" and kinds[index - 1] == "n"):  # wrap(async () => ...)
        index -= 1
        while index > 1 and texts[index - 1] in (".", "?."):
            index -= 2
            if texts[index] == ")" and code.mate[index] > 0:
                index = code.mate[index] - 1
        index -= 1
    if index > 0 and texts[index] in ("=", ":"):
        back = index - 1
        if (texts[index] == "=" and kinds[back] != "n") or (back > 1 and texts[back - 1] in (":", "<", ">")):
            back = _past_type(code, back)
        if back >= 0 and kinds[back] == "n":
            return texts[back]
    return ""


def _past_type(code: Code, index: int) -> int:
    """`const x: Handler<A> = ...`: from before `=` back to x."""
    for back in range(index, max(-1, index - 30), -1):
        if code.texts[back] in (";", "{", "}"):
            return -1
        if code.texts[back] == ":" and back and code.kinds[back - 1] == "n":
            return back - 1
    return -1


# ---------------------------------------------------------------- the other languages with braces
def _go(code: Code) -> list[Function]:
    out = []
    texts, mate = code.texts, code.mate
    for index, text in enumerate(texts):
        if text != "func" or index + 2 >= len(code):
            continue
        at = index + 1
        name = ""
        if texts[at] == "(" and mate[at] > 0 and code.kinds[mate[at] + 1 : mate[at] + 2] == ["n"] and texts[mate[at] + 2 : mate[at] + 3] == ["("]:
            at = mate[at] + 1
        if code.kinds[at] == "n":
            name, at = texts[at], at + 1
        if texts[at : at + 1] != ["("] or mate[at] < 0:
            continue
        body = mate[at] + 1
        while body < len(code) and texts[body] not in ("{", "\n") and code.line(body) == code.line(mate[at]):
            body = mate[body] + 1 if texts[body] in ("(", "[") and mate[body] > 0 else body + 1
        if body < len(code) and texts[body] == "{" and texts[body - 1] in ("interface", "struct") and mate[body] > 0:
            body = mate[body] + 1
        result = bool(out) and out[-1].first == body + 1  # the type that a function gives, `func show(db DB) func(w, r) {`
        if body < len(code) and texts[body] == "{" and mate[body] > 0 and not result:
            out.append(Function(code, name, parameters(code, at + 1, mate[at]), index, body + 1, mate[body], at=index))
    return out


def _typed(code: Code) -> list[Function]:
    """Java, C#, Kotlin, PHP: `name(params) ... { body }`, `=> expression;`, `= expression`."""
    out = []
    texts, kinds, mate = code.texts, code.kinds, code.mate
    marked = code.language in ("php", "kotlin")
    for index, text in enumerate(texts):
        if text != "(" or index == 0 or mate[index] < 0:
            continue
        before = texts[index - 1]
        if marked:
            word = index - 2 if before not in ("function", "fn") else index - 1
            while word > 0 and word > index - 8 and texts[word] not in ("fun", "function", "fn", ";", "{", "}", "("):
                word -= 1
            if word < 0 or texts[word] not in ("fun", "function", "fn"):
                continue
            name = "" if before in ("function", "fn") else before
        elif kinds[index - 1] != "n" or before in _CONTROL or before[0] == "@" or index < 2 or texts[index - 2] in _NO_DEFINITION:
            continue
        else:
            name = before
        found = _body(code, mate[index] + 1)
        if found is not None:
            head = _annotated(code, index - 1)
            out.append(Function(code, name.lstrip("\\"), parameters(code, index + 1, mate[index]), head, *found, at=index - 1))
    return out


# what stands behind a function of an interface, which has no body
_BEGINS_KOTLIN = frozenset(("fun", "val", "var", "class", "object", "interface", "override", "private", "internal", "suspend", "companion"))


def _body(code: Code, index: int) -> tuple[int, int] | None:
    """The tokens of the body after a parameter list; None where it is no definition."""
    texts, mate = code.texts, code.mate
    for at in range(index, min(index + 60, len(code))):
        text = texts[at]
        if text == "{":
            return (at + 1, mate[at]) if mate[at] > 0 else None
        if (text == "=>" and code.language in ("csharp", "php")) or (text == "=" and code.language == "kotlin"):
            return at + 1, expression_end(code, at + 1)
        if code.language == "kotlin" and text in (".", ",", "->", "?", "<", ">"):  # `: Cancel.Output`, `: Map<String, Order>`
            continue
        if text in (";", "}", ")", ".", "&&", "||", "+", "==", "->") or (text == "=" and code.language != "kotlin"):
            return None
        if (text == "," and code.language not in ("java", "csharp")) or (code.language == "kotlin" and (text in _BEGINS_KOTLIN or text[0] == "@")):
            return None
    return None


def _annotated(code: Code, index: int) -> int:
    """The first token of the lines of annotations above a definition."""
    at = _line_start(code, index)
    while at > 0:
        start = _line_start(code, code.mate[at - 1] if code.texts[at - 1] in (")", "]") and code.mate[at - 1] >= 0 else at - 1)
        if not (code.texts[start].startswith(("@", "[", "#[")) or code.texts[start] in _MODIFIERS) or code.texts[at - 1] in ("{", "}", ";"):
            return at
        at = start
    return at


def _line_start(code: Code, index: int) -> int:
    line = code.line(index)
    while index > 0 and code.line(index - 1) == line:
        index -= 1
    return index


# ---------------------------------------------------------------- Ruby
def end_below(code: Code, index: int) -> int:
    """The `end` that stands below a token, -1 where none does."""
    column = code.column(index)
    return next((at for at in range(index + 1, len(code)) if code.texts[at] == "end" and code.column(at) == column), -1)


def _ruby(code: Code) -> list[Function]:
    """A method ends with the `end` that stands below its `def`."""
    out = []
    texts = code.texts
    ends: dict[int, list[int]] = {}
    for index, text in enumerate(texts):
        if text == "end":
            ends.setdefault(code.column(index), []).append(index)
    for index, text in enumerate(texts):
        if text != "def" or index + 1 >= len(code):
            continue
        at = index + 1 + 2 * (texts[index + 1] == "self" and texts[index + 2 : index + 3] == ["."])
        name, body = texts[at : at + 1], at + 1
        params: list[Parameter] = []
        if texts[body : body + 1] == ["("] and code.mate[body] > 0 and code.line(body) == code.line(index):
            params, body = parameters(code, body + 1, code.mate[body]), code.mate[body] + 1
        below = ends.get(code.column(index), [])
        place = bisect_right(below, index)
        if texts[body : body + 1] == ["="] and code.line(body) == code.line(index):
            out.append(Function(code, name[0], params, index, body + 1, expression_end(code, body + 1), at=index))
        elif name and place < len(below):
            out.append(Function(code, name[0], params, index, body, below[place], at=index))
    return out


# ---------------------------------------------------------------- shared
_READERS = {
    "javascript": _script, "typescript": _script, "go": _go, "java": _typed, "csharp": _typed, "kotlin": _typed, "php": _typed, "ruby": _ruby,
}  # fmt: skip
_LAST_NAME = re.compile(r"[$@]?[A-Za-z_][\w$]*")


def _made(code: Code, name: str, opened: int, body: int, at: int) -> Function:
    close = code.mate[body] if code.mate[body] > 0 else len(code)
    return Function(code, name, parameters(code, opened + 1, code.mate[opened]), _annotated(code, at), body + 1, close, at=at)


def parameters(code: Code, first: int, last: int) -> list[Parameter]:
    """The parameters between two brackets."""
    return [_parameter(code, start, end) for start, end in split(code, first, last) if start < end]


def _parameter(code: Code, first: int, last: int) -> Parameter:
    texts = code.texts
    text = code.source(first, last)
    if texts[first] == "{" and code.mate[first] > 0:
        return Parameter("", text, tuple(taken(code, first + 1, code.mate[first])))
    names = [index for index in range(first, last) if code.kinds[index] == "n" and not texts[index].startswith(("@", "#"))]
    if code.language in ("java", "csharp", "php"):
        stop = next((index for index in range(first, last) if texts[index] == "=" and not _inside(code, first, index)), last)
        names = [index for index in names if index < stop and not _inside(code, first, index)]
        return Parameter(texts[names[-1]] if names else "", text)
    if code.language in ("typescript", "javascript", "kotlin"):  # decorators and modifiers before the name, the type after the colon
        names = [index for index in names if not _inside(code, first, index)]
        signs = (index for index in range(first, last) if texts[index] in (":", "=", "?") and not _inside(code, first, index))
        stop = next(signs, last)
        names = [index for index in names if index < stop]
        return Parameter(texts[names[-1]] if names else "", text)
    return Parameter(texts[names[0]] if names else "", text)


def _inside(code: Code, first: int, index: int) -> bool:
    """Does a token stand in brackets that open after `first`?"""
    return any(code.texts[at] in ("(", "[", "{") and code.mate[at] > index for at in range(first, index))


def owners(code: Code) -> list[Owner]:
    out = []
    texts = code.texts
    for index, text in enumerate(texts):
        if text not in ("class", "object", "module") or index + 1 >= len(code) or code.kinds[index + 1] != "n" or (index and texts[index - 1] == "."):
            continue
        if code.language == "ruby":
            if text == "class":
                column = code.column(index)
                end = next((at for at in range(index, len(code)) if texts[at] == "end" and code.column(at) == column), len(code))
                line_end = index
                while line_end < end and code.line(line_end) == code.line(index):
                    line_end += 1
                name = "".join(texts[index + 1 : line_end]).split("<")[0]
                out.append(Owner(name, code.source(index, line_end), index + 2, end))
            continue
        body = index + 1
        while body < len(code) and texts[body] not in ("{", ";", "}"):
            body = code.mate[body] + 1 if texts[body] in ("(", "[") and code.mate[body] > 0 else body + 1
        if body < len(code) and texts[body] == "{" and code.mate[body] > 0:
            out.append(Owner(texts[index + 1], code.source(_annotated(code, index), body), body + 1, code.mate[body]))
    return out
