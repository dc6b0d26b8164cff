"""Terms of a query that let through what belongs to others, each with its twin that does not."""

from __future__ import annotations

import pytest

from tests.flow.apps import django, fastapi, flask, ids

TASKS = {
    "Task.project.has(Project.owner_id == user.id)": "owned",
    "Task.project_id.in_(select(Project.id).where(Project.owner_id == user.id))": "owned",
    "select(Project.id).where(Project.id == Task.project_id, Project.owner_id == user.id).exists()": "owned",
    "select(Project).where(Project.owner_id == user.id).exists()": "unknown",
    "~select(Project).where(Project.id == Task.project_id, Project.owner_id == user.id).exists()": "not owned",
    "session.query(Project).filter(Project.owner_id == user.id).exists()": "unknown",
    "literal(user.id).in_(select(Project.owner_id))": "unknown",
    "Task.project_id.op('<>')(user.id)": "unknown",
    "Task.project.has(Project.owner_id >= user.id)": "unknown",
    "Task.project.has(Project.owner_id.between(0, user.id))": "unknown",
}


@pytest.mark.parametrize("term", TASKS)
def test_a_condition_is_about_the_row(term: str) -> None:
    code = f"""
    from sqlalchemy import literal

    @router.get("/tasks/{{task_id}}")
    def show(user: CurrentUser, session: SessionDep, task_id: int):
        return session.scalars(select(Task).where(Task.id == task_id, {term})).first()
    """
    said = ids(fastapi(code)["show"])["task_id"]
    assert said != "owned" if TASKS[term] == "not owned" else said == TASKS[term]


JOINS = {
    "select(Task).join(Task.project).where(Project.owner_id == user.id)": "owned",
    "select(Task).join(Project).where(Project.owner_id == user.id)": "owned",
    "select(Task).join(Project, Project.id == Task.project_id).where(Project.owner_id == user.id)": "owned",
    "select(Task).join(Project, and_(Project.id == Task.project_id, Project.owner_id == user.id))": "owned",
    "select(Task).outerjoin(Project, Project.id == Task.project_id).where(Project.owner_id == user.id)": "owned",
    "select(Task, Project).where(Task.project_id == Project.id, Project.owner_id == user.id)": "owned",
    "select(Task, Project).where(Project.owner_id == user.id)": "unknown",
    "select(Task).join(Project, Project.owner_id == user.id)": "unknown",
    "select(Task).join(Project, onclause=Project.owner_id == user.id)": "unknown",
    "select(Task).join(Project, true()).where(Project.owner_id == user.id)": "unknown",
    "select(Task).join(Project, and_(Project.id == Task.project_id, Project.owner_id == user.id), isouter=True)": "missing",
}


@pytest.mark.parametrize("query", JOINS)
def test_a_table_that_nothing_joins_says_nothing_of_the_row(query: str) -> None:
    code = f"""
    from sqlalchemy import true

    @router.get("/tasks/{{task_id}}")
    def show(user: CurrentUser, session: SessionDep, task_id: int):
        return session.scalars({query}.where(Task.id == task_id)).first()
    """
    assert ids(fastapi(code)["show"])["task_id"] == JOINS[query]


PARTS = {
    "User.email == user.email": "owned",
    "func.lower(User.email) == user.email.lower()": "owned",
    "User.email.like(f'%{user.email}')": "unknown",
    "User.email.ilike('%' + user.email.split('@')[1])": "unknown",
    "User.email.startswith(user.email[0])": "unknown",
    "User.email.contains(user.email)": "unknown",
}


@pytest.mark.parametrize("term", PARTS)
def test_a_part_of_a_text_stands_in_many(term: str) -> None:
    code = f"""
    @router.get("/users/{{user_id}}")
    def show(user: CurrentUser, session: SessionDep, user_id: int):
        return session.scalars(select(User).where(User.id == user_id, {term})).first()
    """
    assert ids(fastapi(code)["show"])["user_id"] == PARTS[term]


CHOSEN = {
    "Project.owner_id == user.id if mine else true()": "unknown",
    "true() if not mine else Project.owner_id == user.id": "unknown",
    "true() if user.is_admin else Project.owner_id == user.id": "owned",
    "Project.owner_id == user.id and Project.id == project_id": "owned",  # Python gives the first of the two
    "Project.name == 'a' and Project.owner_id == user.id": "missing",
    "or_(mine, Project.owner_id == user.id)": "unknown",
    "*([Project.owner_id == user.id] if mine else [])": "unknown",
}


@pytest.mark.parametrize("term", CHOSEN)
def test_a_condition_that_may_not_stand_there(term: str) -> None:
    code = f"""
    from sqlalchemy import true

    @router.get("/projects/{{project_id}}")
    def show(user: CurrentUser, session: SessionDep, project_id: int, mine: bool = True):
        return session.scalars(select(Project).where(Project.id == project_id, {term})).first()
    """
    assert (ids(fastapi(code)["show"])["project_id"] == "owned") is (CHOSEN[term] == "owned")


TESTS = {
    "user.email": "not owned",
    "user.team_id is not None": "not owned",
    "mine": "not owned",
    "user": "owned",
    "user.id": "owned",
    "user is not None": "owned",
    "not user.is_admin": "owned",
}


@pytest.mark.parametrize("test", TESTS)
def test_what_a_caller_may_lack_narrows_for_some(test: str) -> None:
    code = f"""
    @router.get("/projects/{{project_id}}")
    def show(user: CurrentUser, session: SessionDep, project_id: int, mine: bool = True):
        query = select(Project).where(Project.id == project_id)
        if {test}:
            query = query.where(Project.owner_id == user.id)
        return session.scalars(query).first()
    """
    assert (ids(fastapi(code)["show"])["project_id"] == "owned") is (TESTS[test] == "owned")


LOOKUPS = {
    "owner=request.user": "owned",
    "owner_id=request.user.id": "owned",
    "owner__in=[request.user]": "owned",
    "owner__email__iexact=request.user.email": "owned",
    "members__contains=request.user.id": "owned",
    "owner_id__gte=request.user.id": "unknown",
    "owner_id__lt=request.user.id + 1": "unknown",
    "owner_id__range=(1, request.user.id)": "unknown",
    "owner__isnull=request.user.is_anonymous": "not owned",
    "owner__email__startswith=request.user.email[:1]": "unknown",
    "owner__email__endswith=request.user.email.split('@')[1]": "unknown",
    "owner__email__contains=request.user.email": "unknown",
    "owner__username__icontains=request.user.username": "unknown",
    "owner__date_joined__year=request.user.date_joined.year": "unknown",
}


@pytest.mark.parametrize("term", LOOKUPS)
def test_a_lookup_that_many_values_fit(term: str) -> None:
    code = f"""
    @login_required
    def show(request, pk):
        return JsonResponse({{"id": get_object_or_404(Project, pk=pk, {term}).pk}})
    """
    said = ids(django(code, "path('projects/<int:pk>/', show)")["show"])["pk"]
    assert said != "owned" if LOOKUPS[term] == "not owned" else said == LOOKUPS[term]


SUBQUERIES = {
    "Note.objects.filter(Exists(Project.objects.filter(pk=OuterRef('project_id'), owner=request.user)), pk=pk)": "owned",
    "Note.objects.filter(project__in=Project.objects.filter(owner=request.user), pk=pk)": "owned",
    "Note.objects.exclude(~Q(project__owner=request.user)).filter(pk=pk)": "owned",
    "Note.objects.filter(Exists(Project.objects.filter(owner=request.user)), pk=pk)": "unknown",
    "Note.objects.filter(Exists(Project.objects.filter(pk__lte=OuterRef('project_id'), owner=request.user)), pk=pk)": "unknown",
    "Note.objects.filter(~Exists(Project.objects.filter(pk=OuterRef('project_id'), owner=request.user)), pk=pk)": "missing",
    "Note.objects.exclude(project__in=Project.objects.filter(owner=request.user)).filter(pk=pk)": "not owned",
    "Note.objects.filter(Q(project__owner=request.user) if request.GET.get('mine') else Q(), pk=pk)": "unknown",
    "Note.objects.filter(pk=pk, **({'project__owner': request.user} if request.GET.get('mine') else {}))": "not owned",
    "Note.objects.filter(pk=pk, **({} if request.user.is_staff else {'project__owner': request.user}))": "owned",
}


@pytest.mark.parametrize("query", SUBQUERIES)
def test_a_subquery_of_django_says_of_which_row(query: str) -> None:
    code = f"""
    from django.db.models import Exists, OuterRef

    @login_required
    def show(request, pk):
        return JsonResponse({{"text": {query}.get().text}})
    """
    said = ids(django(code, "path('notes/<int:pk>/', show)")["show"])["pk"]
    assert said != "owned" if SUBQUERIES[query] == "not owned" else said == SUBQUERIES[query]


OPERATORS = {
    "{'_id': project_id, 'owner': current_user.id}": "owned",
    "{'_id': project_id, 'owner': {'$eq': current_user.id}}": "owned",
    "{'_id': project_id, 'members': {'$in': [current_user.id]}}": "owned",
    "{'_id': project_id, 'members': {'$elemMatch': {'user': current_user.id}}}": "owned",
    "{'_id': project_id, 'owner': {'$gte': current_user.id}}": "unknown",
    "{'_id': project_id, 'owner': {'$exists': bool(current_user.id)}}": "unknown",
    "{'_id': project_id, '$nor': [{'owner': current_user.id}]}": "not owned",
    "{'_id': project_id, '$expr': {'$gt': ['$owner', current_user.id]}}": "unknown",
    "{'_id': project_id, 'email': re.compile(current_user.email)}": "unknown",
    "{'_id': project_id, 'owner': current_user.id if request.args.get('mine') else {'$exists': True}}": "unknown",
}


@pytest.mark.parametrize("terms", OPERATORS)
def test_operators_of_mongodb(terms: str) -> None:
    code = f"""
    import re

    @app.route("/projects/<project_id>")
    @login_required
    def show(project_id):
        return jsonify(mongo.projects.find_one({terms}))
    """
    said = ids(flask(code)["show"])["project_id"]
    assert said != "owned" if OPERATORS[terms] == "not owned" else said == OPERATORS[terms]


SUPABASE = {
    "eq('owner_id', current_user.id)": "owned",
    "filter('owner_id', 'eq', current_user.id)": "owned",
    "neq('owner_id', current_user.id)": "unknown",
    "not_.eq('owner_id', current_user.id)": "unknown",
    "filter('owner_id', 'neq', current_user.id)": "unknown",
    "like('owner_email', f'%{current_user.email}')": "not owned",
}


@pytest.mark.parametrize("term", SUPABASE)
def test_filters_of_supabase(term: str) -> None:
    code = f"""
    from supabase import create_client

    client = create_client("https://db", "key")

    @app.route("/projects/<project_id>")
    @login_required
    def show(project_id):
        return jsonify(client.table("projects").select("*").eq("id", project_id).{term}.execute().data)
    """
    said = ids(flask(code)["show"])["project_id"]
    assert said != "owned" if SUPABASE[term] == "not owned" else said == SUPABASE[term]


SQL = {
    "owner_id = ?": "owned",
    "? = owner_id": "owned",
    "owner_id IN (?)": "owned",
    "owner_id = ANY(?)": "owned",
    "? = ANY(member_ids)": "owned",
    "? IN (SELECT user_id FROM members m WHERE m.project_id = projects.id)": "owned",
    "lower(email) = lower(?)": "owned",
    "owner_id IS ?": "owned",
    "((owner_id = ?))": "owned",
    "(kind, owner_id) = (1, ?)": "owned",
    "(owner_id = ?) IS NOT NULL": "unknown",
    "(owner_id = ?) IS FALSE": "unknown",
    "(owner_id = ?) = 0": "unknown",
    "(owner_id = ?) IN (0, 1)": "unknown",
    "COALESCE(owner_id = ?, TRUE)": "unknown",
    "owner_id = COALESCE(?, owner_id)": "unknown",
    "owner_id = COALESCE(?, 0)": "owned",
    "CASE WHEN owner_id = ? THEN 1 ELSE 1 END": "unknown",
    "owner_id BETWEEN 0 AND ?": "unknown",
    "owner_id + ? > 0": "unknown",
    "email LIKE '%' || ?": "unknown",
    "? IS NOT NULL": "unknown",
    "? > 0": "unknown",
    "owner_id <> ALL(?)": "not owned",
    "owner_id = ? XOR id > 0": "not owned",
}


@pytest.mark.parametrize("term", SQL)
def test_a_placeholder_narrows_where_a_column_equals_it(term: str) -> None:
    code = f"""
    @app.route("/projects/<int:project_id>")
    @login_required
    def show(project_id):
        return jsonify(connect().execute("SELECT * FROM projects WHERE id = ? AND {term}", (project_id, current_user.id)).fetchone())
    """
    said = ids(flask(code)["show"])["project_id"]
    assert said != "owned" if SQL[term] == "not owned" else said == SQL[term]


KEYWORDS = {
    "terms = dict(id=project_id, owner_id=user.id)": "owned",
    "terms = dict(id=project_id, owner_id=user.id)\n        terms.update(request.query_params)": "not owned",
    "terms = {'id': project_id, 'owner_id': user.id}\n        terms.update(request.query_params)": "not owned",
    "terms = {'id': project_id}\n        terms.update({'owner_id': user.id} if mine else {})": "not owned",
}


@pytest.mark.parametrize("made", KEYWORDS)
def test_terms_that_the_client_may_say_otherwise(made: str) -> None:
    code = f"""
    @router.get("/projects/{{project_id}}")
    def show(user: CurrentUser, session: SessionDep, project_id: int, request: Request, mine: bool = True):
        {made}
        return session.query(Project).filter_by(**terms).first()
    """
    assert (ids(fastapi(code)["show"])["project_id"] == "owned") is (KEYWORDS[made] == "owned")


BOTH = """
    from sqlalchemy import and_, func, or_, select
    from shop.models import ProjectMember


    @router.get("/projects/with/{other_id}")
    def show(other_id: int, session: SessionDep, user: CurrentUser):
        rows = select(Project).join(ProjectMember, ProjectMember.project_id == Project.id).group_by(Project.id)
        return session.execute(rows.{term}).scalar_one()
"""


@pytest.mark.parametrize(
    ("term", "word"),
    [
        ("having(and_(func.bool_or(ProjectMember.user_id == user.id), func.bool_or(ProjectMember.user_id == other_id)))", "owned"),
        ("where(and_(ProjectMember.user_id == user.id, ProjectMember.user_id == other_id))", "owned"),
        ("having(and_(func.bool_or(ProjectMember.role == 'admin'), func.bool_or(ProjectMember.user_id == other_id)))", "missing"),
        ("where(or_(ProjectMember.user_id == user.id, ProjectMember.user_id == other_id))", "missing"),
    ],
)
def test_two_conditions_on_one_column_both_hold(term: str, word: str) -> None:
    assert ids(fastapi(BOTH.replace("{term}", term))["show"])["other_id"] == word
