"""What decorators of the project hand to the handler they wrap."""

from __future__ import annotations

import pytest

from tests.flow.apps import django, fastapi, flask, ids

LOADING = """
    from functools import wraps


    def with_order(view):
        @wraps(view)
        def inner(order_id, *args, **kwargs):
            order = Order.query.get_or_404(order_id)
            {guard}
        return inner


    @app.route("/orders/<int:order_id>")
    @login_required
    @with_order
    def show(order):
        return jsonify(order.status)
"""

GUARDS = {
    "owned": [
        """if order.user_id != current_user.id:
                abort(403)
            return view(order, *args, **kwargs)""",
        """if order.user_id == current_user.id:
                return view(order=order)
            abort(403)""",
        """kwargs["order"] = order
            if order.user_id == current_user.id:
                return view(*args, **kwargs)
            return "", 403""",
    ],
    "missing": [
        "return view(order, *args, **kwargs)",
        """kwargs["order"] = order
            return view(*args, **kwargs)""",
        """if order.user_id == current_user.id:
                log("mine")
            return view(order=order)""",
    ],
}


@pytest.mark.parametrize(("word", "guard"), [(word, guard) for word, guards in GUARDS.items() for guard in guards])
def test_an_object_that_a_decorator_loads(word: str, guard: str) -> None:
    assert ids(flask(LOADING.replace("{guard}", guard))["show"]) == {"order_id": word}


def test_a_user_that_a_decorator_finds_is_the_caller() -> None:
    found = django(
        """
        import jwt
        from functools import wraps
        from django.contrib.auth.models import User


        def token_required(view):
            @wraps(view)
            def inner(*args, **kwargs):
                request = args[1]
                if "HTTP_AUTHORIZATION" not in request.META:
                    return Response({}, status=401)
                claims = jwt.decode(request.META["HTTP_AUTHORIZATION"], "key", algorithms=["HS256"])
                kwargs["user"] = User.objects.get(username=claims["sub"])
                return view(*args, **kwargs)

            return inner


        class ProjectView(APIView):
            @token_required
            def get(self, request, pk, user):
                return Response(ProjectSerializer(get_object_or_404(Project, pk=pk, owner=user)).data)

            @token_required
            def delete(self, request, pk, user=None):
                Project.objects.get(pk=pk).delete()
        """,
        "path('projects/<int:pk>/', ProjectView.as_view())",
    )
    assert ids(found["get"]) == {"pk": "owned"}
    assert ids(found["delete"]) == {"pk": "missing"}


def test_a_wrapper_of_a_method_that_asks_another_service_about_the_token() -> None:
    """The wrapper knows the request by its place, and the token is the one that the other service is shown."""
    code = """
        import jwt
        import requests
        from functools import wraps
        from django.contrib.auth.models import User


        def signed_in(view):
            @wraps(view)
            def inner(*args, **kwargs):
                request = args[1]
                if "HTTP_AUTHORIZATION" in request.META:
                    token = request.META.get("HTTP_AUTHORIZATION")[7:]
                    answer = requests.post(settings.VERIFY, json={"token": TOKEN}, timeout=3)
                    if answer.status_code == 200:
                        claims = jwt.decode(token, options={"verify_signature": False})
                        kwargs["user"] = User.objects.get(username=claims["sub"])
                        return view(*args, **kwargs)
                return Response({}, status=401)

            return inner


        class ProjectView(APIView):
            @signed_in
            def get(self, request, pk, user):
                return Response(ProjectSerializer(get_object_or_404(Project, pk=pk, owner=user)).data)
        """
    route = "path('projects/<int:pk>/', ProjectView.as_view())"
    assert ids(django(code.replace("TOKEN}", "token}"), route)["get"]) == {"pk": "owned"}
    assert ids(django(code.replace("TOKEN}", "settings.TOKEN}"), route)["get"]) != {"pk": "owned"}


ASKED_IF_NAMED = """
    import jwt
    from functools import wraps


    def needs_token(view):
        @wraps(view)
        def inner(*args, **kwargs):
            claims = jwt.decode(request.headers["Authorization"], app.secret_key, algorithms=["HS256"])
            if "user_id" in kwargs and claims["sub"] != kwargs["user_id"]:
                abort(403)
            return view(*args, **kwargs)
        return inner


    @app.get("/users/<int:NAME>/orders")
    @needs_token
    def show(NAME):
        return jsonify([order.status for order in Order.query.filter_by(user_id=NAME)])
"""


@pytest.mark.parametrize(("name", "word"), [("user_id", "owned"), ("id", "missing")])
def test_a_wrapper_that_asks_only_for_an_argument_of_a_certain_name(name: str, word: str) -> None:
    assert ids(flask(ASKED_IF_NAMED.replace("NAME", name))["show"]) == {name: word}


def test_what_a_wrapper_takes_by_name_is_not_among_the_others() -> None:
    code = ASKED_IF_NAMED.replace("inner(*args", "inner(user_id, *args").replace("view(*args", "view(user_id, *args")
    assert ids(flask(code.replace("NAME", "user_id"))["show"]) == {"user_id": "missing"}


BOUND = """
    from functools import wraps
    from inspect import getcallargs, signature


    def member_of(model=None):
        def decorator(view):
            @wraps(view)
            async def inner(*args, **kwargs):
                given = GIVEN
                user, session, project_id = given.get("current_user"), given.get("session"), given.get("project_id")
                member = session.scalar(select(ProjectMember).where(ProjectMember.user_id == user.id, ProjectMember.project_id == project_id))
                if member is None:
                    raise HTTPException(403)
                return await view(*args, **kwargs)
            return inner
        return decorator


    @router.get("/projects/{project_id}")
    @member_of()
    async def show(project_id: int, current_user: CurrentUser, session: SessionDep):
        return session.get(Project, project_id)


    @router.get("/tasks/{task_id}")
    @member_of()
    async def task(task_id: int, current_user: CurrentUser, session: SessionDep):
        return session.get(Task, task_id)
"""


@pytest.mark.parametrize("given", ["signature(view).bind(*args, **kwargs).arguments", "getcallargs(view, *args, **kwargs)"])
def test_what_a_wrapper_takes_out_of_the_arguments_by_name(given: str) -> None:
    """The user and the session are what the handler depends on: no client names them."""
    found = fastapi(BOUND.replace("GIVEN", given))
    assert ids(found["show"]) == {"project_id": "owned"}
    assert ids(found["task"]) == {"task_id": "missing"}
