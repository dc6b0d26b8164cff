"""The order in which origins stand in sets: the same in every process, whatever Python's hash seed and wherever objects lie in memory."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ORDER = """
import sys
padding = [object() for _ in range(int(sys.argv[1]))]
from prodlint.flow.values import ADMIN, CALLER, OPEN, PRESENCE, ROLE, Client, Link, Selection, Tie
rows = [Selection(model, "shop/orders.py", at) for at, model in enumerate(("Order", "Item", "Invoice", "Shop") * 4, 7)]
ids = [Client(name, source) for name in ("order_id", "item_id", "shop_id", "q") for source in ("path", "query", "body")]
held = [Tie(target, sign=sign) for target in (*rows, *ids) for sign in (-1, 0, 1)] + [Link(one, row) for one, row in zip(ids, rows)]
name = {id(each): number for number, each in enumerate((ADMIN, CALLER, OPEN, PRESENCE, ROLE, *rows, *ids, *held))}
print([name[id(each)] for each in frozenset((ADMIN, CALLER, OPEN, PRESENCE, ROLE, *rows, *ids, *held))])
"""


def order(seed: int) -> str:
    run = subprocess.run(
        [sys.executable, "-c", ORDER, str(seed * 1000)],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONHASHSEED": str(seed), "PYTHONPATH": str(ROOT)},
    )
    return run.stdout


def test_origins_stand_in_one_order_whatever_the_seed_and_the_memory() -> None:
    first, *others = (order(seed) for seed in (1, 2, 3))
    assert first.count(",") > 90
    assert others == [first, first]
