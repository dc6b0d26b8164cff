"""What is one thing to mend is told once."""

from __future__ import annotations

from prodlint import Finding
from prodlint.rulebook import Rulebook
from tests.flow.apps import DJANGO_MODELS, DJANGO_VIEWS, FLASK, project


def told(files: dict[str, str], name: str = "missing-ownership-check") -> list[str]:
    book = Rulebook()
    (rule,) = (rule for rule in book.rules if rule.name == name)
    return sorted(answer.message.partition(", which")[0] for answer in book.check(rule)(project(files)) if isinstance(answer, Finding))


METHODS = """

class Projects(generics.RetrieveUpdateDestroyAPIView):
    permission_classes = [permissions.IsAuthenticated]
    queryset = Project.objects.all()
    serializer_class = ProjectSerializer


urlpatterns = [path("projects/<int:pk>/", Projects.as_view())]
"""


def test_methods_that_a_class_inherits_are_one_finding() -> None:
    files = {"shop/__init__.py": "", "shop/models.py": DJANGO_MODELS, "shop/views.py": DJANGO_VIEWS + METHODS}
    assert told(files) == ["GET,PUT,PATCH,DELETE /projects/<int:pk>/ reaches a Project by pk"]


GATHERED = """
{models}


def gather(order_id):
    order = db.session.get(Order, order_id)
    return [order, {rows}]


@app.get("/orders/<int:order_id>/all")
@login_required
def show(order_id):
    return jsonify(gather(order_id))
"""
MODEL = """
class {name}(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    order_id = db.Column(db.Integer, db.ForeignKey("order.id"))
"""


def gathered(*names: str) -> list[str]:
    models = "\n".join(MODEL.format(name=name) for name in names)
    return told(
        {"app.py": FLASK + GATHERED.format(models=models, rows=", ".join(f"{name}.query.filter_by(order_id=order_id).all()" for name in names))}
    )


def test_one_id_by_which_everything_is_gathered_is_one_finding() -> None:
    assert gathered("Receipt", "Refund", "Parcel", "Payment") == [
        "GET /orders/<int:order_id>/all reaches an Order and rows of 4 more models by order_id"
    ]
    assert gathered("Receipt") == [
        "GET /orders/<int:order_id>/all reaches a Receipt by order_id",
        "GET /orders/<int:order_id>/all reaches an Order by order_id",
    ]
