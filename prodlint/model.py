"""The nouns: what one file can say about itself, small, frozen and serialisable.

Knows: the shapes. Does not know: how they are extracted (`facts/`), what they mean together (`project.py`), or what is
wrong with them (`rules/`). Nouns of Python code stand in `ir.py`.

Everything here is deterministic: the same bytes of a file give the same facts, whatever the machine or the order.
"""

from __future__ import annotations

from pathlib import PurePath

import msgspec

from prodlint import ir


class Span(msgspec.Struct, frozen=True, order=True):
    """A place in a file: POSIX path relative to the project root, 1-based lines and columns, exclusive end column."""

    path: str
    line: int
    column: int = 1
    end_line: int = 0
    end_column: int = 0


class Source(msgspec.Struct, frozen=True, gc=False):
    """One file as it was read: its path relative to the root, its bytes, and whether git tracks it (None outside git)."""

    path: str
    data: bytes
    digest: str
    tracked: bool | None = None


class Git(msgspec.Struct, frozen=True):
    """What git, or an ignore file where there is no git, says about .env files and the like.

    present: is this a repository whose index could be read; ignored: the .env files that were read although an ignore file covers them;
    bare: where a .env would not be ignored (of the folders in which one is expected); stores: files that hold keys and are no text."""

    present: bool = False
    ignored: frozenset[str] = frozenset()
    bare: frozenset[str] = frozenset()
    stores: tuple[str, ...] = ()


class Leak(msgspec.Struct, frozen=True, order=True):
    """A credential, or a .env file, of a commit of the history: no value, as in Secret. kind: "env-file" or that of a Secret."""

    path: str
    line: int
    commit: str
    kind: str
    title: str
    salted: str = ""
    rotate: str = ""


class Problem(msgspec.Struct, frozen=True, order=True):
    """Something that could not be looked at. Never silent, never clean.

    severity "error": prodlint could not do its work (a rule crashed, an engine failed, a folder is unreadable).
    severity "warning": something of the project could not be read. `unread`: the app's own files that nobody looked at for it, so that the run is
    not clean; none where they are not the app's own, or the rest of the file was read.
    `rule` names the rule that crashed, "" where it was something else."""

    path: str
    line: int
    message: str
    severity: str = "error"
    rule: str = ""
    unread: tuple[str, ...] = ()

    @property
    def blinds(self) -> bool:
        """Is there something that the run says nothing about because of it? Else it is a remark."""
        return self.severity == "error" or bool(self.unread)


def raised_at(error: BaseException) -> str:
    """Where prodlint's own code raised, for its author: "schema.py:33"; "" for what was never raised."""
    frame = error.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    return f"{PurePath(frame.tb_frame.f_code.co_filename).name}:{frame.tb_lineno}" if frame is not None else ""


class Entry(msgspec.Struct, frozen=True, array_like=True):
    """One key of a Block: the dotted key, its value as text, and the 1-based line and columns of the value.

    kind: "string", "number", "bool", "null", "reference" (`var.x`, `${X}`, `!Ref`), "expression", "block" (a nested block,
    whose entries follow with longer keys)."""

    key: str
    value: str
    kind: str
    line: int
    column: int = 1
    end_column: int = 0


class Block(msgspec.Struct, frozen=True, array_like=True):
    """A named piece of configuration: a Terraform resource, a compose service, a workflow job, a TOML table, a .env file.

    `kind` is the resource type or a word of ours ("aws_db_instance", "compose-service", "workflow-job", "dotenv",
    "dockerfile"); `name` is what the file calls it; `entries` in source order with dotted keys
    ("backup_policy.days", "environment.0")."""

    kind: str
    name: str
    line: int
    end_line: int
    entries: tuple[Entry, ...] = ()


class Secret(msgspec.Struct, frozen=True, array_like=True):
    """A credential found in a file. The value itself is never kept: `shown` is its redacted form, `salted` a hash.

    kind: the format's name ("stripe-secret-key") or "keyword". name: the variable or key that holds it, "" if none.
    confidence: "high", "medium", "low". place: "live" code, "test", "example", "documentation". note: the kind in words; rotate: where its
    provider takes it back. home: "browser" (a name that a build tool puts into what visitors load), "key-file", "credentials-file", ""
    elsewhere; literal: is the value all of a Python string, between its quotes. workshop: "throw-away" (a file for tests or a developer's machine),
    "compose" (one that may be), ""."""

    kind: str
    line: int
    column: int
    end_column: int
    name: str
    shown: str
    salted: str
    confidence: str
    place: str = "live"
    note: str = ""
    rotate: str = ""
    home: str = ""
    literal: bool = False
    workshop: str = ""


class Match(msgspec.Struct, frozen=True, array_like=True):
    """What a semgrep rule matched: its id (without folder prefix), place, message with metavariables filled in."""

    rule: str
    line: int
    column: int
    end_line: int
    end_column: int
    message: str
    metadata: dict[str, str] = {}


class Statement(msgspec.Struct, frozen=True, array_like=True):
    """One SQL statement: its text with comments removed and white space folded, and the line it starts on."""

    text: str
    line: int


class Comment(msgspec.Struct, frozen=True, array_like=True):
    """A comment that speaks to us: the text after the comment sign, its line, and the lines it speaks for.

    `first` and `last`: the statement it belongs to, the next one for a comment alone on its line, the whole function for a
    comment on a `def`; 1 and 0 mean the whole file."""

    line: int
    text: str
    first: int
    last: int


class Fact(msgspec.Struct, frozen=True, array_like=True):
    """What a pack's Visitor yields: a kind of its own, a name, a place, and small string data."""

    kind: str
    name: str
    line: int
    column: int = 1
    end_line: int = 0
    end_column: int = 0
    symbol: str = ""
    data: dict[str, str] = {}


class FileFacts(msgspec.Struct, frozen=True, array_like=True):
    """Everything one file says. `language` is "python", "yaml", "hcl", "sql", "dotenv", "text", ...

    `module` is None for a file that is not Python, was not needed, or could not be parsed. `aside` names why code here is not
    judged like the app's own: "test", "vendored", "generated", "migration", "" otherwise. `hushed`: the lines that hold the value of a
    credential, also of one that somebody allowed: nobody shows them."""

    path: str
    language: str
    lines: int
    module: ir.Module | None = None
    blocks: tuple[Block, ...] = ()
    secrets: tuple[Secret, ...] = ()
    matches: tuple[Match, ...] = ()
    statements: tuple[Statement, ...] = ()
    comments: tuple[Comment, ...] = ()
    facts: tuple[Fact, ...] = ()
    problems: tuple[Problem, ...] = ()
    aside: str = ""
    hushed: tuple[int, ...] = ()
