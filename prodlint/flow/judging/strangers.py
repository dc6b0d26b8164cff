"""What routes without a login do with data that other routes of the app keep.

Knows: which models each route reaches, and whether it asks for a login; habits of naming paths. Does not know: how a verdict was made.

A route that needs no login is public by design in most cases: it proves nothing that it reads data. What is worth a look is the odd one out: the
only open route to a model that all others keep behind a login and tie to the caller, an open route among those for staff or for debugging, the
one route that changes rows and asks nobody where the others that change something do, and one that shows what no app publishes: orders, invoices,
patients. Where no route of an app asks for a login, and it keeps such rows or passwords all the same, all of them are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from prodlint import regex as re
from prodlint.flow.judging import open_house
from prodlint.flow.judging.meant import PARAMETER, made_public, meant
from prodlint.flow.judging.open_house import CODES, GOODS, HANDED, LEFT, USERS, where_of
from prodlint.flow.judging.siblings import CONTENT, HABIT, PEOPLE, PRIVATE, REMARKS, ROW_KEYS, WORD, doubt
from prodlint.flow.knowledge import AS_MODEL
from prodlint.flow.lookups.tables import Tables
from prodlint.flow.verdicts import NAMED, Choice, Outcome
from prodlint.names import Definition
from prodlint.routing.table import SAFE, Endpoint

INNER = re.compile(r"^.*?/internal(?=/)", re.I)
MANY = 5  # routes under one address of which none asks who calls: the network says who comes there
PUBLIC = re.compile(r"/public/", re.I)  # /clubs/public/<slug>/staff shows who works there
STAFF = re.compile(r"/(?:admin|administration|staff|superuser|internal|management|backoffice)(?:/|$)", re.I)
ENTRANCE = re.compile(r"log_?in|log_?out|sign_?(?:in|up|out)|regist|auth|token|forgot|callback|jsi18n|health|ping|setup", re.I)
JOINING = re.compile(r"regist|sign_?up|forgot|reset|recover|resend|activat", re.I)
# What guests change and delete too: their own basket, an answer, what a link in a mail names.
GUESTS = re.compile(
    r"hook|callback|verif|confirm|activat|unsubscribe|invit|reset|forgot|recover|token|shar(?:e|ed|ing)(?:$|[-_/])|cart|basket|checkout|payment|draft|session"
    r"|feedback|vote|like(?:$|[-_/])|rsvp|upload|embed|widget|public(?:$|[-_/])|guest(?!s(?:$|[-_/]))|demo|settings?(?:$|[-_/])|health|mock|fake|test(?:$|[-_/])",
    re.I,
)
# "delete" and "change" as others than English speakers name what they write
ERASING = r"elimin[ae]r?|borrar|excluir|apagar|supprimer|loeschen|hapus|usun|sil"
CHANGING = r"edit[ae]r|a[ct]tualizar|modific?[ae]r|modifier|bearbeiten|ubah|edytuj|guncelle|duzenle"
REWRITES = re.compile(rf"(?:^|[^a-z])(?:delete|remove|destroy|update|edit|(?:{ERASING}|{CHANGING})(?![a-z]))", re.I)
ERASES = re.compile(rf"(?:^|[^a-z])(?:delete|remove|destroy|erase|del|{ERASING})(?:$|[^a-z])", re.I)
REWRITING = frozenset({"PUT", "PATCH", "DELETE"})
DEBUG = re.compile(r"(?:^|[/\s_-])debug(?:$|[/\s_-])", re.I)
MOST = 0.75  # of the routes that change something, those that ask for a login
ALTERS = re.compile(rf"(?:del|delete|remove|destroy|drop|update|edit|modify|change|set|cancel|archive|rename|{ERASING}|{CHANGING})(?:_|$)", re.I)
# what readers leave behind, and what a browser without an account keeps its things under
COUNTS = re.compile(
    r"views?(?:$|[-_/])|like|vote|rat(?:e|ing)(?:$|[-_/])|click|hit(?:s)?(?:$|[-_/])|download|(?<!ac)(?<!dis)count|reaction|report|submit|answer|respon",
    re.I,
)
VISITORS = re.compile(r"session|guest|visitor|device|anon|cart|basket", re.I)
BASKETS = re.compile(r"(?<![a-z])(?:cart|basket)", re.I)  # which guests fill before they have an account
JOINS = re.compile(r"(?:create|add|new|post|make|store|insert)_?(?:users?|accounts?|members?)$", re.I)
# What is taken is shown to whoever looks for what is free: those of one room, one day.
TAKEN = re.compile(r"(?:booking|reservation|appointment|reserva|cita)s?" + AS_MODEL, re.I)
# who comes, in a column of what is taken: what one of them has booked is no calendar
COMES = re.compile(
    r"(?:user|customer|client|patient|student|member|guest|buyer|renter|passenger|visitor|parent|cliente|paciente|usuario)(?:_?(?:id|uuid|pk|email|phone))?(?:__\w+)?$",
    re.I,
)
BESIDE_LOGIN = re.compile(r"/auth/(?=users?(?:$|[/ ]))", re.I)  # accounts that are kept where people sign in
# what a house shows of itself; and what visitors ask one another
SHOWN = re.compile(
    WORD
    + r"(?:galler(?:y|ies)|portfolios?|projects?|banners?|sliders?|faqs?|parts?|packages?|tours?|destinations?|facilit(?:y|ies)|promotions?)"
    + AS_MODEL,
    re.I,
)
ASKED = re.compile(r"(?:questions?|quiz(?:zes)?|polls?|topics?|forums?|listings?|pets?|match(?:es)?|games?|players?)" + AS_MODEL, re.I)
# what only those write who teach or watch over others
GIVEN = re.compile(WORD + r"(?:marks?|report_?cards?|payrolls?|payslips?|salar(?:y|ies))" + AS_MODEL, re.I)
# people whom a house keeps on file
KEPT = re.compile(WORD + r"(?:students?|pupils?|personn?els?|staff|workers?|members?|persons?|people|residents?)" + AS_MODEL, re.I)
ELECTION = re.compile(r"Election|Ballot|Poll(?:s|$)|Vote", re.I)
STANDS = re.compile(r"candidates?$", re.I)
# the same where others keep such rows behind a login: what visitors hand in and staff works on
DROPPED = re.compile(
    r"booking|reservation|appointment|contact|message|inquir|enquir|(?:^|[^a-z])lead|applica|feedback|review|comment|subscri|vote|respon|registration|entry|entries"
    r"|sign_?up|rsvp|participa|answer|quote|donation|(?<!re)(?<!b)order$",
    re.I,
)
ASKS = "refuses unless it fits the caller"  # `branching.py`: no login is asked for, but whose a row is
FEW = 4  # such routes below which nothing is a habit


def weigh(endpoints: Sequence[Endpoint], outcomes: Sequence[Outcome], tables: Tables) -> None:
    """Says of each open route what it exposes, and why that is the odd one out."""
    pairs = list(zip(endpoints, outcomes, strict=True))
    kept, open_to = _keepers(pairs)
    writers = {
        e.name: o for e, o in pairs
        if (o.changed or o.made) and not (e.methods and set(e.methods) <= SAFE) and (o.authentication == "required" or not meant(e, o))
    }  # fmt: skip
    asking = sum(outcome.authentication == "required" for outcome in writers.values())
    strict = asking >= FEW and asking >= MOST * len(writers)
    required = {endpoint.name for endpoint, outcome in pairs if outcome.authentication == "required"}
    if not required:
        open_house.weigh(pairs, tables)
        return
    staffs = {choice.key for _, outcome in pairs if outcome.role for choice in outcome.choices}  # rows that elsewhere only staff reach
    inside = [outcome for _, outcome in pairs if outcome.all_users and outcome.authentication == "required"]
    staffs |= {key for outcome in inside for key, _ in outcome.shown}  # or, as a list, only who logs in
    polls = any(ELECTION.search(name) for _, outcome in pairs for _, name in (*outcome.shown, *outcome.rewritten, *outcome.reached))
    makers = {key for _, outcome in pairs if outcome.authentication == "required" for key in outcome.made}
    inner = services(pairs)
    for endpoint, outcome in pairs:
        if outcome.authentication in ("none", "optional") and JOINING.search(f"{endpoint.path} {endpoint.name}"):
            who_comes(outcome)
        if outcome.authentication in ("none", "optional") and (endpoint.options.get("debug") or made_public(endpoint, outcome)):
            for choice in (each for each in outcome.choices if each.ownership == "missing"):
                doubt(outcome, choice)  # nobody comes there in production; or somebody said so
        if outcome.authentication in ("none", "optional") and not (meant(endpoint, outcome) or GUESTS.search(f"{endpoint.path} {endpoint.name}")):
            anybodys(outcome)
        if (
            outcome.authentication == "none"
            and outcome.complete
            and (outcome.touches or outcome.made)
            and outcome.ownership in ("public", "not-applicable", "unknown")
        ):
            if polls:  # who stands for election is shown to everybody
                outcome.shown = tuple((key, name) for key, name in outcome.shown if not STANDS.search(name))
            outcome.all_users = outcome.all_users and not staffs.isdisjoint(key for key, _ in outcome.shown)
            outcome.exposed = _exposed(endpoint, outcome, kept, open_to, strict, len(required) >= FEW, makers, tables.guarded(outcome))
            if outcome.exposed[1] == "staff" and _inner(endpoint) in inner:
                outcome.exposed = ("", "")
            if outcome.exposed[1]:
                outcome.ownership = "missing"
    made(pairs)
    accounts(pairs)
    if len(required) >= FEW:
        forgotten(pairs)


def services(pairs: Sequence[tuple[Endpoint, Outcome]]) -> set[str]:
    """Addresses called /internal under which no route asks who calls: other services of the same machine call them, and no staff."""
    under: dict[str, set[str]] = {}
    for endpoint, outcome in pairs:
        under.setdefault(_inner(endpoint), set()).add(outcome.authentication if outcome.authentication != "none" else endpoint.name)
    return {inner for inner, said in under.items() if inner and len(said) >= MANY and said.isdisjoint({"required", "optional", "unknown"})}


def _inner(endpoint: Endpoint) -> str:
    found = INNER.match(endpoint.path)
    return found[0] if found else ""


def made(pairs: Sequence[tuple[Endpoint, Outcome]]) -> None:
    """Where strangers may rewrite every row of a table, they may make rows of it, by the same view or elsewhere: nobody thought of a login there."""
    by_view: dict[Definition, str] = {}
    by_table: dict[str, str] = {}
    for endpoint, outcome in pairs:
        if outcome.authentication != "none" or outcome.secret:
            continue
        told = {choice.key: choice.model for choice in outcome.choices if choice.changed and choice.ownership == "missing"}
        if outcome.exposed[1] == "alters":
            told |= {choice.key: choice.model for choice in outcome.choices if choice.changed and choice.model == outcome.exposed[0]}
        by_table |= told
        if endpoint.cls is not None and told:
            by_view[endpoint.cls] = next(iter(told.values()))
    for endpoint, outcome in pairs:
        if outcome.authentication != "none" or not outcome.complete or outcome.exposed[1] or meant(endpoint, outcome) or _asks(outcome):
            continue
        if _signs_up(endpoint, outcome):
            continue
        name = by_view.get(endpoint.cls, "") if endpoint.cls is not None and endpoint.action == "create" else ""
        if (
            not name
            and endpoint.methods
            and not set(endpoint.methods) <= SAFE
            and not (GUESTS.search(where_of(endpoint)) or COUNTS.search(where_of(endpoint)))
        ):
            name = next((by_table[key] for key in outcome.made if key in by_table), "")
        if name and not (DROPPED.search(name) or LEFT.search(name)):
            outcome.exposed, outcome.ownership = (name, "makes"), "missing"


def accounts(pairs: Sequence[tuple[Endpoint, Outcome]]) -> None:
    """Strangers change any account, or anybody whom the app keeps, by id on several routes, and no route asks for a login there: what shows them was
    not meant for strangers."""
    strangers = [(endpoint, outcome) for endpoint, outcome in pairs if outcome.authentication == "none" and outcome.complete]
    altered = Counter(
        c.key for _, outcome in strangers for c in outcome.choices
        if c.changed and (c.ownership == "missing" or outcome.exposed == (c.model, "alters")) and (USERS.search(c.model) or KEPT.search(c.model))
    )  # fmt: skip
    asked = {choice.key for _, outcome in pairs if outcome.authentication == "required" for choice in outcome.choices}
    for endpoint, outcome in strangers:
        reads = bool(endpoint.methods) and set(endpoint.methods) <= SAFE and not (outcome.secret or outcome.exposed[1])
        shown = [name for key, name in outcome.shown if altered[key] > 1 and key not in asked]
        if reads and shown and not HANDED.search(BESIDE_LOGIN.sub("/", where_of(endpoint))):
            outcome.exposed, outcome.ownership = (shown[0], "private"), "missing"


def forgotten(pairs: Sequence[tuple[Endpoint, Outcome]]) -> None:
    """What strangers change or make because a login was forgotten is no sign that such rows are for everybody: where these routes are put aside, one
    that shows a row of them is the odd one out too. If strangers may change or delete any of these rows, one route that keeps them is enough."""
    kept, _ = _keepers(pairs)
    told = [o for _, o in pairs if o.authentication == "none" and (o.exposed[1] or any(c.ownership == "missing" for c in o.choices))]
    altered = {
        choice.key for outcome in told for choice in outcome.choices
        if choice.changed and (choice.ownership == "missing" or outcome.exposed == (choice.model, "alters"))
    }  # fmt: skip
    _, open_to = _keepers([
        (endpoint, outcome) for endpoint, outcome in pairs
        if not (any(outcome is each for each in told) or ENTRANCE.search(where_of(endpoint)) or JOINS.search(endpoint.name))
    ])  # fmt: skip
    for endpoint, outcome in pairs:
        reads = bool(endpoint.methods) and set(endpoint.methods) <= SAFE and outcome.authentication == "none" and outcome.complete
        design = outcome.caller_known or any(choice.some or choice.ownership == "missing" for choice in outcome.choices)
        if not reads or design or outcome.exposed[1] or endpoint.options.get("debug") or meant(endpoint, outcome) or _asks(outcome):
            continue
        for key, name in (*outcome.reached, *(each for each in outcome.shown if each[0].startswith(NAMED))):
            made_to_be_read = CONTENT.search(name) or REMARKS.search(name) or (key not in altered and (PEOPLE.match(name) or USERS.search(name)))
            if made_to_be_read or key in outcome.scoped or key in outcome.counted:
                continue
            if len(kept.get(key, ())) >= (1 if key in altered else 2) and open_to.get(key) == {endpoint.name}:
                outcome.exposed, outcome.ownership = (name, "only"), "missing"
                break


def who_comes(outcome: Outcome) -> None:
    """Who signs up, or asks for a mail with a link, says a name or an address: it is looked up, and nothing of it is shown or changed."""
    for choice in outcome.choices:
        named = USERS.search(choice.model) and not ROW_KEYS.search(choice.field) and not (choice.changed or choice.changes)
        if named and choice.ownership == "missing" and not (outcome.methods and set(outcome.methods) <= SAFE):
            doubt(outcome, choice)


def anybodys(outcome: Outcome) -> None:
    """What a view of any method changes by an id, for whoever asks: in an app where others ask for a login that is forgotten, not meant."""
    for choice in outcome.choices:
        if choice.stranger and choice.ownership == "unknown":
            choice.ownership = outcome.ownership = "missing"


def _keepers(pairs: Sequence[tuple[Endpoint, Outcome]]) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """For each model that somebody ties to the caller: the handlers that ask for a login, and those that ask nobody."""
    kept: dict[str, set[str]] = {}
    open_to: dict[str, set[str]] = {}
    tied = {key for _, outcome in pairs if outcome.authentication == "required" for key in outcome.scoped}
    for endpoint, outcome in pairs:
        if outcome.authentication == "required":
            for key in (*(key for key, _ in outcome.reached), *_unnamed(outcome.scoped)):
                if key in tied:
                    kept.setdefault(key, set()).add(endpoint.name)
        else:
            forgot = {choice.key for choice in outcome.choices if choice.ownership == "missing"}  # what changes anybody's rows is no sign of a design
            forgot |= {choice.key for choice in outcome.choices if choice.changed and choice.key.startswith(NAMED)}
            looked = (*(key for key, _ in outcome.reached if key not in outcome.scoped), *_unnamed(key for key, _ in outcome.shown))
            for key in (*looked, *outcome.made):
                if key not in forgot:
                    open_to.setdefault(key, set()).add(endpoint.name)
    return kept, open_to


def _unnamed(keys: Iterable[str]) -> list[str]:
    """Tables and collections that no class stands for."""
    return [key for key in keys if key.startswith(NAMED)]


def _asks(outcome: Outcome) -> bool:
    """Is there something that refuses whom a row does not belong to?"""
    return any(words == ASKS for _, _, words in outcome.evidence)


def _rewrites(endpoint: Endpoint) -> bool:
    """Does it change or delete a row by its id, by its method or by what it is called? A GET that is called so deletes all the same."""
    name = endpoint.name.rpartition(".")[2]
    called = REWRITES.search(name + endpoint.path) if not set(endpoint.methods) & SAFE else ERASES.search(f"{name} {endpoint.path}")
    return bool(called) or not REWRITING.isdisjoint(endpoint.methods)


def _exposed(endpoint: Endpoint, outcome: Outcome, kept: dict[str, set[str]], open_to: dict[str, set[str]], strict: bool,
             habit: bool, makers: set[str], guarded: frozenset[str]) -> tuple[str, str]:  # fmt: skip
    where = where_of(endpoint)
    owned = [(key, name) for key, name in outcome.reached if key not in outcome.scoped]  # who is logged in may see their own there
    nobodys = [(key, name) for key, name in outcome.shown if not any(words.search(name) for words in (CONTENT, GOODS, USERS))]  # nor accounts:
    owned += [(key, name) for key, name in nobodys if key.startswith(NAMED) and key in kept]  # who has one is weighed by _lists_users
    if endpoint.options.get("debug"):
        return "", ""  # `if settings.DEBUG: urlpatterns += [...]`: strangers never come there
    if outcome.bared:
        return outcome.bared[0], "passwords"
    if _asks(outcome) or made_public(endpoint, outcome):
        return "", ""
    if owned and DEBUG.search(where):
        return owned[0][1], "debug"
    if STAFF.search(endpoint.path) and not (ENTRANCE.search(where) or PUBLIC.search(endpoint.path)):
        return (owned[0][1] if owned else ""), "staff"
    if _rewrites(endpoint) and not (outcome.secret or GUESTS.search(where)):
        for choice in outcome.choices:
            if _anybodys_row(choice) and not PEOPLE.match(choice.model):
                return choice.model, "alters"
    rewritten = [name for _, name in outcome.rewritten if not CODES.search(name)]
    if _rewrites(endpoint) and rewritten and not (outcome.choices or outcome.caller_known or outcome.secret or GUESTS.search(where)):
        return rewritten[0], "all"
    if _lists_users(endpoint, outcome):
        return next(name for _, name in outcome.shown if USERS.search(name)), "users"
    if private := _shows(endpoint, outcome, guarded):
        return private, "private"
    if meant(endpoint, outcome):
        return "", ""
    if not endpoint.methods or set(endpoint.methods) <= SAFE:
        made = [(key, key.rpartition(".")[2]) for key in outcome.made]
        asked = outcome.caller_known or any(choice.some for choice in outcome.choices)  # who looks at the caller knows that there may be none
        for key, name in () if asked else (*(pair for pair in owned if pair[0] not in outcome.counted), *made):
            if len(kept.get(key, ())) >= 2 and open_to.get(key) == {endpoint.name} and not (PEOPLE.match(name) or REMARKS.search(name)):
                return name, "only"
            if key not in kept and open_to.get(key) == {endpoint.name} and _of_kept(outcome, key, name, kept, open_to):
                return name, "child"
    theirs = [choice.model for choice in outcome.owners if not USERS.search(choice.model)]  # who signs up names themselves
    if theirs and not (GUESTS.search(where) or JOINS.search(where)):
        return theirs[0], "named"
    changed = [name for name in outcome.changed if not (PEOPLE.match(name.rpartition(".")[2]) or CODES.search(name.rpartition(".")[2]))]
    made = [key for key in outcome.made if key in makers and not key.startswith(NAMED)]
    changed += [key for key in made if not (PEOPLE.match(key.rpartition(".")[2]) or DROPPED.search(key.rpartition(".")[2]))]
    if any(DROPPED.search(key.rpartition(".")[2]) for key in outcome.made):
        changed = []  # what a booking takes from what is free
    counted = COUNTS.search(where) or BASKETS.search(where) or any(VISITORS.search(choice.id) for choice in outcome.choices)
    if strict and changed and not counted and (not endpoint.methods or not set(endpoint.methods) <= SAFE):
        return changed[0].rpartition(".")[2], "changes"
    goods = [name for key in outcome.made if _the_houses(name := key.rpartition(".")[2].removeprefix(NAMED))]
    if goods and not (counted or outcome.caller_known or _signs_up(endpoint, outcome)) and endpoint.methods and not set(endpoint.methods) <= SAFE:
        return goods[0], "offers"
    if habit and not COUNTS.search(where) and _alters(endpoint):
        for choice in outcome.choices:
            if _anybodys_row(choice) and not VISITORS.search(choice.id):
                return choice.model, "alters"
    return "", ""


def _signs_up(endpoint: Endpoint, outcome: Outcome) -> bool:
    """Does it make an account, with all that one begins with?"""
    return bool(JOINS.search(endpoint.name)) and any(USERS.search(key.rpartition(".")[2]) for key in outcome.made)


def _the_houses(name: str) -> bool:
    """Is this what a house shows its visitors, or what it writes of its people? What visitors ask and answer one another they write themselves."""
    return any(words.search(name) for words in (GOODS, SHOWN, GIVEN)) or bool(CONTENT.search(name) and not ASKED.search(name))


def _of_kept(outcome: Outcome, key: str, name: str, kept: dict[str, set[str]], open_to: dict[str, set[str]]) -> bool:
    """Is it a part of what the app keeps (a version of a document, a line of an order), and no remark that readers leave?"""
    if PEOPLE.match(name) or REMARKS.search(name) or CONTENT.search(name):
        return False
    parent = dict(outcome.above).get(key, "")
    return len(kept.get(parent, ())) >= HABIT and parent not in open_to


def _anybodys_row(choice: Choice) -> bool:
    """Is a row changed that the client names, and that belongs to nobody, or of which nobody can tell whose it is since its table has no class?"""
    told = choice.ownership in ("not-applicable", "public") or (choice.ownership == "unknown" and choice.key.startswith(NAMED))
    return choice.changed and told


def _lists_users(endpoint: Endpoint, outcome: Outcome) -> bool:
    """Does it give strangers the list of all who sign in, as it is?"""
    sifted = all(choice.source == "query" and USERS.search(choice.model) for choice in outcome.choices)  # all of them where nothing is said
    if outcome.caller_known or not sifted or outcome.made or outcome.secret or HANDED.search(where_of(endpoint)) or not outcome.methods:
        return False
    return set(outcome.methods) <= SAFE and outcome.all_users


def _shows(endpoint: Endpoint, outcome: Outcome, guarded: frozenset[str]) -> str:
    """The rows that it gives strangers and that no app publishes, by what they are called or by what stands in them; "" for none."""
    if outcome.caller_known or outcome.secret or any(choice.some for choice in outcome.choices) or HANDED.search(where_of(endpoint)):
        return ""
    reads = not endpoint.methods or set(endpoint.methods) <= SAFE
    if not (reads or set(endpoint.methods) & SAFE):
        return ""
    shown = [(key, name) for key, name in outcome.shown if reads or key in outcome.whole]  # a form that is sent may look up whoever sends it
    rows = [name for key, name in shown if _kept_back(outcome, key, called(endpoint, name)) or key in guarded]
    return called(endpoint, rows[0]) if rows else ""


def called(endpoint: Endpoint, name: str) -> str:
    """What rows are called: `SELECT * FROM c` of Cosmos DB says nothing, the path before the id does."""
    nouns = [part.replace("-", "_") for part in PARAMETER.split(endpoint.path)[0].split("/") if part] if len(name) < 2 else []
    return next((noun for noun in nouns if PRIVATE.search(noun)), nouns[-1]) if nouns else name


def _kept_back(outcome: Outcome, key: str, name: str) -> bool:
    """Is this what no app publishes? What is booked of one room is a calendar, what somebody has booked is none."""
    if not (PRIVATE.search(name) or (key in outcome.private and not CONTENT.search(name))):
        return False  # who advertises a job says how to reach them
    fields = [choice.field for choice in outcome.choices if choice.key == key]
    return not TAKEN.search(name) or any(map(COMES.match, fields)) or all(map(ROW_KEYS.match, fields))


def _alters(endpoint: Endpoint) -> bool:
    """Does a route delete or change what is there already?"""
    if not endpoint.methods or set(endpoint.methods) <= SAFE:
        return False
    return not set(endpoint.methods) <= {*SAFE, "POST"} or bool(ALTERS.match(endpoint.name.rpartition(".")[2]))
