"""Routes that ask nobody in apps behind a login, or in apps that keep what people make without one: forgotten, or meant?"""

from __future__ import annotations

import pytest

from prodlint.flow.questions import Handler
from tests.flow.apps import django, flask

SCHOOL = {
    "shop/models.py": """
        from django.conf import settings
        from django.db import models


        class Student(models.Model):
            user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
            usn = models.CharField(max_length=10)


        class Score(models.Model):
            student = models.ForeignKey(Student, on_delete=models.CASCADE)
            total = models.IntegerField()


        class Article(models.Model):
            author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)


        class Project(models.Model):
            owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)


        class Note(models.Model):
            project = models.ForeignKey(Project, on_delete=models.CASCADE)


        class Country(models.Model):
            name = models.TextField()
    """
}
VIEWS = """
from rest_framework.decorators import api_view, permission_classes
from shop.models import Article, Score, Student

class Of(serializers.ModelSerializer):
    class Meta:
        model = Score
        fields = "__all__"

{classes}

@api_view(["GET"])
{asked}
def show(request, one_id):
    {body}
"""
KEPT = "\n".join(
    f"class {model}View(viewsets.ReadOnlyModelViewSet):\n    queryset = {model}.objects.all()\n    serializer_class = Of\n"
    f"    permission_classes = [permissions.IsAuthenticated]\n"
    for model in ("Student", "Score", "Article", "Note")
)
REGISTERED = "\n".join(f"register('{model.lower()}s', {model}View)" for model in ("Student", "Score", "Article", "Note"))
OF_STUDENT = "return Response([row.total for row in Score.objects.filter(student=one_id)])"
ONE = "return Response(Of({model}.objects.get(id=one_id)).data)"


def shown(body: str, asked: str = "", classes: str = KEPT, path: str = "scores/of", registered: str = REGISTERED) -> tuple[str, str]:
    code = VIEWS.replace("{classes}", classes).replace("{asked}", asked).replace("{body}", body)
    return django(code, f"{registered}\npath('{path}/<int:one_id>/', show)", SCHOOL)["show"].exposed


@pytest.mark.parametrize(
    ("body", "exposed"),
    [
        (OF_STUDENT, ("Score", "overlooked")),
        (ONE.replace("{model}", "Student"), ("Student", "overlooked")),
        (ONE.replace("{model}", "Article"), ("", "")),  # made to be read
        ("return Response(Country.objects.get(id=one_id).name)", ("", "")),
        ("return Response(len(Score.objects.filter(student__user=request.user)))", ("", "")),
    ],
)
def test_one_view_without_what_all_others_ask_for(body: str, exposed: tuple[str, str]) -> None:
    assert shown(body) == exposed


def test_what_says_that_a_view_is_open_or_asks() -> None:
    assert shown(OF_STUDENT, "@permission_classes([permissions.IsAuthenticated])") == ("", "")
    assert shown(OF_STUDENT, path="public/scores") == ("", "")
    assert shown(OF_STUDENT, path="verify") == ("", "")


def test_a_site_that_shows_most_of_what_it_has() -> None:
    open_to_all = KEPT.replace("permission_classes = [permissions.IsAuthenticated]", "permission_classes = [permissions.AllowAny]", 3)
    assert shown(OF_STUDENT, classes=open_to_all) == ("", "")


def test_a_page_for_visitors_names_no_row() -> None:
    listed = "return Response([row.usn for row in Student.objects.all()])"
    code = VIEWS.replace("{classes}", KEPT).replace("{asked}", "").replace("{body}", listed).replace("request, one_id", "request")
    assert django(code, f"{REGISTERED}\npath('team/', show)", SCHOOL)["show"].exposed == ("", "")


def test_what_no_other_route_keeps() -> None:
    without = REGISTERED.replace("register('scores', ScoreView)", "register('more', NoteView)")
    assert shown(OF_STUDENT, registered=without) == ("", "")


PERSON = """
    class Client(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        {columns}


    @app.get("/orders/<int:order_id>")
    @login_required
    def mine(order_id):
        return Order.query.filter_by(id=order_id, user_id=current_user.id).first_or_404().status


    @app.get("/clients/<int:one_id>")
    {login}
    def show(one_id):
        return Client.query.get_or_404(one_id).name
"""
NAMED = "name = db.Column(db.String)\n        email = db.Column(db.String)"


@pytest.mark.parametrize(
    ("columns", "login", "exposed"),
    [
        (NAMED, "", ("Client", "private")),
        (NAMED, "@login_required", ("", "")),
        ("name = db.Column(db.String)\n        logo = db.Column(db.String)", "", ("", "")),  # with whom a house has worked
        ("email = db.Column(db.String)\n        phone = db.Column(db.String)", "", ("", "")),  # how to reach the house
    ],
)
def test_people_whom_a_house_deals_with(columns: str, login: str, exposed: tuple[str, str]) -> None:
    assert flask(PERSON.replace("{columns}", columns).replace("{login}", login))["show"].exposed == exposed


@pytest.mark.parametrize(("name", "path", "exposed"), [("Client", "clients", ""), ("OfficeContact", "offices/<int:one_id>", "")])
def test_whom_visitors_reach_and_what_a_page_tells_of_clients(name: str, path: str, exposed: str) -> None:
    code = PERSON.replace("{columns}", NAMED).replace("{login}", "").replace("Client", name).replace("clients/<int:one_id>", path)
    if "one_id" not in path:
        code = code.replace("def show(one_id):", "def show():").replace(
            f"{name}.query.get_or_404(one_id).name", f"str([c.name for c in {name}.query.all()])"
        )
    assert flask(code)["show"].exposed[1] == exposed


CODES = """
    class {name}(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        email = db.Column(db.String)
        code = db.Column(db.String)


    {others}


    @app.post("/resend")
    def again():
        row = {name}.query.filter_by(email=request.json["email"]).first()
        row.code = fresh()
        db.session.commit()
        return "sent"
"""
OTHERS = "\n".join(
    f"""
    @app.post("/orders/{verb}")
    @login_required
    def {verb}():
        db.session.add(Order(user_id=current_user.id, status="{verb}"))
        db.session.commit()
        return "made"
"""
    for verb in ("buy", "pay", "send", "store")
)


@pytest.mark.parametrize(
    ("name", "exposed"), [("OTP", ""), ("EmailVerificationCode", ""), ("LoginPin", ""), ("Machine", "changes"), ("PromoCode", "changes")]
)
def test_codes_that_are_sent_to_strangers(name: str, exposed: str) -> None:
    assert flask(CODES.replace("{name}", name).replace("{others}", OTHERS))["again"].exposed[1] == exposed


NOBODY = """
@api_view(["GET"])
def notes(request, one_id):
    return Response(Note.objects.filter(project=one_id).values())

@api_view(["DELETE"])
def erase(request, one_id):
    {model}.objects.filter({key}=one_id).delete()
    return Response("gone")
"""


@pytest.mark.parametrize(("model", "key", "exposed"), [("Note", "project", "nobody"), ("Country", "id", "")])
def test_rows_of_those_who_sign_up_by_a_package(model: str, key: str, exposed: str) -> None:
    found: dict[str, Handler] = django(
        NOBODY.replace("{model}", model).replace("{key}", key), "path('notes/<int:one_id>/', notes)\npath('gone/<int:one_id>/', erase)"
    )
    assert found["notes"].exposed[1] == exposed
