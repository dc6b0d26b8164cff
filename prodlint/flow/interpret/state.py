"""What is kept while one endpoint is analysed.

Knows: every mark and list that statements, expressions and calls leave behind for one another, and what each is for. Does not know: who writes or
reads one. `quiet.py` names those that say something of access: a new one has its place there too.
"""

from __future__ import annotations

from typing import Any

from prodlint import ir
from prodlint.flow.frames import MAX_STEPS
from prodlint.flow.knowledge import Knowledge
from prodlint.flow.values import EMPTY, Client, Link, Made, Outcome, Selection, Target, Value
from prodlint.names import Definition, Names


class State:
    """A part of `interpreter.Run`."""

    def __init__(self, names: Names, knowledge: Knowledge) -> None:
        self.names = names
        self.knowledge = knowledge
        self.steps, self.limit = 0, MAX_STEPS
        self.before = self.handed_on = 0  # steps that middlewares took, and tasks which the handler only hands on
        self.later: set[tuple[int, bool]] = set()  # the branches in which these run: what is asked there stops nobody here
        self.unread: set[Selection] = set()  # what tasks selected that were not followed to their end, and what a cache gives to others
        self.left_by_others: set[str] = set()  # ids by which something was taken out of a cache before anybody was asked
        self.ended: tuple[str, int] | None = None  # where the steps ran out
        self.selections: list[Selection] = []
        self.bound: dict[Target, list[tuple[frozenset[tuple[int, bool]], bool, int]]] = {}  # (branches, weak, which it was in order)
        self.guards, self.several = 0, set[Target]()  # several: rows of which a guard asked one, where a name may stand for each
        self.passed_over: set[object] = set()  # guards that leave out one item of a loop: their numbers, and links with their branches
        self.in_time: int | None = None  # logins that had been asked for when a row that the client names was changed for good
        self.gone_logins = self.gone_doubts = 0  # logins (and doubts of one) when what stands before a handler went on to it
        self.gone: int | None = None  # guards that had been passed when what stands before a handler went on to it
        self.silent: set[ir.Function] = set()  # functions that say yes to some and nothing to the others
        self.raised_in, self.raising = set[ir.Expr](), 0  # calls of functions of the project that raise where they say no
        self.places: dict[object, tuple[str, int]] = {}  # where a target was held first
        self.ignored: dict[Target, tuple[str, int]] = {}  # targets of guards whose answer was dropped, and where
        self.dropped: ir.Expr | None = None  # the call of which nobody reads the answer
        self.answering: ir.Call | None = None  # the call of which the handler returns what it gives, as it is
        self.leaving = self.began = self.turned_away = False  # the handler's own body runs; strangers are turned away by what stands before it
        self.marks = 0  # how often data left or changed
        self.rewritten: dict[tuple[Selection, str], Value] = {}  # what was written into an attribute of a row, on every way
        self.links: dict[tuple[Link, frozenset[tuple[int, bool]]], int] = {}  # with the branches, and which it was in order
        self.evidence: list[tuple[str, int, str]] = []
        self.roles: list[tuple[str, int, frozenset[tuple[int, bool]], bool]] = []  # (path, at, branches, admins only)
        self.login: list[tuple[str, int]] = []
        self.brought: set[tuple[str, int]] = set()  # those that only ask whether something was brought that says who is calling
        self.dependencies: list[Definition] = []  # functions that the framework runs before the handler
        self.memo: dict[tuple[object, ...], tuple[Value, list[Value], dict[str, Value], bool]] = {}
        self.active: list[ir.Function] = []
        self.chain: list[tuple[str, int, str]] = []  # where each function that runs beneath the handler was called
        self.branch: list[tuple[int, bool]] = []
        self.given: dict[tuple[int, bool], Client] = {}  # sides of tests on which a value of the client is there (`given.py`)
        self.held: list[Outcome] = []
        self.ways: list[tuple[tuple[int, bool], ...]] = []  # marks of the ways on which a wrapper calls the handler (`handing.py`)
        self.admin_depth = self.staff_depth = self.kind_depth = 0  # the last: some kind of user, of whom nobody says that they are admins
        self.lesser_depth = 0  # branches around to which those come who are no admins
        self.for_lesser: dict[Selection, list[Any]] = {}  # what leaves or changes there, and what was held of it
        self.doubtful = self.strangers = 0  # branches around that something about the caller decides that nobody understands; that strangers take
        # a secret of the app is asked for, and who knows it is no user; somebody signs in here, by whatever they bring; somebody is known
        self.machine = self.enters = self.caller_seen = False
        self.switched, self.off = set[tuple[int, bool]](), 0  # sides that only a setting opens; logins that stand there (`switches.py`)
        self.logins_aside: list[tuple[frozenset[tuple[int, bool]], frozenset[tuple[int, bool]]]] = []  # ways, and tries, on which a login stands
        self.unsigned = self.unverified = self.token_read = False  # a token (the second: a JWT) was read whose signature nobody looked at; or at all
        self.places_seen = False  # what says where a request was sent, of those who share an app
        self.weighed: set[Client] = set()  # what the client says and a test holds against something fixed
        self.role_words: set[str] = set()  # roles that a caller's is held against, and marks of theirs that say what they may
        self.role_marks: set[str] = set()
        self.plain_words: set[str] = set()  # roles that every customer has, and a caller's is held against
        self.tenant_columns: frozenset[str] = frozenset()  # by which users belong to a tenant, where their names do not say so (`tenants.py`)
        self.tenant_read = self.tenant_held = False  # to which organisation the caller belongs was looked at, and held against another one
        self.caller_model: Definition | None = None  # whose rows callers are here, where the project's own classes authenticate (`staffs.py`)
        self.requirements = 0  # what the request or the caller is held against, of which nobody can tell whom it lets in
        self.perhaps_asked = 0  # guards that raise where they say no, in words that nobody can read
        self.kinds: set[int] = set()  # the last test of a chain of tests on the caller's kind
        self.trying = 0  # blocks around that catch errors
        self.swallowed: set[int] = set()  # blocks that try, of which a handler goes on: what was refused in there may go on too
        self.tried: list[tuple[int, bool]] = []  # the same, as branches in which no handler runs; numbers of blocks that try are negative
        self.globals: dict[str, Value] = {}
        self.method = ""  # the endpoint's one HTTP method
        self.methods: tuple[str, ...] = ()  # all that it takes
        self.framework = self.path = self.endpoint = self.route_name = ""  # its path, the name of its handler, and of the route where it has one
        self.view: Definition | None = None  # the function that serves the endpoint
        self.view_frame: Any = None  # its activation; None while what the path names is converted
        self.lists: dict[Definition, tuple[Value, ...] | None] = {}  # words that modules list (`open_paths.py`)
        self.answered: dict[int, bool | None] = {}  # of the tests that ran before the handler: what is known of each
        self.arguments_of_path = EMPTY  # what its path names, as a framework keeps it beside the request
        self.dispatches: list[tuple[frozenset[Outcome], frozenset[object], bool]] = []  # what held where a class went on to its framework's dispatch
        self.onward: dict[ir.Function, frozenset[str]] = {}
        self.verified = self.maybe_login = 0  # tokens verified on every way; logins asked for on some ways only
        self.for_callers: set[tuple[int, bool]] = set()  # those on which there is somebody
        self.rehearsing = 0  # branches around to which nobody comes but on a developer's machine
        self.rehearsed: set[Selection] = set()  # what is selected there
        self.for_known: set[tuple[int, bool]] = set()  # sides of tests on which somebody is known, or brings a token
        self.contexts: dict[object, Value] = {}  # what context variables hold
        self.carried: dict[str, Value] = {}  # what the project put on the request, by name
        self.made_globals: dict[Definition, Value] = {}
        self.settings: Any = None  # of Django, where somebody needs them
        self.schema: Any = None  # the models of the project, where somebody needs them
        self.handing: Any = None  # the wrapper of a decorator that runs (`handing.py`)
        self.injected: dict[str, Value] = {}  # what decorators hand to the handler by name
        self.handed: list[Value] = []  # and by position
        self.powers: dict[Client, tuple[str, int]] = {}  # cookies and headers that are asked what the caller may do
        self.credentials: set[Client] = set()  # values that say who is calling, beside a token
        self.lost: set[Client] = set()  # what went into calls of which nobody knows what they do
        self.created: list[Made] = []
        self.moved: list[Made] = []  # what is written into rows that are there already
        self.tallies: set[Selection] = set()  # rows that something was counted up in
        self.summed: set[Selection] = set()  # queries that answer with one row whatever rows there are
        self.altered: set[Selection] = set()  # rows of which a column was written
        self.came_out: dict[Selection, list[Selection]] = {}  # what functions gave of rows that they keep where these do not fit
        self.stores: dict[object, Value] = {}  # what modules and files keep instead of a database (`memory.py`), and the rows of it
        self.kept_here: set[Selection] = set()
        self.roots: set[Selection] = set()  # of these, the stores themselves
        self.free: set[Selection] = set()  # rows that a test around found free
        self.sifted_out: set[Selection] = set()  # rows that were refused by what they say of who may see them
        self.looping = 0  # loops around
        self.put_aside: dict[Selection, int] = {}  # rows that left, changed or were collected in a loop, and how many guards came before
        self.said_otherwise: dict[str, Value] = {}  # what the client put in the place of something that says who asks: session["user"] = ...
        self.of_rows = 0  # conditions in Python around that a library makes a query of (Pony)
        self.wholes: dict[Client, Client] = {}  # of some ids of a list: the list that they were taken from
        self.truncated: set[Target] = set()  # what was handed to calls that were too deep to follow
