"""What identifies a finding over time, and the text that goes into it.

Knows: rule + path + enclosing symbol + normalised text + ordinal. Does not know: a line number, a message or a confidence, on
purpose: lines move, wording and confidence are tuned, and neither may wake what somebody has dealt with.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from hashlib import blake2b

from prodlint import ir
from prodlint.model import FileFacts, Span
from prodlint.report import Finding, Rule
from prodlint.texts import Texts


def fingerprints(findings: Iterable[tuple[Rule, Finding]], texts: Texts, facts_by_path: Mapping[str, FileFacts]) -> list[tuple[Rule, Finding, str]]:
    """The findings in path, line, column, rule order, each with what identifies it over time.

    Rule, path, enclosing symbol, normalised text, and a count among equals; never a line number, a message or a confidence."""
    symbols = Symbols(facts_by_path)
    seen: dict[tuple[str, ...], int] = defaultdict(int)
    result = []
    for rule, finding in sorted(findings, key=_order):
        symbol = finding.symbol or symbols.at(finding.at)
        text = texts.at(finding.at) if finding.text is None else " ".join(finding.text.split())
        key = (rule.name, finding.at.path, symbol, text)
        digest = blake2b("\0".join((*key, str(seen[key]))).encode("utf-8", "surrogatepass"), digest_size=16)
        seen[key] += 1
        result.append((rule, finding, digest.hexdigest()))
    return result


def _order(pair: tuple[Rule, Finding]) -> tuple:
    rule, finding = pair
    at = finding.at
    return at.path, at.line, at.column, rule.name, at.end_line, at.end_column, finding.message, finding.text or ""


class Symbols:
    """The function, class or block that a line stands in, for findings that do not say."""

    def __init__(self, facts_by_path: Mapping[str, FileFacts]) -> None:
        self._facts = facts_by_path
        self._spans: dict[str, list[tuple[int, int, str]]] = {}

    def at(self, span: Span) -> str:
        spans = self._spans.get(span.path)
        if spans is None:
            spans = self._spans[span.path] = sorted(_named(self._facts.get(span.path)))
        inside = [name for first, last, name in spans[: bisect_right(spans, (span.line, 1 << 62))] if last >= span.line]
        return inside[-1] if inside else ""


def _named(facts: FileFacts | None) -> Iterator[tuple[int, int, str]]:
    if facts is None:
        return
    for block in facts.blocks:
        yield block.line, block.end_line, f"{block.kind}.{block.name}"
    if facts.module is not None:
        yield from _definitions(facts.module.body, "")


def _definitions(body: tuple[ir.Stmt, ...], prefix: str) -> Iterator[tuple[int, int, str]]:
    for statement in body:
        if isinstance(statement, ir.Function | ir.Class):
            yield ir.line_of(statement.at), ir.line_of(statement.end), prefix + statement.name
        if isinstance(statement, ir.Class):
            yield from _definitions(statement.body, f"{prefix}{statement.name}.")
        elif isinstance(statement, ir.If | ir.Try):
            yield from _definitions(statement.body + statement.orelse, prefix)
            for handler in statement.handlers if isinstance(statement, ir.Try) else ():
                yield from _definitions(handler.body, prefix)
