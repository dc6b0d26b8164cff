"""Calls that give the caller, or know who it is: verified tokens and signatures, context variables, policy objects.

Knows: what such a call proves, and what the client only says in plain words. Does not know: which calls they are (`models/access.yaml`).
"""

from __future__ import annotations

from typing import Any

from prodlint import ir
from prodlint import regex as re
from prodlint.flow.callers import passwords
from prodlint.flow.frames import Frame
from prodlint.flow.knowledge import AUTH_HEADERS, SECRET_FIELDS, last_name, role_marks
from prodlint.flow.lookups.queries import client_terms, narrowed_from, of_caller
from prodlint.flow.proofs import switches
from prodlint.flow.proofs.answers import carried
from prodlint.flow.values import ADMIN, CALLER, CHOSEN, DOUBT, EMPTY, PRESENCE, ROLE, Client, Origin, Tie, Value, origins_of
from prodlint.names import Definition
from prodlint.routing.walking import inside

HTTP = frozenset({"requests", "httpx", "aiohttp", "urllib3"})
PARSES = frozenset({"json.loads", "orjson.loads", "ujson.loads", "simplejson.loads", "ast.literal_eval"})
CUTS = frozenset({
    "str", "len", "bool", "print", "isinstance", "split", "strip", "replace", "startswith", "removeprefix", "partition", "info", "debug", "warning",
    "error", "HTTPException", "Response", "JSONResponse", "jsonify",
})  # fmt: skip
UNVERIFIED = ("verify_signature", "verify")  # words that switch it off
UNPACKS = re.compile(r"(?:(?:urlsafe_|standard_)?b64decode|base64url_decode|a2b_base64)$")


def is_token(value: Value) -> bool:
    """Something that says who is calling: what a security scheme gives, a header or cookie of such a name."""
    return any(client.source in ("header", "cookie") and AUTH_HEADERS.search(client.name) for client in value.clients)


def reads_token(name: str, args: list[Value], kwargs: dict[str, Value]) -> bool:
    """Does a call look at what says who is calling? To cut it out of a header or to write it down is not to look at it."""
    return name not in CUTS and any(
        client.source in ("header", "cookie") for value in (*args, *kwargs.values()) for part in parts(value) for client in part.clients
    )


def says_itself(run: Any, value: Value) -> bool:
    """Claims of a token that may have come in a link, or that nobody may have signed on one of the ways: they say a role, and prove none."""
    return bool(value.clients) and is_token(value) and (run.unsigned or not value.has(CALLER))


def named_by_client(value: Value, given: list[Value]) -> bool:
    """`def get_user(user_id: int = Query()): return find(user_id)`: a user whom the client names in plain words, with nothing that shows it is they
    who ask."""
    if any(is_token(each) or each.has(CALLER) for each in given):
        return False
    rows = [s for s in value.selections if not of_caller(s)]
    terms = [(name, client) for row in rows for part in narrowed_from(row) for name, client in client_terms(part)]
    terms += [(client.name, client) for client in value.clients if not rows]
    shown = any(SECRET_FIELDS.search(name) or SECRET_FIELDS.search(client.name) or is_token(Value(frozenset({client}))) for name, client in terms)
    return bool(terms) and not shown


def who(run: Any, value: Value) -> frozenset[Origin]:
    """What is said of a value that stands for who calls: whom only a token names that nobody has signed, anybody may name."""
    rows = carried(value)
    read = run.unsigned and not (all(map(of_caller, rows)) if rows else value.has(CALLER))
    return frozenset({CALLER, DOUBT}) if read else frozenset({CALLER})


def parts(value: Value) -> list[Value]:
    return [value, *(value.fields or {}).values()]


class Principals:
    """A part of `calls.Calls`."""

    def principal(self: Any, ref: str, args: list[Value], kwargs: dict[str, Value], frame: Frame, expr: ir.Call) -> Value:
        """The caller, or claims of a verified token; what a login form or a link in a mail carries only names somebody."""
        values = [*args, *kwargs.values()]
        if ref in self.knowledge.opening:
            return self.opened(values)
        if ref in self.knowledge.unread_signatures:
            self.unsigned |= not self.confirmed(frame, values)
            self.unverified |= self.unsigned
            return Value(origins_of(values))
        self.enters |= ref == "django.contrib.auth.authenticate"
        if any(value.chosen for value in values):
            passwords.sign_in(self, values)
            read = origins_of(values)
            if ref in self.knowledge.verifying and not any(part.truth is False for value in values for part in parts(value)):
                return Value(frozenset(o.part("token") if isinstance(o, Client) and o.name != "*" else o for o in read))  # whoever signed it chose
            return Value(read)
        if ref in self.knowledge.verifying and _unverified(args, kwargs) and not self.confirmed(frame, values):
            self.unsigned = self.unverified = True
            return Value(origins_of(values) | {DOUBT})  # anybody may have written what it says
        self.caller_seen = True
        switches.asked(self, frozenset(self.branch))
        lenient = any(
            keyword.name == "optional" and not (isinstance(keyword.value, ir.Const) and keyword.value.value is False) for keyword in expr.kwargs
        )
        passed = frame.depth and any(value.truth is not None for value in frame.returns)  # `if token is None: return None` came before
        strict = ref in self.knowledge.verifying and not lenient and not passed  # it raises where the token is not right
        if strict and (not self.branch or switches.on_both_sides(self, frozenset(self.branch))):
            self.verified += 1
            if not self.trying:
                self.login.append((frame.scope.module.path, expr.at))
        elif ref in self.knowledge.verifying and not (lenient or passed or self.trying or frame.depth):
            # under `if request.method == "GET":` it raises for all who come there, under `if token:` it does not
            self.perhaps_asked += not any(test.clients or test.has(PRESENCE) for test, _ in frame.tests)
        return Value(frozenset({CALLER}))

    @staticmethod
    def opened(values: list[Value]) -> Value:
        """What text holds that the app signed or sealed itself: whoever brings it chose nothing of it, and it says nothing of who they are."""
        return Value(frozenset(o.part("token") if isinstance(o, Client) and o.source in CHOSEN else o for o in origins_of(values)))

    def shown_elsewhere(self: Any, ref: str, args: list[Value], kwargs: dict[str, Value], frame: Frame, expr: ir.Call) -> Value | None:
        """`requests.post(VERIFY, json={"token": token})`: whoever signs the tokens is asked, and a test of the answer says whether there is a caller.
        None where this is something else: what a body brings (the answer to a captcha, a card, a phone to push to) says nothing of who is calling."""
        if ref in PARSES and any(map(is_token, args)) and any(isinstance(part, ir.Call) and UNPACKS.match(last_name(part)) for part in inside(expr)):
            self.unsigned |= not self.confirmed(frame, args)  # `json.loads(base64.b64decode(token))`: anybody can write one
        if ref.partition(".")[0] not in HTTP:
            return None
        given = [part for value in (*args, *kwargs.values()) for part in parts(value) if is_token(part)]
        if not given:
            return None
        frame.shown = len(frame.tests), len(self.login), frozenset(client.plain for part in given for client in part.clients)
        asked = any(client for value in (*args, *kwargs.values()) for part in parts(value) for client in part.chosen)
        return Value(
            frozenset({PRESENCE} if asked else {PRESENCE, CALLER})
        )  # what it says without being asked for anything else is whose token it is

    def confirmed(self: Any, frame: Frame, read: list[Value]) -> bool:
        """Did another service say that the token which is read is right, and was that asked for: around what follows, or by an end for all others?"""
        if frame.shown is None:
            return False
        tests, logins, shown = frame.shown
        if not all(client.plain in shown for value in read for client in value.clients if is_token(Value(frozenset({client})))):
            return False
        around = any(which and test.has(PRESENCE) and not test.clients for test, which in frame.tests[tests:])
        return around or not self.brought.issuperset(self.login[logins:])

    def scheme(self: Any, cls: Definition, me: Value, name: str, kwargs: dict[str, Value], frame: Frame, expr: ir.Call) -> Value | None:
        """What a security scheme of the project's own asks of the one that it descends from: that one refuses who brings no token, unless it was
        told not to; None where this is something else."""
        if name not in ("__init__", "__call__") or not self.names.is_a(cls, *self.knowledge.schemes):
            return None
        lenient = "auto_error"
        if name == "__init__":
            if lenient in kwargs and me.fields is not None:
                me.fields[lenient] = kwargs[lenient]
            return EMPTY
        if not self.branch and (me.fields or {}).get(lenient, EMPTY).truth is not False:
            self.verified += 1
            if not self.trying:
                self.login.append((frame.scope.module.path, expr.at))
        return Value(frozenset({Client("token", "header")}))

    def signed(self: Any, frame: Frame, expr: ir.Call) -> Value:
        """A message whose signature is verified: it comes from who knows the secret, and names what they choose to."""
        place = (frame.scope.module.path, expr.at)
        where = frozenset(self.branch)
        self.roles.append((*place, where, True))
        self.login.extend([] if where else [place])
        return EMPTY

    def context(self: Any, variable: Definition, name: str, args: list[Value]) -> Value:
        """`user_id_var.set(user.id)` in a dependency or middleware, `user_id_var.get()` anywhere after."""
        if name == "set" and args:
            self.contexts[variable] = args[0]
            return EMPTY
        known = self.contexts.get(variable, EMPTY)
        return known.plus({CALLER}) if self.knowledge.names_caller(variable.name.lower()) else known

    def policy(self: Any, receiver: Value | None, name: str, frame: Frame, expr: ir.Call) -> Value | None:
        """`OrderPermission(order_id).can()`: a policy object of a library that knows the caller by itself; None where it is none."""
        how = self.knowledge.policy_methods.get(name)
        if how is None or receiver is None or not self.knowledge.is_policy(receiver.kind):
            return None
        self.caller_seen = True
        targets = [t for t in (*receiver.selections, *receiver.clients) if not isinstance(t, Client) or t.name != "*"]
        answer: set[Origin] = {Tie(target) for target in targets} or set(role_marks(last_name(expr.func.base)) | {ROLE})
        if how == "refuses":
            where = frozenset(self.branch)
            self.prove([o for o in answer if isinstance(o, Tie)], where, frame.scope.module.path, expr.at)
            if not targets:
                self.roles.append((frame.scope.module.path, expr.at, where, ADMIN in answer))
        return Value(frozenset(answer))


def _unverified(args: list[Value], kwargs: dict[str, Value]) -> bool:
    """`options={"verify_signature": False}`, `verify=False`"""
    values = (*args, *kwargs.values())
    told = [kwargs, *(value.fields or {} for value in values)]
    written = [value.ref.node.value for value in values if isinstance(value.ref, Definition) and isinstance(value.ref.node, ir.Assign)]
    items = [item for made in written if isinstance(made, ir.Map) for item in made.items]  # `OPTIONS = {"verify_signature": False}` of a module
    if any(isinstance(key, ir.Const) and key.value in UNVERIFIED and isinstance(to, ir.Const) and to.value is False for key, to in items):
        return True
    return any(said.get(word, EMPTY).truth is False for said in told for word in UNVERIFIED)
