"""Admins of one organisation among several: a role is not enough where users belong to organisations that each have admins of their own."""

from __future__ import annotations

from textwrap import dedent

import pytest

from prodlint.flow.questions import Handler
from tests.flow.apps import project

HEAD = """
    import jwt
    from fastapi import Depends, FastAPI, HTTPException
    from fastapi.security import OAuth2PasswordBearer
    from sqlalchemy import Column, ForeignKey, Integer, String, create_engine
    from sqlalchemy.orm import Session, declarative_base, sessionmaker

    app = FastAPI()
    Base = declarative_base()
    scheme = OAuth2PasswordBearer(tokenUrl="token")
    Local = sessionmaker(bind=create_engine("sqlite://"))


    class Clinic(Base):
        __tablename__ = "clinics"
        id = Column(Integer, primary_key=True)


    class User(Base):
        __tablename__ = "users"
        id = Column(Integer, primary_key=True)
        email = Column(String)
        role = Column(String)
        is_superuser = Column(String)
        clinic_id = Column(Integer, ForeignKey("clinics.id"))


    class Visit(Base):
        __tablename__ = "visits"
        id = Column(Integer, primary_key=True)
        clinic_id = Column(Integer, ForeignKey("clinics.id"))


    class Remark(Base):
        __tablename__ = "remarks"
        id = Column(Integer, primary_key=True)
        visit_id = Column(Integer, ForeignKey("visits.id"))


    class Medicine(Base):
        __tablename__ = "medicines"
        id = Column(Integer, primary_key=True)


    def get_db():
        db = Local()
        yield db


    def current_user(token: str = Depends(scheme), db: Session = Depends(get_db)):
        claims = jwt.decode(token, "key", algorithms=["HS256"])
        user = db.query(User).filter(User.email == claims["sub"]).first()
        if user is None:
            raise HTTPException(401)
        return user


    def admin_only(user: User = Depends(current_user)):
        if user.role != "admin":
            raise HTTPException(403)
        return user


    def require_role(*roles: str):
        def check(user: User = Depends(current_user)):
            if user.role not in roles:
                raise HTTPException(403)
            return user
        return check
"""

FOUNDS = """
    @app.post("/register")
    def register(email: str, name: str, db: Session = Depends(get_db)):
        clinic = Clinic(name=name)
        db.add(clinic)
        db.flush()
        user = User(email=email, role="admin", clinic_id=clinic.id)
        db.add(user)
        db.commit()
        return {"id": user.id}
"""

ASKS = """
    @app.get("/visits")
    def visits(db: Session = Depends(get_db), user: User = Depends(admin_only)):
        return db.query(Visit).filter(Visit.clinic_id == user.clinic_id).all()


    @app.post("/users")
    def invite(email: str, db: Session = Depends(get_db), user: User = Depends(admin_only)):
        db.add(User(email=email, role="nurse", clinic_id=user.clinic_id))
        db.commit()
"""


def handlers(*parts: str) -> dict[str, Handler]:
    code = "".join(dedent(part) for part in (HEAD, *parts))
    return {handler.route.handler.rpartition(".")[2]: handler for handler in project({"main.py": code}).handlers()}


REACHES_ALL = {
    "by a role": """
        @app.delete("/visits/{visit_id}")
        def show(visit_id: int, db: Session = Depends(get_db), user: User = Depends(admin_only)):
            db.delete(db.query(Visit).filter(Visit.id == visit_id).first())
            db.commit()
    """,
    "by one of several roles": """
        @app.get("/visits/{visit_id}")
        def show(visit_id: int, db: Session = Depends(get_db), user: User = Depends(require_role("owner", "admin"))):
            return db.query(Visit).get(visit_id)
    """,
    "what hangs on it": """
        @app.get("/remarks/{remark_id}")
        def show(remark_id: int, db: Session = Depends(get_db), user: User = Depends(admin_only)):
            return db.get(Remark, remark_id)
    """,
    "its users": """
        @app.patch("/users/{user_id}")
        def show(user_id: int, role: str, db: Session = Depends(get_db), user: User = Depends(admin_only)):
            found = db.query(User).filter(User.id == user_id).first()
            found.role = role
            db.commit()
    """,
    "the tenant itself": """
        @app.delete("/clinics/{clinic_id}")
        def show(clinic_id: int, db: Session = Depends(get_db), user: User = Depends(admin_only)):
            db.delete(db.get(Clinic, clinic_id))
            db.commit()
    """,
    "the tenant's rows by the tenant that the client names": """
        @app.get("/clinics/{clinic_id}/visits")
        def show(clinic_id: int, db: Session = Depends(get_db), user: User = Depends(admin_only)):
            return db.query(Visit).filter(Visit.clinic_id == clinic_id).all()
    """,
}


@pytest.mark.parametrize("evidence", [FOUNDS, ASKS], ids=["a sign-up founds one", "other routes ask"])
@pytest.mark.parametrize("name", REACHES_ALL)
def test_an_admin_of_one_tenant_reaches_all(name: str, evidence: str) -> None:
    found = handlers(evidence, REACHES_ALL[name])["show"]
    assert [choice.ownership for choice in found.ids] == ["missing"]
    assert found.route.ownership == "missing"


@pytest.mark.parametrize("name", REACHES_ALL)
def test_an_admin_of_an_app_that_never_asks_for_the_tenant_is_everybodys(name: str) -> None:
    assert next(choice.ownership for choice in handlers(REACHES_ALL[name])["show"].ids) in ("admin", "not-applicable")


SYSTEM = {
    "a role above": """
        @app.get("/visits/{visit_id}")
        def show(visit_id: int, db: Session = Depends(get_db), user: User = Depends(require_role("super_admin"))):
            return db.query(Visit).get(visit_id)
    """,
    "a mark": """
        def superuser(user: User = Depends(current_user)):
            if not user.is_superuser:
                raise HTTPException(403)
            return user


        @app.get("/visits/{visit_id}")
        def show(visit_id: int, db: Session = Depends(get_db), user: User = Depends(superuser)):
            return db.query(Visit).get(visit_id)
    """,
    "what belongs to no tenant": """
        @app.delete("/medicines/{medicine_id}")
        def show(medicine_id: int, db: Session = Depends(get_db), user: User = Depends(admin_only)):
            db.delete(db.get(Medicine, medicine_id))
            db.commit()
    """,
}


@pytest.mark.parametrize("name", SYSTEM)
def test_admins_of_the_system_may(name: str) -> None:
    assert [choice.ownership for choice in handlers(FOUNDS, ASKS, SYSTEM[name])["show"].ids] == ["admin"]


HELD = {
    "a term": """
        @app.get("/visits/{visit_id}")
        def show(visit_id: int, db: Session = Depends(get_db), user: User = Depends(admin_only)):
            return db.query(Visit).filter(Visit.id == visit_id, Visit.clinic_id == user.clinic_id).first()
    """,
    "a guard that comes after": """
        @app.get("/visits/{visit_id}")
        def show(visit_id: int, db: Session = Depends(get_db), user: User = Depends(admin_only)):
            visit = db.get(Visit, visit_id)
            if visit is None or visit.clinic_id != user.clinic_id:
                raise HTTPException(404)
            return visit
    """,
    "a guard of a helper, under another name": """
        def fits(row, place):
            if row.clinic_id != place:
                raise HTTPException(404)


        @app.get("/visits/{visit_id}")
        def show(visit_id: int, db: Session = Depends(get_db), user: User = Depends(admin_only)):
            visit, mine = db.get(Visit, visit_id), user.clinic_id
            fits(visit, mine)
            return visit
    """,
    "the parent": """
        @app.get("/remarks/{remark_id}")
        def show(remark_id: int, db: Session = Depends(get_db), user: User = Depends(admin_only)):
            return db.query(Remark).join(Visit).filter(Remark.id == remark_id, Visit.clinic_id == user.clinic_id).first()
    """,
}


@pytest.mark.parametrize("name", HELD)
def test_what_is_held_against_the_tenant_is_owned(name: str) -> None:
    assert [choice.ownership for choice in handlers(FOUNDS, HELD[name])["show"].ids] == ["owned"]


ANYBODY = """
    @app.get("/visits/{visit_id}")
    def show(visit_id: int, db: Session = Depends(get_db), user: User = Depends(current_user)):
        return db.get(Visit, visit_id)
"""


def test_everybody_else_is_one_of_a_tenant_too() -> None:
    assert [choice.ownership for choice in handlers(ASKS, ANYBODY)["show"].ids] == ["missing"]
    assert [choice.ownership for choice in handlers(ANYBODY)["show"].ids] == ["not-applicable"]


def test_a_list_of_all_tenants_is_told() -> None:
    shows = """
        @app.get("/all")
        def show(db: Session = Depends(get_db), user: User = Depends(admin_only)):
            return db.query(User).all()
    """
    assert [(each.model, each.guarded) for each in handlers(ASKS, shows)["show"].lists] == [("User", True)]
    assert not handlers(shows)["show"].lists


def test_somebody_who_signs_up_as_no_admin_founds_nothing() -> None:
    signs = FOUNDS.replace('role="admin"', 'role="nurse"')
    assert [choice.ownership for choice in handlers(signs, REACHES_ALL["by a role"])["show"].ids] == ["admin"]


DJANGO = """
    from django.contrib.auth.decorators import login_required
    from django.contrib.auth.models import AbstractUser
    from django.db import models
    from django.http import HttpResponseForbidden, JsonResponse
    from django.shortcuts import get_object_or_404
    from django.urls import path


    class School(models.Model):
        name = models.CharField(max_length=80)


    class User(AbstractUser):
        role = models.CharField(max_length=20)
        school = models.ForeignKey(School, on_delete=models.CASCADE)


    class Pupil(models.Model):
        school = models.ForeignKey(School, on_delete=models.CASCADE)


    def admins(view):
        def inner(request, *args, **kwargs):
            if not request.user.is_authenticated or request.user.role != "admin":
                return HttpResponseForbidden()
            return view(request, *args, **kwargs)
        return inner


    @admins
    def pupils(request):
        return JsonResponse({"rows": list(Pupil.objects.filter(school=request.user.school).values())})


    @admins
    def add(request):
        Pupil.objects.create(name=request.POST["name"], school=request.user.school)
        return JsonResponse({})


    @admins
    def show(request, pk):
        get_object_or_404(Pupil, pk=pk).delete()
        return JsonResponse({})


    @admins
    def kept(request, pk):
        get_object_or_404(Pupil, pk=pk, school_id=request.user.school_id).delete()
        return JsonResponse({})


    urlpatterns = [path("pupils/", pupils), path("add/", add), path("<int:pk>/", show), path("kept/<int:pk>/", kept)]
"""


def test_django() -> None:
    files = {"app/urls.py": dedent(DJANGO), "app/settings.py": 'ROOT_URLCONF = "app.urls"\nAUTH_USER_MODEL = "app.User"\n'}
    found = {handler.route.handler.rpartition(".")[2]: [c.ownership for c in handler.ids] for handler in project(files).handlers()}
    assert found["show"] == ["missing"]
    assert found["kept"] == ["owned"]


LOOKS = {
    "shows it": "return {'id': user.id, 'clinic': user.clinic_id}",
    "writes it into a log": "print(user.email, user.clinic_id)",
    "has one": "return {'new': user.clinic_id is None}",
    "selects by it": "return db.query(Visit).filter(Visit.clinic_id == user.clinic_id).all()",
    "compares it": "visit = db.query(Visit).first()\n        if visit.clinic_id != user.clinic_id:\n            raise HTTPException(403)",
}


@pytest.mark.parametrize("what", LOOKS)
def test_who_shows_an_organisation_asks_for_none(what: str) -> None:
    """Two routes for admins that ask for their organisation make it a habit; two that only show it do not."""
    routes = "".join(
        f"""
    @app.get("/admin/{name}")
    def {name}(db: Session = Depends(get_db), user: User = Depends(admin_only)):
        {LOOKS[what]}
"""
        for name in ("first", "second")
    )
    found = handlers(routes, REACHES_ALL["by a role"])["show"]
    assert (found.ids[0].ownership == "missing") is (what in ("selects by it", "compares it"))


PROFILES = {
    "shop/__init__.py": "",
    "shop/settings.py": 'AUTH_USER_MODEL = "shop.Account"\n',
    "shop/models.py": """
        from django.contrib.auth.models import AbstractBaseUser
        from django.db import models


        class Account(AbstractBaseUser):
            email = models.EmailField()
            is_company_admin = models.BooleanField(default=False)


        class Company(models.Model):
            name = models.CharField(max_length=100)


        class CompanyAdministrator(models.Model):
            account = models.{relation}(Account, on_delete=models.CASCADE)
            company = models.ForeignKey(Company, on_delete=models.CASCADE)


        class Slot(models.Model):
            company = models.ForeignKey(Company, on_delete=models.CASCADE)
            taken = models.BooleanField(default=False)
    """,
    "shop/views.py": """
        from django.urls import path
        from rest_framework import generics, permissions, serializers
        from rest_framework.response import Response
        from rest_framework.views import APIView

        from shop.models import CompanyAdministrator, Slot


        class IsCompanyAdmin(permissions.BasePermission):
            def has_permission(self, request, view):
                return request.user.is_company_admin


        class SlotSerializer(serializers.ModelSerializer):
            class Meta:
                model = Slot
                fields = ["id", "taken"]


        class Calendar(generics.ListAPIView):
            permission_classes = [IsCompanyAdmin]
            serializer_class = SlotSerializer

            def get_queryset(self):
                mine = CompanyAdministrator.objects.get(account=self.request.user)
                return Slot.objects.filter(company_id=mine.company.id)


        class Taken(generics.ListAPIView):
            permission_classes = [IsCompanyAdmin]
            serializer_class = SlotSerializer

            def get_queryset(self):
                company = CompanyAdministrator.objects.get(account=self.request.user).company
                return Slot.objects.filter(company=company, taken=True)


        class Confirm(APIView):
            permission_classes = [IsCompanyAdmin]

            def patch(self, request, pk):
                slot = Slot.objects.get(pk=pk)
                slot.taken = True
                slot.save()
                return Response({"taken": True})


        urlpatterns = [
            path("calendar/", Calendar.as_view()),
            path("taken/", Taken.as_view()),
            path("slots/<int:pk>/confirm/", Confirm.as_view()),
        ]
    """,
}


@pytest.mark.parametrize(("relation", "expected"), [("OneToOneField", "missing"), ("ForeignKey", "admin")])
def test_a_row_that_stands_for_one_account_says_where_somebody_is_an_admin(relation: str, expected: str) -> None:
    files = {path: dedent(text).replace("{relation}", relation) for path, text in PROFILES.items()}
    confirm = next(handler for handler in project(files).handlers() if handler.route.path.endswith("confirm/"))
    assert [choice.ownership for choice in confirm.ids] == [expected]
