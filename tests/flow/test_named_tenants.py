"""Dependencies that take a token, and let in who brings none and names a tenant instead."""

from __future__ import annotations

import pytest

from tests.flow.apps import fastapi, ids

CODE = """
    import jwt
    from fastapi import Depends, HTTPException, Request
    from fastapi.security import HTTPBearer, HTTPAuthorizationCredentials

    bearer = HTTPBearer(auto_error=False)

    class Tenant(Base):
        __tablename__ = "tenants"
        id: Mapped[int] = mapped_column(primary_key=True)
        slug: Mapped[str]
        api_key: Mapped[str]

    class Booking(Base):
        __tablename__ = "bookings"
        id: Mapped[int] = mapped_column(primary_key=True)
        tenant_id: Mapped[int] = mapped_column(ForeignKey("tenants.id"))

    async def verified(session, slug):
        tenant = session.query(Tenant).filter(Tenant.slug == slug).first()
        if not tenant:
            raise HTTPException(404)
        return {"id": tenant.id}

    async def get_current_tenant(request: Request, session: SessionDep, credentials: HTTPAuthorizationCredentials = Depends(bearer)) -> dict:
        if credentials:
            slug = jwt.decode(credentials.credentials, KEY, algorithms=["HS256"]).get("slug")
            if slug:
                return await verified(session, slug)
        BESIDE
        raise HTTPException(status_code=401)

    @router.get("/bookings/{booking_id}")
    async def show(booking_id: int, session: SessionDep, tenant: dict = Depends(get_current_tenant)):
        return session.query(Booking).filter(Booking.id == booking_id, Booking.tenant_id == tenant["id"]).first()
"""
NAMED = """slug = request.{}
        if slug:
            return await verified(session, slug)"""
KEY = """key = request.headers.get("X-API-Key")
        if key:
            return session.query(Tenant).filter(Tenant.api_key == key).first()"""
ROW = """who = request.headers.get("X-User-Id")
        if who:
            return session.get(User, int(who))"""
SWITCH = """if settings.{}:
            slug = request.headers.get("X-Tenant")
            return await verified(session, slug)"""


@pytest.mark.parametrize(
    ("beside", "login", "said"),
    [
        ("pass", "required", "owned"),
        (KEY, "required", "owned"),
        (KEY.replace('headers.get("X-API-Key")', 'query_params.get("token")'), "required", "unknown"),
        (NAMED.format("headers.get('X-Tenant-Slug')"), "none", "unknown"),
        (NAMED.format("query_params.get('tenant')"), "none", "unknown"),
        (ROW, "none", "unknown"),
        (SWITCH.format("DEBUG"), "required", "unknown"),
        (SWITCH.format("AUTH_DISABLED"), "required", "unknown"),
    ],
)
def test_who_names_a_tenant_shows_no_token(beside: str, login: str, said: str) -> None:
    found = fastapi(CODE.replace("BESIDE", beside))["show"]
    assert (found.route.authentication, ids(found)["booking_id"]) == (login, said)
    told = [each.message for each in found.route.evidence if "lets in whoever says a name" in each.message]
    assert bool(told) is (login == "none")
