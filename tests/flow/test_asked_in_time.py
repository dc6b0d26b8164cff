"""Logins that are asked of some, too late, or of nobody, each with its twin that asks everybody."""

from __future__ import annotations

import pytest

from tests.flow.apps import django, fastapi, flask

FLASK = {
    "need()\n        change(order_id)": "required",
    "need() and change(order_id)": "required",
    "change(order_id)\n        need()": "not required",
    "request.args.get('x') and need()\n        change(order_id)": "not required",
    "if not current_user.is_authenticated:\n            abort(401)\n        change(order_id)": "required",
    "if not current_user.is_authenticated and request.args.get('strict'):\n            abort(401)\n        change(order_id)": "none",
    "if not (current_user.is_authenticated or request.args.get('preview')):\n            abort(401)\n        change(order_id)": "none",
    "session['user_id'] = request.args.get('user')\n        session['user_id']\n        change(order_id)": "none",
}


@pytest.mark.parametrize("body", FLASK)
def test_a_login_is_asked_before_anything_is_done(body: str) -> None:
    code = f"""
    from flask_jwt_extended import get_jwt_identity, jwt_required

    @jwt_required()
    def need():
        return get_jwt_identity()

    def change(order_id):
        order = Order.query.get_or_404(order_id)
        db.session.delete(order)
        db.session.commit()

    @app.delete("/orders/<int:order_id>")
    def show(order_id):
        {body}
        return "", 204
    """
    said = flask(code)["show"].route.authentication
    assert said != "required" if FLASK[body] == "not required" else said == FLASK[body]


WRAPPERS = {
    "if 'user_id' not in session:\n                abort(401)\n            return view(*args, **kwargs)": "required",
    "if 'user_id' not in session and not request.args.get('preview'):\n                abort(401)\n            return view(*args, **kwargs)": "none",
    "answer = view(*args, **kwargs)\n            if 'user_id' not in session:\n                abort(401)\n            return answer": "none",
}


@pytest.mark.parametrize("body", WRAPPERS)
def test_a_wrapper_asks_first(body: str) -> None:
    code = f"""
    def signed_in(view):
        def inner(*args, **kwargs):
            {body}
        return inner

    @app.delete("/orders/<int:order_id>")
    @signed_in
    def show(order_id):
        return ""
    """
    assert flask(code)["show"].route.authentication == WRAPPERS[body]


@pytest.mark.parametrize(
    ("first", "second", "said"), [("@app.get('/orders')", "@login_required", "required"), ("@login_required", "@app.get('/orders')", "none")]
)
def test_what_stands_above_the_route_wraps_nothing(first: str, second: str, said: str) -> None:
    code = f"""
    {first}
    {second}
    def show():
        return ""
    """
    assert flask(code)["show"].route.authentication == said


def test_a_way_in_for_whoever_says_so() -> None:
    code = """
    from shop.auth import scheme
    import jwt
    from fastapi.security import OAuth2PasswordBearer

    soft = OAuth2PasswordBearer(tokenUrl="token", auto_error=False)

    def somebody(request: Request, token: str = Depends(soft)):
        if request.query_params.get("debug"):
            return {"sub": "guest"}
        if not token:
            raise HTTPException(401)
        return jwt.decode(token, "key", algorithms=["HS256"])

    @router.get("/projects")
    def show(user=Depends(somebody)):
        return user
    """
    assert fastapi(code)["show"].route.authentication != "required"


VIEWS = {
    "class Show(LoginRequiredMixin, DetailView):\n        MODEL": "required",
    "class Show(DetailView, LoginRequiredMixin):\n        MODEL": "none",
    "class Base(LoginRequiredMixin, View):\n        pass\n\n    class Show(DetailView, Base):\n        MODEL": "required",
    "@method_decorator(login_required, name='dispatch')\n    class Show(DetailView):\n        MODEL": "required",
    "@method_decorator(login_required, name='post')\n    class Show(DetailView):\n        MODEL\n        http_method_names = ['get']": "none",
    "class Show(UserPassesTestMixin, DetailView):\n        MODEL\n        TEST self.request.user.is_authenticated": "required",
    "class Show(UserPassesTestMixin, DetailView):\n        MODEL\n        TEST self.request.user is not None": "none",
}


@pytest.mark.parametrize("view", VIEWS)
def test_views_of_django(view: str) -> None:
    code = f"""
    from django.contrib.auth.mixins import LoginRequiredMixin, UserPassesTestMixin
    from django.utils.decorators import method_decorator
    from django.views import View
    from django.views.generic import DetailView

    {view}
    """
    code = code.replace("MODEL", "model = Project").replace("TEST", "def test_func(self): return")
    found = django(code, "path('projects/<int:pk>/', Show.as_view())")
    said = next(handler for name, handler in found.items() if "get" in handler.route.handler or "Show" in handler.route.handler)
    assert (said.route.authentication == "required") is (VIEWS[view] == "required")


def test_whoever_asks_has_a_user_in_django() -> None:
    code = """
    def show(request, pk):
        if not request.user:
            return HttpResponseForbidden()
        return JsonResponse({})
    """
    assert django(code, "path('projects/<int:pk>/', show)")["show"].route.authentication == "none"


PERMISSIONS = {
    "def has_permission(self, request, view):\n            return request.query_params.get('paid') == '1'": "none",
    "def has_permission(self, request, view):\n            return 'X-App' in request.headers": "unknown",
    "def has_permission(self, request, view):\n            return bool(request.user and request.user.is_authenticated)": "required",
    "def has_permission(self, request, view):\n            return allowed(request)": "required",
}


@pytest.mark.parametrize("body", PERMISSIONS)
def test_a_permission_that_looks_at_what_everybody_may_say(body: str) -> None:
    code = f"""
    from elsewhere import allowed

    class Paid(permissions.BasePermission):
        {body}

    class Show(generics.RetrieveAPIView):
        queryset = Project.objects.all()
        serializer_class = ProjectSerializer
        permission_classes = [Paid]
    """
    found = django(code, "path('projects/<int:pk>/', Show.as_view())")
    assert {handler.route.authentication for handler in found.values()} == {PERMISSIONS[body]}


def test_a_view_that_does_not_go_on_to_its_permissions() -> None:
    code = """
    class Show(generics.RetrieveAPIView):
        queryset = Project.objects.all()
        serializer_class = ProjectSerializer
        permission_classes = [permissions.IsAuthenticated]

        def check_permissions(self, request):
            pass
    """
    found = django(code, "path('projects/<int:pk>/', Show.as_view())")
    assert {handler.route.authentication for handler in found.values()} == {"unknown"}


BESIDE = {
    "key.last_used_at = now()\n        db.commit()": "required",  # written on the row of the key that was brought
    "order = db.get(Task, order_id)\n        order.seen_at = now()\n        db.commit()": "not required",
}


@pytest.mark.parametrize("written", BESIDE)
def test_what_is_written_of_a_key_beside_asking_for_it(written: str) -> None:
    code = f"""
    import hashlib
    import jwt
    from fastapi import Header
    from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
    from sqlalchemy.orm import Mapped, mapped_column

    class ApiKey(models.Base):
        __tablename__ = "api_keys"
        id: Mapped[int] = mapped_column(primary_key=True)
        key_hash: Mapped[str]
        user_id: Mapped[int] = mapped_column(ForeignKey("users.id"))

    def by_key(raw, order_id, db):
        key = db.scalars(select(ApiKey).where(ApiKey.key_hash == hashlib.sha256(raw.encode()).hexdigest())).one_or_none()
        {written}
        if not key:
            raise HTTPException(401)
        return dict(user_id=key.user_id)

    def current(order_id: int, bearer: HTTPAuthorizationCredentials | None = Depends(HTTPBearer(auto_error=False)),
                x_api_key: str | None = Header(None), db: SessionDep = None):
        if x_api_key:
            return by_key(x_api_key, order_id, db)
        if bearer is None:
            raise HTTPException(401)
        return jwt.decode(bearer.credentials, SECRET, algorithms=["HS256"])

    @router.get("/orders/{{order_id}}")
    def show(order_id: int, me=Depends(current), db: SessionDep = None):
        return db.get(Task, order_id)
    """
    said = fastapi(code)["show"].route.authentication
    assert said != "required" if BESIDE[written] == "not required" else said == BESIDE[written]
