"""Signatures that a handler of Node makes and holds what was sent against."""

from __future__ import annotations

import time

import pytest

from prodlint.patterns.javascript import hand_signed
from prodlint.patterns.ties import callees

MADE = 'const sent = req.headers["x-sign"];\nconst made = createHmac("sha256", key).update(req.body).digest("hex");\n'


@pytest.mark.parametrize(
    ("body", "held"),
    [
        (f"{MADE}if (sent !== made) return res.status(401).end();", True),
        (f"{MADE}if (!timingSafeEqual(Buffer.from(made), Buffer.from(sent))) {{\n  throw new Error('no');\n}}", True),
        (f"{MADE}const line = `v0=${{made}}`;\nif (line !== sent) {{ return res.status(403).send({{ error: 1 }}); }}", True),
        (f"{MADE}const right = sent === made;\nif (!right)\n  return res.status(401).end();", True),
        (f'{MADE}if (sent !== made) console.warn("another");\nif (req.body.id === "") return res.status(400).end();', False),
        (f"{MADE}if (made === undefined) return res.status(401).end();", False),
        (f"if (req.headers.signature === undefined) return res.status(401).end();\n{MADE}res.json({{ made }});", False),
        ('const made = createHmac("sha256", key).update("a").digest("hex");\nif (made !== req.body.signature) throw new Error("no");', False),
    ],
)
def test_who_brings_no_such_signature_is_turned_away(body: str, held: bool) -> None:
    assert hand_signed.held(body) is held


@pytest.mark.parametrize("text", ["const a = b;\n", "if (", "if (a !== createHmac ", "const a =" + " " * 50, "const createHmac = b\n ."])
def test_long_texts_take_no_longer(text: str) -> None:
    begun = time.perf_counter()
    hand_signed.held(text * (60_000 // len(text)) + " header")
    callees._WITHHOLDS.search("a == b)" + " " * 60_000 + "x")
    assert time.perf_counter() - begun < 2
