"""What is said of one endpoint, as plain data.

Knows: the shape of a verdict. Does not know: how one is reached (`handlers.py`), what a rule makes of it.

Nothing here points into a syntax tree or at another file's names, so a verdict can be sent from one process to another. A model of the project
is named by where it is defined ("shop/models.py:shop.models.Order"), a table or collection without a class by its name.
"""

from __future__ import annotations

import msgspec

from prodlint.names import Definition


class Choice(msgspec.Struct):
    """A client value that selects data: by which value (`id`, its `source`), in which field, and whether it is tied.

    at: packed position, in `path`, of the expression that carries the id; lookup: (path, start, end) of what selects. changed: rows are changed
    through it; changes: the selection itself changes them. reference: loose, and left alone only because no path leads from the model to a user.
    some: only rows that are shown to everybody, by what the row says. stranger: changed by whoever asks, by any method, as far as can be told.
    made: what a new row goes with. lets_in: it makes whom the client names one of those whose rows these are.
    limited: loose, and in doubt only because some kind of user is all that comes here.
    tenanted: the way to a tenant that users belong to, where it is loose, and left alone only because admins may or nothing else leads to a user.
    written_down: the row is of somebody else than the user that its way leads to, or the way only leads to a word that somebody typed.
    audited: that way only leads to who wrote the row down, as a base class tells it of many models.
    whose: what its owners are called on that way; asked: the one role that is asked for, where it is one of these (`peers.py`).
    through: the calls between the handler and the look-up, each as (path, position, function)."""

    id: str
    source: str
    field: str
    ownership: str
    model: str
    key: str
    owner_path: tuple[str, ...] | None
    path: str
    at: int
    lookup: tuple[str, int, int]
    why: tuple[str, str, int] = ("", "", 0)
    changed: bool = False
    changes: bool = False
    reference: bool = False
    some: bool = False
    stranger: bool = False
    made: bool = False
    lets_in: bool = False
    limited: bool = False
    tenanted: tuple[str, ...] | None = None
    written_down: bool = False
    audited: bool = False
    whose: tuple[str, ...] = ()
    asked: str = ""
    through: tuple[tuple[str, int, str], ...] = ()


class Listing(msgspec.Struct, frozen=True):
    """A list of rows that have an owner, narrowed by nothing. told: the model says so itself, not only how other routes ask for such rows.
    tenanted: shown to admins, who may be those of one tenant."""

    model: str
    key: str
    owner_path: tuple[str, ...]
    path: str
    at: int
    told: bool = True
    tenanted: bool = False


class Outcome(msgspec.Struct):
    """All that was understood of one endpoint. scoped: keys of the models of which it reaches only what is tied to the caller; reached: keys of all
    that have an owner, with their names; claims: who the caller is, as a cookie or header without a signature says it; owners: whose a new row
    is, as the body says it; powers: what the caller may do, as a cookie or header says it;
    promotes: what somebody who signs up may do, as they say it themselves; made: keys of models of which it makes rows.
    kept, named: keys of the models of which it asks for rows by a column that says who asks, and of which it makes rows in the caller's name.
    kinds: what asks for some kind of user (employers, teachers) where not all of these are staff.
    gate: by which gate it lets staff in (`gates.py`). above: of the models it reaches, the key of what each belongs to on its way to an owner.
    partly: keys of the models of which it shows the caller's rows and those that others may see, by what the rows say (`seen_by_some.py`).
    private: keys of the models it shows whose columns say that they are kept of people (`columns.confidential`).
    bared: models of which it shows the password, or its hash (`bared.py`). failed: what prodlint itself raised over it; nothing is known of it then.
    whole: keys of the models of which it shows all rows. wiped: of which it takes all rows away (`tallies.py`).
    all_users: it shows the list of all who sign in, narrowed by nothing. ended: where the budget of steps ran out.
    of_one: it asks for a role that admins of one tenant have; tenant_asked: it asks for the tenant of who calls; founds: strangers make a tenant
    and its first admin there (`tenants.py`).
    audited: keys of the models it reaches that only audit columns lead from to a user, `created_by` beside `updated_by` (`audits.py`).
    columns: (key, column) of what it shows of rows that are not the caller's, as SQL lists it: columns that say what kind of rows these are.
    machine: it asks for a secret of the app, which no user has. counted: keys of the models of which it only tells how many rows there are.
    exposed: what it shows or changes for strangers, and why that is worth a look (`strangers.py`); granted: it asks for a permission that staff
    give to users for all rows. shown, rewritten: keys and names of the tables, with or without a class, of which it shows rows that are not the
    caller's, and of which it changes rows."""

    methods: tuple[str, ...]
    authentication: str
    ownership: str
    choices: list[Choice] = []
    evidence: list[tuple[str, int, str]] = []
    caller_known: bool = False
    touches: bool = False
    complete: bool = True
    role: bool = False
    changed: tuple[str, ...] = ()
    links: list[Choice] = []
    scoped: tuple[str, ...] = ()
    lists: list[Listing] = []
    claims: list[Choice] = []
    owners: list[Choice] = []
    powers: list[Choice] = []
    reached: tuple[tuple[str, str], ...] = ()
    made: tuple[str, ...] = ()
    secret: bool = False
    exposed: tuple[str, str] = ("", "")
    granted: bool = False
    shown: tuple[tuple[str, str], ...] = ()
    rewritten: tuple[tuple[str, str], ...] = ()
    kept: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    all_users: bool = False
    ended: tuple[str, int] | None = None
    private: tuple[str, ...] = ()
    columns: tuple[tuple[str, str], ...] = ()
    of_one: bool = False
    tenant_asked: bool = False
    founds: bool = False
    machine: bool = False
    gate: str = ""
    above: tuple[tuple[str, str], ...] = ()
    counted: tuple[str, ...] = ()
    promotes: list[Choice] = []
    partly: tuple[str, ...] = ()
    bared: tuple[str, ...] = ()
    failed: str = ""
    whole: tuple[str, ...] = ()
    audited: tuple[str, ...] = ()
    wiped: tuple[tuple[str, tuple[str, ...], str, int], ...] = ()


def key_of(model: object) -> str:
    """The key of a model of the project, or of a table or collection that only has a name; "" for nothing."""
    if isinstance(model, Definition):
        return f"{model.module.path}:{model.dotted}"
    return f"{NAMED}{model}" if isinstance(model, str) and model else ""


def spelled(model: object) -> str:
    """What a model of the project is called, or what a table or collection is called that only has a name, with what stands before it."""
    return model.name if isinstance(model, Definition) else str(model)


def name_of(model: object) -> str:
    """What a model, table or collection is called, without what stands before it."""
    return spelled(model).rpartition(".")[2]


UNREAD = "asks for a token, and nothing looks at what it says"
NAMED = "named:"  # what no class of the project stands for
