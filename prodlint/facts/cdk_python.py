"""Constructs of the AWS CDK in Python, as the CloudFormation resources that they become.

Knows: how Python writes what `cdk_blocks` knows of TypeScript: modules and classes by their imports, properties as keyword arguments, structures as
calls. Does not know: properties that are handed on in a variable or spread (those are expressions, which nobody can resolve), classes of one's own.
"""

from __future__ import annotations

from collections.abc import Iterator

from prodlint import regex as re
from prodlint.facts.cdk_blocks import CONSTRUCTS, Made, Piece, arguments, built
from prodlint.model import Block

_IMPORT = re.compile(r"^[ \t]*from[ \t]+(aws_cdk(?:\.\w+)*)[ \t]+import[ \t]+(\([^)]{0,4000}\)|[^\n(]{1,1000})", re.M)
_MODULE = re.compile(r"^[ \t]*import[ \t]+(aws_cdk(?:\.\w+)*)(?:[ \t]+as[ \t]+(\w+))?", re.M)
_CALL = re.compile(r"(?<![\w.])((?:\w+\.){0,3})(\w+)\s*\(")
_IGNORED = re.compile(
    r'''(?P<comment>\#[^\n]*)|"""(?:[^\\]|\\.)*?(?:"""|\Z)|\'\'\'(?:[^\\]|\\.)*?(?:\'\'\'|\Z)|'(?:[^'\\\n]|\\.)*'?|"(?:[^"\\\n]|\\.)*"?''', re.S
)
_KEYWORD = re.compile(r"(\w+)\s*=(?!=)\s*")
_STRUCTURE = re.compile(r"[\w.]{1,120}\(")
_SAID = {"True": "true", "False": "false"}
_MAKERS = frozenset(name for _, name in CONSTRUCTS)


def read(text: str) -> tuple[Block, ...]:
    """One block for each construct that is known, in source order."""
    if "aws_cdk" not in text or not any(name in text for name in _MAKERS):
        return ()

    def blank(found: re.Match[str]) -> str:
        return re.sub(r"[^\n]", " ", found.group())

    plain = _IGNORED.sub(lambda found: blank(found) if found.group("comment") else found.group(), text)
    code = _IGNORED.sub(blank, plain)
    known = _imports(code)
    return built(plain, code, _calls(plain, code, known))


def _imports(code: str) -> dict[str, str]:
    """Name here -> dotted name of the CDK."""
    out: dict[str, str] = {}
    for module, listed in _IMPORT.findall(code):
        for each in listed.strip("()").split(","):
            words = each.split()
            if words and words[0] != "*":
                out[words[-1]] = f"{module}.{words[0]}"
    for module, alias in _MODULE.findall(code):
        out[alias or "aws_cdk"] = module if alias else "aws_cdk"
    return out


def _calls(text: str, code: str, known: dict[str, str]) -> Iterator[Made]:
    for found in _CALL.finditer(code):
        if found.group(2) not in _MAKERS and found.group(2) not in known:
            continue
        written = f"{found.group(1)}{found.group(2)}"
        head, _, rest = written.partition(".")
        service = re.search(r"\baws_(\w+)\.(\w+)$", ".".join(filter(None, (known.get(head, ""), rest))))
        construct = CONSTRUCTS.get((service.group(1).replace("_", "-"), service.group(2))) if service else None
        if construct is not None:
            parts, end = arguments(text, found.end())
            properties, open_ = _properties(text, parts)
            title = properties.pop("id", ("", 0))[0] or (parts[1][0] if len(parts) > 1 else "")
            yield Made(construct, found.start(), end, title.strip("'\"") if parts else "", properties, open_)


def _properties(text: str, parts: list[Piece], prefix: str = "") -> tuple[dict[str, Piece], bool]:
    """(dotted name as TypeScript has it -> value, are there others that are not written here?) of keyword arguments."""
    out: dict[str, Piece] = {}
    more = False
    for place, (value, start) in enumerate(parts):
        name = _KEYWORD.match(value)
        if name is None:
            more = more or value.startswith("**") or (place > 1 and not prefix)
            continue
        key = prefix + re.sub(r"_(\w)", lambda letter: letter.group(1).upper(), name.group(1))
        piece = (_SAID.get(value[name.end() :], value[name.end() :]), start + name.end())
        out[key] = piece
        structure = _STRUCTURE.match(piece[0]) if not prefix else None
        if structure is not None and not piece[0].startswith(("Duration", "cdk.Duration", "core.Duration")):
            inner, open_ = _properties(text, arguments(text, piece[1] + structure.end())[0], f"{key}.")
            out |= inner
            more = more or (open_ and bool(inner))
    return out, more
