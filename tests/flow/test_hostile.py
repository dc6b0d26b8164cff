"""Handlers that look guarded and through which a stranger gets all the same, each with a twin that is rightly proven where there is one."""

from __future__ import annotations

import pytest

from tests.flow.apps import django, fastapi, flask, ids

FLASK_WAYS = {
    "owned": (
        "order.user_id != current_user.id",
        "str(order.user_id) != str(current_user.id)",
        "not {'staff': order.user_id == current_user.id}.get('staff')",
        "current_user.id not in [order.user_id]",
        "not any(member.user_id == current_user.id for member in order.members)",
    ),
    "unknown": (
        "order.user_id % 10 != current_user.id % 10",
        "order.user_id // 100 != current_user.id // 100",
        "bool(order.user_id) != bool(current_user.id)",
        "str(current_user.id) not in str(order.user_id)",
        "current_user.email not in order.user.email",
        "order.user.email.split('@')[1] != current_user.email.split('@')[1]",
        "order.code[:3] != current_user.code[:3]",
        "not {'x': True}.get(request.args.get('k'), order.user_id == current_user.id)",
        "not request.args.get('ok', order.user_id == current_user.id)",
        "not {'a': True, 'b': order.user_id == current_user.id}[request.args['k']]",
        "not (order.user_id == current_user.id if request.args.get('x') else order.status)",
        "not all(tag.user_id == current_user.id for tag in order.tags)",
        "any(tag.user_id != current_user.id for tag in order.tags.all())",
        "order.user.role != current_user.role",
        "hasattr(current_user, 'org') and order.user_id != current_user.id",
    ),
    "missing": (
        "order.user_id < current_user.id",
        "order.user.is_active != current_user.is_active",
        "not (order.user_id == current_user.id, 'not yours')",
    ),
}


@pytest.mark.parametrize(("test", "expected"), [(test, expected) for expected, tests in FLASK_WAYS.items() for test in tests])
def test_what_a_refusal_asks(test: str, expected: str) -> None:
    code = f"""
    @app.get("/orders/<int:order_id>")
    @login_required
    def show(order_id):
        order = Order.query.get_or_404(order_id)
        if {test}:
            abort(403)
        return jsonify(order.status)
    """
    assert ids(flask(code)["show"]) == {"order_id": expected}


ROWS = {
    "owned": (
        "Order.query.filter_by(**{**request.get_json(), 'id': order_id, 'user_id': current_user.id}).first_or_404()",
        "Order.query.filter_by(id=order_id, user_id=current_user.id).first_or_404() if order_id else None",
        "Order.query.filter(Order.id == order_id, db.or_(Order.user_id == current_user.id, Order.buyer_id == current_user.id)).first_or_404()",
    ),
    "unknown": (
        "Order.query.filter_by(id=order_id, user_id=request.headers.get('X-User-Id', current_user.id)).first_or_404()",
        "Order.query.filter_by(id=order_id, user_id=request.args.get('user_id') or current_user.id).first_or_404()",
        "Order.query.filter(Order.id == order_id, Order.user_id >= current_user.id).first_or_404()",
    ),
    "missing": (
        "Order.query.filter_by(**{'user_id': current_user.id, **request.get_json(), 'id': order_id}).first_or_404()",
        "Order.query.filter(Order.id == order_id, Order.user_id.not_in([current_user.id])).first_or_404()",
        "Order.query.filter(Order.id == order_id, db.not_(Order.user_id == current_user.id)).first_or_404()",
        "Order.query.get_or_404(order_id) if request.args.get('x') else Order.query.filter_by(id=order_id, user_id=current_user.id).first_or_404()",
    ),
}


@pytest.mark.parametrize(("rows", "expected"), [(rows, expected) for expected, many in ROWS.items() for rows in many])
def test_what_a_query_takes(rows: str, expected: str) -> None:
    code = f"""
    @app.get("/orders/<int:order_id>")
    @login_required
    def show(order_id):
        order = {rows}
        return jsonify(order.status)
    """
    assert ids(flask(code)["show"])["order_id"] == expected


def test_a_term_that_is_put_in_on_one_way_only() -> None:
    code = """
    @app.get("/a/<int:order_id>")
    @login_required
    def sometimes(order_id):
        filters = {"id": order_id}
        if not request.args.get("all"):
            filters["user_id"] = current_user.id
        return jsonify(Order.query.filter_by(**filters).first_or_404().status)

    @app.get("/b/<int:order_id>")
    @login_required
    def always(order_id):
        filters = {"id": order_id}
        filters["user_id"] = current_user.id
        return jsonify(Order.query.filter_by(**filters).first_or_404().status)

    @app.get("/c/<int:order_id>")
    @login_required
    def but_for_staff(order_id):
        filters = {"id": order_id}
        if not current_user.is_admin:
            filters["user_id"] = current_user.id
        return jsonify(Order.query.filter_by(**filters).first_or_404().status)
    """
    found = flask(code)
    assert [ids(found[name])["order_id"] for name in ("sometimes", "always", "but_for_staff")] == ["unknown", "owned", "owned"]


def test_loops_that_end_before_they_ask_and_rows_of_the_last_round() -> None:
    code = """
    @app.get("/a/<int:order_id>")
    @login_required
    def leaves(order_id):
        order = Order.query.get_or_404(order_id)
        while True:
            if request.args.get("x"):
                break
            if order.user_id != current_user.id:
                abort(403)
            break
        return jsonify(order.status)

    @app.post("/b")
    @login_required
    def asks_the_last():
        for key in request.json["ids"]:
            order = Order.query.get_or_404(key)
        if order.user_id != current_user.id:
            abort(403)
        return jsonify([o.status for o in Order.query.filter(Order.id.in_(request.json["ids"]))])

    @app.post("/c")
    @login_required
    def asks_each():
        for key in request.json["ids"]:
            order = Order.query.get_or_404(key)
            if order.user_id != current_user.id:
                abort(403)
        return jsonify([o.status for o in Order.query.filter(Order.id.in_(request.json["ids"]))])

    @app.get("/d/<int:order_id>")
    @login_required
    def of_its_tags(order_id):
        order = Order.query.get_or_404(order_id)
        for tag in order.tags:
            if tag.user_id != current_user.id:
                abort(403)
        return jsonify(order.status)
    """
    found = flask(code)
    assert (ids(found["leaves"]), ids(found["asks_each"])) == ({"order_id": "unknown"}, {"ids": "owned"})
    assert ids(found["asks_the_last"])["ids"] != "owned" != ids(found["of_its_tags"])["order_id"]


def test_what_is_asked_after_rows_were_deleted_and_functions_that_only_yield() -> None:
    code = """
    def ensure_owner(order):
        if order.user_id != current_user.id:
            abort(403)
        yield order

    @app.delete("/a/<int:order_id>")
    @login_required
    def too_late(order_id):
        Order.query.filter_by(id=order_id).delete()
        db.session.commit()
        if not Order.query.filter_by(id=order_id, user_id=current_user.id).first():
            abort(403)
        return ""

    @app.get("/b/<int:order_id>")
    @login_required
    def never_begun(order_id):
        order = Order.query.get_or_404(order_id)
        ensure_owner(order)
        return jsonify(order.status)
    """
    found = flask(code)
    assert (ids(found["too_late"]), ids(found["never_begun"])) == ({"order_id": "missing"}, {"order_id": "missing"})


def test_a_condition_beside_another_ties_nothing_alone() -> None:
    code = """
    @router.get("/a/{project_id}/{task_id}")
    def either(project_id: int, task_id: int, user: CurrentUser, session: SessionDep):
        project = session.get(Project, project_id)
        if project.owner_id != user.id:
            raise HTTPException(403)
        return session.query(Task).filter(or_(Task.id == task_id, Task.project_id == project_id)).first()

    @router.get("/b/{project_id}/{task_id}")
    def both(project_id: int, task_id: int, user: CurrentUser, session: SessionDep):
        project = session.get(Project, project_id)
        if project.owner_id != user.id:
            raise HTTPException(403)
        return session.query(Task).filter(and_(Task.id == task_id, Task.project_id == project_id)).first()

    @router.get("/c/{project_id}")
    def or_mine(project_id: int, user: CurrentUser, session: SessionDep):
        mine = select(ProjectMember.project_id).where(ProjectMember.user_id == user.id)
        return session.query(Project).filter(or_(Project.id == project_id, Project.id.in_(mine))).first()

    @router.get("/d/{project_id}")
    def of_mine(project_id: int, user: CurrentUser, session: SessionDep):
        mine = select(ProjectMember.project_id).where(ProjectMember.user_id == user.id)
        return session.query(Project).filter(Project.id == project_id, Project.id.in_(mine)).first()

    @router.get("/e/{project_id}")
    def not_of_mine(project_id: int, user: CurrentUser, session: SessionDep):
        mine = select(ProjectMember.project_id).where(ProjectMember.user_id == user.id)
        return session.query(Project).filter(Project.id == project_id, Project.id.not_in(mine)).first()
    """
    found = fastapi(code)
    assert (ids(found["either"])["task_id"], ids(found["both"])["task_id"]) == ("unknown", "owned")
    said = [ids(found[name])["project_id"] for name in ("or_mine", "of_mine", "not_of_mine")]
    assert said == ["missing", "owned", "missing"]


def test_statements_of_sql() -> None:
    code = """
    @router.get("/a/{project_id}")
    def outer(project_id: int, user: CurrentUser, session: SessionDep):
        query = text("select p.* from projects p left join members m on m.project_id = p.id and m.user_id = :user where p.id = :id")
        return session.execute(query, {"user": user.id, "id": project_id}).first()

    @router.get("/b/{project_id}")
    def inner(project_id: int, user: CurrentUser, session: SessionDep):
        query = text("select p.* from projects p left join x on x.id = p.x join members m on m.id = p.id and m.user_id = :user where p.id = :id")
        return session.execute(query, {"user": user.id, "id": project_id}).first()

    @router.get("/c/{project_id}")
    def whoever(project_id: int, user: CurrentUser, session: SessionDep, owner: int | None = None):
        query = text("select * from projects where id = :id and owner_id = coalesce(:owner, :user)")
        return session.execute(query, {"user": user.id, "id": project_id, "owner": owner}).first()
    """
    found = fastapi(code)
    assert [ids(found[name])["project_id"] for name in ("outer", "inner", "whoever")] == ["unknown", "owned", "unknown"]


def test_the_callers_own_number_names_a_user() -> None:
    code = """
    @router.get("/a/{project_id}")
    def other_table(project_id: int, user: CurrentUser, session: SessionDep):
        if project_id != user.id:
            raise HTTPException(403)
        return session.get(Task, project_id)

    @router.get("/b/{user_id}")
    def themselves(user_id: int, user: CurrentUser, session: SessionDep):
        if user_id != user.id:
            raise HTTPException(403)
        return session.get(User, user_id)

    @router.get("/c/{user_id}")
    def of_theirs(user_id: int, user: CurrentUser, session: SessionDep):
        if user_id != user.id:
            raise HTTPException(403)
        return session.query(Project).filter(Project.owner_id == user_id).all()
    """
    found = fastapi(code)
    assert [list(ids(found[name]).values()) for name in ("other_table", "themselves", "of_theirs")] == [["unknown"], ["owned"], ["owned"]]


@pytest.mark.parametrize("way", ["user_id: int", "user_id: int = Query()", "x_user_id: int = Header()"])
@pytest.mark.parametrize("name", ["get_current_user_of", "get_user"])
def test_a_user_whom_the_client_names_is_not_who_asks(way: str, name: str) -> None:
    code = f"""
    from fastapi import Header, Query

    def {name}(session: SessionDep, {way}) -> User:
        user = session.get(User, {way.partition(":")[0]})
        if user is None:
            raise HTTPException(401)
        return user

    @router.get("/projects/{{project_id}}")
    def show(project_id: int, session: SessionDep, user: User = Depends({name})):
        project = session.get(Project, project_id)
        if project.owner_id != user.id:
            raise HTTPException(403)
        return project
    """
    found = fastapi(code)["show"]
    assert ids(found)["project_id"] != "owned"
    assert found.route.authentication != "required"


AROUND = """
def before(view):
    @functools.wraps(view)
    def wrapper(request, pk):
        if get_object_or_404(Note, pk=pk).project.owner != request.user:
            raise Http404
        return view(request, pk)
    return wrapper


def after(view):
    @functools.wraps(view)
    def wrapper(request, pk):
        response = view(request, pk)
        if get_object_or_404(Note, pk=pk).project.owner != request.user:
            raise Http404
        return response
    return wrapper


def on_one_way(view):
    @functools.wraps(view)
    def wrapper(request, pk):
        if request.headers.get("X-Requested-With") == "XMLHttpRequest":
            return view(request, pk)
        if get_object_or_404(Note, pk=pk).project.owner != request.user:
            raise Http404
        return view(request, pk)
    return wrapper
"""


@pytest.mark.parametrize(("decorator", "expected"), [("before", "owned"), ("after", "unknown"), ("on_one_way", "unknown")])
def test_what_a_decorator_asks_and_when(decorator: str, expected: str) -> None:
    code = f"""import functools
{AROUND}

@login_required
@{decorator}
def show(request, pk):
    note = get_object_or_404(Note, pk=pk)
    note.delete()
    return JsonResponse({{}})
"""
    assert ids(django(code, "path('notes/<int:pk>/', show)")["show"]) == {"pk": expected}


VIEWS = """
from django.contrib.auth.mixins import LoginRequiredMixin, UserPassesTestMixin
from django.core.exceptions import PermissionDenied
from django.views import View
from django.views.generic import DetailView, UpdateView


class Late(LoginRequiredMixin, View):
    def dispatch(self, request, *args, **kwargs):
        response = super().dispatch(request, *args, **kwargs)
        if get_object_or_404(Note, pk=kwargs["pk"]).project.owner != request.user:
            raise PermissionDenied
        return response

    def post(self, request, pk):
        Note.objects.get(pk=pk).delete()
        return JsonResponse({})


class Early(LoginRequiredMixin, View):
    def dispatch(self, request, *args, **kwargs):
        if get_object_or_404(Note, pk=kwargs["pk"]).project.owner != request.user:
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def post(self, request, pk):
        Note.objects.get(pk=pk).delete()
        return JsonResponse({})


class SaysResponse(LoginRequiredMixin, UserPassesTestMixin, DetailView):
    model = Note

    def test_func(self):
        if self.get_object().project.owner != self.request.user:
            return HttpResponseForbidden()
        return True


class SaysNo(LoginRequiredMixin, UserPassesTestMixin, DetailView):
    model = Note

    def test_func(self):
        if self.get_object().project.owner != self.request.user:
            return False
        return True


class SavesFirst(LoginRequiredMixin, UpdateView):
    model = Note
    fields = ["text"]

    def form_valid(self, form):
        response = super().form_valid(form)
        if self.object.project.owner != self.request.user:
            raise PermissionDenied
        return response


class AsksFirst(LoginRequiredMixin, UpdateView):
    model = Note
    fields = ["text"]

    def form_valid(self, form):
        if self.object.project.owner != self.request.user:
            raise PermissionDenied
        return super().form_valid(form)
"""


@pytest.mark.parametrize(
    ("view", "expected"),
    [("Late.post", "unknown"), ("Early.post", "owned"), ("SaysResponse.get", "unknown"), ("SaysNo.get", "owned"), ("SavesFirst.post", "missing"),
     ("AsksFirst.post", "owned")],
)  # fmt: skip
def test_views_by_class(view: str, expected: str) -> None:
    from tests.flow.apps import DJANGO_MODELS, DJANGO_VIEWS, project

    name = view.partition(".")[0]
    files = {
        "shop/__init__.py": "",
        "shop/models.py": DJANGO_MODELS,
        "shop/views.py": DJANGO_VIEWS + VIEWS + f"\n\nurlpatterns = [path('n/<int:pk>/', {name}.as_view())]\n",
    }
    handlers = {handler.route.handler: handler for handler in project(files).handlers()}
    assert ids(handlers[f"shop.views.{view}"]) == {"pk": expected}


def test_rows_that_one_way_narrows_and_another_does_not() -> None:
    code = """
    @app.get("/a/<int:order_id>")
    @login_required
    def sometimes(order_id):
        rows = Order.query.filter_by(id=order_id)
        if not request.args.get("all"):
            rows = rows.filter_by(user_id=current_user.id)
        return jsonify(rows.first_or_404().status)

    @app.get("/b/<int:order_id>")
    @login_required
    def but_for_staff(order_id):
        rows = Order.query.filter_by(id=order_id)
        if not current_user.is_admin:
            rows = rows.filter_by(user_id=current_user.id)
        return jsonify(rows.first_or_404().status)

    @app.get("/c/<int:order_id>")
    @login_required
    def conditions(order_id):
        terms = [Order.id == order_id]
        if not request.args.get("all"):
            terms.append(Order.user_id == current_user.id)
        return jsonify(Order.query.filter(*terms).first_or_404().status)
    """
    found = flask(code)
    assert [ids(found[name])["order_id"] for name in ("sometimes", "but_for_staff", "conditions")] == ["missing", "owned", "unknown"]


ANSWERS = {
    "return order.user_id == current_user.id": "owned",
    "if order.user_id != current_user.id:\n            return False\n        return True": "owned",
    "if order.user_id != current_user.id:\n            return None\n        return jsonify(order.status)": "owned",
    "if order.user_id != current_user.id:\n            return False, 'not yours'\n        return True, ''": "unknown",
    "if order.user_id != current_user.id:\n            return jsonify(error='no'), 403\n        return True": "unknown",
    "allowed = order.user_id == current_user.id\n        allowed |= request.args.get('x') == '1'\n        return allowed": "unknown",
    "checks = [order.user_id == current_user.id]\n        checks.append(request.args.get('x') == '1')\n        return any(checks)": "unknown",
}


@pytest.mark.parametrize("body", ANSWERS)
def test_what_a_function_answers(body: str) -> None:
    code = f"""
    def may(order):
        {body}

    @app.get("/orders/<int:order_id>")
    @login_required
    def show(order_id):
        order = Order.query.get_or_404(order_id)
        if not may(order):
            abort(403)
        return jsonify(order.status)
    """
    assert ids(flask(code)["show"]) == {"order_id": ANSWERS[body]}


def test_an_id_in_a_text_of_ids() -> None:
    code = """
    @app.get("/a/<int:order_id>")
    @login_required
    def in_text(order_id):
        mine = ",".join(str(order.id) for order in Order.query.filter_by(user_id=current_user.id))
        if str(order_id) not in mine:
            abort(403)
        return jsonify(Order.query.get(order_id).status)

    @app.get("/b/<int:order_id>")
    @login_required
    def in_list(order_id):
        mine = [order.id for order in Order.query.filter_by(user_id=current_user.id)]
        if order_id not in mine:
            abort(403)
        return jsonify(Order.query.get(order_id).status)
    """
    found = flask(code)
    assert ids(found["in_list"]) == {"order_id": "owned"}
    assert ids(found["in_text"]) != {"order_id": "owned"}


def test_an_account_that_a_header_names_before_each_request() -> None:
    code = """
    @app.before_request
    def load():
        g.user = User.query.get(request.headers.get("X-User-Id"))

    @app.get("/orders/<int:order_id>")
    def show(order_id):
        return jsonify(Order.query.filter_by(id=order_id, user_id=g.user.id).first_or_404().status)
    """
    assert ids(flask(code)["show"])["order_id"] != "owned"


WRAPPERS = {
    "owned": ('kwargs["order_id"]', ""),
    "unknown": ('request.args.get("order_id", kwargs["order_id"])', ""),
    "replaced": ('kwargs["order_id"]', 'kwargs["order_id"] = request.args.get("as", kwargs["order_id"])'),
}


@pytest.mark.parametrize("way", WRAPPERS)
def test_a_wrapper_that_asks_for_one_row_and_hands_on_another(way: str) -> None:
    asked, after = WRAPPERS[way]
    code = f"""
    from functools import wraps


    def own(view):
        @wraps(view)
        def inner(*args, **kwargs):
            if Order.query.get_or_404({asked}).user_id != current_user.id:
                abort(403)
            {after}
            return view(*args, **kwargs)
        return inner


    @app.get("/orders/<int:order_id>")
    @login_required
    @own
    def show(order_id):
        return jsonify(Order.query.get_or_404(order_id).status)
    """
    assert ids(flask(code)["show"])["order_id"] == ("owned" if way == "owned" else "unknown")


@pytest.mark.parametrize(
    ("test", "word"),
    [("not mine.intersection(ids)", "unknown"), ("len(mine.intersection(ids)) != len(ids)", "owned"), ("not mine.issuperset(ids)", "owned"),
     ("mine.isdisjoint(ids)", "missing")],
)  # fmt: skip
def test_some_of_the_rows_are_the_callers(test: str, word: str) -> None:
    code = f"""
    @app.post("/orders")
    @login_required
    def remove():
        ids = request.get_json()["ids"]
        mine = {{order.id for order in Order.query.filter_by(user_id=current_user.id)}}
        if {test}:
            abort(403)
        Order.query.filter(Order.id.in_(ids)).delete()
        db.session.commit()
    """
    assert ids(flask(code)["remove"]) == {"ids": word}


ONE_OF_TWO = {
    "unknown": (
        "return jsonify((Order.query.get(order_id) or mine(order_id)).status)",
        "request.args.get('force') or check(order_id); return jsonify(Order.query.get(order_id).status)",
        "request.args.get('strict') and check(order_id); return jsonify(Order.query.get(order_id).status)",
        "asked = [check(order_id) for part in request.args.getlist('parts')]; return jsonify(Order.query.get(order_id).status)",
        "asked = {key: check(order_id) for key in request.args}; return jsonify(Order.query.get(order_id).status)",
    ),
    "owned": (
        "order = Order.query.get(order_id); order and check(order_id); return jsonify(order.status)",
        "order = Order.query.get(order_id); order is None or check(order_id); return jsonify(order.status)",
        "order = Order.query.get(order_id); not order or check(order_id); return jsonify(order.status)",
        "request.args.get('x', mine(order_id)); return jsonify(Order.query.get(order_id).status)",
    ),
}


@pytest.mark.parametrize(("word", "body"), [(word, body) for word, bodies in ONE_OF_TWO.items() for body in bodies])
def test_a_part_of_an_expression_that_may_not_run(word: str, body: str) -> None:
    code = f"""
    def mine(order_id):
        return Order.query.filter_by(id=order_id, user_id=current_user.id).first_or_404()


    def check(order_id):
        if Order.query.get_or_404(order_id).user_id != current_user.id:
            abort(403)


    @app.get("/orders/<int:order_id>")
    @login_required
    def show(order_id):
        {body}
    """
    assert ids(flask(code)["show"]) == {"order_id": word}


@pytest.mark.parametrize(
    ("team", "word"),
    [
        ("project.owner_id", "owned"),
        ("request.GET.get('owner', project.owner_id)", "unknown"),
        ("request.GET.get('owner') or project.owner_id", "unknown"),
    ],
)
def test_a_membership_of_something_that_the_client_may_name_instead(team: str, word: str) -> None:
    code = f"""
    from django.contrib.auth.models import Group


    @login_required
    def show(request, pk):
        project = get_object_or_404(Project, pk=pk)
        if not request.user.projects.filter(owner_id={team}).exists():
            raise Http404
        return JsonResponse({{"id": project.owner_id}})
    """
    assert ids(django(code, "path('projects/<int:pk>/', show)")["show"]) == {"pk": word}


def test_a_list_of_everybodys_rows_beside_one_row_that_is_asked_for() -> None:
    code = """
    class OwnsOne(permissions.BasePermission):
        def has_permission(self, request, view):
            return Project.objects.filter(pk=request.data.get("id"), owner=request.user).exists()


    class ProjectViewSet(viewsets.ReadOnlyModelViewSet):
        queryset = Project.objects.all()
        serializer_class = ProjectSerializer
        permission_classes = [permissions.IsAuthenticated, OwnsOne]
    """
    assert django(code, "register('projects', ProjectViewSet)")["list"].route.ownership == "unknown"


def test_rows_that_anybody_may_name_beside_one_of_the_callers() -> None:
    code = """
    @app.get("/orders/<int:order_id>/<int:seen_id>")
    def show(order_id, seen_id):
        if current_user.is_authenticated:
            mine = Order.query.filter_by(id=seen_id, user_id=current_user.id).first_or_404()
        return jsonify(Order.query.get_or_404(order_id).status)
    """
    assert flask(code)["show"].route.ownership != "owned"


MANAGERS = {
    "owned": """
        try:
            yield
        except Exception:
            log("refused")
            raise""",
    "unknown": """
        try:
            yield
        except Exception:
            log("refused")""",
    "typed": """
        try:
            yield
        except (KeyError, ValueError):
            log("broken")""",
}


@pytest.mark.parametrize("way", MANAGERS)
def test_a_context_of_the_project_that_swallows_a_refusal(way: str) -> None:
    code = f"""
    from contextlib import contextmanager


    @contextmanager
    def quietly():{MANAGERS[way]}


    @app.get("/orders/<int:order_id>")
    @login_required
    def show(order_id):
        order = Order.query.get_or_404(order_id)
        with quietly():
            if order.user_id != current_user.id:
                abort(403)
        return jsonify(order.status)
    """
    assert ids(flask(code)["show"]) == {"order_id": "unknown" if way == "unknown" else "owned"}


@pytest.mark.parametrize(("guard", "used", "word"), [("id", "slug", "unknown"), ("slug", "slug", "owned"), ("id", "id", "owned")])
def test_one_text_in_two_columns(guard: str, used: str, word: str) -> None:
    code = f"""
    class Page(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        slug = db.Column(db.String, unique=True)
        owner_id = db.Column(db.Integer, db.ForeignKey("user.id"))


    @app.get("/pages/<name>")
    @login_required
    def show(name):
        Page.query.filter_by({guard}=name, owner_id=current_user.id).first_or_404()
        return jsonify(Page.query.filter_by({used}=name).first_or_404().id)
    """
    assert ids(flask(code)["show"]) == {"name": word}
