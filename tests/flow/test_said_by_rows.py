"""What rows say of who may see them, and words that are chosen by who asks."""

from __future__ import annotations

import pytest

from tests.flow.apps import django, flask, ids

PROFILES = """
    class Player(db.Model):
        id = db.Column(db.Integer, primary_key=True)
        user_id = db.Column(db.Integer, db.ForeignKey("user.id"))
        hidden = db.Column(db.Boolean)
        late = db.Column(db.Boolean)


    @app.route("/players/<int:player_id>", methods=["{verb}"])
    @login_required
    def show(player_id):
        {body}
"""
FOUND = "player = Player.query.filter_by(id=player_id{}).first_or_404()\n"
AGAIN = "known = Player.query.get(player_id)\n        if known.{}:\n            abort(404)\n"
READS = {
    FOUND.format(", hidden=False") + "        return jsonify(player.id)": "unknown",
    FOUND.format(", hidden=True") + "        return jsonify(player.id)": "missing",
    FOUND.format(", late=False") + "        return jsonify(player.id)": "missing",
    FOUND.format("") + "        if player.hidden:\n            abort(404)\n        return jsonify(player.id)": "unknown",
    FOUND.format("") + "        if player.late:\n            abort(404)\n        return jsonify(player.id)": "missing",
    AGAIN.format("hidden") + "        return jsonify(Player.query.filter_by(id=player_id).one().id)": "unknown",
    AGAIN.format("late") + "        return jsonify(Player.query.filter_by(id=player_id).one().id)": "missing",
}


@pytest.mark.parametrize("body", READS)
def test_what_does_not_say_that_it_is_hidden_is_for_all_to_see(body: str) -> None:
    assert ids(flask(PROFILES.format(verb="GET", body=body))["show"]) == {"player_id": READS[body]}


@pytest.mark.parametrize("body", [body for body in READS if "abort" not in body])
def test_and_for_nobody_else_to_change(body: str) -> None:
    changed = body.replace("return", "db.session.delete(player)\n        return")
    assert ids(flask(PROFILES.format(verb="DELETE", body=changed))["show"]) == {"player_id": "missing"}


@pytest.mark.parametrize(("asked", "expected"), [("seen_by(request.user)", "unknown"), ("seen_by(request.GET)", "missing"), ("WORDS", "missing")])
def test_words_that_are_chosen_by_who_asks(asked: str, expected: str) -> None:
    """Whoever is no member of the staff sees what is for all."""
    code = f"""
    WORDS = ["team", "all"]


    def seen_by(user):
        if user.is_finance or user.is_contracting:
            return ["team", "all"]
        return ["all"]


    @login_required
    def show(request, pk):
        project = get_object_or_404(Project, pk=pk)
        if project.audience not in {asked}:
            raise PermissionDenied
        return JsonResponse({{"id": project.pk}})
    """
    assert ids(django(code, "path('a/<int:pk>/', show)")["show"]) == {"pk": expected}


@pytest.mark.parametrize(
    ("test", "login"),
    [("not self.project.can_user_delete(request.user)", "unknown"), ("not may(request.user, self.project)", "unknown"),
     ("not self.project.can_be_deleted()", "none"), ("not may('delete', self.project)", "none")],
)  # fmt: skip
def test_a_view_that_asks_the_row_whether_the_caller_may_asks_who_that_is(test: str, login: str) -> None:
    """What the answer is made of is not told; that nobody is asked is not true."""
    code = f"""
    from django.views.generic import DeleteView
    from elsewhere import may


    class Remove(DeleteView):
        model = Project

        def dispatch(self, request, *args, **kwargs):
            self.project = get_object_or_404(Project, pk=kwargs["pk"])
            if {test}:
                raise PermissionDenied
            return super().dispatch(request, *args, **kwargs)

        def delete(self, request, *args, **kwargs):
            self.project.delete()
            return JsonResponse({{}})
    """
    assert django(code, "path('a/<int:pk>/', Remove.as_view())")["delete"].route.authentication == login


OPEN_TO_READ = """
class IsOwnerOrReadOnly(permissions.BasePermission):
    def has_object_permission(self, request, view, obj):
        if request.method in permissions.SAFE_METHODS:
            return True
        return obj.owner == request.user


class ProjectViewSet(viewsets.ModelViewSet):
    queryset = Project.objects.all()
    serializer_class = ProjectSerializer
    permission_classes = [permissions.IsAuthenticatedOrReadOnly, IsOwnerOrReadOnly]
"""


def test_a_permission_that_reads_the_row_asks_nobody_for_a_login() -> None:
    found = {handler.route.handler.rpartition(".")[2]: handler for handler in django(OPEN_TO_READ, "register('projects', ProjectViewSet)").values()}
    assert found["retrieve"].route.authentication == "none"
    assert found["update"].route.authentication == "required"
