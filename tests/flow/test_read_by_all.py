"""What is made to be read by all, what is only counted, and what its own token proves."""

from __future__ import annotations

import pytest

from tests.flow.apps import django, fastapi, flask, ids

SHOP = """
    class {model}(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        user_id = db.Column(db.Integer, db.ForeignKey("user.id"))


    class Application(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        user_id = db.Column(db.Integer, db.ForeignKey("user.id"))
        of_id = db.Column(db.Integer)


    @app.get("/all")
    {login}
    def all_of_them():
        return jsonify([each.id for each in {model}.query.all()])


    @app.post("/all/<int:of_id>/applications")
    @login_required
    def apply(of_id):
        of = {model}.query.get_or_404(of_id)
        db.session.add(Application(user_id=current_user.id, of_id=of.id))
        return jsonify(of.id)


    @app.delete("/all/<int:of_id>")
    @login_required
    def remove(of_id):
        db.session.delete({model}.query.get_or_404(of_id))
        return ""
"""


@pytest.mark.parametrize(
    ("model", "login", "reading"),
    [("Job", "@login_required", "unknown"), ("Job", "", "unknown"), ("Garden", "", "unknown"), ("Garden", "@login_required", "missing"),
     ("Invoice", "", "missing"), ("Invoice", "@login_required", "missing")],
)  # fmt: skip
def test_who_may_read_the_list_may_read_each_of_it_and_change_none(model: str, login: str, reading: str) -> None:
    found = flask(SHOP.format(model=model, login=login))
    assert ids(found["apply"]) == {"of_id": reading}
    assert ids(found["remove"]) == {"of_id": "missing"}


@pytest.mark.parametrize(("verb", "call", "ownership"), [("get", "jsonify(row.id)", "unknown"), ("delete", "db.session.delete(row)", "missing")])
def test_a_comment_is_for_all_who_read_it(verb: str, call: str, ownership: str) -> None:
    found = flask(f"""
    class Comment(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        user_id = db.Column(db.Integer, db.ForeignKey("user.id"))


    @app.{verb}("/comments/<int:comment_id>")
    @login_required
    def show(comment_id):
        row = Comment.query.get_or_404(comment_id)
        return {call}
    """)
    assert ids(found["show"]) == {"comment_id": ownership}


@pytest.mark.parametrize(("call", "ownership"), [("count()", "unknown"), ("all()", "missing")])
def test_how_many_they_are_says_little_of_whose(call: str, ownership: str) -> None:
    found = flask(f"""
    @app.get("/users/<int:user_id>/orders")
    @login_required
    def show(user_id):
        return jsonify(Order.query.filter_by(user_id=user_id).{call})
    """)
    assert ids(found["show"]) == {"user_id": ownership}


HOLDS = {
    "if not tokens.check_token(user, request.json['token']): abort(400)": "owned",
    "if not tokens.check_token(user, app.config['TOKEN']): abort(400)": "missing",
    "": "missing",
}


@pytest.mark.parametrize(("check", "ownership"), HOLDS.items())
def test_who_holds_the_token_of_a_user_is_that_user(check: str, ownership: str) -> None:
    found = flask(f"""
    from django.contrib.auth.tokens import PasswordResetTokenGenerator
    tokens = PasswordResetTokenGenerator()


    @app.put("/reset")
    def reset():
        user = User.query.filter_by(id=request.json["user_id"]).first()
        {check}
        user.password = request.json["password"]
        db.session.commit()
        return ""
    """)
    assert ids(found["reset"]) == {"user_id": ownership}


def test_a_row_that_is_mine_says_not_that_what_it_goes_with_is_mine_too() -> None:
    found = flask("""
    class Offer(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        user_id = db.Column(db.Integer, db.ForeignKey("user.id"))


    class Answer(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        user_id = db.Column(db.Integer, db.ForeignKey("user.id"))
        offer = db.relationship("Offer")


    @app.put("/offers/<int:offer_id>/answers/<int:answer_id>")
    @login_required
    def change(offer_id, answer_id):
        offer = Offer.query.get_or_404(offer_id)
        answer = Answer.query.filter_by(offer=offer, id=answer_id).first_or_404()
        if answer.user_id != current_user.id:
            abort(403)
        offer.status = "taken"
        db.session.commit()
        return ""
    """)
    assert ids(found["change"]) == {"offer_id": "unknown"}


def test_what_the_server_puts_into_a_body_is_not_what_the_client_says() -> None:
    found = django(
        """
    from rest_framework import permissions, serializers
    from rest_framework.response import Response
    from rest_framework.views import APIView
    from shop.models import Note, Project


    class NoteSerializer(serializers.ModelSerializer):
        class Meta:
            model = Note
            fields = ["project", "text"]


    class Notes(APIView):
        permission_classes = [permissions.IsAuthenticated]

        def post(self, request):
            data = request.data
            data["project"] = Project.objects.get(owner=request.user).pk
            made = NoteSerializer(data=data)
            made.is_valid(raise_exception=True)
            made.save()
            return Response(made.data)
    """,
        "path('notes/', Notes.as_view())",
    )
    assert not found["post"].links


REMARKS = """
    from beanie import Document, Link, PydanticObjectId
    from bson import ObjectId
    from pymongo import MongoClient

    db = MongoClient().app

    class Account(Document):
        name: str

    class Group(Document):
        author: Link[Account]
        likes: list[str] = []
        members: list[str] = []
        comments: list[Link["Comment"]] = []

    class Comment(Document):
        text: str
        author: Link[Account]

    @router.put("/groups/{group_id}")
    async def mine(group_id: PydanticObjectId, user: CurrentUser):
        group = await Group.get(group_id)
        if group.author.id != user.id:
            raise HTTPException(403)
        await group.save()

    @router.post("/groups/{group_id}/some")
    async def some(group_id: PydanticObjectId, body: dict, user: CurrentUser):
        group = await Group.get(group_id)
        comment = Comment(text=body["text"], author=user)
        await comment.insert()
        group.{change}
        await group.save()

    @router.post("/rows/{row_id}")
    def row(row_id: str, user: CurrentUser):
        db.rows.update_one({{"_id": ObjectId(row_id)}}, {{"$inc": {{"{counter}": 1}}}})

    @router.put("/rows/{row_id}")
    def my_row(row_id: str, user: CurrentUser):
        db.rows.update_one({{"_id": ObjectId(row_id), "author": user.id}}, {{"$set": {{"title": "x"}}}})
"""
LEFT = {
    "likes.append(user.id)": "unknown",
    "comments.append(comment)": "unknown",
    "comments.append(body['comment'])": "missing",
    "members.append(user.id)": "missing",
}


@pytest.mark.parametrize("change", LEFT)
def test_what_those_who_read_leave_in_lists_of_a_row(change: str) -> None:
    code = REMARKS.replace("{change}", change).replace("{counter}", "views").replace("{{", "{").replace("}}", "}")
    assert ids(fastapi(code)["some"])["group_id"] == "missing"  # a group is not there to be read by all
    assert ids(fastapi(code.replace("Group", "Article"))["some"])["group_id"] == LEFT[change]


def test_an_update_that_counts_who_came_by_changes_nothing() -> None:
    code = REMARKS.replace("{change}", "likes.append(user.id)").replace("{{", "{").replace("}}", "}")
    assert ids(fastapi(code.replace("{counter}", "views"))["row"]) == {}
    assert ids(fastapi(code.replace("{counter}", "balance"))["row"])["row_id"] == "missing"


@pytest.mark.parametrize(
    ("read", "said"),
    [
        ("", "missing"),
        ("@app.get('/guides/<int:guide_id>')\n    def guide(guide_id):\n        return jsonify(Guide.query.get_or_404(guide_id).name)\n", "unknown"),
    ],
)
def test_what_all_may_read_beside_what_is_the_callers(read: str, said: str) -> None:
    found = flask(f"""
    class Guide(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        user_id = db.Column(db.Integer, db.ForeignKey("user.id"))
        name = db.Column(db.String)

    class Rating(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        user_id = db.Column(db.Integer, db.ForeignKey("user.id"))
        guide_id = db.Column(db.Integer, db.ForeignKey("guide.id"))

    {read}

    @app.post("/orders/<int:order_id>/finish")
    @login_required
    def finish(order_id):
        order = Order.query.filter_by(id=order_id, user_id=current_user.id).first_or_404()
        order.status = "finished"
        guide = Guide.query.get_or_404(request.json["guide_id"])
        db.session.add(Rating(user_id=current_user.id, guide_id=guide.id))
        db.session.commit()
        return jsonify(guide.name)
    """)
    assert ids(found["finish"]) == {"order_id": "owned", "guide_id": said}


@pytest.mark.parametrize(("model", "said"), [("CommentDocument", ""), ("LetterDocument", "only")])
def test_remarks_that_are_kept_as_documents(model: str, said: str) -> None:
    found = fastapi(f"""
    from beanie import Document, Link, PydanticObjectId

    class Account(Document):
        name: str

    class {model}(Document):
        text: str
        author: Link[Account]

    @router.get("/all")
    async def everything():
        return await {model}.find_all().to_list()

    async def mine(row_id, user):
        row = await {model}.get(row_id)
        if row.author.id != user.id:
            raise HTTPException(403)
        return row

    @router.put("/all/{{row_id}}")
    async def change(row_id: PydanticObjectId, user: CurrentUser):
        row = await mine(row_id, user)
        row.text = "x"
        await row.save()
        return row

    @router.delete("/all/{{row_id}}")
    async def drop(row_id: PydanticObjectId, user: CurrentUser):
        row = await mine(row_id, user)
        await row.delete()
        return row
    """)
    assert found["everything"].exposed[1] == said


DIRECTORY = """
    from django.contrib.auth.decorators import login_required
    from django.conf import settings
    from django.db import models
    from django.shortcuts import get_object_or_404, render


    class {model}(models.Model):
        user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)


    @login_required
    def everybody(request):
        return render(request, "all.html", {"rows": {model}.objects.{rows}})


    @login_required
    def one(request, pk):
        return render(request, "one.html", {"one": get_object_or_404({model}, id=pk)})
"""


@pytest.mark.parametrize(
    ("model", "rows", "word"),
    [
        ("DoctorProfile", "all()", "unknown"),  # one of those among whom all may choose
        ("DoctorProfile", "filter(user=request.user)", "missing"),
        ("PatientProfile", "all()", "missing"),
    ],
)
def test_whom_others_choose_among_is_listed_for_them(model: str, rows: str, word: str) -> None:
    code = DIRECTORY.replace("{model}", model).replace("{rows}", rows)
    assert ids(django(code, "path('people/', everybody)\npath('people/<int:pk>/', one)")["one"])["pk"] == word
