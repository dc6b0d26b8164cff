"""Before which routes of Next.js a middleware surely asks for a login."""

from __future__ import annotations

import pytest

from prodlint.patterns.javascript.next_proxy import Proxies

EVERY = "export const config = { matcher: ['/((?!_next|[^?]*\\\\.(?:html?|css|js|png)).*)', '/(api|trpc)(.*)'] };\n"
ALL_BUT = f"""const isPublicRoute = createRouteMatcher(['/', '/sign-in(.*)', '/api/webhooks(.*)']);
export default clerkMiddleware(async (auth, req) => {{
  if (!isPublicRoute(req)) {{ await auth.protect(); }}
}});
{EVERY}"""
ONLY = f"""const isProtectedRoute = createRouteMatcher(['/dashboard(.*)', '/api/orders/:path*']);
export default clerkMiddleware(async (auth, req) => {{
  if (isProtectedRoute(req)) await auth.protect();
}});
{EVERY}"""
ALWAYS = f"export default clerkMiddleware(async (auth) => {{ await auth.protect(); }});\n{EVERY}"
WITH_AUTH = "export default withAuth({ pages: { signIn: '/login' } });\nexport const config = { matcher: ['/api/orders/:path*'] };\n"
AUTH_JS = "export default auth((req) => {\n  if (!req.auth) return Response.redirect(new URL('/login', req.url));\n});\n"
PAGES = "export const config = { matcher: ['/((?!api|_next/static|favicon.ico).*)'] };\n"
EARLY = ALL_BUT.replace("  if (!is", "  if (req.nextUrl.pathname.startsWith('/api')) return NextResponse.next();\n  if (!is")


@pytest.mark.parametrize(
    ("text", "route", "asks"),
    [
        (ALL_BUT, "/api/orders/{id}", True),
        (ALL_BUT, "/api/webhooks/stripe", False),
        (ALL_BUT, "/api/{kind}/stripe", False),  # the kind may be `webhooks`
        (EARLY, "/api/orders/{id}", False),
        (ALL_BUT.replace("createRouteMatcher([", "createRouteMatcher(OPEN)(["), "/api/orders/{id}", False),
        (ALL_BUT.replace("'/api/webhooks(.*)'", "'/api/(webhooks|orders).*'"), "/api/orders/{id}", False),
        (ONLY, "/api/orders/{id}", True),
        (ONLY, "/api/carts/{id}", False),
        (ONLY, "/api/{kind}", False),
        (ALWAYS, "/api/orders/{id}", True),
        (ALWAYS.replace(EVERY, PAGES), "/api/orders/{id}", False),
        (ALWAYS.replace(EVERY, PAGES), "/orders/{id}", True),
        (ALWAYS.replace("await auth.protect();", "await auth();"), "/api/orders/{id}", False),
        (WITH_AUTH, "/api/orders/{id}", True),
        (WITH_AUTH, "/api/carts/{id}", False),
        (WITH_AUTH.replace("pages", "callbacks: { authorized: () => true }, pages"), "/api/orders/{id}", False),
        (AUTH_JS, "/api/orders/{id}", True),
        (AUTH_JS.replace("!req.auth", "!req.auth && req.nextUrl.pathname !== '/'"), "/api/orders/{id}", False),
        ("export default authMiddleware({ publicRoutes: ['/api/open'] });\n", "/api/orders/{id}", True),
        ("export default authMiddleware({ publicRoutes: ['/api/open'] });\n", "/api/open", False),
        ("export default authMiddleware({ publicRoutes });\n", "/api/orders/{id}", False),
        ("export { auth as middleware } from '@/auth';\n", "/api/orders/{id}", False),
    ],
)
def test_routes_behind_a_middleware(text: str, route: str, asks: bool) -> None:
    file = "apps/shop/src/middleware.ts"
    proxies = Proxies([(file, text)])
    assert proxies.asks("apps/shop/src/app/api/route.ts", route) == (file if asks else "")
    assert proxies.asks("apps/other/src/app/api/route.ts", route) == ""
