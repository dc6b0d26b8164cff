"""Guards that look right and hold nothing, each with its twin that does: lists, loops, what nobody awaits, what comes too late."""

from __future__ import annotations

import pytest

from tests.flow.apps import django, fastapi, flask, ids

BULK = {
    "rows = found\n        if any(task.project.owner_id != user.id for task in rows):": "owned",
    "rows = found\n        if not all(task.project.owner_id == user.id for task in rows):": "owned",
    "rows = found\n        if [task for task in rows if task.project.owner_id != user.id]:": "owned",
    "rows = mine\n        if len(rows) != len(ids):": "owned",
    "rows = found\n        if len(mine) != len(ids):": "owned",
    "rows = found\n        if len(mine) < len(ids):": "owned",
    "rows = found\n        if set(ids) - {task.id for task in mine}:": "owned",
    "rows = mine\n        if not rows:": "owned",
    "rows = found[0]\n        if rows.project.owner_id != user.id:": "owned",
    "rows = found\n        if not any(task.project.owner_id == user.id for task in rows):": "unknown",
    "rows = found\n        if all(task.project.owner_id != user.id for task in rows):": "unknown",
    "rows = found\n        if not mine:": "unknown",
    "rows = found\n        if found[0].project.owner_id != user.id:": "missing",
    "rows = found\n        if query.first().project.owner_id != user.id:": "missing",
}


@pytest.mark.parametrize("test", BULK)
def test_rows_by_a_list_of_ids(test: str) -> None:
    code = f"""
    @router.post("/tasks/export")
    def export(user: CurrentUser, session: SessionDep, ids: list[int] = Body()):
        query = session.query(Task).filter(Task.id.in_(ids))
        found = query.all()
        mine = session.query(Task).join(Project).filter(Task.id.in_(ids), Project.owner_id == user.id).all()
        {test}
            raise HTTPException(404)
        return rows
    """
    assert ids(fastapi(code)["export"])["ids"] == BULK[test]


def test_bulk_changes_in_django() -> None:
    code = """
    @login_required
    def one_is_mine(request):
        ids = request.POST.getlist("ids")
        if not Note.objects.filter(pk__in=ids, project__owner=request.user).exists():
            raise Http404
        Note.objects.filter(pk__in=ids).delete()
        return JsonResponse({})

    @login_required
    def all_are_mine(request):
        ids = request.POST.getlist("ids")
        if Note.objects.filter(pk__in=ids, project__owner=request.user).count() != len(ids):
            raise Http404
        Note.objects.filter(pk__in=ids).delete()
        return JsonResponse({})

    @login_required
    def each_is_mine(request):
        for pk in request.POST.getlist("ids"):
            get_object_or_404(Note, pk=pk, project__owner=request.user).delete()
        return JsonResponse({})

    @login_required
    def mine_of_them(request):
        Note.objects.filter(pk__in=request.POST.getlist("ids"), project__owner=request.user).delete()
        return JsonResponse({})
    """
    names = ("one_is_mine", "all_are_mine", "each_is_mine", "mine_of_them")
    found = django(code, "\n".join(f"path('{name}/', {name})" for name in names))
    assert [ids(found[name])["ids"] for name in names] == ["unknown", "owned", "owned", "owned"]


LOOPS = {
    "for key in request.json.get('keys', []):\n            if order.user_id != current_user.id:\n                abort(403)": "unknown",
    "while request.json.get('more'):\n            if order.user_id != current_user.id:\n                abort(403)\n            break": "unknown",
    "for check in (owns, active):\n            if not check(order):\n                abort(403)": "owned",
    "for key in request.json.get('keys', []):\n            pass\n        if order.user_id != current_user.id:\n            abort(403)": "owned",
}


@pytest.mark.parametrize("loop", LOOPS)
def test_a_guard_in_a_loop_that_may_not_run(loop: str) -> None:
    code = f"""
    def owns(order):
        return order.user_id == current_user.id

    def active(order):
        return order.user_id == current_user.id and order.status == "active"

    @app.post("/orders/<int:order_id>")
    @login_required
    def show(order_id):
        order = Order.query.get_or_404(order_id)
        {loop}
        return jsonify(status=order.status)
    """
    assert ids(flask(code)["show"])["order_id"] == LOOPS[loop]


def test_each_of_the_rows_that_a_loop_goes_through() -> None:
    code = """
    @app.post("/orders/close")
    @login_required
    def close():
        orders = Order.query.filter(Order.id.in_(request.json["ids"])).all()
        for order in orders:
            if order.user_id != current_user.id:
                abort(403)
        return jsonify([order.status for order in orders])

    @app.post("/orders/close-some")
    @login_required
    def close_some():
        orders = Order.query.filter(Order.id.in_(request.json["ids"])).all()
        mine = Order.query.filter_by(user_id=current_user.id).all()
        for order in mine:
            if order.user_id != current_user.id:
                abort(403)
        return jsonify([order.status for order in orders])
    """
    found = flask(code)
    assert ids(found["close"]) == {"ids": "owned"}
    assert ids(found["close_some"]) == {"ids": "missing"}


AWAITED = {
    "await check(user, task)": "owned",
    "await asyncio.gather(check(user, task), log(task))": "owned",
    "if not await owns(user, task):\n            raise HTTPException(403)": "owned",
    "check_now(user, task)": "owned",
    "check(user, task)": "missing",
    "if not owns(user, task):\n            raise HTTPException(403)": "missing",
    "if user.is_admin is False and not owns(user, task):\n            raise HTTPException(403)": "missing",
    "assert owns(user, task)": "missing",
    "asyncio.create_task(check(user, task))": "unknown",
    "later.add_task(check_now, user, task)": "missing",
}


@pytest.mark.parametrize("call", AWAITED)
def test_a_guard_that_nobody_awaits(call: str) -> None:
    code = f"""
    import asyncio

    from fastapi import BackgroundTasks


    async def log(task):
        print(task)

    async def owns(user, task):
        return task.project.owner_id == user.id

    async def check(user, task):
        if task.project.owner_id != user.id:
            raise HTTPException(403)

    def check_now(user, task):
        if task.project.owner_id != user.id:
            raise HTTPException(403)

    @router.get("/tasks/{{task_id}}")
    async def show(task_id: int, user: CurrentUser, session: SessionDep, later: BackgroundTasks):
        task = session.get(Task, task_id)
        {call}
        return task
    """
    assert ids(fastapi(code)["show"]) == {"task_id": AWAITED[call]}


LATE = {
    "guard(order)\n        db.session.delete(order)\n        db.session.commit()": "owned",
    "db.session.delete(order)\n        guard(order)\n        db.session.commit()": "owned",
    "order.status = 'gone'\n        guard(order)\n        db.session.commit()": "owned",
    "db.session.delete(order)\n        db.session.commit()\n        guard(order)": "missing",
    "Order.query.filter_by(id=order_id).delete()\n        db.session.commit()\n        guard(order)": "missing",
}


@pytest.mark.parametrize("order", LATE)
def test_a_guard_that_comes_too_late(order: str) -> None:
    code = f"""
    def guard(order):
        if order.user_id != current_user.id:
            abort(403)

    @app.delete("/orders/<int:order_id>")
    @login_required
    def remove(order_id):
        order = Order.query.get_or_404(order_id)
        {order}
        return ""
    """
    assert ids(flask(code)["remove"])["order_id"] == LATE[order]


def test_a_row_that_is_saved_before_the_guard() -> None:
    code = """
    @login_required
    def late(request, pk):
        note = get_object_or_404(Note, pk=pk)
        note.delete()
        if note.project.owner != request.user:
            return HttpResponseForbidden()
        return JsonResponse({})

    @login_required
    def early(request, pk):
        note = get_object_or_404(Note, pk=pk)
        note.text = ""
        if note.project.owner != request.user:
            return HttpResponseForbidden()
        note.save()
        return JsonResponse({})
    """
    found = django(code, "path('late/<int:pk>/', late)\npath('early/<int:pk>/', early)")
    assert [ids(found[name])["pk"] for name in ("late", "early")] == ["missing", "owned"]


WRITTEN = {
    "order.user_id = current_user.id\n        if order.user_id != current_user.id:": "missing",
    "if order.user_id is None:\n            order.user_id = current_user.id\n        if order.user_id != current_user.id:": "owned",
    "owner = order.user_id\n        order.user_id = current_user.id\n        if owner != current_user.id:": "owned",
    "order.status = 'seen'\n        if order.user_id != current_user.id:": "owned",
}


@pytest.mark.parametrize("test", WRITTEN)
def test_a_check_of_what_was_just_written(test: str) -> None:
    code = f"""
    @app.post("/orders/<int:order_id>")
    @login_required
    def show(order_id):
        order = Order.query.get_or_404(order_id)
        {test}
            abort(403)
        return jsonify(status=order.status)
    """
    assert ids(flask(code)["show"]) == {"order_id": WRITTEN[test]}


EITHER = {
    "Q(project__owner=request.user) | Q(project__members=request.user)": "owned",
    "Q(project__owner=request.user) | Q(project__owner__isnull=True)": "owned",
    "Q(project__owner=request.user) | Q(is_public=True)": "owned",
    "Q(project__owner=request.user) | Q(project__in=request.user.projects.all())": "owned",
    "Q(project__owner=request.user) & Q(text__isnull=False)": "owned",
    "Q() | Q(project__owner=request.user)": "owned",
    "Q(project__owner=request.user) | Q(project__owner__isnull=False)": "unknown",
    "Q(project__owner=request.user) | Q(text__isnull=False)": "unknown",
    "Q(project__owner=request.user) | Q(is_private=True)": "unknown",
    "Q(project__owner=request.user) | extra(request)": "unknown",
    "Q(project__owner=request.user) | Q(pk=pk)": "missing",
}


@pytest.mark.parametrize("condition", EITHER)
def test_one_of_two_conditions(condition: str) -> None:
    code = f"""
    @login_required
    def show(request, pk):
        return JsonResponse({{"text": get_object_or_404(Note, {condition}, pk=pk).text}})
    """
    assert ids(django(code, "path('notes/<int:pk>/', show)")["show"])["pk"] == EITHER[condition]


def test_one_of_two_conditions_of_sqlalchemy() -> None:
    code = """
    @app.get("/open/<int:order_id>")
    @login_required
    def or_any(order_id):
        return jsonify(Order.query.filter(Order.id == order_id, or_(Order.user_id == current_user.id, Order.user_id.isnot(None))).one().status)

    @app.get("/free/<int:order_id>")
    @login_required
    def or_nobodys(order_id):
        return jsonify(Order.query.filter(Order.id == order_id, or_(Order.user_id == current_user.id, Order.user_id == None)).one().status)

    @app.get("/as/<int:order_id>")
    @login_required
    def as_another(order_id):
        owner = request.args.get("owner", type=int) or current_user.id
        return jsonify(Order.query.filter(Order.id == order_id, Order.user_id == owner).one().status)
    """
    found = flask("from sqlalchemy import or_\n" + code.replace("\n    ", "\n"))
    assert [ids(found[name])["order_id"] for name in ("or_any", "or_nobodys", "as_another")] == ["unknown", "owned", "unknown"]


def test_an_attempt_that_answers_with_the_data_where_it_fails() -> None:
    code = """
    @app.get("/in-handler/<int:order_id>")
    @login_required
    def in_handler(order_id):
        order = Order.query.get_or_404(order_id)
        try:
            if order.user_id != current_user.id:
                raise PermissionError
        except PermissionError:
            return jsonify(status=order.status)
        return jsonify(status=order.status)

    @app.get("/finally/<int:order_id>")
    @login_required
    def in_the_end(order_id):
        order = Order.query.get_or_404(order_id)
        try:
            if order.user_id != current_user.id:
                abort(403)
        finally:
            return jsonify(status=order.status)

    @app.get("/refused/<int:order_id>")
    @login_required
    def refused(order_id):
        order = Order.query.get_or_404(order_id)
        try:
            if order.user_id != current_user.id:
                raise PermissionError
        except PermissionError:
            return jsonify(error="not yours"), 403
        return jsonify(status=order.status)
    """
    found = flask(code)
    assert [ids(found[name])["order_id"] for name in ("in_handler", "in_the_end", "refused")] == ["unknown", "unknown", "owned"]


def test_a_permission_turned_around_and_a_role_that_the_client_names() -> None:
    code = """
    class OwnsProject(permissions.BasePermission):
        def has_object_permission(self, request, view, obj):
            return obj.project.owner == request.user

    class NoteView(generics.RetrieveUpdateAPIView):
        queryset = Note.objects.all()
        serializer_class = NoteSerializer

    class Mine(NoteView):
        permission_classes = [permissions.IsAuthenticated & OwnsProject]

    class NotMine(NoteView):
        permission_classes = [permissions.IsAuthenticated, ~OwnsProject]

    class NotNotMine(NoteView):
        permission_classes = [permissions.IsAuthenticated & ~(~OwnsProject)]

    @login_required
    def staff(request, pk):
        if not request.user.groups.filter(name="staff").exists():
            raise Http404
        return JsonResponse({"text": get_object_or_404(Note, pk=pk).text})

    @login_required
    def whoever(request, pk):
        if not request.user.groups.filter(name=request.GET["group"]).exists():
            raise Http404
        return JsonResponse({"text": get_object_or_404(Note, pk=pk).text})
    """
    urls = "\n".join(f"path('{name}/<int:pk>/', {name}.as_view())" for name in ("Mine", "NotMine", "NotNotMine"))
    more = "\npath('staff/<int:pk>/', staff)\npath('whoever/<int:pk>/', whoever)"
    for name, expected in (("Mine", "owned"), ("NotMine", "missing"), ("NotNotMine", "owned")):
        one = next(line for line in urls.splitlines() if f"{name}/" in line and f", {name}." in line)
        assert ids(django(code, one)["put"]) == {"pk": expected}
    found = django(code, more)
    assert found["staff"].role
    assert not found["whoever"].role
    assert ids(found["whoever"])["pk"] == "missing"


def test_what_a_view_defines_and_nobody_calls() -> None:
    code = """
    from django.contrib.auth.mixins import LoginRequiredMixin, UserPassesTestMixin
    from django.views.generic import DetailView

    class Asked(LoginRequiredMixin, UserPassesTestMixin, DetailView):
        model = Note

        def test_func(self):
            return self.get_object().project.owner == self.request.user

    class NeverAsked(LoginRequiredMixin, DetailView):
        model = Note

        def test_func(self):
            return self.get_object().project.owner == self.request.user
    """
    asked = django(code, "path('a/<int:pk>/', Asked.as_view())")["get"]
    never = django(code, "path('a/<int:pk>/', NeverAsked.as_view())")["get"]
    assert [ids(asked), ids(never)] == [{"pk": "owned"}, {"pk": "missing"}]


def test_object_permissions_that_a_view_switches_off() -> None:
    code = """
    class OwnsProject(permissions.BasePermission):
        def has_object_permission(self, request, view, obj):
            return obj.project.owner == request.user

    class NoteView(generics.RetrieveUpdateAPIView):
        queryset = Note.objects.all()
        serializer_class = NoteSerializer
        permission_classes = [permissions.IsAuthenticated, OwnsProject]

        def check_object_permissions(self, request, obj):
            LINE
    """
    for line, expected in (("pass", "missing"), ("super().check_object_permissions(request, obj)", "owned")):
        assert ids(django(code.replace("LINE", line), "path('notes/<int:pk>/', NoteView.as_view())")["put"]) == {"pk": expected}


SWALLOWED = {
    "with suppress(HTTPException):\n            check(user, task)": "unknown",
    "with session.begin():\n            check(user, task)": "owned",
    "match kind:\n            case 'full':\n                check(user, task)\n            case _:\n                pass": "unknown",
    "check(user, task)\n        match kind:\n            case 'full':\n                task.status": "owned",
}


@pytest.mark.parametrize("block", SWALLOWED)
def test_a_guard_in_a_block_that_goes_on_without_it(block: str) -> None:
    code = f"""
    from contextlib import suppress

    def check(user, task):
        if task.project.owner_id != user.id:
            raise HTTPException(403)

    @router.get("/tasks/{{task_id}}")
    def show(task_id: int, kind: str, user: CurrentUser, session: SessionDep):
        task = session.get(Task, task_id)
        {block}
        return task
    """
    assert ids(fastapi(code)["show"]) == {"task_id": SWALLOWED[block]}


def test_how_long_a_key_is_says_nothing_of_who_brings_it() -> None:
    code = """
    @login_required
    def show(request, pk):
        if len(request.META["HTTP_X_API_KEY"]) != 32:
            return HttpResponseForbidden()
        return JsonResponse({"text": get_object_or_404(Note, pk=pk).text})
    """
    found = django(code, "path('notes/<int:pk>/', show)")["show"]
    assert ids(found) == {"pk": "missing"}
    assert not found.role


SIGNS = {
    "(note.text != 'open') & (note.project.owner_id != request.user.id)": "unknown",
    "not ((note.text == 'open') | (note.project.owner_id == request.user.id))": "unknown",
    "(note is None) | (note.project.owner_id != request.user.id)": "owned",
    "not ((note is not None) & (note.project.owner_id == request.user.id))": "owned",
}


@pytest.mark.parametrize("test", SIGNS)
def test_tests_that_are_joined_by_signs(test: str) -> None:
    code = f"""
    @login_required
    def show(request, pk):
        note = Note.objects.filter(pk=pk).first()
        if {test}:
            raise Http404
        return JsonResponse({{"text": note.text}})
    """
    assert ids(django(code, "path('notes/<int:pk>/', show)")["show"])["pk"] == SIGNS[test]


ALWAYS_TRUE = {
    "ok = project.owner_id == user.id\n        if not ok:": "owned",
    "ok = project.owner_id == user.id,\n        if not ok:": "missing",
    "ok = [project.owner_id == user.id]\n        if not ok:": "missing",
    "ok = [project.owner_id == user.id]\n        if not all(ok):": "owned",
    "ok = [project.owner_id == user.id]\n        if not any(ok):": "owned",
    "ok = {'mine': project.owner_id == user.id}\n        if not ok:": "missing",
    "ok = {'mine': project.owner_id == user.id}\n        if not ok['mine']:": "owned",
    "ok = f'{project.owner_id == user.id}'\n        if not ok:": "missing",
    "said = []\n        if project.owner_id != user.id:\n            said.append('no')\n        if said:": "owned",
    "said = []\n        if project.owner_id != user.id:\n            said.append('no')\n        said.clear()\n        if said:": "missing",
    "if user.id > 10 and project.owner_id != user.id:": "unknown",
}


@pytest.mark.parametrize("test", ALWAYS_TRUE)
def test_what_has_something_in_it_is_true(test: str) -> None:
    code = f"""
    @router.get("/projects/{{project_id}}")
    def show(project_id: int, user: CurrentUser, session: SessionDep):
        project = session.get(Project, project_id)
        {test}
            raise HTTPException(403)
        return project
    """
    assert ids(fastapi(code)["show"])["project_id"] == ALWAYS_TRUE[test]


@pytest.mark.parametrize(("then", "changed"), [("project.tasks.append(task)", True), ("tasks.append(task)", False)])
def test_a_row_that_is_put_into_a_list_which_another_row_keeps(then: str, changed: bool) -> None:
    found = fastapi(f"""
        @router.post("/projects/{{project_id}}/tasks/{{task_id}}")
        def put(project_id: int, task_id: int, session: SessionDep, user: CurrentUser):
            project = session.scalars(select(Project).where(Project.id == project_id, Project.owner_id == user.id)).one()
            task = session.scalars(select(Task).where(Task.id == task_id)).one()
            tasks = []
            {then}
            session.commit()
            return project
    """)["put"]
    assert ("shop.models.Project" in found.changes) is changed
    assert (ids(found).get("task_id") == "missing") is changed


@pytest.mark.parametrize(("asked", "said"), [("", "unknown"), ("own(session, body.project_id, user)", "owned")])
def test_what_a_new_row_goes_with_is_asked_of_those_with_a_role_too(asked: str, said: str) -> None:
    found = fastapi(f"""
        class Body(BaseModel):
            project_id: int
            status: str

        def own(session, project_id, user):
            project = session.scalars(select(Project).where(Project.id == project_id, Project.owner_id == user.id)).first()
            if project is None:
                raise HTTPException(404)

        @router.post("/users/{{user_id}}/tasks")
        def add(user_id: int, body: Body, session: SessionDep, user: CurrentUser):
            if user.role != "planner":
                raise HTTPException(403)
            if user_id != user.id:
                raise HTTPException(403)
            {asked}
            session.add(Task(project_id=body.project_id, status=body.status))
            session.commit()
            return session.get(User, user_id)
    """)["add"]
    assert found.route.ownership == said
    assert not found.links


def test_what_a_role_alone_lets_in_is_not_owned_beside_what_is() -> None:
    found = fastapi(
        """
        def managers(user: CurrentUser):
            if user.role != "admin":
                raise HTTPException(403)
            return user

        @router.put("/projects/{project_id}/tasks/{task_id}")
        def beside(project_id: int, task_id: int, session: SessionDep, user: User = Depends(managers)):
            project = session.scalar(select(Project).where(Project.id == project_id, Project.owner_id == user.id))
            if project is None:
                raise HTTPException(404)
            task = session.get(Task, task_id)
            task.status = "done"
            session.commit()
            return project

        @router.put("/projects/{project_id}")
        def mine(project_id: int, session: SessionDep, user: User = Depends(managers)):
            return session.scalar(select(Project).where(Project.id == project_id, Project.owner_id == user.id))
        """
    )
    assert ids(found["beside"]) == {"project_id": "owned", "task_id": "admin"}
    assert found["beside"].route.ownership == "admin"
    assert found["mine"].route.ownership == "owned"


NUMBERS = {
    "task.project_id": "unknown",  # the number of a project, held against the number of a user
    "task.project.owner_id": "owned",
}


@pytest.mark.parametrize("column", NUMBERS)
def test_numbers_of_different_kinds_of_rows_are_equal_by_chance(column: str) -> None:
    code = f"""
    @router.get("/tasks/{{task_id}}")
    def show(task_id: int, session: SessionDep, user: CurrentUser):
        task = session.get(Task, task_id)
        if {column} != user.id:
            raise HTTPException(403)
        return task
    """
    assert fastapi(code)["show"].route.ownership == NUMBERS[column]


HOPS = {
    "project = session.get(Project, task.project_id)": "owned",
    "project = session.get(Project, session.get(Task, step.task_id).project_id)": "owned",
    "project = session.get(Project, other_id)": "missing",
    "other = session.get(Task, other_id)\n        project = session.get(Project, other.project_id)": "missing",
    "task = task or session.get(Task, other_id)\n        project = session.get(Project, task.project_id)": "not owned",
    "task = session.get(Task, other_id) if user.strict else task\n        project = session.get(Project, task.project_id)": "not owned",
    "project = session.get(Project, task.project_id) or session.get(Project, other_id)": "not owned",
    "project = session.scalars(select(Project).where(or_(Project.id == task.project_id, Project.id == other_id))).first()": "not owned",
    "project = session.scalars(select(Project).where(Project.id >= task.project_id)).first()": "not owned",
}


@pytest.mark.parametrize("found", HOPS)
def test_a_guard_holds_what_hangs_on_the_row_by_any_number_of_ids(found: str) -> None:
    code = f"""
    class Step(models.Base):
        __tablename__ = "steps"
        id: Mapped[int] = mapped_column(primary_key=True)
        task_id: Mapped[int] = mapped_column(ForeignKey("tasks.id"))

    @router.get("/steps/{{step_id}}/{{other_id}}")
    def show(step_id: int, other_id: int, session: SessionDep, user: CurrentUser):
        step = session.get(Step, step_id)
        task = session.get(Task, step.task_id)
        {found}
        if project.owner_id != user.id:
            raise HTTPException(403)
        return step
    """
    imports = "\n    from sqlalchemy import ForeignKey\n    from sqlalchemy.orm import Mapped, mapped_column\n"
    said = {choice.id: choice.ownership for choice in fastapi(imports + code)["show"].ids}
    assert said["step_id"] != "owned" if HOPS[found] == "not owned" else said["step_id"] == HOPS[found]
