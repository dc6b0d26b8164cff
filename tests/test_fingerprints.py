"""What identifies a finding over time: what may change without waking it, and what tells two findings apart."""

from __future__ import annotations

import random

from prodlint.facts import python
from prodlint.fingerprints import Symbols, fingerprints
from prodlint.model import Block, FileFacts, Span
from prodlint.report import Finding
from prodlint.texts import Texts
from tests.reports import BACKUPS, TIMEOUT, source

CODE = """\
import requests

class Client:
    def fetch(self):
        return requests.get(self.url)

try:
    import fast
except ImportError:
    def fetch():
        return requests.get(URL)

def other():
    return requests.get(URL)
"""


def calls(text: str) -> list[Finding]:
    """A finding for each requests.get of a text, at the call."""
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        column = line.find("requests.get") + 1
        if column:
            found.append(Finding(Span("a.py", number, column, number, line.rindex(")") + 2), f"call {number}"))
    return found


def prints(text: str) -> list[str]:
    module, _, problems = python.read("a.py", text)
    assert not problems
    facts = {"a.py": FileFacts("a.py", "python", text.count("\n"), module)}
    texts = Texts({"a.py": source("a.py", text)})
    return [fingerprint for _, _, fingerprint in fingerprints([(TIMEOUT, each) for each in calls(text)], texts, facts)]


def test_the_symbol_tells_equal_calls_apart():
    assert len(set(prints(CODE))) == 3


def test_moving_inserting_reformatting_and_line_ends_change_nothing():
    before = prints(CODE)
    assert prints("# licence\n\n" + CODE) == before
    assert prints(CODE.replace("\n", "\r\n")) == before
    assert prints(CODE.replace("return requests", "return  requests").replace("(self.url)", "(self.url)  # slow")) == before
    first, *rest = CODE.split("\nclass Client")
    moved = first + "\n" + CODE[CODE.index("def other") :] + "\nclass Client" + rest[0][: rest[0].index("def other")]
    assert sorted(prints(moved)) == sorted(before)


def test_random_lines_between_statements_change_nothing():
    before = prints(CODE)
    for seed in range(20):
        chance = random.Random(seed)
        lines = []
        for line in CODE.splitlines():
            if not line.startswith((" ", "except")) and chance.random() < 0.5:
                lines += ["", f"# {seed}"]
            lines.append(line)
        assert prints("\n".join(lines) + "\n") == before


def test_another_path_rule_or_text_is_another_finding():
    def one(rule, finding):
        return fingerprints([(rule, finding)], Texts({}), {})[0][2]

    base = Finding(Span("a.py", 1), "m", text="t", symbol="s")
    others = [
        (BACKUPS, base),
        (TIMEOUT, Finding(Span("b.py", 1), "m", text="t", symbol="s")),
        (TIMEOUT, Finding(Span("a.py", 1), "m", text="u", symbol="s")),
        (TIMEOUT, Finding(Span("a.py", 1), "m", text="t", symbol="r")),
    ]
    assert len({one(TIMEOUT, base), *(one(*other) for other in others)}) == 5
    assert one(TIMEOUT, Finding(Span("a.py", 9, 4), "other", "low", "s", text=" t ")) == one(TIMEOUT, base)


def test_the_symbol_of_a_line():
    module, _, _ = python.read("a.py", CODE)
    facts = {
        "a.py": FileFacts("a.py", "python", 14, module),
        "b.tf": FileFacts("b.tf", "hcl", 9, None, (Block("aws_db_instance", "main", 2, 5),)),
    }
    symbols = Symbols(facts)
    lines = {1: "", 3: "Client", 5: "Client.fetch", 11: "fetch", 14: "other"}
    assert {line: symbols.at(Span("a.py", line)) for line in lines} == lines
    assert [symbols.at(Span("b.tf", line)) for line in (1, 3, 6)] == ["", "aws_db_instance.main", ""]
    assert symbols.at(Span("none.py", 1)) == ""
