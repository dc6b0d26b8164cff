"""What handlers of one app say about each other.

Knows: when the same kind of choice stands in many handlers and none of them holds it against the caller. Does not know: how a verdict was made.

Profiles of users are open to other users in many apps. Where several routes show users by id and not one of them asks for more, that is how the
app is meant, and nobody forgot anything; where one of them asks, the others are worth a look.

Where staff give permissions for whole tables, and nothing asks whose a row is, that is the policy.

The same goes for what belongs to a team or an organisation and to no person: where the app never asks for the team, all who can log in share it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from prodlint import regex as re
from prodlint.flow.judging import peers, same_gate, tenants
from prodlint.flow.knowledge import AS_MODEL, snake
from prodlint.flow.lookups import audits
from prodlint.flow.lookups.identities import OWN
from prodlint.flow.lookups.tables import Tables
from prodlint.flow.verdicts import NAMED, Choice, Listing, Outcome
from prodlint.routing.table import SAFE

PEOPLE = re.compile(r"(?:.*User|Person|Profile|Member)" + AS_MODEL)
# What belongs to somebody by what it is.
SOMEBODYS = re.compile(
    r"(?:^|[_.]|(?<=[a-z]))(?:users?|accounts?|customers?|members?|patients?|profiles?|people|persons?|employees?|students?|orders?|invoices?|payments?|transactions?"
    r"|wallets?|cards?|addresses|address|carts?|baskets?|bookings?|reservations?|appointments?|subscriptions?|prescriptions?|records?|contracts?|documents?"
    r"|docs|files?|uploads?|attachments?|assets?|photos?|images?|messages?|chats?|conversations?|threads?|notifications?|tickets?|tokens?|keys|api_?keys?|secrets?"
    r"|sessions?|credentials?|salaries|payslips?|expenses?|timesheets?|claims?|statements?|balances?|loans?|quotes?|leads?|projects?|tasks?|todos?|notes?|reports?"
    r"|grades?|submissions?|feedbacks?|entries|items|logs?|journals?|diary|moods?|workouts?|meals?|goals?|habits?|events?|calendars?|contacts?|jobs?|applications?)$",
    re.I,
)
WORD = r"(?:^|[_.]|(?-i:(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])))"  # where a word begins: a `Border` is no order
# Who signs in, in other languages than English.
ACCOUNTS = re.compile(
    r"(?:^|[_.])(?:usuarios?|utilisateurs?|benutzer|utent[ei]|gebruikers?|vendedor(?:es|as?)?|funcionarios?|empleados?|alun[oa]s?|alumn[oa]s?)$", re.I
)
# What no app shows to whoever comes, by what it is called: rows of one class, or of a table that has none.
PRIVATE = re.compile(
    WORD
    + r"(?:customers?|patients?|employees?|guests?|orders?|invoices?|payments?|transactions?|purchases?|sales?|wallets?|bank_?accounts?|bookings?"
    r"|reservations?|appointments?|prescriptions?|contracts?|conversations?|notifications?|salar(?:y|ies)|payslips?|payrolls?|expenses?|incomes?|loans?|leads?|deals?"
    r"|candidates?|applicants?|credentials?|attendances?|enrol?lments?|diagnos[ei]s|medical_?(?:records?|histor(?:y|ies))|inquir(?:y|ies)|enquir(?:y|ies)|clientes?|pacientes?|expedientes?|historia(?:le)?s?_?(?:clinic|medic)[ao]s?|facturas?|pedidos?|reservas?|citas?"
    r"|(?:patient|customer|client|employee|student)_?(?:accounts?|records?|profiles?))" + AS_MODEL,
    re.I,
)
# What people keep for themselves: of these a list of everybody's is for nobody.
PERSONAL = re.compile(
    WORD + r"(?:todos?|to_?do_?(?:items?|lists?)?|notes?|expenses?|incomes?|budgets?|carts?|cart_?items?|baskets?|wallets?|addresses|address"
    r"|conversations?|diar(?:y|ies)|diary_?entr(?:y|ies)|journals?|journal_?entr(?:y|ies)|habits?|moods?|workouts?|meals?"
    r"|reminders?|bookmarks?|goals?|favou?rites?|wish_?lists?|passwords?|api_?keys?)" + AS_MODEL,
    re.I,
)
ORDERED = re.compile(WORD + r"(?:orders?|purchases?|bookings?|reservations?|appointments?|subscriptions?|trips?|uploads?)" + AS_MODEL, re.I)
# What people tell others: of one who wrote it all may be meant to read it, of one whom it goes to nobody else is.
MESSAGES = re.compile(WORD + r"(?:messages?|chats?|chat_?messages?)" + AS_MODEL, re.I)
GOES_TO = re.compile(
    r"^(?:sender|from|to|recipient|receiver|addressee|user_?[12]|user_?(?:one|two)|conversation|thread)(?:_?(?:user|id|user_?id))?$", re.I
)
# What is made to be read by all who come in, whoever wrote it.
CONTENT = re.compile(
    WORD + r"(?:books?|posts?|articles?|blogs?|blog_?posts?|products?|categor(?:y|ies)|tags?|recipes?|movies?|films?|songs?|albums?|artists?|courses?"
    r"|lessons?|jobs?|vacanc(?:y|ies)|compan(?:y|ies)|events?|questions?|quiz(?:zes)?|polls?|listings?|propert(?:y|ies)|cars?|vehicles?|rooms?|hotels?|restaurants?"
    r"|menus?|dish(?:es)?|shops?|stores?|hospitals?|doctors?|tournaments?|leagues?|players?|match(?:es)?|games?|pets?|animals?|plants?|news"
    r"|announcements?|topics?|forums?|services?|offers?|places?|speakers?"
    r"|(?:doctor|speaker|artist|player|tutor|trainer|coach|instructor|mentor|barber|stylist|therapist|freelancer)_?profiles?)" + AS_MODEL,
    re.I,
)
# What readers say of something, for all who read it.
REMARKS = re.compile(WORD + r"(?:comments?|reviews?|ratings?|likes?|replies|reply|answers?|reactions?|feedbacks?)(?:Doc(?:ument)?)?" + AS_MODEL, re.I)
KEYS = re.compile(r"(?:^|_)(?:id|pk|uuid|slug|code)$")
ROW_KEYS = re.compile(r"(?:id|pk|uuid|slug|code|_id)$")  # the row's own
HABIT = 3  # routes that make it a habit of the app
POLICY = 10  # routes that ask for a permission of a whole table, from which on this is how the app lets staff in


SHARED = re.compile(
    r"(?:^|_)(?:org|organi[sz]ation|tenant|company|team|workspace|project|group|department|household|site)(?:_?(?:id|uuid|pk))?$", re.I
)


def weigh(outcomes: Sequence[Outcome], made: Tables) -> None:
    """Turns "missing" into "unknown" where leaving something open is a habit of the app, and data without an owner into "unknown" where the app
    treats it as somebody's."""
    tenants.weigh(outcomes)
    people(outcomes)
    shared(outcomes)
    written_down(outcomes)
    audits.weigh(outcomes, theirs)
    granted(outcomes)
    private(outcomes)
    same_gate.kinds(outcomes)
    same_gate.staff(outcomes)
    peers.weigh(outcomes)
    named(outcomes, made)
    tables(outcomes)
    published(outcomes, made)
    listed(outcomes, made)
    shown_to_all(outcomes, made)
    joined(outcomes, made)


def theirs(model: str) -> bool:
    """Is a model called by what people make for themselves, or of themselves? Whoever wrote it down is whose it is."""
    return any(words.search(model) for words in (ORDERED, PERSONAL, MESSAGES, PRIVATE))


def personal(listing: Listing) -> bool:
    """Do people keep such rows for themselves, by what these are called?"""
    to_somebody = MESSAGES.search(listing.model) and any(GOES_TO.search(name) for name in listing.owner_path)
    return bool(PERSONAL.search(listing.model) or to_somebody)


def joined(outcomes: Sequence[Outcome], made: Tables) -> None:
    """What a new row goes with: worth a look only where no route shows that object to others, as a comment on an article may be anybody's."""
    open_to = {listing.key for outcome in outcomes for listing in outcome.lists}
    owned: Counter[str] = Counter()
    for outcome in outcomes:
        for choice in outcome.choices:
            if choice.ownership == "owned":
                owned[choice.key] += 1
            elif choice.ownership != "admin":
                open_to.add(choice.key)
    open_lists = [o for o in outcomes if o.authentication in ("none", "optional") and o.ownership == "public" and not o.choices]
    listed = {(key, name) for outcome in open_lists for key, name in outcome.shown if key not in outcome.partly}
    everybodys = read_by_all(outcomes, made) | {key for key, name in listed if not PRIVATE.search(name)}
    for outcome in outcomes:
        for link in outcome.links:
            if link.made and (link.key in open_to or owned[link.key] < 2) and (outcome.kinds or not link.lets_in):
                link.ownership = "unknown"
            elif link.ownership == "missing" and link.key in everybodys:
                link.ownership = "unknown"  # a comment on a job, a like of a post


def published(outcomes: Sequence[Outcome], made: Tables) -> None:
    """Rows that anybody may read by their id without a login: commenting on an article or liking it gives nobody more than they had."""
    models = read_by_all(outcomes, made)
    for outcome in outcomes:
        for choice in outcome.choices:
            read = choice.ownership == "missing" and not (choice.changes or choice.changed) and choice.why[0] in ("", "child")  # no guard on one way
            remark = REMARKS.search(choice.model) and set(outcome.methods) <= SAFE and outcome.methods
            if read and (choice.key in models or remark) and choice.key not in made.guarded(outcome):
                doubt(outcome, choice)


def read_by_all(outcomes: Sequence[Outcome], made: Tables) -> set[str]:
    """Keys of models of which strangers may read each row by its id, or the list, and of what is made to be read and listed for all who log in."""
    reading = [o for o in outcomes if o.methods and set(o.methods) <= {"GET", "HEAD"} and not (o.role or o.granted)]
    # a view of any method that changes nothing
    looking = [o for o in outcomes if not (o.methods or o.changed or o.made or o.role or o.granted) and o.authentication == "required"]
    strangers = [o for o in reading if o.authentication in ("none", "optional")]
    found = {
        choice.key
        for outcome in strangers
        for choice in outcome.choices
        if choice.key and choice.ownership == "public" and not choice.some and choice.key not in made.guarded(outcome)
        and not (PRIVATE.search(choice.model) or choice.key in outcome.private)  # no app publishes these: strangers see them by mistake
    }  # fmt: skip
    shown = {(key, name) for outcome in strangers if not outcome.choices for key, name in outcome.shown if key not in outcome.partly}
    found |= {key for key, name in shown if CONTENT.search(name) or not (SOMEBODYS.search(name) or PEOPLE.match(name))}
    listed = {
        (key, name) for outcome in (*reading, *looking) if not outcome.choices for key, name in outcome.shown
        if (outcome.authentication == "required" or key not in outcome.scoped)  # `if user_id: rows = rows.filter(...)`
        and key not in outcome.partly
    }  # fmt: skip
    return found | {key for key, name in listed if CONTENT.search(name)}


def listed(outcomes: Sequence[Outcome], made: Tables) -> None:
    """Rows that a list shows to all who log in: reading one of them by its id gives nobody more. What is somebody's by what it is, and what anybody
    may change too, is listed by mistake as often as it is shown by mistake."""
    shown = {listing.key for outcome in outcomes if not (outcome.role or outcome.granted) for listing in outcome.lists}
    shown -= {c.key for outcome in outcomes for c in outcome.choices if c.ownership == "missing" and (c.changes or c.changed)}
    for outcome in outcomes:
        for choice in outcome.choices:
            read = choice.ownership == "missing" and not (choice.changes or choice.changed)
            if read and choice.key in shown and not SOMEBODYS.search(choice.model) and choice.key not in made.guarded(outcome):
                doubt(outcome, choice)


def shown_to_all(outcomes: Sequence[Outcome], made: Tables) -> None:
    """Rows that many routes show to whoever logs in, while those that change them ask whose they are: the app has thought about it. What is
    somebody's by what it is called is shown by mistake as often."""
    shown: dict[str, list[tuple[Outcome, Choice]]] = {}
    tied: dict[tuple[str, bool], set[int]] = {}  # key, whether rows are only read -> outcomes
    for outcome in outcomes:
        reads = bool(outcome.methods) and set(outcome.methods) <= SAFE
        for choice in outcome.choices:
            if choice.key and choice.ownership == "owned":
                tied.setdefault((choice.key, reads), set()).add(id(outcome))
            elif choice.key and choice.ownership == "missing" and reads and not (choice.changes or choice.changed):
                shown.setdefault(choice.key, []).append((outcome, choice))
    for key, pairs in shown.items():
        asked, kept = len(tied.get((key, True), ())), len(tied.get((key, False), ()))
        if kept < 2 or len({id(outcome) for outcome, _ in pairs}) < max(HABIT, 2 * asked):
            continue
        for outcome, choice in pairs:
            if not any(words.search(choice.model) for words in (SOMEBODYS, PRIVATE, PERSONAL)) and key not in made.guarded(outcome):
                doubt(outcome, choice)


def people(outcomes: Sequence[Outcome]) -> None:
    """Users who are shown by id."""
    shown = [
        (outcome, choice)
        for outcome in outcomes
        if outcome.methods and set(outcome.methods) <= {"GET", "HEAD"}
        for choice in outcome.choices
        if choice.key and PEOPLE.match(choice.model)
    ]
    loose = [(outcome, choice) for outcome, choice in shown if choice.ownership == "missing" and not choice.changes]
    if len(loose) < HABIT or any(choice.ownership == "owned" for _, choice in shown):
        return
    for outcome, choice in loose:
        doubt(outcome, choice)


def shared(outcomes: Sequence[Outcome]) -> None:
    """What belongs to a team or organisation, and is held against it nowhere."""
    by_model: dict[str, list[tuple[Outcome, Choice]]] = {}
    everything: list[tuple[Outcome, Choice]] = []
    for outcome in outcomes:
        for choice in outcome.choices:
            if (outcome.authentication == "none" and outcome.methods and not set(outcome.methods) <= SAFE) or tenants.told(choice):
                continue  # strangers may change it, or admins of one tenant reach it who elsewhere are asked which one
            if choice.key and choice.owner_path and SHARED.search(choice.owner_path[-1]):
                by_model.setdefault(choice.key, []).append((outcome, choice))
            elif not choice.key or choice.owner_path != () or not SHARED.search(choice.model):
                continue
            everything.append((outcome, choice))
    routes = Counter(key for outcome in outcomes for key in outcome.scoped)
    keys = {choice.key for _, choice in everything}
    asked = any(choice.ownership == "owned" for _, choice in everything) or sum(routes[key] for key in keys) >= HABIT
    for pairs in by_model.values() if asked else [everything]:  # where no team is ever asked for, the app has one team
        loose = [(outcome, choice) for outcome, choice in pairs if choice.ownership == "missing" and not (asked and PRIVATE.search(choice.model))]
        if len({id(outcome) for outcome, _ in loose}) >= HABIT and not any(choice.ownership == "owned" for _, choice in pairs):
            for outcome, choice in loose:
                doubt(outcome, choice)


def written_down(outcomes: Sequence[Outcome]) -> None:
    """Rows of people who do not sign in, and of whom it is only told which of the staff wrote them down: where nobody is shown but what they wrote
    themselves, staff shares them. So where an owner is a word that somebody types (`owner = Column(String)`), and none is ever the caller's name; and
    where a base class tells it of all rows, however often the caller writes one down, unless somebody is shown or held to their own."""
    held = {key for outcome in outcomes for key in (*outcome.scoped, *outcome.kept)}
    asked = {key for outcome in outcomes for key in (*outcome.scoped, *outcome.kept, *outcome.named)}
    for outcome in outcomes:
        for choice in outcome.choices:
            if (
                (choice.key not in asked if choice.written_down else choice.audited and choice.key not in held)
                and choice.ownership == "missing"
                and outcome.authentication in ("required", "unknown")
                and not (choice.audited and theirs(choice.model))
            ):
                doubt(outcome, choice)


def _alone(outcome: Outcome) -> set[str]:
    """Models of which a route gives callers their own, and nobody else's."""
    return set(outcome.scoped) - {shown for shown, _ in outcome.shown}


def granted(outcomes: Sequence[Outcome]) -> None:
    """What staff let users see and change row by row of a whole table (Django's permissions of models), and no route holds against a user."""
    by_model: dict[str, list[tuple[Outcome, Choice]]] = {}
    scoped = {key for outcome in outcomes for key in _alone(outcome)}
    asked = {key for outcome in outcomes if outcome.granted for key in _alone(outcome)}
    usual = sum(outcome.granted for outcome in outcomes) >= POLICY
    for outcome in outcomes:
        for choice in outcome.choices:
            if outcome.granted and choice.limited and choice.key in asked:
                choice.ownership = outcome.ownership = "missing"  # who has such a permission too sees no more than theirs
            if choice.key and choice.key not in (asked if usual and outcome.granted else scoped):
                by_model.setdefault(choice.key, []).append((outcome, choice))
    for pairs in by_model.values():
        if usual:  # what users do to their own rows says nothing of what staff lets some do to all
            pairs = [(outcome, choice) for outcome, choice in pairs if outcome.granted]
        loose = [(outcome, choice) for outcome, choice in pairs if choice.ownership == "missing"]
        many = usual or len(loose) >= HABIT
        if many and all(outcome.granted for outcome, _ in loose) and not any(choice.ownership == "owned" for _, choice in pairs):
            for outcome, choice in loose:
                doubt(outcome, choice)


def private(outcomes: Sequence[Outcome]) -> None:
    """What no foreign key leads from to a user, and other routes reach only through the caller all the same. What is made to be read and strangers
    may read (a game that people put into their libraries) is nobody's secret: only who changes it has to be asked."""
    open_content = {
        choice.key
        for outcome in outcomes
        if outcome.authentication in ("none", "optional") and not any(each.changes or each.changed for each in outcome.choices)
        for choice in outcome.choices
        if choice.ownership in ("not-applicable", "public") and CONTENT.search(choice.model)
    }
    kept = frozenset(key for outcome in outcomes for key in outcome.kept)
    for outcome in outcomes:
        outcome.lists = [each for each in outcome.lists if each.told or each.key in kept or each.key.startswith(NAMED)]
    routes: Counter[str] = Counter(model for outcome in outcomes for model in outcome.scoped)
    places: dict[str, set[tuple[str, int]]] = {}
    for outcome in outcomes:
        for choice in outcome.choices:
            if choice.reference:
                places.setdefault(choice.key, set()).add(choice.lookup[:2])
    for outcome in outcomes:
        for choice in outcome.choices:
            policy = outcome.granted  # what staff let users do with a whole table
            if choice.reference and choice.key in kept and KEYS.search(choice.field) and not (policy or sifts(outcome, choice)):
                harmless = choice.key in open_content and not (choice.changes or choice.changed)
                found = "unknown" if harmless else "missing"  # others ask whose it is
                choice.ownership = found
                if outcome.ownership in ("not-applicable", "unknown", "owned"):
                    outcome.ownership = found
            elif choice.reference and routes[choice.key] >= HABIT:
                # one look-up in the app that does not ask
                forgot = len(places[choice.key]) == 1 and KEYS.search(choice.field) and not (policy or sifts(outcome, choice))
                choice.ownership = "missing" if forgot else "unknown"
                if outcome.ownership in ("not-applicable", "unknown"):
                    outcome.ownership = choice.ownership


def sifts(outcome: Outcome, choice: Choice) -> bool:
    """`?platform_id=3` of a list: it names what rows go with, and no row."""
    last = choice.field.split("__")[-1]
    own = OWN.match(last) or last.lower() == f"{snake(choice.model).lower()}_id"
    return choice.source == "query" and bool(outcome.methods) and set(outcome.methods) <= SAFE and not own


def named(outcomes: Sequence[Outcome], made: Tables) -> None:
    """Tables and collections without a class: nobody can tell whether their rows have an owner, but where some route asks for the caller, by
    what they are called, or where the program makes the table with a column that says so and writes somebody there: then who changes a row has to
    be asked."""
    written = {key for outcome in outcomes for key in (*outcome.named, *(owner.key for owner in outcome.owners))}
    routes: Counter[str] = Counter(key for outcome in outcomes for key in outcome.scoped)
    read = {key for outcome in outcomes if outcome.methods and set(outcome.methods) <= SAFE for key in outcome.scoped}
    for outcome in outcomes:
        for choice in outcome.choices:
            if (
                choice.ownership == "missing"
                and choice.key.startswith(NAMED)
                and CONTENT.search(choice.model)
                and not choice.changed
                and choice.key not in read
            ):
                doubt(outcome, choice)  # who wrote an article alone may change it, and who comments on it reads it
                continue
            asked = any(choice.key in other.kept for other in outcomes) and not CONTENT.search(choice.model)
            kept = routes[choice.key] >= 2 or asked
            somebodys = SOMEBODYS.search(choice.model) or PRIVATE.search(choice.model) or ACCOUNTS.search(choice.model)
            if choice.ownership != "missing" or not choice.key.startswith(NAMED) or ((kept or somebodys) and not made.queue(choice.key)):
                continue
            theirs = choice.changed and choice.key in written and made.owned(choice.key)
            if not (theirs or choice.key in made.guarded(outcome)):
                doubt(outcome, choice)


def tables(outcomes: Sequence[Outcome]) -> None:
    """Lists of what has no class: worth a look where a row of the table is somebody's on another route."""
    kept = {key for outcome in outcomes for key in outcome.kept}
    kept |= {
        c.key for o in outcomes for c in o.choices
        if c.ownership == "missing" and (SOMEBODYS.search(c.model) or PRIVATE.search(c.model)) and not CONTENT.search(c.model)
    }  # fmt: skip
    for outcome in outcomes:
        outcome.lists = [each for each in outcome.lists if not each.key.startswith(NAMED) or (each.key in kept and not outcome.kinds)]


def only_here(names: Sequence[str], outcomes: Sequence[Outcome]) -> frozenset[str]:
    """Keys of models that one handler alone reads as they are, while others read only what is the caller's."""
    tied: dict[str, set[str]] = {}
    loose: dict[str, set[str]] = {}
    for name, outcome in zip(names, outcomes, strict=True):
        if outcome.role or not outcome.methods or not set(outcome.methods) <= SAFE:
            continue
        for key, _ in outcome.reached:
            (tied if key in outcome.scoped else loose).setdefault(key, set()).add(name)
    return frozenset(key for key in tied if len(loose.get(key, ())) == 1)


def doubt(outcome: Outcome, choice: Choice) -> None:
    choice.ownership = "unknown"
    if outcome.ownership == "missing" and all(c.ownership != "missing" for c in outcome.choices):
        outcome.ownership = "unknown"
