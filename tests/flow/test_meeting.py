"""Guards that nobody can read to the end: who asks meets what they were told, or the row, in what somebody is turned away for."""

from __future__ import annotations

import pytest

from tests.flow.apps import django, fastapi, flask, ids

VIEW = """
from shop.access import GUARD


@login_required
@DECORATOR
def show(request, pk):
    project = Project.objects.get(pk=pk)
    return JsonResponse({"name": project.name})
"""
CLOSURES = """
from functools import wraps

from django.http import HttpResponseForbidden, HttpResponseRedirect

from shop.hr import Post


def passes(test):
    def decorator(view):
        @wraps(view)
        def wrapper(request, *args, **kwargs):
            if test(request, **kwargs):
                return view(request, *args, **kwargs)
            elif request.user.is_authenticated:
                return REFUSAL
            else:
                return HttpResponseRedirect("/login")

        return wrapper

    return decorator


def holds(role, request):
    posts = Post.fresh.filter(holder__login=request.user.username, role__in=[role])
    request.units = [post.unit for post in posts]
    return posts.count() > 0


def requires_post(role):
    def has_it(request, **kwargs):
        return ANSWER

    return passes(has_it)
"""


@pytest.mark.parametrize(
    ("answer", "refusal", "told", "expected"),
    [
        ("holds(role, request)", "HttpResponseForbidden()", '"OFFICE"', "unknown"),
        ("holds(role, request) or request.user.is_root", "HttpResponseForbidden()", '"OFFICE"', "unknown"),
        # that somebody is known, whatever it was told; what it was told alone; one of the two on each side
        ("request.user.is_authenticated", "HttpResponseForbidden()", '"OFFICE"', "missing"),
        ('role != "nobody"', "HttpResponseForbidden()", '"OFFICE"', "missing"),
        ("request.user.is_authenticated and bool(role)", "HttpResponseForbidden()", '"OFFICE"', "missing"),
        ("request.path in role", "HttpResponseForbidden()", '"OFFICE"', "missing"),
        # it goes on all the same
        ("holds(role, request)", "view(request, *args, **kwargs)", '"OFFICE"', "missing"),
        # what they pay for, and what all of them are
        ("holds(role, request)", "HttpResponseForbidden()", '"premium"', "missing"),
        ("holds(role, request)", "HttpResponseForbidden()", '"customer"', "missing"),
    ],
)
def test_a_closure_that_is_handed_to_another_decorator(answer: str, refusal: str, told: str, expected: str) -> None:
    access = CLOSURES.replace("ANSWER", answer).replace("REFUSAL", refusal)
    code = VIEW.replace("GUARD", "requires_post").replace("DECORATOR", f"requires_post({told})")
    hr = "from django.db import models\n\n\nclass Post(models.Model):\n    role = models.TextField()\n"
    found = django(code, "path('p/<int:pk>/', show)", {"shop/access.py": access, "shop/hr.py": hr})["show"]
    assert ids(found)["pk"] == expected


OR = """
from functools import wraps

from django.http import HttpResponse, HttpResponseForbidden

RIGHTS = {"can_edit": lambda member: member.level >= 20, "can_see": lambda member: member.level >= 10}


def refused(right, request):
    member = lookup(request.user)
    if not ASKED:
        return no()


def no():
    return HttpResponseForbidden()


def lookup(user):
    return directory.member_of(user)


def has_right(right):
    def decorator(view):
        @wraps(view)
        def wrapper(request, *args, **kwargs):
            return refused(right, request) or view(request, *args, **kwargs)

        return wrapper

    return decorator
"""


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("RIGHTS.get(right)(member)", "unknown"),
        ("RIGHTS.get(right)", "missing"),
        ("member", "missing"),
    ],
)
def test_a_refusal_or_the_view(asked: str, expected: str) -> None:
    code = VIEW.replace("GUARD", "has_right").replace("DECORATOR", 'has_right("can_see")')
    found = django(code, "path('p/<int:pk>/', show)", {"shop/access.py": OR.replace("ASKED", asked)})["show"]
    assert ids(found)["pk"] == expected


CAPABILITIES = """
    from functools import wraps

    from werkzeug.exceptions import Forbidden, TooManyRequests


    def signed_in(view):
        @wraps(view)
        def wrapper(*args, **kwargs):
            if not g.auth_user:
                abort(401)
            return view(*args, **kwargs)
        return wrapper


    def requires_capabilities(*capabilities):
        def decorator(view):
            @wraps(view)
            def wrapper(*args, **kwargs):
                for capability in capabilities:
                    if not ASKED:
                        raise REFUSAL()
                return view(*args, **kwargs)
            return wrapper
        return decorator


    @app.get("/orders/<int:order_id>")
    @signed_in
    @requires_capabilities("manage_orders")
    def show(order_id):
        return jsonify(Order.query.get(order_id).status)


    @app.get("/mine/<int:order_id>")
    @signed_in
    @requires_capabilities(OTHER)
    def mine(order_id):
        return jsonify(Order.query.filter_by(id=order_id, user_id=g.auth_user.id).one().status)
"""


@pytest.mark.parametrize(
    ("asked", "refusal", "other", "expected"),
    [
        ("g.auth_user.has_rights(capability)", "Forbidden", '"use_orders"', "unknown"),
        ("capability in rights_of(g.auth_user)", "Forbidden", '"use_orders"', "unknown"),
        # the same capability lets in people who are held to their own elsewhere
        ("g.auth_user.has_rights(capability)", "Forbidden", '"manage_orders"', "missing"),
        ("capability in app.config", "Forbidden", '"use_orders"', "missing"),
        ("g.auth_user", "Forbidden", '"use_orders"', "missing"),
        # how often somebody came
        ("g.auth_user.tries(capability)", "TooManyRequests", '"use_orders"', "missing"),
    ],
)
def test_a_loop_over_what_a_decorator_is_told(asked: str, refusal: str, other: str, expected: str) -> None:
    found = flask(CAPABILITIES.replace("ASKED", asked).replace("REFUSAL", refusal).replace("OTHER", other))
    assert ids(found["show"])["order_id"] == expected


PATHS = """
from functools import wraps

from django.core.exceptions import PermissionDenied

from shop.office import desk


def desk_required(view):
    @wraps(view)
    def wrapper(request, *args, **kwargs):
        if not ASKED:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return wrapper
"""


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ('desk(request.user).serves(kwargs["pk"])', "unknown"),
        ('desk(request.user).serves(kwargs["other"])', "missing"),
        ('desk("front").serves(kwargs["pk"])', "missing"),
        ('desk(request.user).open and kwargs["pk"]', "missing"),
    ],
)
def test_a_decorator_that_holds_who_asks_against_the_path(asked: str, expected: str) -> None:
    code = VIEW.replace("GUARD", "desk_required").replace("DECORATOR", "desk_required")
    found = django(code, "path('p/<int:pk>/', show)", {"shop/access.py": PATHS.replace("ASKED", asked)})["show"]
    assert ids(found)["pk"] == expected


ALLOWED = """
    from shop.rights import table


    class Allowed:
        def __init__(self, right):
            self.right = right

        def __call__(self, user: User = Depends(get_current_user)):
            if not ASKED:
                raise HTTPException(STATUS)
            return user


    def may(right):
        def asks(user: User = Depends(get_current_user)):
            if not ASKED:
                raise HTTPException(STATUS)
            return user
        return asks


    @router.get("/projects/{project_id}")
    def show(project_id: int, session: SessionDep, user: User = Depends(GUARD)):
        return session.get(Project, project_id)
"""


@pytest.mark.parametrize(
    ("guard", "asked", "status", "expected"),
    [
        ('Allowed("projects.read")', "table(user).grants(self.right)", 403, "unknown"),
        ('may("projects.read")', "right in table(user)", 403, "unknown"),
        ('Allowed("projects.read")', "table(user).open", 403, "missing"),
        ('may("projects.read")', "right in table()", 403, "missing"),
        ('may("premium")', "right in table(user)", 403, "missing"),
        ('may("projects.read")', "right in table(user)", 429, "missing"),
    ],
)
def test_dependencies_that_are_told(guard: str, asked: str, status: int, expected: str) -> None:
    one, other = ALLOWED.split("    def may(right):")  # each asks what it can
    one, other = (
        (one.replace("ASKED", asked), other.replace("ASKED", "user"))
        if "Allowed" in guard
        else (one.replace("ASKED", "user"), other.replace("ASKED", asked))
    )
    code = f"{one}    def may(right):{other}".replace("GUARD", guard).replace("STATUS", str(status))
    assert ids(fastapi(code)["show"])["project_id"] == expected


POLICIES = """
    class Policy:
        @classmethod
        def read(cls, project):
            def allowed(user):
                return ALLOWED
            return allowed


    def authorize(user, policy):
        if not policy(user):
            END


    @router.get("/projects/{project_id}")
    def show(project_id: int, session: SessionDep, user: CurrentUser):
        project = session.get(Project, project_id)
        authorize(user, Policy.read(project))
        return project
"""


@pytest.mark.parametrize(
    ("allowed", "end", "expected"),
    [
        ("directory.knows(user, project.unit)", "raise HTTPException(403)", "unknown"),
        # nothing is asked of the row, or of who asks; nobody is turned away, or nobody looks whether somebody is
        ("bool(project.unit)", "raise HTTPException(403)", "missing"),
        ("directory.knows(project.unit)", "raise HTTPException(403)", "missing"),
        ("directory.knows(user, project.unit)", "print('no')", "missing"),
        ("directory.knows(user, project.unit)", "return HTTPException(403)", "missing"),
    ],
)
def test_a_policy_that_is_handed_to_what_raises(allowed: str, end: str, expected: str) -> None:
    assert ids(fastapi(POLICIES.replace("ALLOWED", allowed).replace("END", end))["show"])["project_id"] == expected


LATER = """
    class Access:
        @classmethod
        def check(cls):
            raise NotImplementedError


    @router.delete("/projects/{project_id}")
    def remove(project_id: int, session: SessionDep, check: object = Depends(Access.check)):
        CALL
        session.execute(remove_from(Project).where(Project.id == project_id))
        project = session.get(Project, project_id)
        session.delete(project)
"""


@pytest.mark.parametrize(("call", "expected"), [("check(ids=[project_id])", "unknown"), ("check.projects(1)", "none"), ("print(check)", "none")])
def test_a_dependency_that_the_app_replaces_and_a_handler_calls_for_what_it_raises(call: str, expected: str) -> None:
    assert fastapi(LATER.replace("CALL", call))["remove"].route.authentication == expected


ON = """
from functools import wraps

from django.core.exceptions import PermissionDenied
from vendor.oidc import Refused, TokenAuthentication


def passes(test):
    def decorator(view):
        @wraps(view)
        def wrapper(request, *args, **kwargs):
            asked = REQUEST
            try:
                auth = TokenAuthentication().authenticate(asked)
            except Refused as error:
                raise PermissionDenied(error)
            if TEST:
                return view(request, *args, **kwargs)
            raise PermissionDenied

        return wrapper

    return decorator


known = passes(lambda user: user.is_authenticated)
"""


@pytest.mark.parametrize(
    ("request_", "test", "expected"),
    [
        ("request", "auth and test(auth.user)", "required"),
        ('request.context["request"]', "auth and test(auth.user)", "required"),
        ("request", "auth", "required"),
        ("request", "asked.user.is_authenticated", "required"),
        ("request", "not auth", "none"),
        ("request", 'auth or request.GET.get("open")', "none"),
        ("request", "not asked.user.is_authenticated", "none"),
        ("request", 'asked.user.is_authenticated or request.GET.get("open")', "none"),
    ],
)
def test_a_wrapper_that_goes_on_for_callers_alone(request_: str, test: str, expected: str) -> None:
    code = VIEW.replace("GUARD", "known").replace("@login_required\n@DECORATOR", "@known")
    found = django(code, "path('p/<int:pk>/', show)", {"shop/access.py": ON.replace("REQUEST", request_).replace("TEST", test)})["show"]
    assert found.route.authentication == expected
