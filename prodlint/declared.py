"""What configuration declares: blocks that answer questions, with variables resolved over files.

Knows: how a value is written elsewhere (Terraform variables, defaults, tfvars, locals, module arguments; CloudFormation parameters). Does not
know: what a good value is; the disk.

A question has three answers: a value; the default that the rule names, where the key is absent; None, where the value is set outside this
repository, or depends on what is only known later.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from posixpath import dirname, join, normpath
from typing import TYPE_CHECKING, Any

from prodlint import regex as re
from prodlint.model import Block, Entry, FileFacts, Span, Statement

if TYPE_CHECKING:
    from prodlint.stores import Store

DEPTH = 12  # references followed for one answer
PRODUCTION = re.compile(r"(?:^|[^a-z])(?:prod|production|prd|live)(?:[^a-z]|$)", re.I)
# trees that speak of other tools or to other programs; what they say is never evidence about this app
ELSEWHERE = re.compile(
    r"(?:^|/)(?:\.agents?|\.claude|\.cursor|\.codex|\.opencode|\.windsurf|\.gemini|skills|node_modules|vendor|third_party|site-packages|testdata|__fixtures__)/"
    r"|(?:^|/)(?:examples?|samples?|fixtures|templates?/cookiecutter)/|\{\{"
)
_REFERENCE = re.compile(r"^(var|local)\.([\w-]+(?:\.[\w-]+)*)$")
_CONDITION = re.compile(r"^(.*?)\?(.*):(.*)$", re.S)
_COMPARED = re.compile(r"""==\s*"([^"]*)"|"([^"]*)"\s*==""")
_NUMBER = re.compile(r"^-?\d+(?:\.\d+)?$")


class Declared:
    """One block, asked by a rule. `kind`, `name` and `path` are what the file says; `at` is where it begins."""

    __slots__ = ("_by_key", "_settings", "block", "path")

    def __init__(self, path: str, block: Block, settings: Settings) -> None:
        self.path, self.block, self._settings = path, block, settings
        by_key: dict[str, list[Entry]] = {}
        for entry in block.entries:
            by_key.setdefault(entry.key, []).append(entry)
        self._by_key = by_key

    @property
    def kind(self) -> str:
        return self.block.kind

    @property
    def name(self) -> str:
        return self.block.name

    @property
    def at(self) -> Span:
        return Span(self.path, self.block.line)

    @property
    def entries(self) -> tuple[Entry, ...]:
        return self.block.entries

    def __repr__(self) -> str:
        return f"<{self.kind} {self.name} {self.path}:{self.block.line}>"

    # ------------------------------------------------------------ keys
    def has(self, key: str) -> bool:
        """Is the key there, with a value or with keys below it?"""
        return key in self._by_key or any(known.startswith(f"{key}.") for known in self._by_key)

    def keys(self, key: str = "") -> tuple[str, ...]:
        """The names directly below a key ("" for the block itself), in source order."""
        start = f"{key}." if key else ""
        return tuple(dict.fromkeys(known[len(start) :].partition(".")[0] for known in self._by_key if known.startswith(start)))

    def where(self, key: str) -> Span:
        """Where the key's value stands; the block, where there is none."""
        entry = next(iter(self._by_key.get(key, ())), None) or next((e for e in self.entries if e.key.startswith(f"{key}.")), None)
        return Span(self.path, entry.line, entry.column, entry.line, entry.end_column) if entry else self.at

    def find(self, pattern: str) -> Iterator[Entry]:
        """Entries whose key fits a pattern in which `*` stands for one name and `**` for any number of them."""
        form = re.escape(pattern).replace(r"\*\*", ".*").replace(r"\*", "[^.]*")
        fits = re.compile(form).fullmatch
        return (entry for entry in self.entries if fits(entry.key))

    def nested(self, key: str) -> list[Declared]:
        """The nested blocks of a key: each `key { ... }` of Terraform, each item of a list, the mapping itself."""
        out: list[list[Entry]] = []
        listed = False
        last = ""
        for entry in self.entries:
            if entry.key == key:
                out.append([entry])
                last = ""
            elif entry.key.startswith(f"{key}."):
                rest = entry.key[len(key) + 1 :]
                head = rest.partition(".")[0]
                if head.isdigit():
                    if not listed:
                        out, listed = [], True
                    if head != last:
                        out.append([entry])
                        last = head
                    rest = rest.partition(".")[2]
                elif not out:
                    out.append([entry])
                out[-1].append(Entry(rest, entry.value, entry.kind, entry.line, entry.column, entry.end_column))
        return [
            Declared(self.path, Block(self.kind, f"{self.name}.{key}", group[0].line, group[-1].line, tuple(group[1:])), self._settings)
            for group in out
        ]

    # ------------------------------------------------------------ values
    def text(self, key: str, default: str | None = None) -> str | None:
        """The value as text; default where the key is absent or null; None where it is set outside the repository."""
        entry = next(iter(self._by_key.get(key, ())), None)
        if entry is None:
            if f"{key}.Ref" in self._by_key:  # CloudFormation written as JSON
                return self._settings.parameter(self.path, self._by_key[f"{key}.Ref"][0].value)
            return default
        if entry.kind == "null":
            return default
        if entry.kind == "expression" and entry.value == "!If":
            return self._chosen(key)
        return self._settings.value(self.path, entry)

    def raw(self, key: str, default: str = "") -> str:
        """The value as it is written, with its variables; default where the key is absent or holds others."""
        entry = next((entry for entry in self._by_key.get(key, ()) if entry.kind not in ("block", "null")), None)
        return entry.value if entry is not None else default

    def _chosen(self, key: str) -> str | None:
        """CloudFormation's !If: the branch of production where the condition names it, else the value both branches share."""
        condition, first, second = (self.text(f"{key}.{index}") for index in range(3))
        if condition and PRODUCTION.search(re.sub(r"(?<=[a-z])(?=[A-Z])", "-", condition)):
            return first
        return first if first == second else None

    def number(self, key: str, default: float | None = None) -> float | None:
        """The value as a number; default where the key is absent; None where it is set outside the repository or is no number."""
        if not self.has(key):
            return default
        text = self.text(key, None if default is None else str(default))
        return float(text) if text is not None and _NUMBER.match(text) else None

    def flag(self, key: str, default: bool | None = None) -> bool | None:
        """The value as true or false; default where the key is absent; None where it is set outside the repository."""
        if not self.has(key):
            return default
        text = self.text(key, None if default is None else str(default))
        return {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}.get((text or "").lower())

    def texts(self, key: str) -> list[str]:
        """The items of a list, or the one scalar that stands for a list of one; what is set outside the repository is left out."""
        one = self.text(key) if key in self._by_key and self._by_key[key][0].kind != "block" else None
        found = [self._settings.value(self.path, entry) for entry in self.find(f"{key}.*")]
        return [text for text in ([one] if one is not None else found) if text]


class Settings:
    """Resolves references between files; memoised, never changes."""

    def __init__(self, files: Mapping[str, FileFacts]) -> None:
        self._files = files
        self._values: dict[tuple[str, str, str], str | None] = {}

    @cached_property
    def _by_folder(self) -> dict[str, list[tuple[str, Block]]]:
        out: dict[str, list[tuple[str, Block]]] = {}
        for path, facts in self._files.items():
            for block in facts.blocks:
                if block.kind in ("variable", "locals", "tfvars", "module", "cfn-parameter"):
                    out.setdefault(dirname(path), []).append((path, block))
        return out

    def value(self, path: str, entry: Entry, depth: int = DEPTH) -> str | None:
        """The text of an entry; None where nothing in the repository says it."""
        if entry.kind in ("string", "number", "bool"):
            return entry.value
        if entry.kind == "block" or depth <= 0:
            return None
        if entry.kind == "reference" and not _REFERENCE.match(entry.value):
            return self.parameter(path, entry.value) if path.endswith((".yaml", ".yml", ".json")) else None
        return self._expression(path, entry.value, depth)

    def parameter(self, path: str, name: str) -> str | None:
        """The default of a CloudFormation parameter of the same template."""
        for where, block in self._by_folder.get(dirname(path), ()):
            if where == path and block.kind == "cfn-parameter" and block.name == name:
                return next((entry.value for entry in block.entries if entry.key == "Default"), None)
        return None

    def _expression(self, path: str, text: str, depth: int) -> str | None:
        text = text.strip()
        if text.startswith("(") and text.endswith(")"):
            text = text[1:-1].strip()
        if text[:1] == '"' and text[-1:] == '"' and "${" not in text:
            return text[1:-1]
        if _NUMBER.match(text) or text in ("true", "false"):
            return text
        found = _REFERENCE.match(text)
        if found:
            key = (dirname(path), found.group(1), found.group(2))
            if key not in self._values:
                self._values[key] = None  # a circle resolves to nothing
                self._values[key] = (
                    self._local(path, found.group(2), depth) if found.group(1) == "local" else self._variable(path, found.group(2), depth)
                )
            return self._values[key]
        condition = _CONDITION.match(text)
        if condition and text.count("?") == 1:
            return self._branch(path, *condition.groups(), depth)
        return None

    def _branch(self, path: str, test: str, first: str, second: str, depth: int) -> str | None:
        """`x == "production" ? a : b`: a decided test decides, a test for production takes production's branch, else both must agree."""
        yes, no = self._expression(path, first, depth - 1), self._expression(path, second, depth - 1)
        decided = self._expression(path, test, depth - 1)
        if decided in ("true", "false"):
            return yes if decided == "true" else no
        compared = _COMPARED.search(test)
        word = (compared.group(1) or compared.group(2) or "") if compared else test
        if PRODUCTION.search(word.replace("_", "-")) and "!" not in test:
            return yes
        return yes if yes == no else None

    def _local(self, path: str, name: str, depth: int) -> str | None:
        for where, block in self._by_folder.get(dirname(path), ()):
            if block.kind == "locals":
                for entry in _of_name(block.entries, name):
                    return self.value(where, entry, depth - 1)
        return None

    def _variable(self, path: str, name: str, depth: int) -> str | None:
        """What production passes: arguments of the module blocks that use this folder, tfvars files, else the variable's default."""
        folder = dirname(path)
        said: list[tuple[bool, str | None]] = []  # (names production, value)
        for where, entry in self._arguments(folder, name):
            said.append((bool(PRODUCTION.search(where)), self.value(where, entry, depth - 1)))
        said = said or [(bool(PRODUCTION.search(where)), value) for where, value in self._tfvars(folder, name)]
        if any(production for production, _ in said):
            said = [(production, value) for production, value in said if production]
        if said:
            return _worst([value for _, value in said])
        for where, block in self._by_folder.get(folder, ()):
            head, _, rest = name.partition(".")
            if block.kind == "variable" and block.name == head:
                wanted = f"default.{rest}" if rest else "default"
                entry = next((entry for entry in block.entries if entry.key == wanted), None)
                return self.value(where, entry, depth - 1) if entry is not None else None
        return None

    def _arguments(self, folder: str, name: str) -> Iterator[tuple[str, Entry]]:
        for blocks in self._by_folder.values():
            for where, block in blocks:
                if block.kind != "module":
                    continue
                source = next((entry.value for entry in block.entries if entry.key == "source"), "")
                if source.startswith(".") and normpath(join(dirname(where), source)) == (folder or "."):
                    yield from ((where, entry) for entry in _of_name(block.entries, name))

    def _tfvars(self, folder: str, name: str) -> Iterator[tuple[str, str | None]]:
        """In the folder and below it (`envs/production.tfvars`); a sample is no value."""
        for where, blocks in self._by_folder.items():
            if where == folder or where.startswith(f"{folder}/" if folder else ""):
                for path, block in blocks:
                    if block.kind == "tfvars" and "example" not in path and "sample" not in path:
                        yield from ((path, self.value(path, entry, 1)) for entry in _of_name(block.entries, name))


def _of_name(entries: Iterable[Entry], name: str) -> Iterator[Entry]:
    """The entry of a dotted name; where an object is handed on whole, the reference to its part."""
    head, _, rest = name.partition(".")
    for entry in entries:
        if entry.key == name:
            yield entry
        elif rest and entry.key == head and _REFERENCE.match(entry.value):
            yield Entry(name, f"{entry.value}.{rest}", entry.kind, entry.line, entry.column, entry.end_column)


def _worst(values: list[str | None]) -> str | None:
    """One answer for several: what they share; of different numbers the smallest; None where one of them is not known."""
    if None in values:
        return None
    if len(set(values)) == 1:
        return values[0]
    numbers = [value for value in values if value is not None and _NUMBER.match(value)]
    return min(numbers, key=float) if len(numbers) == len(values) else None


class Section:
    """A heading of a document and what stands below it."""

    __slots__ = ("block", "path")

    def __init__(self, path: str, block: Block) -> None:
        self.path, self.block = path, block

    @property
    def heading(self) -> str:
        return self.block.name

    @property
    def at(self) -> Span:
        return Span(self.path, self.block.line)

    @property
    def level(self) -> int:
        return int(next((entry.value for entry in self.block.entries if entry.key == "level"), "0"))

    def said(self, *keys: str) -> list[tuple[Span, str]]:
        """What stands in it, of these sorts: "command", "inline", "link", "step", "bullet", "text", "code"."""
        return [(Span(self.path, entry.line), entry.value) for entry in self.block.entries if entry.key in keys]


class ConfigurationQuestions:
    """Mixin of Project; expects `files`, `tracked`."""

    files: dict[str, FileFacts]
    tracked: dict[str, bool | None]

    @cached_property
    def _settings(self) -> Settings:
        return Settings(self.files)

    @cached_property
    def _declared(self) -> dict[str, list[Declared]]:
        out: dict[str, list[Declared]] = {}
        for path, facts in self.files.items():
            if facts.blocks and not self.is_aside(path):
                for block in facts.blocks:
                    if block.kind != "section":
                        out.setdefault(block.kind, []).append(Declared(path, block, self._settings))
        return out

    def is_aside(self, path: str) -> bool:
        """Is this file a test, vendored, generated, an example, or written for another program (agent instructions)?"""
        return self.files[path].aside in ("test", "vendored", "generated") or ELSEWHERE.search(path) is not None

    def blocks(self, *kinds: str) -> list[Declared]:
        """The configuration blocks of these kinds, in path and source order; a kind may end in `*`. Tests, examples and vendored files are
        left out."""
        if len(kinds) == 1 and not kinds[0].endswith("*"):
            return list(self._declared.get(kinds[0], ()))
        found = [
            declared
            for kind, all_declared in self._declared.items()
            if any(kind.startswith(wanted[:-1]) if wanted.endswith("*") else kind == wanted for wanted in kinds)
            for declared in all_declared
        ]
        return sorted(found, key=lambda declared: (declared.path, declared.block.line, declared.name))

    def stores(self) -> list[Store]:
        """The managed databases that infrastructure code declares, each with the days for which it keeps backups."""
        from prodlint.stores import KINDS, stores

        return list(stores(self.blocks(*KINDS, "module"), self.blocks("aws_backup_selection", "AWS::Backup::BackupSelection")))

    def paths(self, *globs: str) -> list[str]:
        """The examined files whose path fits one of the globs (`**/` any folders, `*` within a name, `{a,b}` either)."""
        forms = [_glob(glob) for glob in globs]
        return [path for path in self.files if any(form.fullmatch(path) for form in forms)]

    def sections(self, *globs: str) -> list[Section]:
        """The sections of documents, in path and source order; of these globs only, where some are given."""
        wanted = None if not globs else set(self.paths(*globs))
        return [
            Section(path, block)
            for path, facts in self.files.items()
            if (wanted is None or path in wanted) and not self.is_aside(path)
            for block in facts.blocks
            if block.kind == "section"
        ]

    def signs(self, *words: str) -> list[tuple[Span, str, str]]:
        """(place, word, text) of the lines in unparsed languages that set something up ("error-tracking", "metrics", "dump", ...)."""
        return [
            (Span(declared.path, entry.line, entry.column), entry.key, entry.value)
            for declared in self.blocks("signs")
            for entry in declared.entries
            if entry.key in words
        ]

    def sql(self, *globs: str) -> list[tuple[str, Statement]]:
        """Every SQL statement of the matching files with its path, in path order."""
        return [(path, statement) for path in self.paths(*(globs or ("**/*.sql",))) for statement in self.files[path].statements]


_GLOBS: dict[str, re.Pattern[str]] = {}


def _glob(pattern: str) -> Any:
    """A glob as a regular expression over whole POSIX paths."""
    if pattern not in _GLOBS:
        form = re.escape(pattern).replace(r"\*\*/", "(?:.*/)?").replace(r"\*\*", ".*").replace(r"\*", "[^/]*").replace(r"\?", "[^/]")
        form = re.sub(r"\\\{([^{}]*)\\\}", lambda found: f"(?:{found.group(1).replace(',', '|')})", form)
        _GLOBS[pattern] = re.compile(form, re.I)
    return _GLOBS[pattern]
