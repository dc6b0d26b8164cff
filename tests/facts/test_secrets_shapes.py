"""The table of token shapes: every entry finds what its pattern describes, in a neutral place, in one pass."""

from __future__ import annotations

import re

import pytest

from prodlint.facts import facts_of
from prodlint.facts.secrets import token_shapes, typed
from prodlint.model import Secret
from tests.facts.drawn import from_pattern, hexadecimal, letters, private_key, web_token
from tests.pages import source

TABLE = {entry["name"]: entry for entry in token_shapes.table()}
SECRET = [name for name, entry in TABLE.items() if not entry.get("public")]
PUBLIC = [name for name, entry in TABLE.items() if entry.get("public")]
# their values have an inside, or live for an hour, and tests of their own
APART = {"private-key", "putty-private-key", "json-web-token", "google-oauth-access-token"}


def secrets(path: str, text: str) -> tuple[Secret, ...]:
    return facts_of(source(path, text)).secrets


def test_what_is_made_to_try_a_form_opens_nothing() -> None:
    text = f"expect(valid('{value_for('github-fine-grained-token')}')).toBe(true)\n"
    assert secrets("src/gists/export.spec.ts", text)
    assert not secrets("src/gists/validate-token.spec.ts", text)
    assert secrets("src/gists/validate-token.ts", text)


def value_for(name: str, seed: int = 1) -> str:
    """A value of the shape that passes its own checks."""
    shape = token_shapes.shapes()[name]
    for attempt in range(200):
        value = from_pattern(TABLE[name]["pattern"], seed * 1000 + attempt)
        found = shape.pattern.fullmatch(value)
        inner = found.group("value") if found and "value" in shape.pattern.groupindex else value
        if (
            found
            and all(token_shapes._CHECKS[check](inner) for check in shape.checks)
            and not typed._unlikely(shape, inner)
            and token_shapes.places(value)
        ):
            return value
    raise AssertionError(f"no value of the shape {name} could be made")


def test_the_table_holds_what_was_asked_for() -> None:
    assert len(SECRET) >= 75
    assert len(TABLE) == len(token_shapes.table()), "a name twice"
    assert all(entry.get("rotate") for name, entry in TABLE.items() if name in SECRET)
    assert all(entry.get("prefix") or (entry.get("anchor") and entry.get("needle")) for entry in TABLE.values())


@pytest.mark.parametrize("place", ["note = <{}>\n", 'client = Client("{}")\n', "x: '{}'\n"], ids=["text", "call", "yaml"])
def test_every_shape_is_found_without_a_telling_name(place: str) -> None:
    missed = []
    for name in SECRET:
        if name not in APART:
            value = value_for(name)
            found = secrets("shop/notes.txt", ("sumo_id = '{}'\n" if TABLE[name].get("named") else place).format(value))
            assert all(value not in str(secret) for secret in found)
            if not any(secret.confidence != "low" for secret in found):
                missed.append(name)
    assert not missed


def test_what_is_made_to_be_seen_is_no_secret() -> None:
    for name in PUBLIC:
        value = value_for(name)
        assert not secrets("web/app.js", f'const siteKey = "{value}";\n'), name
        assert not secrets("shop/settings.py", f'PUBLIC_KEY = "{value}"\n'), name


@pytest.mark.parametrize("name", ["stripe-secret-key", "github-fine-grained-token", "npm-token", "sendgrid-key", "anthropic-key"])
def test_a_value_that_is_cut_or_goes_on_is_another_thing(name: str) -> None:
    value = value_for(name)
    assert not secrets("a.txt", f"x = <{value[: len(value) // 2]}>\n")
    assert not secrets("a.txt", f"x = <abc{value}>\n")


@pytest.mark.parametrize("prefix", ["sk_live_", "ghp_", "xoxb-", "AKIA", "sk-ant-api03-"])
def test_placeholders_of_a_shape_are_none(prefix: str) -> None:
    for body in ("x" * 40, "your_key_here_your_key_here_your_key", "EXAMPLE" * 6, "0" * 36, "abcdefghijklmnopqrstuvwxyzabcdefghij"):
        assert not secrets("shop/settings.py", f'KEY = "{prefix}{body}"\n')


def test_the_place_decides_how_sure_it_is() -> None:
    value = "sk_live_" + letters(32)
    assert [s.confidence for s in secrets("shop/pay.py", f'K = "{value}"\n')] == ["high"]
    assert [s.place for s in secrets("tests/test_pay.py", f'K = "{value}"\n')] == ["test"]
    assert [s.place for s in secrets("README.md", f"`{value}`\n")] == ["documentation"]
    assert [s.place for s in secrets(".env.example", f"K={value}\n")] == ["example"]
    sandbox = "sk_test_" + letters(32)
    assert [s.confidence for s in secrets("shop/pay.py", f'K = "{sandbox}"\n')] == ["medium"]
    assert not secrets("tests/test_pay.py", f'K = "{sandbox}"\n')


def test_web_tokens_are_taken_apart() -> None:
    anon = web_token({"iss": "supabase", "ref": letters(20), "role": "anon"})
    service = web_token({"iss": "supabase", "ref": letters(20), "role": "service_role"})
    user = web_token({"iss": "https://id.shop.io", "sub": "8123", "exp": 1999999999})
    tutorial = web_token({"sub": "1234567890", "name": "John Doe", "iat": 1516239022})
    assert not secrets("web/db.ts", f"const key = '{anon}';\n")
    assert [s.kind for s in secrets("web/db.ts", f"const key = '{service}';\n")] == ["supabase-service-role-key"]
    assert [s.kind for s in secrets("shop/api.py", f'TOKEN = "{user}"\n')] == ["json-web-token"]
    assert not secrets("shop/api.py", f'TOKEN = "{tutorial}"\n')
    assert not secrets("tests/test_api.py", f'TOKEN = "{user}"\n')
    shown = secrets("dto/login.go", f'type Login struct {{\n\tToken string `json:"token" example:"{user}"`\n}}\n')
    assert [(s.kind, s.confidence) for s in shown] == [("json-web-token", "low")]
    below = secrets("src/login.dto.ts", f"  @ApiProperty({{\n    example:\n      '{user}',\n  }})\n  token: string;\n")
    assert [s.confidence for s in below] == ["low"]


def test_private_keys_have_a_body() -> None:
    assert [s.kind for s in secrets("deploy/id_rsa", private_key("RSA"))] == ["private-key"]
    assert [s.home for s in secrets("deploy/server.pem", private_key())] == ["key-file"]
    escaped = private_key().replace("\n", "\\n")
    assert secrets("shop/apple.py", f'KEY = "{escaped}"\n')
    assert not secrets("shop/keys.py", 'if text.startswith("-----BEGIN PRIVATE KEY-----"):\n    pass\n')
    assert not secrets("shop/keys.py", 'MESSAGE = "-----BEGIN RSA PRIVATE KEY-----\\n...\\n-----END RSA PRIVATE KEY-----"\n')
    assert not secrets("deploy/server.crt", private_key().replace("PRIVATE KEY", "CERTIFICATE"))
    assert [s.confidence for s in secrets("tests/data/key.pem", private_key())] == ["low"]


def test_google_keys_of_a_web_page_are_public() -> None:
    key = value_for("gcp-api-key")
    assert secrets("shop/maps.py", f'GEOCODER = "{key}"\n')
    assert not secrets("web/firebase.ts", f'const config = {{\n  apiKey: "{key}",\n  authDomain: "shop.firebaseapp.com",\n}};\n')
    assert not secrets("views/_map.html.erb", f'<script src="//maps.google.com/maps/api/js?key={key}&v=3.35"></script>\n')
    assert not secrets("web/map.html", f'<script src="https://maps.googleapis.com/maps/api/js?key={key}"></script>\n')
    assert not secrets("web/place.js", f'$.getJSON("https://maps.googleapis.com/maps/api/geocode/json?address=" + place + "&key={key}", show);\n')


def test_a_checksum_tells_an_invented_token_in_a_test() -> None:
    assert not secrets("tests/test_git.py", f'T = "ghp_{letters(36)}"\n')
    assert secrets("shop/git.py", f'T = "ghp_{letters(36)}"\n')


def test_hostile_lines_cost_little() -> None:
    for text in ("sk_live_" * 50_000, "eyJ" + "a" * 200_000 + ".eyJ" * 5000, "-----BEGIN " * 20_000, "A" * 500_000 + ".", "1/" + "0" * 100_000 + ":"):
        assert secrets("a.txt", text) == ()


def test_columns_are_those_of_the_value() -> None:
    value = "sk_live_" + letters(30)
    (secret,) = secrets("shop/pay.py", f'# ü\nKEY = "é {value}"\n')
    assert (secret.line, secret.column, secret.end_column) == (2, 10, 10 + len(value))
    assert re.fullmatch(r"sk_l\*{4}", secret.shown)


def test_digests_uuids_and_words_are_no_tokens() -> None:
    for value in (hexadecimal(40), hexadecimal(64), "task-" + "manager-configuration-2", "sha256:" + hexadecimal(64), "re_import_everything_again2"):
        assert not secrets("shop/a.py", f'NAME = "{value}"\n')


def test_a_token_that_lived_for_an_hour_has_run_out() -> None:
    said = {"iss": "https://id.shop.io", "sub": "8123", "iat": 1700000000}
    hour, year = web_token({**said, "exp": 1700003600}), web_token({**said, "exp": 1731536000})
    assert [s.confidence for s in secrets("shop/api.rb", f'TOKEN = "{hour}"\n')] == ["low"]
    assert [s.confidence for s in secrets("shop/api.rb", f'TOKEN = "{year}"\n')] == ["medium"]
    assert [s.confidence for s in secrets("shop/api.rb", f'ACCESS = "ya29.{letters(80, 5)}"\n')] == ["low"]
