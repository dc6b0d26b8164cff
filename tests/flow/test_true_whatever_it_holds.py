"""What is true whatever stands in it, what nobody reads, what a wrapper asks and when: each with its twin that holds."""

from __future__ import annotations

import pytest

from tests.flow.apps import django, fastapi, ids

HOLDERS = {
    "mine = [project.owner_id == user.id]\n        if not mine:": "unknown",
    "mine = (project.owner_id == user.id, 'not yours')\n        if not mine:": "unknown",
    "mine = {'owner': project.owner_id == user.id}\n        if not mine:": "unknown",
    "mine = str(project.owner_id == user.id)\n        if not mine:": "unknown",
    "mine = [each.owner_id == user.id for each in (project,)]\n        if not mine:": "unknown",
    "mine = [each.owner_id == user.id for each in (project,)]\n        if len(mine) == 0:": "unknown",
    "mine = (each.owner_id == user.id for each in (project,))\n        if not mine:": "unknown",
    "mine = weighed(project, user)\n        if not mine:": "unknown",
    "mine = [project.owner_id == user.id, loud]\n        if sum(mine) == 0:": "unknown",
    "if not max(project.owner_id == user.id, loud):": "unknown",
    "if (project.owner_id != user.id) ^ loud:": "unknown",
    "if STRICT and project.owner_id != user.id:": "owned",
    "if LAX and project.owner_id != user.id:": "unknown",
    "mine = [project.owner_id == user.id]\n        if not all(mine):": "owned",
    "mine = [project.owner_id == user.id, user.is_admin]\n        if not any(mine):": "owned",
    "mine, why = weighed(project, user)\n        if not mine:": "owned",
    "mine = {'owner': project.owner_id == user.id}\n        if not mine['owner']:": "owned",
    "mine = bool(project.owner_id == user.id)\n        if not mine:": "owned",
}


@pytest.mark.parametrize("test", HOLDERS)
def test_what_holds_an_answer_is_none(test: str) -> None:
    code = f"""
    STRICT = True
    LAX = True

    def relax():
        global LAX
        LAX = False

    def weighed(project, user):
        if project.owner_id != user.id:
            return False, "not yours"
        return True, ""

    @router.get("/projects/{{project_id}}")
    def show(user: CurrentUser, session: SessionDep, project_id: int, loud: bool = False):
        project = session.get(Project, project_id)
        {test}
            raise HTTPException(403)
        return project
    """
    assert (ids(fastapi(code)["show"])["project_id"] == "owned") is (HOLDERS[test] == "owned")


PARTS = {
    "theirs = row.email.split('@')[1]\n        if theirs != user.email.split('@')[1]:": "unknown",
    "if domain(row.email) != domain(user.email):": "unknown",
    "if row.id & 1 != user.id & 1:": "unknown",
    "if row.email.lower() != user.email.lower():": "owned",
}


@pytest.mark.parametrize("test", PARTS)
def test_a_part_of_an_address_is_that_of_many(test: str) -> None:
    code = f"""
    def domain(address):
        return address.split("@")[-1]

    @router.get("/users/{{user_id}}")
    def show(user: CurrentUser, session: SessionDep, user_id: int):
        row = session.get(User, user_id)
        {test}
            raise HTTPException(403)
        return row
    """
    assert ids(fastapi(code)["show"])["user_id"] == PARTS[test]


UNREAD = {
    "mine(session, user, project_id)\n        return anybodys(session, project_id)": "missing",
    "project = mine(session, user, project_id)\n        return anybodys(session, project_id)": "missing",
    "if project := mine(session, user, project_id):\n            return project\n        return anybodys(session, project_id)": "missing",
    "mine(session, user, project_id)\n        return tasks(session, project_id)": "missing",
    "return mine(session, user, project_id)": "owned",
    "if mine(session, user, project_id) is None:\n            raise HTTPException(404)\n        return anybodys(session, project_id)": "owned",
    "if not mine(session, user, project_id):\n            raise HTTPException(404)\n        return tasks(session, project_id)": "owned",
}


@pytest.mark.parametrize("body", UNREAD)
def test_a_row_that_a_function_keeps_says_nothing_where_nobody_looks(body: str) -> None:
    code = f"""
    def mine(session, user, project_id):
        project = session.get(Project, project_id)
        if project is None or project.owner_id != user.id:
            return None
        return project

    def anybodys(session, project_id):
        return session.get(Project, project_id)

    def tasks(session, project_id):
        return session.query(Task).filter(Task.project_id == project_id).all()

    @router.get("/projects/{{project_id}}")
    def show(user: CurrentUser, session: SessionDep, project_id: int):
        {body}
    """
    assert ids(fastapi(code)["show"])["project_id"] == UNREAD[body]


def test_the_rows_that_belong_to_what_a_function_gave() -> None:
    code = """
    def mine(session, user, project_id):
        project = session.get(Project, project_id)
        if project is None or project.owner_id != user.id:
            return None
        return project

    @router.get("/projects/{project_id}/tasks")
    def show(user: CurrentUser, session: SessionDep, project_id: int):
        project = mine(session, user, project_id)
        return session.query(Task).filter(Task.project_id == project.id).all()
    """
    assert fastapi(code)["show"].route.ownership == "owned"


WRAPPERS = {
    "ask(**kwargs)\n            GO ON": "owned",
    "if kwargs['user'].is_admin:\n                GO ON\n            ask(**kwargs)\n            GO ON": "owned",
    "if kwargs['loud']:\n                GO ON\n            ask(**kwargs)\n            GO ON": "unknown",
    "answer = view(*args, **kwargs)\n            ask(**kwargs)\n            return answer": "unknown",
    "try:\n                GO ON\n            finally:\n                ask(**kwargs)": "unknown",
    "GO ON": "missing",
}


@pytest.mark.parametrize("body", WRAPPERS)
def test_a_wrapper_is_handed_what_its_handler_depends_on(body: str) -> None:
    code = f"""
    import functools

    def ask(session, user, project_id, **more):
        if session.get(Project, project_id).owner_id != user.id:
            raise HTTPException(403)

    def owners(view):
        @functools.wraps(view)
        def inner(*args, **kwargs):
            {body.replace("GO ON", "return view(*args, **kwargs)")}
        return inner

    @router.delete("/projects/{{project_id}}")
    @owners
    def remove(user: CurrentUser, session: SessionDep, project_id: int, loud: bool = False):
        project = session.get(Project, project_id)
        session.delete(project)
        session.commit()
    """
    assert ids(fastapi(code)["remove"])["project_id"] == WRAPPERS[body]


@pytest.mark.parametrize(("caught", "expected"), [("pass", "unknown"), ("raise HTTPException(400)", "owned")])
def test_the_same_call_behind_a_block_that_swallows(caught: str, expected: str) -> None:
    code = f"""
    def load(session, project_id):
        project = session.get(Project, project_id)
        if project is None:
            raise HTTPException(404)
        return project

    @router.get("/projects/{{project_id}}")
    def show(user: CurrentUser, session: SessionDep, project_id: int):
        try:
            if load(session, project_id).owner_id != user.id:
                raise HTTPException(403)
        except Exception:
            {caught}
        project = load(session, project_id)
        return project
    """
    assert ids(fastapi(code)["show"])["project_id"] == expected


KEYWORDS = {
    "terms = {'pk': pk, 'owner': request.user}\n    if request.GET.get('all'):\n        terms.pop('owner')": "unknown",
    "terms = {'pk': pk, 'owner': request.user}\n    if request.GET.get('all'):\n        del terms['owner']": "unknown",
    "terms = {'pk': pk, 'owner': request.user}\n    if request.user.is_staff:\n        del terms['owner']": "owned",
    "terms = {'pk': pk, 'owner': request.user, 'page': 1}\n    terms.pop('page')": "owned",
}


@pytest.mark.parametrize("terms", KEYWORDS)
def test_a_term_that_is_taken_out_again(terms: str) -> None:
    code = f"""
@login_required
def show(request, pk):
    {terms}
    return JsonResponse({{"name": get_object_or_404(Project, **terms).name}})
"""
    assert ids(django(code, "path('projects/<int:pk>/', show)")["show"])["pk"] == KEYWORDS[terms]


CONDITIONS = {
    "terms = Q(owner=request.user)\n    if request.GET.get('all'):\n        terms |= Q(pk__gt=0)": "unknown",
    "terms = Q(owner=request.user)\n    terms &= Q(name__startswith='a')": "owned",
    "terms = Q(name='')\n    if request.GET.get('mine'):\n        terms &= Q(owner=request.user)": "unknown",
}


@pytest.mark.parametrize("terms", CONDITIONS)
def test_conditions_that_are_put_together(terms: str) -> None:
    code = f"""
from django.db.models import Q


@login_required
def show(request, pk):
    {terms}
    return JsonResponse({{"name": get_object_or_404(Project, terms, pk=pk).name}})
"""
    assert ids(django(code, "path('projects/<int:pk>/', show)")["show"])["pk"] == CONDITIONS[terms]
