"""How sure a loose id is a missing check: what the handler and its neighbours show, as a confidence.

Knows: evidence (`LooseId`). Does not know: code.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from prodlint import regex as re
from prodlint.patterns.evidence.doubtful import doubtful

if TYPE_CHECKING:
    from prodlint.patterns.evidence.loose import LooseId

# frameworks in which a handler that needs a caller names one itself, or is wrapped; elsewhere a router or a base class may have asked already
ASKS_ITSELF = frozenset(("next", "loader", "server-action"))

# where routers, filters and annotations that patterns do not see check before the handler runs
_CHECKED_BEFORE = frozenset(("go", "java", "kotlin", "csharp"))

_RECIPIENT = re.compile(r"(?i)\$?(?:to|recipient|receiver|addressee|invitee|followee|followed|friend)_?(?:user)?_?(?:id)?")
_AMONG = re.compile(
    r"\}/(?:members?|users?|collaborators?|participants?|guests?|assignees?|watchers?|admins?|owners?|moderators?|attendees?|players?|staff)/\{\w+\}/?$"
    r"|\}/(?:member(?:ship)?s?|collaborators?|participants?|guests?|invit\w+|attendees?)(?:/(?:store|create|add|new|bulk|mass))?/?$"
)
# by whom all of something is asked for: whatever it is, it is not made for everybody
_OF_ANOTHER = re.compile(r"\w+(?:_id|Id)")
_BY_LINK = re.compile(r"(?i)[{:\[](?:\w{0,40}?(?:token|signature|secret|hash)\w{0,40}|shar(?:e|ed|ing)_?(?:code|key|slug))[}\]]")
# who was sent an invitation takes it up by its id, before anybody knows who it is
_INVITATION = re.compile(r"(?i)invit(?:e|ation)_?(?:id|code)")
_TAKES_UP = re.compile(r"(?:connect|accept|consume|redeem|join|claim|use|get|find|fetch|validate|check)\w*")
_OF_PERSON = re.compile(r"(?i)(?:user|customer|member|subscriber|vendor|student)_?id")
# what surely selects a row: functions of WordPress and WooCommerce by their name, statements of SQL
_OF_WORDPRESS = re.compile(r"w[pc]_\w+|(?:update|delete|add)_\w+_meta|\w+\.(?:select|update|delete)")
# what says nothing of which data it is: `db.where`, `service.update`, `findOne`
_SAYS_NOTHING = re.compile(
    r"(?i)(?:this\.)?(?:(?:service|svc|repo(?:sitory)?|db|database|knex|prisma|client|pool|conn(?:ection)?|items?|rows?|data|model|manager|collection)\.)*"
    r"(?:find|get|fetch|load|read|select|query|where|join|left_?join|first|filter|update|remove|delete|destroy|save|execute|exec|run|handle|soft_?delete|set|put|patch"
    r"|one|by|id|all|many|unique|and|or|\.){1,8}"
)
# what a provider of payments calls a payment, and nobody guesses
_PAYMENT = re.compile(r"(?i)(?:checkout_?)?session_?id|payment_?intent(?:_?id)?|(?:tx|trx|transaction)_?ref(?:erence)?")
_PAYS = re.compile(r"(?i)^(?!.*(?:refund|cancel)).*(?:(?<![a-z])pay(?!load|roll)|checkout|stripe)")
_FORM = re.compile(r"[.#]edit$")  # what is shown there is shown to be changed
_TENANT = re.compile(r"(?i)\$?(?:tenant|org|organi[sz]ation|team|workspace|company|account)_?(?:id|uuid|slug)")


def confidence(loose: LooseId) -> str:
    """Shown by default ("medium") only where the call surely selects data and something says that such data belongs to somebody."""
    if loose.unread is not None:
        return "low"  # `unknown`, which is told once for the guard
    if loose.machine or loose.owned == "scoped" or loose.open_path or loose.guest or doubtful(loose):
        return "low"
    if loose.placed:
        theirs = loose.public or loose.listed or loose.of_person or loose.unlocked or loose.role or loose.admin
        return "medium" if (loose.signed or loose.checked) and not theirs else "low"
    if loose.joined or (loose.linked and loose.public):
        return "low"  # a tag, a role, a member: whose it is was asked nowhere
    if loose.apart and loose.strong and not (loose.unasked or loose.only_asked or (loose.public and not loose.changes)):
        return "medium"  # who rules one tenant rules nothing of another
    if not loose.usual and (loose.admin or (loose.role and not loose.others_tied)):
        return "low"
    shown = loose.role or loose.public or loose.of_person or loose.listed
    if loose.whose and loose.strong and loose.signed and loose.language in ("go", "csharp") and not shown:
        return "medium"  # whoever wrote the others knew that nobody may ask for what is somebody else's
    # beside a parent that is checked a child belongs to somebody, whatever its declaration says
    # and where nearly all handlers tie such an id, and one ties this very data, whoever changes it without has forgotten it
    usual = loose.usual and loose.sibling and not (loose.admin or loose.role) and loose.language in ("java", "kotlin")
    forgotten = loose.changes and (loose.beside or usual)
    if loose.owned == "free" and not (loose.others_tied and loose.language in _CHECKED_BEFORE) and not forgotten:
        return "low"
    if _BY_LINK.search(loose.ref.path) and not (loose.signed or loose.changes):
        return "low"  # `/track/{order}/{token}`: for whoever was sent the address
    if _INVITATION.fullmatch(loose.id) and not loose.checked and _TAKES_UP.fullmatch(loose.model.rpartition(".")[2]):
        return "low"
    if loose.only_asked or loose.served or (loose.carried and not loose.changes):
        return "low"
    unguarded = loose.changes and loose.owned == "owned" and not loose.signed
    if loose.framework == "php-script" and not (unguarded or loose.sibling or loose.others_tied or (loose.private and loose.strangers)):
        return "low"  # where no script looks at whose something is, whoever signs in works with all of it
    surely = _OF_WORDPRESS.fullmatch(loose.model) and (loose.changes or loose.private or loose.sibling)
    if loose.framework == "wordpress" and not (surely or (loose.changes and _OF_PERSON.fullmatch(loose.id))):
        return "low"  # most of what plugins read is shown to everybody, and functions of their own may ask
    if loose.behind_policies:
        return "low"  # row level security decides, and the rules about policies read it
    if loose.owned == "person" and (_RECIPIENT.fullmatch(loose.id) or (loose.others_tied and _AMONG.search(loose.ref.path))):
        return "low"  # whoever is written to, or is made one of those of something that is checked
    if loose.unasked and not loose.changes:
        return "low"  # everybody is meant to read it
    script = loose.language in ("javascript", "typescript")
    if script and _PAYMENT.fullmatch(loose.id) and _PAYS.search(loose.ref.path) and not {"PUT", "PATCH", "DELETE"} & set(loose.ref.methods):
        return "low"  # nobody guesses it, and the provider says what was paid
    if loose.usual and (_TENANT.fullmatch(loose.id) or not loose.public) and not (loose.unlocked and script and not loose.changes):
        return "medium"  # whoever wrote the others knew that such an id must be tied
    if loose.aside and not loose.changes and _OF_ANOTHER.fullmatch(loose.id):
        return "low"  # what a row is to point to, or a list is to be narrowed to: it is seldom shown
    if loose.unlocked and loose.language in ("javascript", "typescript") and not (loose.changes or loose.private or loose.others_tied):
        return "low"  # somebody wrote down that everybody may read it
    unsaid = _SAYS_NOTHING.fullmatch(loose.model) or not (loose.changes or loose.checked or loose.sibling or loose.others_tied)
    if script and not loose.owned and unsaid and not (loose.of_one or _OF_PERSON.fullmatch(loose.id)):
        return "low"  # nobody says that such data belongs to somebody, or even which data it is: tables of kinds and states are read by all
    written = loose.personal and loose.owned == "owned" and loose.signed  # a comment that somebody wrote
    if loose.public and not (loose.changes and (loose.language not in _CHECKED_BEFORE or loose.sibling or loose.others_tied or written)):
        return "low"  # what everybody may read is often kept up by all who sign in, unless one handler says otherwise
    if loose.language not in _CHECKED_BEFORE and not loose.others_tied:
        of_one = loose.private or (loose.personal and loose.owned == "owned" and loose.language in ("javascript", "typescript"))
        kept = loose.kept and loose.owned == "owned" and loose.language in ("javascript", "typescript")
        if loose.listed and not (loose.changes and (loose.owned == "person" or kept or loose.shown or (of_one and loose.strangers))):
            return "low"  # whoever signs in sees all of it: the people of this app share it
        if loose.of_person and not (loose.changes or (loose.framework == "rails" and _FORM.search(loose.ref.handler))):
            return "low"  # a profile that others may see
    if loose.language == "php" and loose.ref.methods and loose.framework != "symfony" and not (loose.signed or loose.checked or loose.changes):
        return "low"  # a route that is registered outside of every group that asks for a login, and only reads
    if loose.framework == "php" and not (loose.owned or loose.checked or loose.file_knows or loose.signed):
        return "low"  # nobody says that such data belongs to somebody, and nothing of the whole class looks at who calls
    if loose.framework == "symfony" and not (loose.owned or loose.others_tied or loose.sibling):
        return "low"  # nobody says that such data belongs to somebody
    if loose.language in _CHECKED_BEFORE and loose.listed and not loose.changes:
        return "low"  # whoever signs in may look through all of it
    if loose.language == "go" and loose.listed and not (loose.file_knows or loose.checked or loose.sibling or loose.kept or loose.usual):
        return "low"  # and nobody who handles such data looks at who calls: the people of this app keep it together
    if (
        not loose.owned
        and loose.language in _CHECKED_BEFORE
        and not (loose.others_tied or loose.sibling or (loose.checked and loose.changes and (loose.language != "go" or loose.ref.path)))
    ):
        return "low"  # nobody says so; in Go, where no route is known, a handler may know the caller only to write down who it was
    if loose.language == "csharp" and loose.unlocked and not loose.changes:
        return "low"  # `AllowAnonymous`: somebody wrote down that everybody may read it
    if loose.language == "csharp" and not (loose.owned or loose.changes or loose.others_tied):
        return "low"  # no set of Entity Framework says that such data is kept at all: a service reads it elsewhere
    somebody = loose.checked or (loose.signed and loose.language != "go")  # in Go a group of routes asks who it is, of what belongs to nobody too
    if loose.framework in ("aspnet", "fastendpoints", "spring") and not (
        loose.others_tied or loose.routed or (loose.sibling and loose.strong) or (loose.owned == "owned" and loose.changes)
    ):
        return "low"  # forms and query parameters of these hold much that is no object of somebody
    if loose.language in ("javascript", "typescript") and loose.owned == "person" and not (loose.changes or somebody or loose.file_knows):
        return "low"  # a profile: nobody is asked, and nothing is changed (elsewhere a base class may ask)
    asked = loose.signed or loose.sibling if loose.language in _CHECKED_BEFORE else loose.file_knows  # what everybody may read asks nobody
    if loose.owned == "owned" and (loose.changes or somebody or asked or (loose.private and loose.language != "go")):
        return "medium"
    if loose.framework == "server-action" and loose.changes and (loose.owned == "person" or loose.of_person):
        return "medium"  # a public POST, and nothing on the way looks at who calls
    if loose.framework in ASKS_ITSELF or "pages/api/" in loose.at.path:
        return "medium" if somebody and (loose.strong or loose.changes) else "low"
    if loose.unlocked and loose.routed and loose.changes and loose.owned == "person":
        return "medium"  # whoever comes may change who somebody is
    if (
        (loose.owned == "person" or (loose.of_person and not loose.owned))
        and loose.language in _CHECKED_BEFORE
        and not (somebody and (loose.changes or loose.others_tied))
    ):
        return "low"  # people by their id: a profile that all may see, or a page of administrators
    if loose.language in ("javascript", "typescript") and not (loose.owned or loose.changes or somebody):
        return "low"  # it reads what nobody says belongs to somebody, for whom nobody asks
    if loose.framework == "wordpress" and loose.strong and loose.changes and _OF_PERSON.fullmatch(loose.id):
        return "medium"  # whoever comes may change what somebody has
    alone = not (loose.checked or loose.sibling or loose.others_tied or loose.kept or loose.file_knows or loose.private or loose.of_one)
    if script and not loose.owned and alone and not _OF_PERSON.fullmatch(loose.id):
        return "low"  # whoever uses the app has to sign in, and nothing says more of such rows than that
    if loose.strong:
        return "medium" if somebody or loose.sibling or (loose.file_knows and loose.language != "go") else "low"
    return "medium" if loose.changes and loose.others_tied else "low"
