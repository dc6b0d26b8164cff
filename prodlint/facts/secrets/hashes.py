"""What is left of a value: a few signs to recognise it by, and a keyed hash.

Knows: how much of a value may be shown. Does not know: where it stood.
"""

from __future__ import annotations

from hashlib import blake2b, sha1

WORDLESS = frozenset({"keyword", "url-password", "password-hash", "private-key", "putty-private-key", "basic-auth"})


def shown(value: str, kind: str) -> str:
    """What may be printed: of a token the signs that say whose it is, of a password nothing."""
    return f"{value[:4]}****" if len(value) >= 20 and kind not in WORDLESS and "-" in kind else "****"


def salted(value: str) -> str:
    """What tells two values apart and nothing else."""
    return of_digest(sha1(value.encode("utf-8", "replace"), usedforsecurity=False).hexdigest())


def of_digest(digest: str) -> str:
    """The same of a value of which only the SHA-1 is known, as in a .secrets.baseline."""
    return blake2b(digest.encode(), key=b"prodlint", digest_size=12, salt=b"facts").hexdigest()
