"""Environment variables: which ones Python code requires, and which ones are written down.

Knows: reads without a default (`os.environ["X"]`, `env("X")`, `config("X")`), lists of names in example files, documents and platform files. Does
not know: settings classes and other languages; names that are computed; whether an absent name is caught.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from prodlint import ir
from prodlint.declared import Declared, Section
from prodlint.model import Span
from prodlint.names import Names, Scope
from prodlint.operations.python_signs import nodes

_NAME = re.compile(r"^[A-Z][A-Z0-9_]{2,}$")
_WORD = re.compile(r"\b[A-Z][A-Z0-9_]{2,}\b")
_PLATFORM = frozenset({"HOME", "PATH", "USER", "PORT", "CI", "HOSTNAME", "PWD", "SHELL", "TMPDIR", "LANG", "TZ"})


def required(names: Names) -> dict[str, Span]:
    """name -> the first place that reads it without a default, while modules are loaded."""
    out: dict[str, Span] = {}
    for module in names.modules.values():
        scope = Scope(module, None, None, None)
        for name, at in _reads(names, module.body, scope):
            if _NAME.match(name) and name not in _PLATFORM:
                out.setdefault(name, Span(module.path, ir.line_of(at), ir.column_of(at)))
    return out


def _reads(names: Names, body: object, scope: Scope) -> Iterator[tuple[str, int]]:
    guarded = {id(inner) for node in nodes(body, ir.Try) for inner in nodes(node.body, ir.Node)}
    guarded |= {id(inner) for node in nodes(body, ir.Assign) for target in node.targets for inner in nodes(target, ir.Sub)}  # set, not read
    guarded |= {id(inner) for node in nodes(body, ir.If) for inner in nodes((node.body, node.orelse), ir.Node)}  # read where it is asked for
    for node in nodes(body, ir.Sub):
        if isinstance(node.index, ir.Const) and isinstance(node.index.value, str) and id(node) not in guarded:
            if names.resolve(node.base, scope) == "os.environ":
                yield node.index.value, node.at
    for call in nodes(body, ir.Call):
        if (
            len(call.args) == 1
            and not call.kwargs
            and isinstance(call.args[0], ir.Const)
            and isinstance(call.args[0].value, str)
            and id(call) not in guarded
        ):
            ref = names.resolve(call.func, scope)
            if ref in ("decouple.config", "environs.Env", "environ.Env") or (
                isinstance(ref, str) and re.match(r"(?:environs|environ)\.(?:Env|FileAwareEnv)\.", ref)
            ):
                yield call.args[0].value, call.at


def documented(blocks: Iterable[Declared], sections: Iterable[Section]) -> set[str]:
    """Every name in capitals that an environment file, a platform file, a pipeline, infrastructure code or a document has."""
    out: set[str] = set()
    for block in blocks:
        for entry in block.entries:
            out.update(_WORD.findall(entry.key))
            out.update(_WORD.findall(entry.value))
    for section in sections:
        out.update(_WORD.findall(section.heading))
        for _, text in section.said("inline", "text", "bullet", "step", "command"):
            out.update(_WORD.findall(text))
    return out
