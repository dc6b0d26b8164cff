"""What the columns of a table without a class say of its rows: whose they are, and whether anybody may see them.

Knows: the tables that the program makes or fills by SQL of its own (`facts/created_tables.py`), the models of a Prisma schema
(`facts/schemas.py`), the columns that a SELECT lists. Does not know: models (`schema.py`), how a verdict was made.

A SELECT that lists a password shows it. One that takes all columns of a row shows what nobody but its owner should see only where the table keeps
money, numbers of cards and the like: each table of users keeps a password, and no app shows it for that.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from prodlint import regex as re
from prodlint.flow.knowledge import snake
from prodlint.flow.lookups.schema import IDENTITY
from prodlint.flow.verdicts import NAMED, Outcome
from prodlint.model import FileFacts

KINDS, MODEL = frozenset({"created-table", "filled-table"}), "data-model"
ALL = "*"
# what belongs to one person and is for nobody else's eyes
GUARDED = re.compile(
    r"^(?:(?:account_?|wallet_?|current_?)?balance|salary|wage|income|iban|(?:credit_?|debit_?)?card_?(?:number|no|num)|cvv2?|cvc|ccv|ssn"
    r"|social_?security(?:_?(?:number|no))?|tax_?(?:id|number)|passport(?:_?(?:no|number))?|national_?id|diagnos[ei]s|prescriptions?|medical_\w+|medications?"
    r"|blood_?(?:type|group)|bank_?account(?:_?(?:no|number))?|routing_?number)$",
    re.I,
)
# what lets whoever has it in; a hash too
ADMITS = re.compile(
    r"^(?:(?:hashed_?|encrypted_?|user_?)?pass(?:word|wd|phrase)?(?:_?(?:hash|digest|enc|plain\w*))?|pwd|pin(?:_?code)?|reset_?(?:pin|token|code)"
    r"|api_?(?:key|secret)|secret(?:_?key)?|(?:access|session|auth)_?token|otp|totp_?secret|private_?key)$",
    re.I,
)
_ID = r"(?:_?(?:id|user_?id|username|account(?:_?(?:id|number))?))?$"
FROM_TO = re.compile(r"^(?:sender|from|from_user)" + _ID, re.I), re.compile(r"^(?:recipient|receiver|addressee|to|to_user)" + _ID, re.I)
# what a queue of background jobs keeps of each, beside its kind and its state
_QUEUED = re.compile(
    r"^(?:progress(?:_?pct)?|(?:params|payload|result|args|kwargs)(?:_?json)?|error(?:_?message)?|attempts?|max_attempts|retries|retry_count|max_retries"
    r"|worker(?:_?id)?|heartbeat(?:_?at)?|locked_(?:at|by)|run_at|started_at|finished_at|completed_at)$"
)
# columns that say it is somebody's job after all, or about a row that is somebody's
_SOMEONE = re.compile(
    r"user|owner|account|customer|client|member|student|teacher|patient|employee|person|profile|author|mail|tenant|org|team|company|_by(?:_id)?$"
)
_OF_ANOTHER = re.compile(r"(?!(?:worker|run|job|task|parent|process|batch|queue|trace|request|correlation|external|celery_task|celery)_id$)\w+_id$")
_JOB = 3  # columns of a queue that make it one


class Tables:
    """The columns of the tables that the project makes, or fills."""

    def __init__(self, files: Mapping[str, FileFacts]) -> None:
        self._columns: dict[str, set[str]] = {}
        for facts in files.values():
            for fact in facts.facts:
                if fact.kind in KINDS and (not facts.aside or facts.aside == "migration"):
                    self._columns.setdefault(fact.name, set()).update(fact.data["columns"].split())
                elif fact.kind == MODEL and not facts.aside:
                    self._columns.setdefault(fact.name.lower(), set()).update(map(snake, fact.data["columns"].split()))

    def of(self, key: str) -> frozenset[str]:
        """The columns of the table that a key names; none where nobody saw it made or filled, or a class stands for it."""
        name = key.removeprefix(NAMED) if key.startswith(NAMED) else ""
        return frozenset(self._columns.get(name.rpartition(".")[2].lower(), ()))

    def owned(self, key: str) -> bool:
        """Does a column say whose a row is?"""
        return any(IDENTITY.match(column) and not column.startswith(("user_name", "username")) for column in self.of(key))

    def queue(self, key: str) -> bool:
        """Are these jobs that the program does in the background, of nobody in particular and about no row that may be somebody's, `document_id`?"""
        columns = self.of(key)
        someone = any(_SOMEONE.search(column) or _OF_ANOTHER.match(column) for column in columns)
        return not someone and sum(_QUEUED.match(column) is not None for column in columns) >= _JOB

    def between_two(self, key: str) -> bool:
        """Are these rows from one person to another?"""
        columns = self.of(key)
        return all(any(side.match(column) for column in columns) for side in FROM_TO)

    def guarded(self, outcome: Outcome) -> frozenset[str]:
        """Keys of the tables of which a route shows columns that are for nobody else's eyes."""
        return frozenset(key for key, column in outcome.columns if self._is_guarded(key, column))

    def _is_guarded(self, key: str, column: str) -> bool:
        if column == ALL:
            return any(map(GUARDED.match, self.of(key))) or self.between_two(key)
        return bool(GUARDED.match(column) or ADMITS.match(column))


def listed(statement: str) -> tuple[str, ...]:
    """The columns that a SELECT gives, in lower case and without their table; "*" where it takes all of one."""
    head = re.match(r"\s*select\s+(?:distinct\s+|all\s+)?(.*?)\sfrom\s", statement, re.I | re.S)
    if head is None:
        return ()
    found: dict[str, None] = {}
    for part in head.group(1).split(","):
        word = re.match(r"\s*(?:[\"'`\[]?\w+[\"'`\]]?\s*\.\s*)?(\*|[\"'`\[]?\w+[\"'`\]]?)\s*(?:as\s+\w+\s*)?$", part, re.I)
        if word:
            found[word.group(1).strip("\"'`[]").lower()] = None
    return tuple(found)


def names(rows: Iterable[tuple[str, tuple[str, ...]]]) -> tuple[tuple[str, str], ...]:
    """(key, column) of what some selections show, for an outcome."""
    found = {(key, column) for key, columns in rows for column in columns}
    return tuple(sorted((key, column) for key, column in found if column == ALL or GUARDED.match(column) or ADMITS.match(column)))
