"""`primaryLocationLineHash`, against the numbers that GitHub's own action publishes for its algorithm."""

from __future__ import annotations

import time

import pytest

from prodlint.render.linehash import line_hashes

_END = "c129715d7a2bc9a3:1"
_GREETING = ["e9496ae3ebfced30:1", "fb7c023a8b9ccb3f:1", "ce8ba1a563dcdaca:1", "e20e36e16fcb0cc8:1", "b3edc88f2938467e:1"]
_GREETING += ["c8e28b0b4002a3a0:1", _END]


@pytest.mark.parametrize(
    ("text", "hashes"),
    [
        ("", [_END]),
        (" a\nb\n  \t\tc\n d", ["271789c17abda88f:1", "54703d4cd895b18:1", "180aee12dab6264:1", "a23a3dc5e078b07b:1"]),
        (" hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End\n", _GREETING),
        (" hello; \t\nworld!!!\r\r\r  \t\tGreetings\r End\r", _GREETING),
        (" hello; \t\r\nworld!!!\r\n\r\n\r\n  \t\tGreetings\r\n End\r\n", _GREETING),
        (
            "Lorem ipsum dolor sit amet.\n" * 10,
            [f"a7f2ff13bc495cf2:{n}" for n in range(1, 7)]
            + ["a7f2ff1481e87703:1", "a9cf91f7bbf1862b:1", "55ec222b86bcae53:1", "cc97dc7b1d7d8f7b:1", _END],
        ),
    ],
)
def test_published_numbers(text, hashes):
    assert line_hashes(text) == hashes


def test_a_line_keeps_its_hash_when_lines_come_before_it_and_spaces_change():
    text = "def f():\n    return crud.order(db, order_id)\n" + "x = 1\n" * 40
    assert line_hashes("import os\n" + text.replace("    ", "\t"))[2] == line_hashes(text)[1]


def test_ten_thousand_lines_in_well_under_a_second():
    started = time.process_time()
    line_hashes("    return crud.order(db, order_id)\n" * 10_000)
    assert time.process_time() - started < 2
