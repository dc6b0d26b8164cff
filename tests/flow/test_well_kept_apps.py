"""What well-kept applications do that was taken for a mistake, each beside the mistake that it looks like."""

from __future__ import annotations

from textwrap import indent

import pytest

from tests.flow.apps import django, fastapi, ids

ASKS = """
class MayCome(permissions.BasePermission):
    def has_permission(self, request, view):
{body}

class Projects(viewsets.ModelViewSet):
    queryset = Project.objects.all()
    serializer_class = ProjectSerializer
    permission_classes = [MayCome]
"""


@pytest.mark.parametrize(
    ("body", "authentication", "said"),
    [
        ("if request.user.is_superuser:\n    return True", "required", "admin"),
        ("if request.user.is_superuser:\n    return True\nif request.user.is_staff:\n    return True", "required", "admin"),
        ("if request.query_params.get('all'):\n    return True", "none", "missing"),
        ("if request.user.is_superuser:\n    return True\nif request.query_params.get('all'):\n    return True", "none", "missing"),
        ("if request.user.is_superuser:\n    return True\nreturn True", "none", "missing"),
        ("if request.user.is_superuser:\n    return False\nreturn True", "none", "missing"),
    ],
)
def test_a_permission_that_says_yes_to_some_and_nothing_to_the_others(body: str, authentication: str, said: str) -> None:
    """`if staff: return True` and nothing after it: nothing is no."""
    found = django(ASKS.format(body=indent(body, "        ")), "register('projects', Projects, basename='projects')")["destroy"]
    assert (said in ids(found).values()) and (authentication == "none" or found.route.authentication == "required")
    assert said == "admin" or "admin" not in ids(found).values()


YES = """
def mine(project, user{more}):
    if {test}:
        return True


@router.get("/projects/{{project_id}}")
def show(session: SessionDep, user: CurrentUser, project_id: int{param}):
    project = session.get(Project, project_id)
    {asked}
    return project
"""


@pytest.mark.parametrize(
    ("test", "asked", "more", "expected"),
    [
        ("project.owner_id == user.id", "if not mine(project, user):\n        raise HTTPException(403)", False, "owned"),
        ("project.owner_id == user.id", "if mine(project, user):\n        raise HTTPException(403)", False, "missing"),
        ("project.owner_id != user.id", "if not mine(project, user):\n        raise HTTPException(403)", False, "missing"),
        ("project.owner_id == user.id", "mine(project, user)", False, "missing"),
        ("project.owner_id == user.id or force", "if not mine(project, user, force):\n        raise HTTPException(403)", True, "unknown"),
        ("force", "if not mine(project, user, force):\n        raise HTTPException(403)", True, "missing"),
    ],
)
def test_a_function_that_says_yes_or_nothing(test: str, asked: str, more: bool, expected: str) -> None:
    code = YES.format(test=test, asked=asked, more=", force" if more else "", param=", force: bool = False" if more else "")
    assert ids(fastapi(code)["show"])["project_id"] == expected


TRACKS = """
from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column
from shop.models import Base


class Shelf(Base):
    __tablename__ = "shelves"
    id: Mapped[int] = mapped_column(primary_key=True)


class Track(Base):
    __tablename__ = "tracks"
    id: Mapped[int] = mapped_column(primary_key=True)
    shelf_id: Mapped[int]


class Played(Base):
    __tablename__ = "played"
    id: Mapped[int] = mapped_column(primary_key=True)
    track_id: Mapped[int] = mapped_column(ForeignKey("tracks.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
"""


@pytest.mark.parametrize(
    ("verb", "source", "field", "expected"),
    [
        ("get", "shelf_id: int | None = None", "shelf_id", {"shelf_id": "not-applicable"}),
        ("get", "track_id: int | None = None", "id", {"track_id": "not-applicable"}),
    ],
)
def test_whose_favourites_they_are_says_nothing_of_the_rows(verb: str, source: str, field: str, expected: dict[str, str]) -> None:
    """What others play is asked for beside the tracks of a shelf: the tracks are everybody's."""
    name = source.partition(":")[0]
    code = f"""
    from shop.tracks import Played, Shelf, Track

    @router.get("/favourites")
    def favourites(session: SessionDep, user: CurrentUser):
        return session.scalars(select(Track).join(Played, Played.track_id == Track.id).where(Played.user_id == user.id)).all()

    @router.{verb}("/tracks")
    def tracks(session: SessionDep, user: CurrentUser, {source}):
        rows = select(Track)
        if {name}:
            rows = rows.where(Track.{field} == {name})
        return session.scalars(rows).all()
    """
    assert ids(fastapi(code, {"shop/tracks.py": TRACKS})["tracks"]) == expected


@pytest.mark.parametrize(("verb", "expected"), [("get", "not-applicable"), ("delete", "missing")])
def test_what_a_list_is_sifted_by_names_no_row(verb: str, expected: str) -> None:
    """Tracks are asked for by who added them: one list of a shelf forgot nothing, what deletes the rows of a shelf did."""
    end = "return session.scalars(select(Track).where(Track.shelf_id == shelf_id)).all()"
    if verb == "delete":
        end = "session.execute(remove(Track).where(Track.shelf_id == shelf_id))"
    code = f"""
    from shop.tracks import Track

    @router.get("/mine")
    def mine(session: SessionDep, user: CurrentUser):
        return session.scalars(select(Track).where(Track.added_by == user.id)).all()

    @router.{verb}("/tracks")
    def tracks(session: SessionDep, user: CurrentUser, shelf_id: int):
        {end}
    """
    models = TRACKS.replace("    shelf_id: Mapped[int]\n", "    shelf_id: Mapped[int]\n    added_by: Mapped[int]\n")
    assert ids(fastapi(code, {"shop/tracks.py": models})["tracks"]) == {"shelf_id": expected}
