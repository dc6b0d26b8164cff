"""Answers that say no in one way and are asked in another: None is not False, and neither is 0, a text or an empty list."""

from __future__ import annotations

import pytest

from tests.flow.apps import django, fastapi, ids

COMPARES = "return task.project.owner_id == user.id"
SAYS = "if task.project.owner_id == user.id:\n            return True\n        return False"
IN_A_NAME = "allowed = task.project.owner_id == user.id\n        return allowed"
OF_A_BOOL = "return bool(task and task.project.owner_id == user.id)"
OF_EACH = "return any(member.id == user.id for member in task.project.members)"
GIVES = "return task if task.project.owner_id == user.id else None"
HALF = "if task.project.owner_id == user.id:\n            return True"

NO_IS_FALSE = (COMPARES, SAYS, IN_A_NAME, OF_A_BOOL, OF_EACH)
NO_IS_NONE = (GIVES, HALF)

ASKS_FOR_NONE = (
    "ok = mine(user, task)\n        if ok is None:",
    "if mine(user, task) is None:",
    "ok = mine(user, task) is not None\n        if not ok:",
    "ok = mine(user, task)\n        if ok == None:",
)
ASKS_FOR_FALSE = (
    "ok = mine(user, task)\n        if ok is False:",
    "if mine(user, task) == False:",
    "if not (mine(user, task) is not False):",
)
ASKS_FOR_NOTHING = (
    "ok = mine(user, task) in (True, False, None)\n        if not ok:",
    "ok = mine(user, task) == bool(kind)\n        if not ok:",
    "ok = repr(mine(user, task))\n        if not ok:",
    "if int(mine(user, task)) is None:",
)
ASKS_WELL = ("if not mine(user, task):", "ok = mine(user, task)\n        if not ok:", "if mine(user, task) is not True:")

CASES = [
    *((function, test, "unknown") for function in NO_IS_FALSE for test in (*ASKS_FOR_NONE, *ASKS_FOR_NOTHING)),
    *((function, test, "unknown") for function in NO_IS_NONE for test in ASKS_FOR_FALSE),
    *((function, test, "owned") for function in NO_IS_FALSE for test in (*ASKS_FOR_FALSE, *ASKS_WELL)),
    *((function, test, "owned") for function in NO_IS_NONE for test in (*ASKS_FOR_NONE, *ASKS_WELL)),
]


@pytest.mark.parametrize(("function", "test", "expected"), CASES)
def test_what_a_no_is(function: str, test: str, expected: str) -> None:
    code = f"""
    def mine(user, task):
        {function}

    @router.get("/tasks/{{task_id}}")
    def show(task_id: int, user: CurrentUser, session: SessionDep, kind: str = ""):
        task = session.get(Task, task_id)
        {test}
            raise HTTPException(403)
        return task
    """
    assert ids(fastapi(code)["show"])["task_id"] == expected


OF_SEVERAL = {
    "if not all(task.project.owner_id == user.id for each in ids):": "unknown",
    "if not all([task.project.owner_id == user.id for each in ids]):": "unknown",
    "if any(task.project.owner_id != user.id for each in ids):": "unknown",
    "if not all(each.project.owner_id == user.id for each in [task] if each.status == kind):": "unknown",
    "if not all(each.project.owner_id == user.id for each in [task] if each):": "owned",
    "if not all(each.project.owner_id == user.id for each in [task]):": "owned",
}


@pytest.mark.parametrize("test", OF_SEVERAL)
def test_all_of_none(test: str) -> None:
    code = f"""
    @router.post("/tasks/{{task_id}}")
    def show(task_id: int, user: CurrentUser, session: SessionDep, ids: list[int] = Body(), kind: str = Body()):
        task = session.get(Task, task_id)
        {test}
            raise HTTPException(403)
        return task
    """
    assert ids(fastapi(code)["show"])["task_id"] == OF_SEVERAL[test]


def test_one_of_those_that_a_list_names_is_looked_up() -> None:
    code = """
    @router.post("/some")
    def some(user: CurrentUser, session: SessionDep, ids: list[int] = Body()):
        if not any(session.get(Task, each).project.owner_id == user.id for each in ids):
            raise HTTPException(403)
        return [session.get(Task, each) for each in ids]

    @router.post("/each")
    def each(user: CurrentUser, session: SessionDep, ids: list[int] = Body()):
        if not all(session.get(Task, each).project.owner_id == user.id for each in ids):
            raise HTTPException(403)
        return [session.get(Task, each) for each in ids]
    """
    found = fastapi(code)
    assert [ids(found[name])["ids"] for name in ("some", "each")] == ["unknown", "owned"]


def test_a_decorator_around_a_decorator() -> None:
    code = """
    from functools import wraps

    def owns(view):
        @wraps(view)
        def wrapper(request, pk):
            if not Note.objects.filter(pk=pk, project__owner=request.user).exists():
                raise Http404
            return view(request, pk)
        return login_required(wrapper)

    @owns
    def show(request, pk):
        return JsonResponse({"text": get_object_or_404(Note, pk=pk).text})

    @owns
    def another(request, pk):
        return JsonResponse({"text": get_object_or_404(Note, pk=request.GET["note"]).text})
    """
    found = django(code, "path('show/<int:pk>/', show)\npath('another/<int:pk>/', another)")
    assert ids(found["show"]) == {"pk": "owned"}
    assert ids(found["another"])["note"] == "missing"
