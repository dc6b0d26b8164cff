"""Entry points of Go that are told by what they take, and not by a router of their own text: servers that a generator made the interface of, and
frameworks that hand a request to a method of a controller.

Knows: fields of GraphQL (gqlgen), operations of OpenAPI (oapi-codegen, ogen, go-swagger), payloads of goa, controllers of Beego and Revel. Does not
know: what a filter asks for before them, nor what a schema asks for by its directives, so that no field is told by default.
"""

from __future__ import annotations

from collections.abc import Iterator

from prodlint import regex as re
from prodlint.patterns.entries.parameters import Entry
from prodlint.patterns.text.meanings import CALLER, Value
from prodlint.patterns.text.reader import Function, Parameter
from prodlint.patterns.text.words import Words

FIELD = "go-field"  # a framework
_SIMPLE = re.compile(r"\s\*?(?:\[\])?\*?(?:string|u?int(?:8|16|32|64)?|(?:\w+\.)?(?:UUID|ULID|ObjectID|\w*(?:ID|Id)))$")
_PRINCIPAL = re.compile(r"(?i)\b(?:principal|auth\w*|user|claims|identity|session)\b\s|\*(?:\w+\.)?(?:Principal|User|Claims|Identity)$")
_RESPONDS = re.compile(r"\)\s*middleware\.Responder\s*\{?\s*$")
_ROOT = re.compile(r"func\s*\(\s*(?:\w+\s+)?\*?(\w*?)(?:([qQ]uery)|([mM]utation))(?:Resolver)?\s*\)")
_CONTROLLER = re.compile(r"func\s*\(\s*(\w+)\s+\*?(\w+)\s*\)")
_GIVES_RESULT = re.compile(r"\)\s*(?:\w+\.)?Result\s*\{?\s*$")
# filters, what stands around every action, and what only makes an answer
_NO_ACTION = re.compile(
    r"(?i)prepare|finish|init|before\w*|after\w*|get_?session\w*|(?:response|render|respond|serve|write)\w*|(?:is|has|check|require)\w*"
)
_READS = re.compile(r"(?i)(?:get|list|show|index|view|search|find|count|export|download)\w*")


def of_field(function: Function) -> Entry | None:
    """gqlgen: a field of the schema, `func (r *mutationResolver) DeleteOrder(ctx context.Context, id string) (bool, error)`."""
    found = _ROOT.match(function.header)
    if found is None or not function.name[:1].isupper() or not function.params or "context.Context" not in function.params[0].text:
        return None
    methods = ("GET",) if found.group(2) else ("POST",)
    return Entry(function, FIELD, methods, "", function.name, _held(function.params))


def of_operation(function: Function) -> Entry | None:
    """An operation of a generated server: a context, if any, one message, and for go-swagger who asks."""
    if not function.params or not 1 <= len(function.params) <= 3:
        return None
    who = _who(function.params) if _RESPONDS.search(function.header) else {}
    return Entry(function, "go-operation", (), "", function.name, _held(function.params) | who)


def of_controller(function: Function, words: Words) -> Entry | None:
    """Beego: `func (c *OrderController) Delete() {`, which asks its receiver for what was sent; Revel: `func (c App) Show(id int) revel.Result`."""
    found = _CONTROLLER.match(function.header)
    if found is None or not function.name[:1].isupper() or _NO_ACTION.fullmatch(function.name):
        return None
    receiver, of = found.groups()
    if _GIVES_RESULT.search(function.header) is None and (function.params or not _asks_itself(function, receiver)):
        return None  # another method calls it: what it is handed is no part of a request
    methods = ("GET",) if _READS.fullmatch(function.name) else ()
    return Entry(function, "go-operation", methods, "", f"{of}.{function.name}", _held(function.params) | {receiver: Value(request=True)})


_ASKS = r"\b{}\s*\.\s*(?:Get(?:String|Strings|Int|Int8|Int16|Int32|Int64|Uint64|Bool|Float|File)\(|Input\(|Ctx\.|ServeJSON\(|Params\.|ParseForm\()"


def _asks_itself(function: Function, receiver: str) -> bool:
    return re.search(_ASKS.format(re.escape(receiver)), function.body) is not None


def _held(params: list[Parameter]) -> dict[str, Value]:
    """What is handed over: the context, ids by themselves, messages."""
    out: dict[str, Value] = {}
    for param in params:
        if "context.Context" in param.text:
            out[param.name] = Value(request=True)
        elif _SIMPLE.search(param.text):
            out[param.name] = Value(ids=frozenset((param.name,)))
        else:
            out[param.name] = Value(container=True)
    return out


def _who(params: list[Parameter]) -> dict[str, Value]:
    """go-swagger: who asks, which stands behind what was sent."""
    return {param.name: CALLER for param in params[1:] if _PRINCIPAL.search(param.text) and "Params" in params[0].text}


def entries(found: Function, kind: str, words: Words) -> Iterator[Entry]:
    entry = of_field(found) if kind == "field" else of_controller(found, words) if kind == "controller" else of_operation(found)
    if entry is not None:
        yield entry
