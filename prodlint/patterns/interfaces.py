"""What an interface says of the parameters of a handler that a class writes: Spring and JAX-RS take annotations from there.

Knows: the parameters of a method that an interface declares, by its name and their number. Does not know: the route and the method that it declares;
which interface a class implements (`types.py`).
"""

from __future__ import annotations

from prodlint.patterns.reader import Parameter, parameters
from prodlint.patterns.tokens import Code


def declared(code: Code, name: str, count: int) -> list[Parameter] | None:
    """The parameters of the method of that name in a file of interfaces; None where there is none with so many."""
    for index in range(1, len(code)):
        if code.texts[index] == "(" and code.texts[index - 1] == name and code.mate[index] > 0:
            found = parameters(code, index + 1, code.mate[index])
            if len(found) == count and any("@" in param.text for param in found):
                return found
    return None


def annotated(own: list[Parameter], above: list[Parameter]) -> list[Parameter]:
    """The parameters of a method that bear no annotation, each with what the interface says of it."""
    return [Parameter(param.name, said.text) for param, said in zip(own, above, strict=True) if "@" not in param.text and "@" in said.text]
