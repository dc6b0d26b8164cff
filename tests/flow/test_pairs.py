"""Rows that come back in pairs and dictionaries, lists that are filled in loops, and who the caller is made to be: each with its twin."""

from __future__ import annotations

import pytest

from tests.flow.apps import fastapi, flask, ids

PAIRS = {
    "project, error = find(session, user, project_id)\n        return project": "owned",
    "project, error = find(session, user, project_id)\n        if error:\n            REFUSE\n        AGAIN": "owned",
    "project, error = find(session, user, project_id)\n        if not project:\n            REFUSE\n        AGAIN": "owned",
    "project, error = find(session, user, project_id)\n        AGAIN": "missing",
    "find(session, user, project_id)\n        AGAIN": "missing",
    "project, error = find(session, user, project_id)\n        if error and loud:\n            REFUSE\n        AGAIN": "unknown",
    "project, error = find(session, user, project_id)\n        if not error:\n            REFUSE\n        AGAIN": "not owned",
    "return parts(session, user, project_id)['project']": "owned",
    "found = parts(session, user, project_id)\n        if found['error']:\n            REFUSE\n        AGAIN": "owned",
    "found = parts(session, user, project_id)\n        AGAIN": "missing",
    "return answer(session, user, project_id).project": "owned",
    "found = answer(session, user, project_id)\n        if found.error is not None:\n            REFUSE\n        return found.project": "owned",
    "found = answer(session, user, project_id)\n        AGAIN": "missing",
}


@pytest.mark.parametrize("body", PAIRS)
def test_who_looks_at_no_part_of_a_pair_knows_nothing(body: str) -> None:
    code = f"""
    class Answer:
        def __init__(self, project=None, error=None):
            self.project = project
            self.error = error

    def find(session, user, project_id):
        project = session.get(Project, project_id)
        if project is None:
            return None, "none"
        if project.owner_id != user.id:
            return None, "not yours"
        return project, None

    def parts(session, user, project_id):
        project = session.get(Project, project_id)
        if project.owner_id != user.id:
            return {{"project": None, "error": "not yours"}}
        return {{"project": project, "error": None}}

    def answer(session, user, project_id):
        project = session.get(Project, project_id)
        if project.owner_id != user.id:
            return Answer(error="not yours")
        return Answer(project=project)

    @router.get("/projects/{{project_id}}")
    def show(user: CurrentUser, session: SessionDep, project_id: int, loud: bool = False):
        {body}
    """
    code = code.replace("REFUSE", "raise HTTPException(403)").replace("AGAIN", "return session.get(Project, project_id)")
    said = ids(fastapi(code)["show"])["project_id"]
    assert said != "owned" if PAIRS[body] == "not owned" else said == PAIRS[body]


COMPLAINTS = [  # what is said to others, to the owner of what is too late, and what becomes of it
    ('{"of": project.status}', "None", "return error", "missing"),
    ('JSONResponse({"of": project.status})', "None", "return error", "missing"),
    ("project.status", "None", "return error", "missing"),
    ("JSONResponse({})", 'JSONResponse({"of": project.status})', "return error", "owned"),
    ("{}", '{"of": project.status}', "return error", "owned"),
    ('f"no {project.status}"', "None", "raise HTTPException(403, detail=error)", "owned"),
]


@pytest.mark.parametrize(("theirs", "late", "told", "expected"), COMPLAINTS)
def test_a_complaint_that_shows_the_row(theirs: str, late: str, told: str, expected: str) -> None:
    code = f"""
    from fastapi.responses import JSONResponse

    def find(session, user, project_id):
        project = session.get(Project, project_id)
        if project.owner_id != user.id:
            return None, {theirs}
        if project.status == "late":
            return None, {late}
        return project, None

    @router.get("/projects/{{project_id}}")
    def show(user: CurrentUser, session: SessionDep, project_id: int):
        project, error = find(session, user, project_id)
        if error is not None:
            {told}
        return project
    """
    assert ids(fastapi(code)["show"]) == {"project_id": expected}


LOOPS = {
    "if project.owner_id != user.id:\n                continue\n            found.append(project)": "owned",
    "if project.owner_id != user.id:\n                raise HTTPException(403)\n            found.append(project)": "owned",
    "found.append(project)\n            if project.owner_id != user.id:\n                raise HTTPException(403)": "owned",
    "found.append(project)\n            if project.owner_id != user.id:\n                continue": "unknown",
    "found += [project]\n            if project.owner_id != user.id:\n                continue": "unknown",
    "session.delete(project)\n            if project.owner_id != user.id:\n                continue": "unknown",
    "found.append(project)\n            if project.owner_id != user.id:\n                break": "unknown",
}


@pytest.mark.parametrize("body", LOOPS)
def test_what_was_collected_before_it_was_asked_about(body: str) -> None:
    code = f"""
    @router.post("/projects")
    def show(user: CurrentUser, session: SessionDep, project_ids: list[int]):
        found = []
        for project_id in project_ids:
            project = session.get(Project, project_id)
            {body}
        session.commit()
        return found
    """
    said = ids(fastapi(code)["show"])["project_ids"]
    assert (said == "owned") is (LOOPS[body] == "owned")


TESTS = {
    "if not getattr(user, 'is_admin', False) and project.owner_id != user.id:": "owned",
    "if not getattr(user, 'is_admin', True) and project.owner_id != user.id:": "unknown",
    "if getattr(project, 'creator_id', user.id) != user.id:": "unknown",
    "if getattr(project, 'owner_id', None) != user.id:": "owned",
    "errors = []\n        if project.owner_id != user.id:\n            errors.append('no')\n        if errors:": "owned",
    "errors = []\n        if project.owner_id != user.id:\n            errors.append('no')\n        errors.clear()\n        if errors:": "not owned",
    "errors = ['no'] if project.owner_id != user.id else []\n        if errors:\n            errors.pop()\n        if errors:": "not owned",
    "if acting:\n            user = session.get(User, acting)\n        if project.owner_id != user.id:": "unknown",
}


@pytest.mark.parametrize("test", TESTS)
def test_what_is_there_for_everybody(test: str) -> None:
    code = f"""
    @router.get("/projects/{{project_id}}")
    def show(user: CurrentUser, session: SessionDep, project_id: int, acting: int | None = None):
        project = session.get(Project, project_id)
        {test}
            raise HTTPException(403)
        return project
    """
    said = ids(fastapi(code)["show"])["project_id"]
    assert said != "owned" if TESTS[test] == "not owned" else said == TESTS[test]


SESSIONS = {
    "pass": "owned",
    "session['seen'] = request.args['order']": "owned",
    "session['user_id'] = request.args['user']": "not owned",
    "session['user_id'] = current_user.id": "owned",
}


@pytest.mark.parametrize("first", SESSIONS)
def test_a_session_that_the_client_writes(first: str) -> None:
    code = f"""
    @app.get("/orders/<int:order_id>")
    @login_required
    def show(order_id):
        {first}
        return jsonify(Order.query.filter_by(id=order_id, user_id=session["user_id"]).first_or_404().status)
    """
    assert (ids(flask(code)["show"])["order_id"] == "owned") is (SESSIONS[first] == "owned")
