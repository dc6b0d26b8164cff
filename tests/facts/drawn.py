"""Values made from patterns, as a machine would draw them: no literal credential stands in the tests.

Knows: the parts of regular expressions that the table of shapes uses. Does not know: any real value.
"""

from __future__ import annotations

import base64
import json
import random
import re._constants as constants
import re._parser as parser
import string

LETTERS = string.ascii_letters + string.digits
PRINTABLE = [chr(code) for code in range(33, 127)]


def letters(count: int, seed: int = 1, signs: str = LETTERS) -> str:
    """So many signs, the same for a seed, with a digit and a letter among them."""
    draw = random.Random(seed * 1000 + count)
    value = "".join(draw.choices(signs, k=count))
    return value if any(map(str.isdigit, value)) and any(map(str.isalpha, value)) else letters(count, seed + 1, signs)


def hexadecimal(count: int, seed: int = 1) -> str:
    return letters(count, seed, "0123456789abcdef")


def password(seed: int = 1) -> str:
    """What a person thinks of: a word, a number and a sign."""
    draw = random.Random(seed)
    return draw.choice(("Walnut", "Copper", "Ribbon", "Meadow")) + str(draw.randint(1000, 9999)) + draw.choice("!#?")


def web_token(payload: dict[str, object], seed: int = 1) -> str:
    def part(value: object) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    return ".".join((part({"alg": "HS256", "typ": "JWT"}), part(payload), letters(43, seed)))


def private_key(kind: str = "", seed: int = 1) -> str:
    body = "\n".join("MIIE" + letters(60, seed + line) for line in range(4))
    mark = f"{kind} " if kind else ""
    return f"-----BEGIN {mark}PRIVATE KEY-----\n{body}\n-----END {mark}PRIVATE KEY-----\n"


def from_pattern(pattern: str, seed: int = 1) -> str:
    """A string that the pattern matches."""
    draw = random.Random(seed)
    return "".join(_made(parser.parse(pattern), draw))


def _made(parsed: object, draw: random.Random) -> list[str]:
    return [sign for operation, argument in parsed for sign in _one(operation, argument, draw)]  # type: ignore[attr-defined]


def _one(operation: object, argument: object, draw: random.Random) -> list[str]:
    if operation is constants.LITERAL:
        return [chr(argument)]  # type: ignore[arg-type]
    if operation is constants.IN:
        return [draw.choice(_signs(argument))]
    if operation in (constants.MAX_REPEAT, constants.MIN_REPEAT):
        low, high, inner = argument  # type: ignore[misc]
        count = draw.randint(low, min(int(high), low + 8))
        return [sign for _ in range(count) for sign in _made(inner, draw)]
    if operation is constants.SUBPATTERN:
        return _made(argument[-1], draw)  # type: ignore[index]
    if operation is constants.BRANCH:
        return _made(draw.choice(argument[1]), draw)  # type: ignore[index]
    if operation in (constants.AT, constants.ASSERT, constants.ASSERT_NOT):
        return []
    raise AssertionError(f"the generator does not know {operation}")


def _signs(items: object) -> list[str]:
    out: list[str] = []
    for operation, argument in items:  # type: ignore[attr-defined]
        if operation is constants.LITERAL:
            out.append(chr(argument))
        elif operation is constants.RANGE:
            out.extend(chr(code) for code in range(argument[0], argument[1] + 1))
        elif operation is constants.NEGATE:
            taken = set(_signs([item for item in items if item[0] is not constants.NEGATE]))  # type: ignore[attr-defined]
            return [sign for sign in PRINTABLE if sign not in taken]
        elif operation is constants.CATEGORY:
            out.extend([" "] if argument is constants.CATEGORY_SPACE else string.digits)
        else:
            raise AssertionError(f"the generator does not know {operation}")
    return out
