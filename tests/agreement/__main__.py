"""Prints the agreement with other tools' own tests, first over all of their expectations, then without those that docs/fixtures-excluded.md lists.

    python -m tests.agreement EXPECTATIONS.jsonl MIRRORS

EXPECTATIONS: one JSON object a line (repo, commit, path, kind, resource, line, item, expected, anchor_rule_ids). MIRRORS: a folder of bare git
directories, OWNER+NAME/repo. Everything is asked in this process, of the rules alone: no baseline, no configuration.
"""

from __future__ import annotations

import collections
import json
import sys
from pathlib import Path

from tests.agreement.compare import Expectation, compared
from tests.agreement.excluded import excluded
from tests.agreement.steps import steps


def main(expectations: str, mirrors: str) -> None:
    rows = [Expectation(**json.loads(line)) for line in Path(expectations).read_text().splitlines() if line.strip()]
    left_out = excluded()
    unused = set(left_out)
    every: dict[str, collections.Counter[str]] = collections.defaultdict(collections.Counter)

    def count(item: str, key: tuple[str, str, str], right: bool, words: str) -> None:
        unused.discard(key)
        for part in ("all", "rest") if key not in left_out else ("all",):
            every[item][part] += 1
            every[item][f"{part} agree"] += right
        if not right:
            print(f"{'left out' if key in left_out else 'DIFFERS'} [{item}] {' | '.join(key)}: {words}")

    for row in rows:
        if row.kind != "sql_steps":  # these are asked with the rest of their test below
            right, said = compared(row, Path(mirrors))
            count(f"{row.item}, {'files' if row.kind == 'file' else 'within files'}", row.key(), right, f"expected {row.expected}, {said}")
    for test, step, right, words in steps(Path(mirrors)):
        count("row-level security, steps", (f"splinter {test[:4]}", test, step), right, words)
    for item, found in sorted(every.items()):
        print(f"{item:28} all {found['all agree']}/{found['all']}, after the written exclusions {found['rest agree']}/{found['rest']}")
    for key in sorted(unused):
        print("left out, and not among the expectations:", *key)


if __name__ == "__main__":
    main(*sys.argv[1:3])
