"""Credentials in a file.

Knows: tokens of a recognisable shape (prefix and form). Does not know: other files; and never keeps a value: `shown` is redacted, `salted`
is a keyed hash.
"""

from __future__ import annotations

import re
from hashlib import blake2b

from prodlint import ir
from prodlint.model import Block, Secret

# One line a shape: name, and a pattern with its distinctive prefix first. Sources: the providers' own documentation of key formats.
SHAPES = (
    ("aws-access-key-id", r"\b(?:AKIA|ASIA)[A-Z2-7]{16}\b"),
    ("github-token", r"\bgh[pousr]_[A-Za-z0-9]{36}\b"),
    ("github-fine-grained-token", r"\bgithub_pat_[A-Za-z0-9_]{60,90}\b"),
    ("gitlab-token", r"\bglpat-[A-Za-z0-9_-]{20,}\b"),
    ("stripe-secret-key", r"\b[sr]k_live_[A-Za-z0-9]{20,}\b"),
    ("stripe-webhook-secret", r"\bwhsec_[A-Za-z0-9+/=]{24,}"),
    ("slack-token", r"\bxox[abpors]-[A-Za-z0-9-]{20,}\b"),
    ("openai-key", r"\bsk-(?:proj|svcacct|admin)-[A-Za-z0-9_-]{40,}\b"),
    ("anthropic-key", r"\bsk-ant-[a-z0-9]+-[A-Za-z0-9_-]{40,}\b"),
    ("sendgrid-key", r"\bSG\.[A-Za-z0-9_-]{16,32}\.[A-Za-z0-9_-]{30,64}\b"),
    ("google-api-key", r"\bAIza[A-Za-z0-9_-]{35}\b"),
    ("npm-token", r"\bnpm_[A-Za-z0-9]{36}\b"),
    ("pypi-token", r"\bpypi-AgEIcHlwaS5vcmc[A-Za-z0-9_-]{40,}\b"),
    ("private-key", r"-----BEGIN (?:RSA |EC |DSA |OPENSSH |PGP )?PRIVATE KEY(?: BLOCK)?-----"),
)
_ONE = re.compile("|".join(f"(?P<s{index}>{pattern})" for index, (_, pattern) in enumerate(SHAPES)))
_PREFIX = re.compile(
    r"AKIA|ASIA|gh[pousr]_|github_pat_|glpat-|[sr]k_live_|whsec_|xox[abpors]-|sk-(?:proj|svcacct|admin|ant)-|SG\.|AIza|npm_|pypi-Ag|-----BEGIN "
)
_FAKE = re.compile(r"(?i)example|placeholder|dummy|your[_-]?|changeme|xxxx|0000000|1234567|abcdefg|redacted|fake|sample")


def read(path: str, text: str, language: str, module: ir.Module | None, blocks: tuple[Block, ...], aside: str) -> tuple[Secret, ...]:
    """The credentials of a file, in source order."""
    if not _PREFIX.search(text):
        return ()
    out = []
    for found in _ONE.finditer(text):
        value = found.group()
        if _FAKE.search(value):
            continue
        kind = SHAPES[int(found.lastgroup[1:])][0]  # type: ignore[index]  # one named group always matched
        line = text.count("\n", 0, found.start()) + 1
        start = text.rfind("\n", 0, found.start()) + 1
        column = found.start() - start + 1
        salted = blake2b(value.encode(), key=b"prodlint", digest_size=12, salt=b"facts").hexdigest()
        name = re.search(r"([A-Za-z_][\w.-]*)[\"']?\s*[:=]\s*[\"']?$", text[start : found.start()])
        place = "test" if aside == "test" else "live"
        out.append(Secret(kind, line, column, column + len(value), name.group(1) if name else "", value[:4] + "****", salted, "high", place))
    return tuple(out)
