"""An id that nothing ties, as a noun: what was seen of it at its entry point, and the answer of a rule about it.

Knows: words of the answer. Does not know: code.
"""

from __future__ import annotations

import msgspec

from prodlint.model import Span
from prodlint.patterns.evidence.judge import ASKS_ITSELF, confidence
from prodlint.patterns.evidence.unreadguards import Guard
from prodlint.report import Finding, Related, RouteRef


class LooseId(msgspec.Struct, frozen=True):
    """An id of the client that selects data at an entry point, where nothing ties it to the caller.

    strong: the call surely looks data up; changes: it changes it; checked: other ids of the handler are tied, or it knows the caller; role: a check
    that names no id stands in or around it; sibling: the same is looked up tied elsewhere; usual: nearly all handlers like this one that take such
    an id tie it; owned: what declarations say of it (`Owners`); private: it is data that nobody else is shown; strangers: whoever comes may sign
    up; unlocked: it is said that everybody may call the handler; public: a kind of data that everybody may read; routed: it is a part of the path;
    personal: everybody may read such data, and whoever wrote it alone may change it; listed: another entry point gives out all such data;
    of_person: a person is what the handler is about; behind_policies: the client of the database carries the user's token; only_asked: the handler
    asks whether there is such a row, and gives nothing of it away; open_path: its path says that whoever comes may call it, and it asks nobody;
    guest: the id is a text that is not counted up, no handler of the class asks who calls, and others elsewhere that know such an id do;
    unasked: whoever wrote the handlers beside it left this one out of the login;
    aside: Laravel: it is no part of the path, and named beside what that selects;
    apart: the class selects such rows only for the tenant of who asks elsewhere;
    carried: it is the parent that the path names before what is checked, and the handler only carries it on into a page or a redirect;
    unread: the guard of the project that looks at this part of the path before the handler, and that nobody read;
    beside: Sinatra, Grape: another route of the same class holds the same against who asks, whatever its columns say of an owner;
    joined: Laravel, Rails: a relation or a key of another row is given it, and no query, and no handler ties such rows;
    of_one: it is called like what one person or firm has with another, whatever is declared of it;
    linked: a key of another row is given it; placed: Go, C#: a row is given it as a key, and nothing looks at it;
    shown: Rails: whoever comes, signed in or not, may list what somebody made;
    often: Rails: many handlers of the app read such rows by their id alone: they are for others too than whose they are;
    uncalled: Laravel: no route names the action, in an app whose routes name nearly all others;
    by_permission: PHP: roles and permissions are asked before most handlers of the app, and before far more than hold a row against who asks;
    large: Ruby, PHP: so many handlers take ids that what most of them do is a habit;
    seldom: Ruby: no more than one handler holds such rows against who asks;
    asked_beside: Rails: what loads the row before actions leaves it to them to ask who calls, and the class has one that does;
    served: what selects is a service that was made for who calls; kept: another handler changes the same only with the caller in the query;
    whose: it says whose data is asked for, and another handler of the app holds the same part of its path against who calls."""

    at: Span
    id: str
    model: str
    ref: RouteRef
    framework: str
    language: str
    strong: bool
    changes: bool
    checked: bool
    others_tied: bool
    role: str
    admin: bool
    sibling: bool
    kept: bool
    usual: bool
    machine: bool
    signed: bool
    file_knows: bool
    owned: str
    private: bool
    strangers: bool
    unlocked: bool
    public: bool
    personal: bool
    bound: bool
    listed: bool
    of_person: bool
    behind_policies: bool
    routed: bool
    only_asked: bool
    served: bool
    carried: bool
    unread: Guard | None
    open_path: bool
    unasked: bool
    aside: bool
    apart: bool
    whose: bool
    guest: bool
    beside: bool = False
    joined: bool = False
    linked: bool = False
    placed: bool = False
    shown: bool = False
    of_one: bool = False
    often: bool = False
    by_permission: bool = False
    uncalled: bool = False
    large: bool = False
    seldom: bool = False
    asked_beside: bool = False

    def told_without(self) -> bool:
        """Would it be told, if the guard that nobody read did not stand before the handler?"""
        return self.unread is not None and confidence(msgspec.structs.replace(self, unread=None)) != "low"

    def finding(self) -> Finding:
        """The answer of a rule about this id."""
        where = " ".join(part for part in (",".join(self.ref.methods), self.ref.path) if part) or self.ref.handler
        done = "changes" if self.changes else "reads"
        model = f"{self.model} (a parameter that the framework looks up)" if self.bound else self.model
        words = f"{where} {done} {model} by {self.id}, which the client chooses; nothing ties it to the caller"
        if self.placed:
            words = f"{where} writes {self.id} of the client into {model} as it came; nothing looks whose that row is"
        subject = {"id": self.id, "source": "request", "model": self.model}
        related = (Related(Span(self.ref.file, self.ref.line), f"the entry point {self.ref.handler}"),)
        # where nobody is asked who they are, that is the first thing to mend
        login = "missing-login-nextjs" if self.framework in ASKS_ITSELF else ""
        return Finding(self.at, words, confidence(self), self.ref.handler, subject, self.ref, related, told_by=login)
