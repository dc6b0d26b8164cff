"""A condition that lets others pass beside the owner leaves no proof; a role of the caller's, and whether there is a row at all, take none away."""

from __future__ import annotations

import pytest

from tests.flow.apps import django, fastapi, flask, ids

REFUSED = {
    "order.user_id != current_user.id": "owned",
    # a role of who is logged in, or whether there is anybody or anything
    "order.user_id != current_user.id and not current_user.is_admin": "owned",
    "current_user.role != 'admin' and order.user_id != current_user.id": "owned",
    "current_user.is_authenticated and order.user_id != current_user.id": "owned",
    "order and order.user_id != current_user.id": "owned",
    "order is not None and order.user_id != current_user.id": "owned",
    "order.user_id and order.user_id != current_user.id": "owned",
    "order_id and order.user_id != current_user.id": "owned",
    "order is None or order.user_id != current_user.id": "owned",
    "order.status == 'deleted' or order.user_id != current_user.id": "owned",
    "request.args.get('dry') or order.user_id != current_user.id": "owned",
    "not (order.user_id == current_user.id or current_user.is_admin)": "owned",
    "not (current_user.is_authenticated and order.user_id == current_user.id)": "owned",
    "current_user.id not in (order.user_id, SUPPORT_ID)": "owned",
    # what the client says
    "order.user_id != current_user.id and not request.args.get('force')": "unknown",
    "order.user_id != current_user.id and request.args.get('role') != 'admin'": "unknown",
    "request.headers.get('X-Internal') != '1' and order.user_id != current_user.id": "unknown",
    "not (order.user_id == current_user.id or request.args.get('preview'))": "unknown",
    "not any([order.user_id == current_user.id, request.args.get('preview')])": "unknown",
    "current_user.id not in (order.user_id, request.args.get('as', type=int))": "unknown",
    # what the caller is like, which is no role
    "current_user.org_id and order.user_id != current_user.id": "unknown",
    "current_user.is_verified and order.user_id != current_user.id": "unknown",
    "getattr(current_user, 'team_id', None) and order.user_id != current_user.id": "unknown",
    "order.user_id != current_user.id and current_user.is_admin": "unknown",
    # what the row is like, and what nobody can read
    "order.status != 'open' and order.user_id != current_user.id": "unknown",
    "order.user_id != current_user.id and not order.status": "unknown",
    "not order and order.user_id != current_user.id": "unknown",
    "order.user_id != current_user.id and app.config['STRICT']": "unknown",
}


@pytest.mark.parametrize("test", REFUSED)
def test_a_refusal(test: str) -> None:
    code = f"""
    SUPPORT_ID = 7

    @app.get("/orders/<int:order_id>")
    @login_required
    def show(order_id):
        order = Order.query.get_or_404(order_id)
        if {test}:
            abort(403)
        return jsonify(status=order.status)
    """
    assert ids(flask(code)["show"]) == {"order_id": REFUSED[test]}


AROUND = {
    "user": "owned",
    "not user.is_admin": "owned",
    "user.role != 'admin'": "owned",
    "user.is_authenticated": "owned",
    "user.team_id": "unknown",
    "user.team_id is not None": "unknown",
    "user.is_verified": "unknown",
    "user.from_partner": "unknown",
    "strict": "unknown",
    "task.status == 'closed'": "unknown",
}


@pytest.mark.parametrize("test", AROUND)
def test_a_refusal_inside_a_test(test: str) -> None:
    code = f"""
    @router.get("/projects/{{project_id}}/tasks/{{task_id}}")
    def show(task_id: int, user: CurrentUser, session: SessionDep, strict: bool = True):
        task = session.get(Task, task_id)
        if {test}:
            if task.project.owner_id != user.id:
                raise HTTPException(403)
        return task
    """
    assert ids(fastapi(code)["show"]) == {"task_id": AROUND[test]}


def test_the_other_branch_of_a_refusal_is_no_branch() -> None:
    code = """
    @login_required
    def show(request, pk):
        note = Note.objects.filter(pk=pk).first()
        if note is None:
            raise Http404
        elif note.project.owner != request.user:
            return HttpResponseForbidden()
        return JsonResponse({"text": note.text})

    @login_required
    def other(request, pk):
        note = Note.objects.filter(pk=pk).first()
        if request.GET.get("strict"):
            if note.project.owner != request.user:
                return HttpResponseForbidden()
        else:
            raise Http404
        return JsonResponse({"text": note.text})

    @login_required
    def loose(request, pk):
        note = Note.objects.filter(pk=pk).first()
        if request.GET.get("preview"):
            pass
        elif note.project.owner != request.user:
            return HttpResponseForbidden()
        return JsonResponse({"text": note.text})
    """
    urls = "path('show/<int:pk>/', show)\npath('other/<int:pk>/', other)\npath('loose/<int:pk>/', loose)"
    found = django(code, urls)
    assert [ids(found[name])["pk"] for name in ("show", "other", "loose")] == ["owned", "owned", "unknown"]


def test_a_guard_that_holds_one_object_only_where_another_is_not_the_callers() -> None:
    code = """
    @router.get("/projects/{project_id}/tasks/{task_id}")
    def show(project_id: int, task_id: int, user: CurrentUser, session: SessionDep):
        project = session.get(Project, project_id)
        task = session.get(Task, task_id)
        if project.owner_id != user.id:
            if task.project.owner_id != user.id:
                raise HTTPException(403)
        return task

    @router.get("/tasks/{task_id}")
    def member(task_id: int, user: CurrentUser, session: SessionDep):
        task = session.get(Task, task_id)
        if task.project.owner_id != user.id:
            if not session.query(ProjectMember).filter_by(project_id=task.project_id, user_id=user.id).first():
                raise HTTPException(403)
        return task
    """
    found = fastapi(code)
    assert ids(found["show"])["task_id"] == "unknown"
    assert ids(found["member"]) == {"task_id": "owned"}


def test_a_function_that_says_yes_to_more_than_owners() -> None:
    code = """
    def may(user, order):
        if order.status == "open":
            return True
        return order.user_id == user.id

    def staff_may(user, order):
        if user.is_admin:
            return True
        return order.user_id == user.id

    def forced(order, force):
        if force:
            return True
        return order.user_id == current_user.id

    @app.get("/may/<int:order_id>")
    @login_required
    def open_ones(order_id):
        order = Order.query.get_or_404(order_id)
        if not may(current_user, order):
            abort(403)
        return jsonify(status=order.status)

    @app.get("/staff/<int:order_id>")
    @login_required
    def staff(order_id):
        order = Order.query.get_or_404(order_id)
        if not staff_may(current_user, order):
            abort(403)
        return jsonify(status=order.status)

    @app.get("/forced/<int:order_id>")
    @login_required
    def by_force(order_id):
        order = Order.query.get_or_404(order_id)
        if not forced(order, request.args.get("force")):
            abort(403)
        return jsonify(status=order.status)
    """
    found = flask(code)
    assert [ids(found[name])["order_id"] for name in ("open_ones", "staff", "by_force")] == ["unknown", "owned", "unknown"]


STRANGERS = {
    "if current_user.is_authenticated and order.user_id != current_user.id:\n            abort(403)": "unknown",
    "if current_user.is_authenticated:\n            if order.user_id != current_user.id:\n                abort(403)": "unknown",
    "if not current_user.is_authenticated or order.user_id != current_user.id:\n            abort(403)": "owned",
    "if current_user.is_anonymous:\n            abort(401)\n        if order.user_id != current_user.id:\n            abort(403)": "owned",
}


@pytest.mark.parametrize("guard", STRANGERS)
def test_strangers_pass_what_asks_callers_only(guard: str) -> None:
    code = f"""
    @app.get("/orders/<int:order_id>")
    def show(order_id):
        order = Order.query.get_or_404(order_id)
        {guard}
        return jsonify(status=order.status)
    """
    found = flask(code)["show"]
    assert ids(found)["order_id"] == STRANGERS[guard]
    assert found.route.authentication == ("required" if STRANGERS[guard] == "owned" else "none")


ANSWERS = {
    "return order.user_id == user.id": "owned",
    "return True if user.is_admin else order.user_id == user.id": "owned",
    "return order.user_id == user.id if order is not None else False": "owned",
    "if order is None:\n            return True\n        return order.user_id == user.id": "owned",
    "return any(owner == user.id for owner in (order.user_id, order.referrer_id))": "owned",
    "return True if request.args.get('force') else order.user_id == user.id": "unknown",
    "return order.user_id == user.id if user.org_id else True": "unknown",
    "return order.user_id == user.id or order.user_id == request.args.get('as')": "unknown",
    "return any(owner == user.id for owner in (order.user_id, request.args.get('as')))": "unknown",
    "if order.user_id != user.id:\n            return order.status\n        return True": "unknown",
    "return (request.args.get('as') or order.user_id) == user.id": "unknown",
}


@pytest.mark.parametrize("answer", ANSWERS)
def test_an_answer_with_two_ways_to_a_yes(answer: str) -> None:
    code = f"""
    def may(user, order):
        {answer}

    @app.get("/orders/<int:order_id>")
    @login_required
    def show(order_id):
        order = Order.query.get_or_404(order_id)
        if not may(current_user, order):
            abort(403)
        return jsonify(status=order.status)
    """
    assert ids(flask(code)["show"]) == {"order_id": ANSWERS[answer]}


def test_who_the_caller_is_may_be_chosen() -> None:
    code = """
    @login_required
    def chosen(request, pk):
        user = User.objects.get(username=request.GET["as"]) if "as" in request.GET else request.user
        return JsonResponse({"text": get_object_or_404(Note, pk=pk, project__owner=user).text})

    @login_required
    def own(request, pk):
        user = User.objects.get(pk=request.user.pk)
        return JsonResponse({"text": get_object_or_404(Note, pk=pk, project__owner=user).text})
    """
    found = django(
        "from django.contrib.auth.models import User\n" + code.replace("\n    ", "\n"), "path('a/<int:pk>/', chosen)\npath('b/<int:pk>/', own)"
    )
    assert [ids(found[name])["pk"] for name in ("chosen", "own")] == ["unknown", "owned"]
