"""What the name of a column says of whose a row is.

Knows: words for people, and for who looks after a row. Does not know: foreign keys (`schema.py`), verdicts.
"""

from __future__ import annotations

from prodlint import regex as re
from prodlint.flow.interpret.interpreter import Run
from prodlint.flow.knowledge import KEY_FIELDS
from prodlint.flow.lookups import queries
from prodlint.flow.values import CALLER, Value
from prodlint.flow.verdicts import key_of

# columns that say who somebody is, whatever the models call them: `user1Id`, `createdBy`, `members__userId`, `recruiter`
SAYS_WHO = re.compile(
    r"(?:^|[^a-z]|(?-i:(?<=[a-z0-9])(?=[A-Z])))(?:users?|owner|author|creator|member|sender|receiver|recipient|buyer|seller|vendor|customer|client|patient|doctor"
    r"|student|teacher|tutor|trainer|employee|employer|recruiter|candidate|applicant|driver|rider|passenger|host|guest|landlord|renter|donor|worker|payer|voter"
    r"|usuario|cliente|paciente|alun[oa]|alumn[oa]|utilisateur"
    r"|(?:created|posted|uploaded|added|booked|owned|written|submitted|ordered)_?by)(?:$|[^a-z]|(?-i:(?=[A-Z]))|_?(?:id|uuid|pk|email|name)\d*$)",
    re.I,
)
# columns in which somebody looks for a text, with Django's lookups for that
SOUGHT = re.compile(
    r"(?:^|_)(?:name|title|text|body|description|content|subject|summary|caption)(?:__i?(?:contains|startswith|regex|exact)|__search)?$"
)
# columns that say who looks after a row, or did something to it: others may see it all the same
LOOKS_AFTER = re.compile(
    r"assign|lead|last|modif|updat|edit|review|approv|manag|supervis|report|handl|resolv|clos|verif|mention|watch|follow|invit|refer|check|lock", re.I
)

# columns that are kept of a person and shown to nobody else
CONFIDENTIAL = re.compile(
    r"(?:^|_)(?:date_?of_?birth|dob|birth_?(?:date|day)|ssn|social_security\w*|national_?id|passport(?:_?(?:no|number|id))?|aadhaa?r\w*|pan_?(?:no|number)"
    r"|salary|wages?|blood_?(?:group|type)|diagnos[ie]s|symptoms?|allerg(?:y|ies)|medical_?\w+|emergency_?contact\w*|card_?(?:no|number)|ccn|cc_?num(?:ber)?|cvv|iban"
    r"|(?:bank_?)?account_?(?:no|number)|next_of_kin\w*|insurance_?(?:no|number|id))$",
    re.I,
)
REACHED_BY = re.compile(
    r"(?:^|_)(?:e_?mail|phone|mobile|telephone|phone_?(?:no|number)|mobile_?(?:no|number)|contact_?(?:no|number))(?:_?address)?$", re.I
)
CALLED = re.compile(r"^(?:first_?name|last_?name|full_?name|surname|given_name|family_name)$", re.I)
KNOWN = re.compile(r"(?:Client|Contact)s?(?:Model)?$")  # whom a house deals with; an OfficeContact is whom its visitors reach
NAMES = re.compile(r"^(?:name|full_?name|first_?name|last_?name|client_?name|contact_?(?:name|person))$", re.I)
ACCOUNTS = re.compile(r"(?:.*User|Person|.*Profile|Member|.*Account(?:s|Model)?)$")  # who signs in, or shows who they are
# people and houses whom visitors look for: their number stands on a page for everybody
PUBLISHED = re.compile(
    r"(?:doctor|physician|teacher|instructor|tutor|trainer|coach|speaker|author|artist|actor|director|player|agent|broker|lawyer|photographer|stylist|barber"
    r"|expert|mentor|consultant|provider|vendor|seller|company|organi[sz]ation|hospital|clinic|school|university|restaurant|hotel|shop|store|branch|office|venue"
    r"|dealer(?:ship)?|supplier|sponsor|partner|contact_?(?:info|us|details?)|about|faculty|staff|team|politician|celebrity|hero|character|candidate)\w*$",
    re.I,
)


# who wrote a row down, or works on it: it is of somebody else
MAKER = re.compile(
    r"^(?:(?:created|requested|ordered|recorded|registered|entered|added|prescribed|performed|admitted|issued|handled|taken|served|received|collected)_by"
    r"|referring_\w+|assigned_(?:to|by)|assignee|(?:attending_|treating_)?(?:doctor|physician|nurse)|staff|agent|cashier|operator|receptionist|technician)(?:_(?:id|user))?$"
)


def confidential(columns: set[str], name: str) -> bool:
    """Do columns say that rows are kept of people, and are for nobody else's eyes? What users say of themselves is another thing."""
    if PUBLISHED.search(name) or ACCOUNTS.match(name):
        return False
    if any(CONFIDENTIAL.search(column) for column in columns):
        return True
    return any(map(CALLED.match, columns)) and any(REACHED_BY.search(column) for column in columns)


def known(columns: set[str], name: str) -> bool:
    """Do columns say that rows are people whom a house deals with, and how to reach them? Its own number stands without a name."""
    return bool(KNOWN.match(name)) and any(map(NAMES.match, columns)) and any(REACHED_BY.search(column) for column in columns)


def narrows(name: str, value: Value) -> bool:
    """May a term of a list say whose rows it shows? A literal does not, nor what the app computes of a date or a status, nor a text that the client
    looks for in names and descriptions."""
    if value.clients and len(value.clients) == len(value.origins) and SOUGHT.search(name):
        return False
    unknown = value.const is None and value.ref is None and not value.items
    return bool(value.origins) or (unknown and bool(KEY_FIELDS.search(name) or SAYS_WHO.search(name) or name in ("", "**")))


def kept_by_caller(run: Run) -> tuple[str, ...]:
    """Keys of the models of which rows are asked for by a column of theirs that says who asks; a table beside them (whose favourites they are) says
    nothing of these."""
    rows = [s for s in run.selections if s.model and not (s.link or s.admin)]
    found = {
        key_of(s.model)
        for s in rows
        for name, value in s.terms
        if says_whose(name) and value.has(CALLER) and not queries.replaced(value) and getattr(name, "model", None) in (None, s.model)
    }
    return tuple(sorted(found - {""}))


def made_for_caller(run: Run) -> tuple[str, ...]:
    """Keys of the models of which rows are made in the caller's name."""
    found = {key_of(made.model) for made in run.created for name, value in made.fields.items() if says_whose(name) and _names_caller(value)}
    return tuple(sorted(found - {""}))


def _names_caller(value: Value) -> bool:
    """The caller, or the row of an account that was looked up by who asks: `User.query.filter_by(name=session["name"]).first().id`."""
    rows = [part for row in value.selections for part in (row, *row.parents)]
    return value.has(CALLER) or any(term.has(CALLER) for row in rows for _, term in row.terms)


def says_whose(column: str) -> bool:
    return bool(SAYS_WHO.search(column)) and not LOOKS_AFTER.search(column)
