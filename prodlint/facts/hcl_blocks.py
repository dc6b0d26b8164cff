"""Terraform and other HCL files as blocks, by tree-sitter: one for each top-level block, with nested blocks and maps as dotted keys.

Knows: HCL's syntax, and that files with an error still hold readable blocks around it. Does not know: values of variables
(`declared.py` resolves them over files).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from prodlint.model import Block, Entry, Problem

MAX_ENTRIES = 20_000
DEPTH = 30
_parser: Any = None


def read(path: str, text: str) -> tuple[tuple[Block, ...], tuple[Problem, ...]]:
    """The blocks in source order. kind: the resource type, "data.<type>", or the block's word ("variable", "module"); name: as Terraform
    addresses it ("aws_db_instance.main"), or its labels. A .tfvars file is one block of kind "tfvars"."""
    source = text.encode()
    root = _parse(source)
    lines = None if text.isascii() else source.split(b"\n")
    problems: tuple[Problem, ...] = ()
    if root.has_error:
        line = next((node.start_point[0] + 1 for node in _errors(root)), 1)
        problems = (Problem(path, line, "could not be parsed whole: not valid HCL here; what is around it was read", "warning"),)
    body = next((child for child in root.children if child.type == "body"), None)
    if body is None:
        return (), problems
    out = [_block(child, lines) for child in body.children if child.type == "block"]
    loose = tuple(_entries(body, "", lines, DEPTH, blocks=False))
    if loose:
        kind = "tfvars" if path.endswith(".tfvars") else "hcl"
        out.append(Block(kind, path.rpartition("/")[2], 1, text.count("\n") + 1, loose[:MAX_ENTRIES]))
    return tuple(out), problems


def _parse(source: bytes) -> Any:
    global _parser
    if _parser is None:
        import tree_sitter
        import tree_sitter_hcl

        _parser = tree_sitter.Parser(tree_sitter.Language(tree_sitter_hcl.language()))
    return _parser.parse(source).root_node


def _errors(node: Any) -> Iterator[Any]:
    pending = [node]
    while pending:
        current = pending.pop()
        if current.type == "ERROR" or current.is_missing:
            yield current
        pending.extend(reversed(current.children))


def _word(node: Any) -> str:
    return node.text.decode("utf-8", "replace").strip('"')


def _labels(node: Any) -> list[str]:
    return [_word(child) for child in node.children if child.type in ("identifier", "string_lit")]


def _block(node: Any, lines: list[bytes] | None) -> Block:
    words = _labels(node)
    head, labels = (words[0], words[1:]) if words else ("", [])
    typed = head in ("resource", "data") and labels
    kind = head if not typed else labels[0] if head == "resource" else f"data.{labels[0]}"
    name = ".".join(labels) or head
    body = next((child for child in node.children if child.type == "body"), None)
    entries = tuple(_entries(body, "", lines, DEPTH)) if body is not None else ()
    return Block(kind, name, node.start_point[0] + 1, node.end_point[0] + 1, entries[:MAX_ENTRIES])


def _entries(body: Any, prefix: str, lines: list[bytes] | None, depth: int, blocks: bool = True) -> Iterator[Entry]:
    if depth <= 0:
        return
    for child in body.children:
        if child.type == "attribute":
            yield from _value(prefix + _word(child.children[0]), child.children[-1], lines, depth)
        elif child.type == "block" and blocks:
            key = prefix + ".".join(_labels(child))
            yield Entry(key, "", "block", child.start_point[0] + 1, child.start_point[1] + 1)
            inner = next((part for part in child.children if part.type == "body"), None)
            if inner is not None:
                yield from _entries(inner, f"{key}.", lines, depth - 1)


def _value(key: str, node: Any, lines: list[bytes] | None, depth: int) -> Iterator[Entry]:
    """The entry of an attribute, and those within a map or list."""
    kind, text = _kind(node)
    line, start = node.start_point
    end = node.end_point[1] if node.end_point[0] == line else -1
    yield Entry(key, text, kind, line + 1, _column(lines, line, start), _column(lines, line, end) if end >= 0 else 0)
    inner = _unwrap(node)
    if inner.type != "collection_value" or depth <= 0:
        return
    for collection in inner.children:
        if collection.type == "object":
            for element in collection.children:
                if element.type == "object_elem":
                    parts = [part for part in element.children if part.type == "expression"]
                    if len(parts) == 2:
                        yield from _value(f"{key}.{_word(parts[0])}", parts[1], lines, depth - 1)
        elif collection.type == "tuple":
            elements = [part for part in collection.children if part.type == "expression"]
            for index, element in enumerate(elements):
                yield from _value(f"{key}.{index}", element, lines, depth - 1)


def _unwrap(node: Any) -> Any:
    return node.children[0] if node.type == "expression" and len(node.children) == 1 else node


def _kind(node: Any) -> tuple[str, str]:
    """(kind, text) of a value: the text of a string without its quotes, `"${var.x}"` as the reference it is."""
    text = node.text.decode("utf-8", "replace")
    inner = _unwrap(node)
    if inner.type == "literal_value" and inner.children:
        kind = {"numeric_lit": "number", "bool_lit": "bool", "null_lit": "null"}.get(inner.children[0].type, "string")
        return kind, text.strip('"')
    if inner.type == "collection_value":
        return "block", ""
    if text.startswith('"${') and text.endswith('}"') and text.count("${") == 1:
        text = text[3:-2].strip()
        return ("reference" if text.replace(".", "").replace("_", "").isalnum() else "expression"), text
    if inner.type == "template_expr":
        quoted = text.strip('"')
        return ("expression" if "${" in quoted else "string"), quoted
    if text.replace(".", "").replace("_", "").replace("-", "").isalnum() and "." in text:
        return "reference", text
    return "expression", text


def _column(lines: list[bytes] | None, line: int, byte: int) -> int:
    """A 1-based column in characters; tree-sitter counts bytes."""
    if lines is None or line >= len(lines):
        return byte + 1
    return len(lines[line][:byte].decode("utf-8", "replace")) + 1
