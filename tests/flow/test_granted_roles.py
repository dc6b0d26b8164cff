"""Roles that tables grant to users, people whom a house keeps on file, statements that are put together from what comes in."""

from __future__ import annotations

import pytest

from tests.flow.apps import by_name, django, fastapi, ids, project

GRANTED = """
from django.conf import settings
from django.db import models


class Role(models.Model):
    name = models.TextField()


class Permission(models.Model):
    role = models.ForeignKey(Role, on_delete=models.CASCADE, related_name="permissions")
    resource = models.TextField()


class UserRoleAssignment(models.Model):
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="assignments")
    role = models.ForeignKey(Role, on_delete=models.CASCADE, related_name="assignments")
    project = models.ForeignKey("shop.Project", null=True, on_delete=models.CASCADE)
"""
ASKS = """
from shop.roles import Permission, Role, UserRoleAssignment


def may(user, resource, action, project=None):
    role_ids = UserRoleAssignment.objects.filter(user=user).values_list("role_id", flat=True)
    if not role_ids:
        return False
    {said}


@login_required
def remove(request, pk):
    if not may(request.user, "projects", "delete"):
        return HttpResponseForbidden()
    Project.objects.get(pk=pk).delete()
    return JsonResponse({{}})
"""


@pytest.mark.parametrize(
    ("said", "verdict"),
    [
        ('return Permission.objects.filter(role_id__in=role_ids, resource=resource, **{f"can_{action}": True}).exists()', "unknown"),
        ('return UserRoleAssignment.objects.filter(user=user, role__name="Manager").exists()', "unknown"),
        ("return Permission.objects.filter(role_id__in=Role.objects.all(), resource=resource).exists()", "missing"),  # there is such a permission
        ('return Permission.objects.filter(role__name="Manager", resource=resource).exists()', "missing"),
    ],
)
def test_a_permission_of_the_callers_roles_is_asked_for(said: str, verdict: str) -> None:
    found = django(ASKS.format(said=said), "path('projects/<int:pk>', remove)", {"shop/roles.py": GRANTED})
    assert ids(found["remove"]) == {"pk": verdict}


SIGN_IN = """
from django.contrib.auth import authenticate


def show(user):
    return [note.text for note in Note.objects.filter(project__owner=user)]


@api_view(["POST"])
def sign_in(request):
    user = authenticate(request, username=request.data["email"], {secret}=request.data["{secret}"])
    if user is None:
        return Response(status=401)
    return Response({{"notes": show(user)}})
"""


@pytest.mark.parametrize(("secret", "told"), [("password", {}), ("language", {"email": "missing"})])
def test_who_brings_the_password_names_themselves(secret: str, told: dict[str, str]) -> None:
    assert ids(django(SIGN_IN.format(secret=secret), "path('sign-in', sign_in)")["sign_in"]) == told


ON_FILE = """
import asyncpg


class Repository:
    def __init__(self, db, table):
        self.db, self.table = db, table

    async def find(self, id):
        return dict(await self.db.fetchrow(f"select * from {self.table} where id = $1", id))

    async def remove(self, id):
        return dict(await self.db.fetchrow(f"DELETE FROM {self.table} WHERE id = $1 RETURNING *", id))

    async def update(self, id, data: dict):
        data = data.copy()
        if data.get("password") is not None:
            data["password"] = hash(data["password"])
        keys, values = list(data.keys()), list(data.values())
        assigned = ",".join(f"{key} = ${i + 1}" for i, key in enumerate(keys))
        values.append(id)
        return dict(await self.db.fetchrow(f"UPDATE {self.table} SET {assigned} WHERE id = ${len(values)} RETURNING *", *values))


class Kept(Repository):
    def __init__(self, db):
        super().__init__(db, "TABLE")


async def connection():
    return await asyncpg.connect("postgres://localhost")


class Given(BaseModel):
    name: str
    password: str


@router.get("/kept/{id}")
async def show(id: int, db=Depends(connection)):
    return await Kept(db).find(id)


@router.delete("/kept/{id}")
async def remove(id: int, db=Depends(connection)):
    return await Kept(db).remove(id)


@router.put("/kept/{id}")
async def edit(id: int, data: Given, db=Depends(connection)):
    return await Kept(db).update(id, data.model_dump())


@router.get("/mine")
async def mine(user: CurrentUser, session: SessionDep):
    return session.get(User, user.id)


@router.post("/mine/{}")
async def change_one(user: CurrentUser, session: SessionDep):
    session.get(User, user.id).email = ""


@router.put("/mine")
async def change_two(user: CurrentUser, session: SessionDep):
    session.get(User, user.id).email = "x"


@router.delete("/mine")
async def leave(user: CurrentUser, session: SessionDep):
    session.delete(session.get(User, user.id))
"""


@pytest.mark.parametrize(("table", "shown"), [("students", "missing"), ("personnel", "missing"), ("classes", "public")])
def test_people_whom_strangers_may_change_are_shown_to_none_of_them(table: str, shown: str) -> None:
    found = fastapi(ON_FILE.replace("TABLE", table))
    assert {name: found[name].route.ownership for name in ("show", "remove", "edit")} == {"show": shown, "remove": "missing", "edit": "missing"}


def test_a_module_that_imports_its_own_name_means_a_package() -> None:
    found = by_name(
        project(
            {
                "app/utils/jwt.py": "import jwt\n\n\ndef claims(request):\n"
                '    request.ctx.user_id = jwt.decode(request.headers["Authorization"], "key", algorithms=["HS256"])["sub"]\n',
                "app/utils/other.py": "import jwt\n",
                "app/routes.py": "from sanic import Sanic, json\nfrom app.utils.jwt import claims\nimport asyncpg\n\napp = Sanic('shop')\n\n\n"
                "@app.on_request\nasync def known(request):\n    claims(request)\n\n\n"
                "@app.get('/mine')\nasync def mine(request):\n    db = await asyncpg.connect('postgres://localhost')\n"
                "    return json(await db.fetch('SELECT * FROM posts WHERE user_id = $1', request.ctx.user_id))\n",
            }
        )
    )
    assert found["mine"].route.ownership == "owned"


def test_what_a_name_means_depends_on_the_module_that_it_does_not_mean() -> None:
    names = project({"app/utils/jwt.py": "import jwt\n", "app/utils/other.py": "import jwt\n"}).names
    names.touched.clear()
    assert names.find_module("jwt", names.modules["app/utils/other.py"]) is None
    assert names.touched == {"app/utils/jwt.py"}  # without its import it would be meant, and a kept verdict would not hold


WRITTEN = """
import asyncpg


async def connection():
    return await asyncpg.connect("postgres://localhost")


@router.post("/articles/{slug}/comments")
async def comment(slug: str, user: CurrentUser, db=Depends(connection)):
    article = await db.fetchrow("SELECT id, author_id FROM articles WHERE slug = $1", slug)
    await db.execute("INSERT INTO comments (article_id, user_id) VALUES ($1, $2)", article["id"], user.id)
    return {"by": article["author_id"]}


@router.put("/articles/{slug}")
async def edit(slug: str, user: CurrentUser, db=Depends(connection)):
    return await db.fetchrow("UPDATE articles SET body = 'x' WHERE slug = $1 AND author_id = $2 RETURNING *", slug, user.id)


@router.delete("/articles/{slug}")
async def remove(slug: str, user: CurrentUser, db=Depends(connection)):
    return await db.fetchrow("DELETE FROM articles WHERE slug = $1 AND author_id = $2 RETURNING *", slug, user.id)


@router.METHOD("/drafts/{slug}")
async def other(slug: str, user: CurrentUser, db=Depends(connection)):
    return await db.fetchrow("OTHER", slug)
"""


@pytest.mark.parametrize(
    ("method", "other", "comment", "verdict"),
    [
        ("get", "SELECT * FROM articles WHERE slug = $1", "unknown", "unknown"),
        ("put", "UPDATE articles SET body = 'y' WHERE slug = $1 RETURNING *", "unknown", "missing"),
    ],
)
def test_who_comments_on_an_article_reads_it(method: str, other: str, comment: str, verdict: str) -> None:
    found = fastapi(WRITTEN.replace("METHOD", method).replace("OTHER", other))
    assert ids(found["comment"])["slug"] == comment
    assert ids(found["other"])["slug"] == verdict
    assert ids(found["edit"])["slug"] == "owned"


def test_all_customers_are_a_list_where_one_of_them_is_somebodys() -> None:
    code = """
import asyncpg


async def connection():
    return await asyncpg.connect("postgres://localhost")


@router.get("/clientes")
async def every(user: CurrentUser, db=Depends(connection)):
    return await db.fetch("SELECT * FROM clientes")


@router.delete("/clientes/{id}")
async def remove(id: int, user: CurrentUser, db=Depends(connection)):
    return await db.fetchrow("DELETE FROM clientes WHERE id = $1 RETURNING *", id)
"""
    found = fastapi(code)
    assert ids(found["remove"]) == {"id": "missing"}
    assert [each.model for each in found["every"].lists] == ["clientes"]


REMARKS = """
from django.contrib.auth.models import User
from django.db import models


class UserTask(models.Model):
    owner = models.ForeignKey(User, on_delete=models.CASCADE)


class TaskComment(models.Model):
    owner = models.ForeignKey(User, on_delete=models.CASCADE)
    task = models.ForeignKey(UserTask, on_delete=models.CASCADE)
"""
COMMENTS = """
from shop.remarks import TaskComment, UserTask


class UserTaskSerializer(serializers.ModelSerializer):
    class Meta:
        model = UserTask
        fields = ["id", "owner"]


class TaskCommentSerializer(serializers.ModelSerializer):
    class Meta:
        model = TaskComment
        fields = ["id", "task"]


class Tasks(generics.ListAPIView):
    queryset = UserTask.objects.all()
    serializer_class = UserTaskSerializer
    permission_classes = [{asked}]


class Task(generics.UpdateAPIView):
    permission_classes = [permissions.IsAuthenticated]
    serializer_class = UserTaskSerializer

    def get_queryset(self):
        return UserTask.objects.filter(owner=self.request.user)


class Comments(generics.CreateAPIView):
    queryset = TaskComment.objects.all()
    serializer_class = TaskCommentSerializer
    permission_classes = [permissions.IsAuthenticated]

    def perform_create(self, serializer):
        serializer.save(owner=self.request.user)
"""


@pytest.mark.parametrize(("asked", "verdict"), [("permissions.AllowAny", "unknown"), ("permissions.IsAdminUser", "missing")])
def test_what_strangers_are_shown_anybody_may_comment_on(asked: str, verdict: str) -> None:
    urls = "path('tasks', Tasks.as_view())\npath('tasks/<int:pk>', Task.as_view())\npath('comments', Comments.as_view())"
    found = django(COMMENTS.format(asked=asked), urls, {"shop/remarks.py": REMARKS})
    comments = next(handler for handler in found.values() if handler.route.path.endswith("comments"))
    assert [link.ownership for link in comments.links] == [verdict]
