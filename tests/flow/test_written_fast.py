"""Small apps that were written fast: routes in the body of a class, rows taken out of a list by their key, filters that a query may bring."""

from __future__ import annotations

import pytest

from tests.flow.apps import django, fastapi, flask, ids


def test_what_fastapi_registers_in_the_body_of_a_class_has_no_self() -> None:
    found = fastapi("""
        class ProjectController:
            routes = APIRouter()

            @routes.get("/projects/{project_id}")
            def show(project_id: int, user: CurrentUser, session: SessionDep):
                return session.get(Project, project_id)

            @routes.delete("/projects/{project_id}")
            def drop(project_id: int, user: CurrentUser, session: SessionDep):
                project = session.get(Project, project_id)
                if project.owner_id != user.id:
                    raise HTTPException(403)
                session.delete(project)

            @routes.get("/projects")
            def mine(user: CurrentUser, session: SessionDep):
                return session.scalars(select(Project).where(Project.owner_id == user.id)).all()


        router.include_router(ProjectController.routes)
    """)
    assert {name: handler.route.ownership for name, handler in found.items()} == {"show": "missing", "drop": "owned", "mine": "owned"}
    assert found["mine"].route.authentication == "required"


TAKEN_OUT = """
    @router.post("/projects/{project_id}/tasks/{task_id}/summary")
    def show(project_id: int, task_id: int, user: CurrentUser, session: SessionDep):
        project = session.get(Project, project_id)
        if project is None or project.owner_id != user.id:
            raise HTTPException(404)
        tasks = session.scalars(select(Task).where(Task.project_id == project_id)).all()
        task = next((t for t in tasks if CONDITION), None)
        REFUSAL
        return session.scalars(select(Task).where(Task.id == task_id)).first()
"""


@pytest.mark.parametrize(
    ("condition", "refusal", "said"),
    [
        ("t.id == task_id", "if not task:\n            raise HTTPException(404)", "owned"),
        ("str(t.id) == str(task_id)", "if task is None:\n            raise HTTPException(404)", "owned"),
        ("t.id == task_id", "print(task)", "missing"),
        ("t.id == task_id or t.status == 'open'", "if not task:\n            raise HTTPException(404)", "missing"),
        ("t.id != task_id", "if not task:\n            raise HTTPException(404)", "missing"),
    ],
)
def test_a_row_that_is_found_by_its_key_among_those_of_the_caller_is_theirs(condition: str, refusal: str, said: str) -> None:
    handler = fastapi(TAKEN_OUT.replace("CONDITION", condition).replace("REFUSAL", refusal))["show"]
    assert ids(handler)["task_id"] == said


def test_what_is_taken_by_its_key_out_of_all_rows_may_be_anybodys() -> None:
    found = fastapi("""
        @router.get("/tasks/{task_id}")
        def show(task_id: int, user: CurrentUser, session: SessionDep):
            for_all = session.scalars(select(Task)).all()
            return next((t for t in for_all if t.id == task_id), None)


        @router.get("/tasks/with/{status}")
        def sift(status: str, user: CurrentUser, session: SessionDep):
            return [t for t in session.scalars(select(Task)).all() if t.status == status]
    """)
    assert ids(found["show"]) == {"task_id": "missing"}
    assert ids(found["sift"]) == {}


def test_a_name_in_the_path_that_goes_to_another_service_is_not_proven_by_what_is_read_of_the_caller() -> None:
    found = fastapi("""
        from livekit import api


        @router.get("/rooms/{room_name}/token")
        def join(room_name: str, user: CurrentUser):
            grants = api.VideoGrants(room_join=True, room=room_name)
            return api.AccessToken("key", "secret").with_identity(user.email).with_grants(grants).to_jwt()


        @router.get("/me/{section}")
        def mine(section: str, user: CurrentUser):
            return {"email": user.email, "section": section}
    """)
    assert found["join"].route.ownership == "unknown"
    assert found["mine"].route.ownership == "owned"


FLASHCARDS = """
    import sqlite3

    from flask import render_template


    @app.route("/cards", methods=["GET", "POST"])
    @login_required
    def cards():
        cursor = sqlite3.connect("cards.db").cursor()
        if request.method == "POST":
            cursor.execute("INSERT INTO cards (user_id, OTHER, title) VALUES (?, ?, ?)", (OWNER, request.form["other"], request.form["title"]))
        rows = cursor.execute("SELECT * FROM cards WHERE user_id = ?", (session["user_id"],)).fetchall()
        return render_template("cards.html", rows=rows)
"""


@pytest.mark.parametrize(
    ("owner", "other", "said"),
    [
        ("session['user_id']", "region", "owned"),
        ("request.form['user_id']", "region", "unknown"),
        ("session['user_id']", "deck_id", "unknown"),
    ],
)
def test_a_statement_that_makes_a_row_of_the_caller_shows_nobody_elses(owner: str, other: str, said: str) -> None:
    assert flask(FLASHCARDS.replace("OWNER", owner).replace("OTHER", other))["cards"].route.ownership == said


def test_a_filter_that_a_query_may_bring_says_less_than_the_key_of_the_row() -> None:
    found = django(
        """
        class NoteViewSet(viewsets.ModelViewSet):
            permission_classes = [permissions.IsAuthenticated]
            queryset = Note.objects.all()
            serializer_class = NoteSerializer

            def get_queryset(self):
                rows = super().get_queryset()
                project = self.request.query_params.get("project")
                if project:
                    rows = rows.filter(project_id=project)
                return rows


        class Child(APIView):
            permission_classes = [permissions.IsAuthenticated]

            def delete(self, request, project_id, note_id):
                Project.objects.get(id=project_id).notes.get(id=note_id).delete()
        """,
        """
        register('notes', NoteViewSet)
        path('projects/<int:project_id>/notes/<int:note_id>', Child.as_view())
        """,
    )
    assert ids(found["destroy"]) == {"pk": "missing", "project": "unknown"}
    assert ids(found["delete"]) == {"project_id": "missing", "note_id": "unknown"}  # told once, of what stands above


def test_which_methods_a_view_takes_says_nothing_of_who_may_come() -> None:
    found = django(
        """
        from django.views.decorators.csrf import csrf_exempt
        from django.views.decorators.http import require_http_methods


        @csrf_exempt
        @require_http_methods(["POST"])
        def join(request):
            return JsonResponse({})
        """,
        "path('join', join)",
    )
    assert found["join"].route.authentication == "none"


SESSIONS = """
    def mine(request, owner_id):
        FIRST
        return JsonResponse({"projects": list(Project.objects.filter(owner_id=WHO).values())})
"""


@pytest.mark.parametrize(
    ("first", "who", "said"),
    [
        ('owner_id = request.session["user_id"]', "owner_id", "owned"),
        (
            'if "user_id" not in request.session:\n            return HttpResponseForbidden()\n        owner_id = request.session["user_id"]',
            "owner_id",
            "owned",
        ),
        ('user_id = request.session["user_id"]\n        audit(owner_id)', "user_id", "unknown"),
        (
            'user_id = request.session["user_id"]\n        if request.POST:\n            owner_id = user_id\n        audit(owner_id)',
            "user_id",
            "unknown",
        ),
    ],
)
def test_a_part_of_the_path_that_the_session_replaces_goes_nowhere(first: str, who: str, said: str) -> None:
    code = SESSIONS.replace("FIRST", first).replace("WHO", who)
    assert django(code, "path('projects/<int:owner_id>', mine)")["mine"].route.ownership == said


def test_who_chooses_what_belongs_to_nobody_says_nothing_of_what_stands_beneath() -> None:
    handler = fastapi("""
        from sqlalchemy import ForeignKey
        from sqlalchemy.orm import Mapped, mapped_column

        from shop.models import Base


        class Branch(Base):
            __tablename__ = "branches"
            id: Mapped[int] = mapped_column(primary_key=True)


        class Sale(Base):
            __tablename__ = "sales"
            id: Mapped[int] = mapped_column(primary_key=True)
            status: Mapped[str]
            branch_id: Mapped[int] = mapped_column(ForeignKey("branches.id"))
            buyer_id: Mapped[int] = mapped_column(ForeignKey("users.id"))


        @router.post("/branches/{branch_id}/sales/{sale_id}/cancel")
        def show(branch_id: int, sale_id: int, user: CurrentUser, session: SessionDep):
            branch = session.get(Branch, branch_id)
            sale = session.scalars(select(Sale).where(Sale.id == sale_id, Sale.branch_id == branch.id)).one()
            sale.status = "cancelled"
            session.commit()
    """)["show"]
    assert ids(handler) == {"branch_id": "not-applicable", "sale_id": "missing"}


@pytest.mark.parametrize(
    ("does", "said"),
    [("project.members.set(users)", "unknown"), ("project.members.add(*users)", "unknown"), ("users.update(is_active=False)", "missing")],
)
def test_who_lets_others_into_what_is_theirs_changes_none_of_them(does: str, said: str) -> None:
    handler = django(
        f"""
        from django.contrib.auth.models import User


        @api_view(["POST"])
        @permission_classes([permissions.IsAuthenticated])
        def invite(request, pk):
            project = get_object_or_404(Project, pk=pk, owner=request.user)
            users = User.objects.filter(id__in=request.data["members"])
            {does}
            return Response({{}})
        """,
        "path('projects/<int:pk>/members', invite)",
    )["invite"]
    assert ids(handler)["members"] == said


def test_what_the_frameworks_patch_hands_on_is_what_update_answers() -> None:
    found = django(
        """
    class Projects(viewsets.ModelViewSet):
        queryset = Project.objects.all()
        serializer_class = ProjectSerializer
        permission_classes = [permissions.IsAuthenticated]

        def update(self, request, *args, **kwargs):
            if not request.user.is_staff:
                return Response({"detail": "no"}, status=403)
            return super().update(request, *args, **kwargs)
    """,
        "register('projects', Projects)",
    )
    assert {name: found[name].route.ownership for name in ("update", "partial_update", "destroy")} == {
        "update": "admin",
        "partial_update": "admin",
        "destroy": "missing",
    }


TEACHING = {
    "shop/models.py": """
    from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
    from django.db import models


    class Accounts(BaseUserManager):
        def create_user(self, username, password=None):
            user = self.model(username=username)
            user.set_password(password)
            user.save(using=self._db)
            return user


    class User(AbstractBaseUser):
        username = models.TextField()
        role = models.TextField()
        objects = Accounts()


    class Project(models.Model):
        owner = models.ForeignKey(User, on_delete=models.CASCADE)


    class Note(models.Model):
        project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="notes")


    class Country(models.Model):
        name = models.TextField()


    class Student(models.Model):
        user = models.OneToOneField(User, on_delete=models.CASCADE)
        name = models.TextField()


    class Invoice(models.Model):
        student = models.ForeignKey(Student, on_delete=models.CASCADE)
    """
}


def test_what_a_manager_makes_of_its_model_is_a_new_row() -> None:
    code = """
    from shop.models import Student, User


    class StudentSerializer(serializers.ModelSerializer):
        username = serializers.CharField(source="user.username")

        class Meta:
            model = Student
            fields = ["id", "username", "name"]

        def create(self, validated_data):
            named = validated_data.pop("user")
            user = User.objects.create_user(username=named.get("username"))
            return Student.objects.create(user=user, **validated_data)


    class Students(viewsets.ModelViewSet):
        serializer_class = StudentSerializer
        permission_classes = [permissions.IsAuthenticated]

        def get_queryset(self):
            return Student.objects.filter(user=self.request.user)
    """
    assert django(code, "register('students', Students, basename='student')", TEACHING)["create"].owners == ()


BY_ROLE = """
    from shop.models import Invoice


    class Rows(viewsets.ModelViewSet):
        serializer_class = ProjectSerializer
        permission_classes = [permissions.IsAuthenticated]

        def get_queryset(self):
            if self.request.user.role == "teacher":
                return ROWS.objects.filter(MINE=self.request.user)
            elif self.request.user.role == "student":
                return ROWS.objects.all()
            return ROWS.objects.none()

        def get_permissions(self):
            if self.request.user.role == "student" TOO:
                self.permission_denied(self.request, message="only to look at")
            return super().get_permissions()
"""
CHANGES = "and self.request.method not in ['GET', 'HEAD']"


@pytest.mark.parametrize(
    ("rows", "mine", "too", "read", "changed"),
    [
        ("Project", "owner", CHANGES, "unknown", "unknown"),
        ("Project", "owner", "and self.request.GET.get('strict')", "unknown", "missing"),
        ("Invoice", "student__user", CHANGES, "missing", "unknown"),
    ],
)
def test_who_is_turned_away_for_a_role_that_most_have(rows: str, mine: str, too: str, read: str, changed: str) -> None:
    code = BY_ROLE.replace("ROWS", rows).replace("MINE", mine).replace("TOO", too)
    found = django(code, "register('rows', Rows, basename='row')", TEACHING)
    assert {name: found[name].route.ownership for name in ("retrieve", "update", "destroy")} == {
        "retrieve": read,
        "update": changed,
        "destroy": changed,
    }


@pytest.mark.parametrize(
    ("test", "said"),
    [
        ("request.user.role == 'student'", "unknown"),
        ("request.user.role in ('student', 'guest')", "unknown"),
        ("request.user.role != 'student'", "missing"),
        ("request.user.role == 'student' and request.GET.get('strict')", "missing"),
    ],
)
def test_whoever_is_no_student_is_somebody_else(test: str, said: str) -> None:
    found = django(
        f"""
    @login_required
    def drop(request, pk):
        if {test}:
            return HttpResponseForbidden()
        Project.objects.get(pk=pk).delete()
        return JsonResponse({{}})
    """,
        "path('drop/<int:pk>/', drop)",
        TEACHING,
    )
    assert found["drop"].route.ownership == said


def test_what_a_loan_takes_from_the_shelf_in_another_language() -> None:
    found = flask("""
    class Libro(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        stock = db.Column(db.Integer)


    class Usuario(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        nombre = db.Column(db.String)
        contrasena = db.Column(db.String)


    class Prestamo(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        id_libro = db.Column(db.Integer, db.ForeignKey("libro.id"))
        id_usuario = db.Column(db.Integer, db.ForeignKey("usuario.id"))


    @app.post("/prestamos/<int:libro_id>")
    @login_required
    def lend(libro_id):
        libro = Libro.query.get(libro_id)
        usuario = Usuario.query.filter_by(nombre=session["nombre"]).first()
        db.session.add(Prestamo(id_libro=libro.id, id_usuario=usuario.id))
        libro.stock -= 1
        db.session.commit()
        return ""


    @app.post("/estantes/<int:libro_id>")
    @login_required
    def fill(libro_id):
        libro = Libro.query.get(libro_id)
        libro.stock += 1
        db.session.commit()
        return ""
    """)
    assert {name: handler.makes_own for name, handler in found.items()} == {"lend": True, "fill": False}


@pytest.mark.parametrize(("column", "said"), [("project_id", "owned"), ("status", "missing")])
def test_a_redirect_that_names_what_a_row_belongs_to_shows_nothing_of_it(column: str, said: str) -> None:
    found = flask(f"""
    from flask import redirect, url_for


    @app.post("/orders/<int:order_id>/drop")
    @login_required
    def drop(order_id):
        order = Order.query.get_or_404(order_id)
        if order.user_id == current_user.id:
            db.session.delete(order)
            db.session.commit()
        return redirect(url_for("show", which=order.{column}))
    """)
    assert ids(found["drop"]) == {"order_id": said}


@pytest.mark.parametrize(
    ("test", "words", "said"),
    [
        ("project.owner == request.user", "You cannot take your own offer", "unknown"),
        ("project.owner == request.user", "Forbidden", "missing"),
        ("project.owner == request.user and project.closed", "You cannot take your own offer", "missing"),
    ],
)
def test_who_may_not_take_their_own_offer_leaves_it_to_others(test: str, words: str, said: str) -> None:
    found = django(
        f"""
    class Take(APIView):
        permission_classes = [permissions.IsAuthenticated]

        def post(self, request, pk):
            project = get_object_or_404(Project, pk=pk)
            if {test}:
                return Response({{"detail": "{words}"}}, status=403)
            project.taken_by = request.user
            project.save()
            return Response({{}})
    """,
        "path('take/<int:pk>/', Take.as_view())",
    )
    assert found["post"].route.ownership == said


def test_how_many_pages_there_are() -> None:
    found = flask("""
    @app.get("/me")
    @login_required
    def me():
        return current_user.email


    @app.get("/orders/pages")
    def pages():
        return jsonify(Paginator(Order.query.all(), 10).num_pages)


    @app.get("/orders/page")
    def page():
        return jsonify(Paginator(Order.query.all(), 10).get_page(1))
    """)
    assert (found["pages"].exposed[1], found["page"].exposed[1]) == ("", "private")


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        ("Project.members.any(user_id=user.id)", "owned"),
        ("Project.members.any(role='owner', user_id=user.id)", "owned"),
        ("Project.owner.has(id=user.id)", "owned"),
        ("Project.members.any(role='owner')", "missing"),
        ("~Project.members.any(user_id=user.id)", "missing"),
    ],
)
def test_a_row_beside_which_one_of_the_caller_stands_by_keywords(condition: str, said: str) -> None:
    found = fastapi(f"""
        @router.get("/projects/{{project_id}}")
        def show(project_id: int, user: CurrentUser, session: SessionDep):
            return session.query(Project).filter(Project.id == project_id, {condition}).first()
    """)
    assert ids(found["show"]) == {"project_id": said}
