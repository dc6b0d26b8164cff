"""Responses that turn somebody away, and those that give nothing away.

Knows: the names and status codes by which web frameworks say no, and redirects. Sources: django 5.2 http/response.py, djangorestframework 3.16
response.py, flask 3.1, starlette 0.50 responses.py. Does not know: who is turned away, or whether that is right.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from prodlint import ir
from prodlint import regex as re
from prodlint.flow.knowledge import last_name
from prodlint.flow.values import Selection, Tie, Value
from prodlint.names import Definition, statements
from prodlint.routing.walking import inside

REDIRECTS = frozenset({"redirect", "HttpResponseRedirect", "RedirectResponse", "HTTPFound", "HTTPSeeOther"})
RESPONSES = re.compile(r"(?:Response|Redirect)$|^HttpResponse")
SAYS_NO = re.compile(r"Forbidden|NotFound|Unauthorized|PermissionDenied|AccessDenied|HTTP_40[134]_|^(?:FORBIDDEN|UNAUTHORIZED|NOT_FOUND)$")
# a package's function that raises, whatever it is called with: `raise_http_error(403)`, and not `raise_for_status(response)`, `raise_if_missing(row)`
RAISES = re.compile(
    r"_*(?:raise|throw|abort)_(?:\w+_)?(?:error|exception|http\w*|forbidden|(?:permission_|access_)?denied|unauthori[sz]ed|not_found|40\d)$"
)
WRONG = re.compile(r"HTTP_[45]\d\d_|(?:BAD_REQUEST|CONFLICT|GONE|NOT_ACCEPTABLE|UNPROCESSABLE_(?:ENTITY|CONTENT)|INTERNAL_SERVER_ERROR)$")
SIGNATURE = re.compile(r"(?:verif|valid|check|match|authentic)\w*_?(?:signature|hmac)|(?:signature|hmac)_?(?:is_)?(?:verif|valid|match)", re.I)
NO = (401, 403, 404)
STATUS = ("status", "status_code", "code")
OR_NOTHING = "prodlint.refusal_or_nothing"  # what a function gives that returns an error response, or nothing where all is well
PAGE = re.compile(r"\.(?:html?|jinja2?|j2|tpl|tmpl|mako|pug|txt)$", re.I)
COMPLAINS = re.compile(r"err|msg|message|flash|alert|warn|notice|reason|denied", re.I)  # of what is said to whom is turned away
# attributes of a row that tell where it is, not what it holds
ADDRESSES = re.compile(r"(?:pk|id|uuid|slug|key|code|get_absolute_url|id_\w+|\w+_id)$")  # its own, or that of what it belongs to
SLUG = re.compile(r"(?:[a-z]+_)?slug$")
OWN = re.compile(r"\b(?:your|their|his) own\b|\b(?:yourself|themselves|oneself)\b", re.I)


def is_refusal(expr: ir.Expr | None) -> bool:
    """`HttpResponseForbidden("...")`, `Response(status=403)`, `JsonResponse({}, status=HTTP_404_NOT_FOUND)`, `({}, 403)`."""
    if isinstance(expr, ir.Seq):
        return any(_is_no(item) for item in expr.items)
    if not isinstance(expr, ir.Call):
        return False
    name = last_name(expr.func)
    if RESPONSES.search(name) and SAYS_NO.search(name):
        return True
    return any(keyword.name in STATUS and _is_no(keyword.value) for keyword in expr.kwargs)


def is_error(expr: ir.Expr | None) -> bool:
    """`Response({"error": f"{order.name} is closed"}, status=409)`, `(..., 400)`, `Response(..., status.HTTP_400_BAD_REQUEST)`."""
    if isinstance(expr, ir.Seq):
        return any(map(_is_wrong, expr.items[1:]))
    if not isinstance(expr, ir.Call):
        return False
    placed = expr.args[1:] if RESPONSES.search(last_name(expr.func)) or last_name(expr.func) == "make_response" else ()
    named = [keyword.value for keyword in expr.kwargs if keyword.name in STATUS]
    return is_refusal(expr) or any(map(_is_wrong, (*placed, *named)))


def _is_wrong(expr: ir.Expr) -> bool:
    if isinstance(expr, ir.Const):
        return type(expr.value) is int and 400 <= expr.value < 600
    return isinstance(expr, ir.Attr) and bool(WRONG.match(expr.name))


def raised_elsewhere(run: Any, call: ir.Call, frame: Any) -> bool:
    """`raise_http_error(403, "Not yours")` of a package that nobody reads: its name says that it raises, and the status whom it turns away."""
    if not RAISES.match(last_name(call.func)) or not any(map(_is_no, (*call.args[:1], *(k.value for k in call.kwargs if k.name in STATUS)))):
        return False
    return isinstance(call.func, ir.Name) and isinstance(run.names.resolve(call.func, frame.scope), str)


def says_no(body: tuple[ir.Stmt, ...]) -> bool:
    """Is a response that turns somebody away the one end of a block: `return jsonify(error="login"), 401`?"""
    straight = all(isinstance(statement, (ir.ExprStmt, ir.Assign, ir.Return)) for statement in body)
    return straight and bool(body) and isinstance(last := body[-1], ir.Return) and is_refusal(last.value)


def is_response(expr: ir.Expr | None) -> bool:
    """`Response({...}, status=500)`, `({}, 403)`."""
    return is_refusal(expr) or (isinstance(expr, ir.Call) and bool(RESPONSES.search(last_name(expr.func))))


def _is_no(expr: ir.Expr) -> bool:
    if isinstance(expr, ir.Const):
        return expr.value in NO and not isinstance(expr.value, bool)
    return isinstance(expr, ir.Attr) and bool(SAYS_NO.search(expr.name))


def signature_tests(test: ir.Expr) -> Iterator[ir.Call]:
    """`not valid_signature(header, body)` as a test that refuses, also beside others that do: what follows comes from who knows the secret."""
    if isinstance(test, ir.Bool) and test.op == "or":
        for part in test.values:
            yield from signature_tests(part)
    elif isinstance(test, ir.Unary) and test.op == "not" and isinstance(test.value, ir.Call) and SIGNATURE.search(last_name(test.value.func)):
        yield test.value


def is_response_class(value: Value) -> bool:
    """A class of responses, as `isinstance(found, HttpResponseForbidden)` names it; any of them where there are several."""
    classes = value.items or (value,)
    names = [c.ref.name if isinstance(c.ref, Definition) else c.ref.rpartition(".")[2] if isinstance(c.ref, str) else "" for c in classes]
    return bool(names) and all(RESPONSES.search(name) for name in names)


def handed_back(run: Any, test: ir.Expr, frame: Any) -> str | None:
    """`project` of `isinstance(project, HttpResponseForbidden)`: what holds a response, and no rows, where the test holds."""
    if not isinstance(test, ir.Call) or last_name(test.func) != "isinstance" or len(test.args) != 2 or not isinstance(test.args[0], ir.Name):
        return None
    return test.args[0].id if is_response_class(run.eval(test.args[1], frame)) else None


def keeps_owner_out(test: ir.Expr, body: tuple[ir.Stmt, ...]) -> bool:
    """`if request.user == offer.user: return Response({"detail": "You cannot accept your own offer"}, 403)`: others may."""
    said = [part.value for statement in body for part in inside(_given(statement)) if isinstance(part, ir.Const) and isinstance(part.value, str)]
    return isinstance(test, ir.Cmp) and test.ops == ("==",) and any(map(OWN.search, said))


def weighed(run: Any, statement: ir.If, test: Value, frame: Any) -> None:
    """What a test that turns somebody away says beside: the owner keeps out of it, or the sender knows a secret."""
    for outcome in test.outcomes if keeps_owner_out(statement.test, statement.body) else ():
        if isinstance(outcome, Tie) and outcome.sign > 0 and isinstance(outcome.target, Selection):
            outcome.target.offered = True
    for call in signature_tests(statement.test):
        if any(c.source == "header" for arg in call.args for c in run.eval(arg, frame).clients):
            run.signed(frame, call)


def _given(statement: ir.Stmt) -> ir.Expr | None:
    """What a statement gives back, raises or calls."""
    return getattr(statement, "exc", None) or getattr(statement, "value", None)


def same_page(body: tuple[ir.Stmt, ...], others: tuple[ir.Stmt, ...]) -> bool:
    """`if user: return render("home.html", user=user)` and `return render("home.html")`: strangers are shown the page that callers are shown, if with
    less on it, and no complaint."""
    if not body or not others or any(isinstance(statement, (ir.If, ir.Raise, ir.Try)) for statement in others):
        return False
    shown = [page(statement.value) if isinstance(statement, ir.Return) else None for statement in (body[-1], others[-1])]
    return shown[0] is not None and shown[0] == shown[1] and not any(COMPLAINS.search(word) for word in _words((*body, *others)))


def page(expr: ir.Expr | None) -> tuple[str, str] | None:
    """What renders a page, and the file that the page is made of."""
    expr = expr.value if isinstance(expr, ir.Await) else expr
    named = [arg.value for arg in expr.args if isinstance(arg, ir.Const) and isinstance(arg.value, str)] if isinstance(expr, ir.Call) else []
    return (last_name(expr.func), named[0]) if named and PAGE.search(named[0]) else None  # type: ignore[union-attr]


def _words(body: tuple[ir.Stmt, ...]) -> Iterator[str]:
    """The names of keywords and keys, and the functions that are called."""
    for statement in body:
        for part in inside(getattr(statement, "value", None)):
            if isinstance(part, ir.Call):
                yield last_name(part.func)
                yield from (keyword.name for keyword in part.kwargs)
            elif isinstance(part, ir.Map):
                yield from (key.value for key, _ in part.items if isinstance(key, ir.Const) and isinstance(key.value, str))


def payload(expr: ir.Expr | None) -> Iterator[ir.Expr] | None:
    """What a redirect carries beside what the client knows rows by (`order.pk`): names and attributes; None where it is no redirect."""
    if not isinstance(expr, ir.Call) or last_name(expr.func) not in REDIRECTS:
        return None
    return _parts(expr)


def _parts(expr: ir.Call) -> Iterator[ir.Expr]:
    aside: set[int] = set()
    for part in inside(expr):
        aside.update(id(one) for slug in _slugs(part) for one in inside(slug))
        if isinstance(part, ir.Call):
            aside.add(id(part.func))  # `reverse` of `reverse("order", args=[order.pk])`
        if isinstance(part, ir.Attr):
            if id(part) not in aside and not ADDRESSES.match(part.name):
                yield part
            aside.add(id(part.base))
        elif isinstance(part, ir.Name) and id(part) not in aside:
            yield part


def _slugs(part: ir.Expr) -> list[ir.Expr]:
    """`url_for("post", slug=made_of_title)`, `reverse("post", kwargs={"slug": made_of_title})`: the address that a page goes by, and shows to all."""
    if isinstance(part, ir.Call):
        return [keyword.value for keyword in part.kwargs if SLUG.match(keyword.name or "")]
    named = part.items if isinstance(part, ir.Map) else ()
    return [value for key, value in named if isinstance(key, ir.Const) and isinstance(key.value, str) and SLUG.match(key.value)]


def shows(body: tuple[ir.Stmt, ...]) -> bool:
    """Does a block show a page on some way, `return render("register.html")`?"""
    given = (statement.value for statement in statements(body) if isinstance(statement, ir.Return))
    return any(page(value) is not None for value in given)
