"""The configuration, as one frozen value.

Knows: `[tool.prodlint]` of pyproject.toml and prodlint.toml, every key and its type, which rules a name, a code, a code
prefix or an item selects. Does not know: what any rule does, the command line, the tree that is examined.
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from prodlint import regex as re
from prodlint.report import CONFIDENCES, ITEMS, SEVERITIES, Rule

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

FAIL_ON = (*SEVERITIES, "never")
UNEXAMINED = ("fail", "tell")
BASELINE = ".prodlint_baseline.json"  # where `prodlint baseline` writes, and `check` reads, unless the configuration names another file
_ALL_ITEMS = (*ITEMS, "meta")


class ConfigError(Exception):
    """The configuration cannot be used; the text names file, line, key and the nearest valid name. The cli exits with 2."""


class Access(msgspec.Struct, frozen=True):
    """A project's own words for access, where they cannot be inferred.

    principals: names that hold the caller (`request.account`); guards: functions that refuse unless an object is the caller's;
    public: handlers or path globs that are open on purpose; admin: guards or decorators that only let staff in."""

    principals: tuple[str, ...] = ()
    guards: tuple[str, ...] = ()
    public: tuple[str, ...] = ()
    admin: tuple[str, ...] = ()


class Config(msgspec.Struct, frozen=True):
    """All settings of a run. `file` is the configuration file it came from ("" for none), `text` its content.

    baseline: "" is the usual file where it is there, None no baseline at all."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    packs: tuple[str, ...] = ()
    per_path_ignores: tuple[tuple[str, tuple[str, ...]], ...] = ()
    severity: tuple[tuple[str, str], ...] = ()
    fail_on: str = "error"
    unexamined: str = "tell"
    confidence: str = "medium"
    baseline: str | None = ""
    access: Access = Access()
    file: str = ""
    text: str = ""

    def wants(self, rule: Rule) -> bool:
        """Is this rule switched on? The more specific of `select` and `ignore` wins, `ignore` where they are equal."""
        chosen = _best(self.select, rule)
        refused = _best(self.ignore, rule)
        on = chosen > 0 if self.select else rule.default
        return on and (not refused or chosen > refused)

    def ignores(self, rule: Rule, path: str) -> bool:
        """Is this rule switched off for this path by `per-path-ignores`?"""
        return any(_best(names, rule) and _matches(glob, path) for glob, names in self.per_path_ignores)

    def severity_of(self, rule: Rule) -> str | None:
        """The severity the user gave this rule, None where there is none; the most specific selector wins."""
        ranked = sorted((rank(name, rule), level) for name, level in self.severity if rank(name, rule))
        return ranked[-1][1] if ranked else None


def rank(selector: str, rule: Rule) -> int:
    """How exactly a selector names this rule: 0 not at all, 1 its item, 2 to 5 a code prefix, 9 its name or code."""
    if selector in (rule.name, rule.code):
        return 9
    if selector == rule.item:
        return 1
    return len(selector) - 1 if re.fullmatch(r"PRD\d{0,2}", selector) and rule.code.startswith(selector) else 0


def _best(selectors: Iterable[str], rule: Rule) -> int:
    return max((rank(selector, rule) for selector in selectors), default=0)


@lru_cache(maxsize=256)
def _spec(glob: str) -> GitIgnoreSpec:
    from pathspec import GitIgnoreSpec

    return GitIgnoreSpec.from_lines([glob])


def _matches(glob: str, path: str) -> bool:
    return _spec(glob).match_file(path)


# ---------------------------------------------------------------- finding and reading the file
def load(root: Path | str, explicit: Path | str | None = None) -> Config:
    """The configuration for a project root; the default one where no file has a say.

    The nearest file wins: `prodlint.toml`, then a pyproject.toml with a `[tool.prodlint]` table, in the root and then upwards
    as far as the git repository reaches. Raises ConfigError for a file that is missing, unreadable, not TOML or wrong."""
    if explicit is not None:
        found = _read(Path(explicit))
        if found is None:
            raise ConfigError(f"{explicit}: there is no [tool.prodlint] table in this file")
        return found
    for folder in _folders(Path(root).absolute()):
        for name in ("prodlint.toml", "pyproject.toml"):
            file = folder / name
            if file.is_file() and (found := _read(file)) is not None:
                return found
    return Config()


def _folders(root: Path) -> list[Path]:
    """The root and its parents up to the one that holds `.git`; only the root outside git."""
    chain = [root, *root.parents]
    tops = [n for n, folder in enumerate(chain) if (folder / ".git").exists()]
    return chain[: tops[0] + 1] if tops else chain[:1]


def _read(file: Path) -> Config | None:
    try:
        text = file.read_text(encoding="utf-8-sig")
        data = tomllib.loads(text)
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file}: cannot be read: {error}") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{file}: is not valid TOML: {error}") from error
    if file.name == "pyproject.toml" or "tool" in data:
        tool = data.get("tool")
        data = tool.get("prodlint") if isinstance(tool, dict) else None
        if data is None:
            return None
        if not isinstance(data, dict):
            raise ConfigError(f"{file}: tool.prodlint must be a table")
    return _Reader(str(file), text).config(data)


class _Reader:
    """Turns a parsed table into a Config; remembers file and text so that every complaint has a line."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.text = text

    def config(self, data: dict) -> Config:
        readers = {
            "select": self.strings,
            "ignore": self.strings,
            "exclude": self.strings,
            "packs": self.strings,
            "per-path-ignores": self.table_of_strings,
            "severity": self.severities,
            "fail-on": lambda key, value: self.word(key, value, FAIL_ON),
            "unexamined": lambda key, value: self.word(key, value, UNEXAMINED),
            "confidence": lambda key, value: self.word(key, value, CONFIDENCES),
            "baseline": self.string,
            "access": self.access,
        }
        self.known((), data, readers)
        values = {key.replace("-", "_"): readers[key]((key,), value) for key, value in data.items()}
        return Config(**values, file=self.file, text=self.text)

    def known(self, where: tuple[str, ...], data: dict, names: Iterable[str]) -> None:
        for key in data:
            if key not in names:
                self.refuse((*where, key), f'unknown key "{key}"{nearest(key, names)}')

    def refuse(self, key: tuple[str, ...], why: str) -> None:
        place = f"{self.file}:{line_of(self.text, key)}"
        raise ConfigError(f"{place}: {'.'.join(key)}: {why}")

    def string(self, key: tuple[str, ...], value: object) -> str:
        if not isinstance(value, str):
            self.refuse(key, f"must be a string, not {_kind(value)}")
        return value

    def strings(self, key: tuple[str, ...], value: object) -> tuple[str, ...]:
        if not isinstance(value, list) or not all(isinstance(entry, str) for entry in value):
            self.refuse(key, "must be a list of strings")
        return tuple(value)

    def word(self, key: tuple[str, ...], value: object, words: tuple[str, ...]) -> str:
        if value not in words:
            near = nearest(value, words) if isinstance(value, str) else ""
            self.refuse(key, f"must be one of {', '.join(words)}{near}")
        return str(value)

    def table(self, key: tuple[str, ...], value: object) -> dict:
        if not isinstance(value, dict):
            self.refuse(key, "must be a table")
        return value

    def table_of_strings(self, key: tuple[str, ...], value: object) -> tuple[tuple[str, tuple[str, ...]], ...]:
        table = self.table(key, value)
        return tuple((glob, self.strings((*key, glob), names)) for glob, names in sorted(table.items()))

    def severities(self, key: tuple[str, ...], value: object) -> tuple[tuple[str, str], ...]:
        table = self.table(key, value)
        return tuple((name, self.word((*key, name), level, SEVERITIES)) for name, level in sorted(table.items()))

    def access(self, key: tuple[str, ...], value: object) -> Access:
        table = self.table(key, value)
        self.known(key, table, Access.__struct_fields__)
        return Access(**{name: self.strings((*key, name), words) for name, words in table.items()})


def _kind(value: object) -> str:
    return {bool: "a boolean", int: "a number", float: "a number", list: "a list", dict: "a table"}.get(type(value), "a date")


# ---------------------------------------------------------------- names of rules
def check_names(config: Config, rules: Iterable[Rule]) -> None:
    """Every selector in the configuration must name a known rule. Raises ConfigError with the nearest name."""
    rules = tuple(rules)
    used = [("select", config.select), ("ignore", config.ignore), ("severity", tuple(name for name, _ in config.severity))]
    used += [(f"per-path-ignores.{glob}", names) for glob, names in config.per_path_ignores]
    for key, names in used:
        for name in names:
            if problem := unknown(name, rules):
                head, _, glob = key.partition(".")
                words = (head, glob, name) if glob else (head, name)
                place = f"{config.file}:{line_of(config.text, words)}: " if config.file else ""
                raise ConfigError(f"{place}{key}: {problem}")


def unknown(name: str, rules: Iterable[Rule]) -> str:
    """Why this selector names no rule, with the nearest name that would; "" where it does. For the command line too."""
    rules = tuple(rules)
    if name in _ALL_ITEMS or re.fullmatch(r"PRD[1-9]?", name) or any(rank(name, rule) for rule in rules):
        return ""
    valid = [*_ALL_ITEMS, *(rule.name for rule in rules), *(rule.code for rule in rules)]
    return f'unknown rule "{name}"{nearest(name, valid)}'


def nearest(name: str, names: Iterable[str]) -> str:
    """`; did you mean "x"?` for the closest of the names, "" where none is close."""
    close = difflib.get_close_matches(name.casefold(), {each.casefold(): each for each in sorted(names)}, n=1, cutoff=0.5)
    if not close:
        return ""
    return f'; did you mean "{next(each for each in sorted(names) if each.casefold() == close[0])}"?'


def line_of(text: str, words: Iterable[str]) -> int:
    """The 1-based line on which the last of the words stands, each looked for after the one before, below our table's head."""
    start = max(text.find("[tool.prodlint"), 0)
    for word in words:
        found = re.compile(rf"(?<![\w-]){re.escape(word)}(?![\w-])").search(text, start)
        start = found.start() if found else start
    return text.count("\n", 0, start) + 1


# ---------------------------------------------------------------- the baseline file
def read_baseline(root: Path | str, config: Config) -> frozenset[str]:
    """The fingerprints of the baseline file: the one that the configuration names, or the usual one where it is there.

    Raises ConfigError where the named file is missing, or is no list of fingerprints."""
    if config.baseline is None:
        return frozenset()
    file = Path(root) / (config.baseline or BASELINE)
    if not config.baseline and not file.exists():
        return frozenset()
    try:
        return frozenset(msgspec.json.decode(file.read_bytes(), type=list[str]))
    except OSError as error:
        raise ConfigError(f"{file}: the baseline cannot be read: {error.strerror}; write it with `prodlint baseline`") from error
    except msgspec.DecodeError as error:
        raise ConfigError(f"{file}: the baseline is not a JSON list of fingerprints: {error}") from error


# ---------------------------------------------------------------- the file that `prodlint init` writes
TEMPLATE = """\
# Configuration of prodlint. Everything here is optional; what is commented out shows the default or an example.
# The same keys work in pyproject.toml below [tool.prodlint].

# Rules by name, code, code prefix (PRD3) or item (access); the more specific of select and ignore wins.
# select = ["access", "secrets", "errors"]
# ignore = ["PRD8"]

# Paths that are not examined, as in .gitignore.
# exclude = ["vendor/"]

# From which severity on findings make the exit code 1: info, warning, error, never.
# fail-on = "error"

# Files of the app that could not be read, or that semgrep is needed for and is not there: tell, or fail (exit code 2).
# unexamined = "tell"

# From which confidence on findings are shown: low, medium, high.
# confidence = "medium"

# Fingerprints of known findings; `prodlint baseline` writes the file, and this one is read wherever it is there.
# baseline = ".prodlint_baseline.json"

# Packs of rules that must be installed; a missing one is an error. (A folder of rules is named by --pack.)
# packs = ["acme"]

# [per-path-ignores]
# "tests/" = ["secrets", "errors"]

# [severity]
# external-call-without-timeout = "error"

# What cannot be inferred about who may see what in this app.
# [access]
# principals = ["request.account"]    # names that hold the caller
# guards = ["ensure_member"]          # functions that refuse unless the object is the caller's
# public = ["shop.api.health"]        # handlers that are open on purpose
# admin = ["staff_only"]              # guards that let only staff in
"""
