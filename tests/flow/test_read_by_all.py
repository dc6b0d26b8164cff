"""What is made to be read by all, what is only counted, and what its own token proves."""

from __future__ import annotations

import pytest

from tests.flow.apps import django, flask, ids

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
