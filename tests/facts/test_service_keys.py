"""Keys of the service role in what browsers get; the key itself is never kept."""

from __future__ import annotations

import json
import time
from base64 import urlsafe_b64encode

import pytest

from prodlint.facts.service_keys import read


def token(role: str, issuer: str = "supabase") -> str:
    payload = urlsafe_b64encode(json.dumps({"iss": issuer, "role": role, "iat": 1}).encode()).decode().rstrip("=")
    return f"eyJhbGciOiJIUzI1NiJ9.{payload}.c2lnbmF0dXJlc2ln"


@pytest.mark.parametrize(
    ("path", "text", "how"),
    [
        ("src/a.ts", "x(import.meta.env.VITE_SUPABASE_SERVICE_ROLE_KEY)", "prefix"),
        ("src/a.ts", "x(process.env['NEXT_PUBLIC_SUPABASE_SERVICE_ROLE'])", "prefix"),
        (".env.local", "EXPO_PUBLIC_SUPABASE_SERVICE_KEY=1", "prefix"),
        ("src/routes/a.svelte", "import { PUBLIC_SUPABASE_SERVICE_ROLE } from '$env/static/public'", "prefix"),
        ("scripts/a.js", "process.env.NEXT_PUBLIC_SUPABASE_SERVICE_ROLE_KEY", "name"),
        ("src/a.ts", "process.env.VITE_SUPABASE_SERVICE_ROLE_KEY", "name"),
        ("src/a.ts", "// import.meta.env.VITE_SUPABASE_SERVICE_ROLE_KEY", None),
        ("src/a.ts", "['VITE_SUPABASE_SERVICE_ROLE_KEY']", None),
        ("src/a.ts", "process.env.SUPABASE_SERVICE_ROLE_KEY", None),
        ("src/a.ts", "import.meta.env.VITE_CUSTOMER_SERVICE_URL", None),
        ("vite.config.ts", "define: { 'process.env.X': 1, KEY: env.SUPABASE_SERVICE_ROLE_KEY }", "bundler"),
        ("src/page.tsx", f"createClient(url, '{token('service_role')}')", "client-code"),
        ("src/page.tsx", f"createClient(url, '{token('anon')}')", None),
        ("src/page.tsx", f"createClient(url, '{token('service_role', 'supabase-demo')}')", None),
        ("src/lib.ts", f"'use client'\ncreateClient(url, '{token('service_role')}')", "client-code"),
        ("src/lib.ts", f"createClient(url, '{token('service_role')}')", None),
        ("app/api/page.tsx", f"createClient(url, '{token('service_role')}')", None),
        ("notes.md", "import.meta.env.VITE_SUPABASE_SERVICE_ROLE_KEY", None),
    ],
)
def test_what_browsers_get(path: str, text: str, how: str | None) -> None:
    facts = read(path, f"{text}\n")
    assert [fact.data["how"] for fact in facts] == ([how] if how else [])
    assert "eyJ" not in repr(facts)


@pytest.mark.parametrize("piece", ["/**/", "//\n", "eyJ", "env: {", "VITE_", "process.env.VITE_SUPABASE_SERVICE_ROLE_KEY ", "sb_secret_", "/* * /"])
def test_any_text_is_read_in_time(piece: str) -> None:
    start = time.perf_counter()
    read("vite.config.ts", "SERVICE_ROLE eyJ " + piece * 30_000)
    read("src/page.tsx", piece * 30_000 + " SERVICE_ROLE eyJ")
    assert time.perf_counter() - start < 10
