"""What an interface says of the handlers that a class writes: Spring and JAX-RS take annotations from there.

Knows: the method of an interface by its name and the number of its parameters, what stands above it and above the interface; delegates that
openapi-generator makes when the app is built (its `delegatePattern`), so that no file of the project declares them, and how it names their methods.
Does not know: which interface a class implements (`types.py`), what an annotation means (`entries.py`), the description that they are made from.
"""

from __future__ import annotations

import msgspec

from prodlint import regex as re
from prodlint.patterns.text.reader import Function, Parameter, parameters
from prodlint.patterns.text.tokens import Code

_DELEGATE = re.compile(r"\b\w+ApiDelegate\b")
_NAMED_FOR = re.compile(r"[a-z]\w*?[a-z0-9](Get|Post|Put|Patch|Delete)")  # `ordersOrderIdGet`, where the description names no operation


class Said(msgspec.Struct, frozen=True):
    """What is declared of a method: its parameters, the annotations of the method, those of the interface."""

    params: list[Parameter]
    above: str
    head: str


def generated(function: Function) -> bool:
    """Does a method take the place of one of a delegate that is made when the app is built?"""
    return function.owner is not None and "override" in function.header.lower() and _DELEGATE.search(function.owner.header) is not None


def method_by_name(function: Function) -> tuple[str, ...]:
    """("GET",) for a method that was named after its path and its method."""
    found = _NAMED_FOR.fullmatch(function.name)
    return (found.group(1).upper(),) if found is not None else ()


def declared(code: Code, name: str, count: int) -> Said | None:
    """The method of that name in a file of interfaces; None where none with so many parameters bears an annotation."""
    for index in range(1, len(code)):
        if code.texts[index] == "(" and code.texts[index - 1] == name and code.mate[index] > 0:
            found = Said(parameters(code, index + 1, code.mate[index]), _above(code, index - 1), _head(code, index))
            if len(found.params) == count and ("@" in found.above or any("@" in param.text for param in found.params)):
                return found
    return None


def annotated(own: list[Parameter], above: list[Parameter]) -> list[Parameter]:
    """The parameters of a method that bear no annotation, each with what the interface says of it."""
    return [Parameter(param.name, said.text) for param, said in zip(own, above, strict=True) if "@" not in param.text and "@" in said.text]


def _above(code: Code, index: int) -> str:
    """What stands before a name, back to the end of what is declared before it."""
    start = index
    while start > 0 and code.texts[start - 1] not in (";", "{", "}"):
        start = code.mate[start - 1] if code.texts[start - 1] in (")", "]") and code.mate[start - 1] >= 0 else start - 1
    return code.source(start, index)


def _head(code: Code, index: int) -> str:
    word = next((at for at in range(index, -1, -1) if code.texts[at] == "interface"), -1)
    return _above(code, word) if word > 0 else ""
