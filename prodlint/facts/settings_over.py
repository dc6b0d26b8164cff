"""Modules of settings that stand over another one: `from .base import *`, then names that are read from the environment or a file.

Knows: which module is taken over, which of its names are given a value of the environment with no literal to fall back on; the modules of settings
that programs name. Does not know: which module runs where; reads that are split over lines.
"""

from __future__ import annotations

from prodlint import regex as re
from prodlint.model import Fact

KIND, NAMED = "settings-over", "settings-named"
_NAMED = re.compile(
    r"(?:((?:setdefault|get|getenv)\(\s{0,40}[\"'])?DJANGO_SETTINGS_MODULE[\"'\s\]=,(:]{1,40}|from_object\(\s{0,40})[\"']([\w.]+)[\"']"
)
_OVER = re.compile(r"^from\s+([\w.]+)\s+import\s+\*", re.M)
_READ = re.compile(
    r"""(?mx)^([A-Z][A-Z0-9_]{2,})(?:\s*:\s*[\w.\[\]| ]+)?\s*=\s*
    (?: os\.environ\[[^\]\n]+\] | (?:os\.)?(?:environ\.get|getenv)\(\s*["'][^"'\n]+["']\s*\)
      | (?:env|config|environ)(?:\.(?:str|get_value))?[(\[]\s*["'][^"'\n]+["']\s*(?:,\s*cast\s*=\s*\w+\s*)?[)\]]
      | [^\n"'=]{0,80}(?:["'][^"'\n]+["'])?\)?\.read_text\(\)(?:\.\w+\(\))?[ \t]*$ )"""
)
# out of a file beside the code; where it cannot be read, one is drawn or nothing starts
_FROM_FILE = re.compile(
    r"""(?mx)^(?:try:[ \t]*\n(?P<tried>[ \t]+))?with[ ]open\([^\n]{1,200}\)[ ]as[ ]\w+:[ \t]*\n
    [ \t]+(?P<name>[A-Z][A-Z0-9_]{2,})[ ]=[ ]\w+\.read\(\)(?:\.\w+\(\))?[ \t]*\n
    (?(tried)except[^\n]{0,80}:[ \t]*\n[ \t]+(?:raise\b|(?P=name)[ ]=[ ][\w.]+\([^"'\n]{0,60}\)[ \t]*$))"""
)


def read(text: str) -> tuple[Fact, ...]:
    """One fact for each module that is taken over, by its name as written; data: a name read from the environment -> its line. One for each module
    that the program runs with; data: "default", where the environment may name another."""
    named = _NAMED.finditer(text) if "SETTINGS_MODULE" in text or "from_object" in text else ()
    run = tuple(Fact(NAMED, each.group(2), text.count("\n", 0, each.start()) + 1, data={"default": "yes"} if each.group(1) else {}) for each in named)
    if "import *" not in text:
        return run
    found = [(each.group(1), each.start()) for each in _READ.finditer(text)]
    found += [(each.group("name"), each.start("name")) for each in _FROM_FILE.finditer(text)]
    reads = {name: str(text.count("\n", 0, at) + 1) for name, at in found}
    over = tuple(Fact(KIND, each.group(1), text.count("\n", 0, each.start()) + 1, data=reads) for each in _OVER.finditer(text))
    return over + run
