"""What a machine drew is told from what somebody wrote, by the value alone."""

from __future__ import annotations

import random
import string

import pytest

from prodlint.facts import facts_of
from prodlint.facts.secrets import judgement
from prodlint.facts.secrets.wordlike import fluency, worded
from tests.facts.drawn import letters
from tests.pages import source

ALPHABETS = {
    "letters and digits": string.ascii_letters + string.digits,
    "small letters and digits": string.ascii_lowercase + string.digits,
    "base64": string.ascii_letters + string.digits + "+/",
    "base64 for addresses": string.ascii_letters + string.digits + "-_",
    "letters": string.ascii_letters,
    "hexadecimal": "0123456789abcdef",
}


@pytest.mark.parametrize("signs", ALPHABETS.values(), ids=ALPHABETS)
@pytest.mark.parametrize("count", [24, 32, 40])
@pytest.mark.parametrize("promised", ["secret", "token", "key", "password"])
def test_drawn_values_are_seen(signs: str, count: int, promised: str) -> None:
    draw = random.Random(count)
    missed = sum(not judgement.judge(promised, "".join(draw.choices(signs, k=count)), code=True) for _ in range(400))
    assert missed <= 14


WORDS = [
    "getUserPasswordResetToken",
    "authentication_classes",
    "access_token_expires",
    "correcthorsebatterystaple",
    "application/x-www-form-urlencoded",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "session_cookie_samesite_policy",
    "openid-connect-discovery-endpoint",
    "PasswordResetConfirmationForm",
    "oauth2_provider_access_token_model",
    "auth.tokens.refresh_token_rotation",
    "/api/v1/users/password/reset",
]


@pytest.mark.parametrize("value", WORDS)
def test_words_are_not(value: str) -> None:
    assert not judgement.judge("token", value, code=True)
    assert worded(value) > 0.5
    assert fluency(value) > 0.3


@pytest.mark.parametrize(
    "value",
    [
        r"^[0-9a-zA-Z\-\.@]+$",
        r"(?P<name>[^/.]+)\.json",
        "%Y-%m-%dT%H:%M:%S",
        r"\u1353\u120b\u12cd",
        "$t('Password')",
        "$this->secret1",
        # what a form says, translated
        "\u30d1\u30b9\u30ef\u30fc\u30c9\u304c\u6b63\u3057\u304f\u3042\u308a\u307e\u305b\u3093\uff01",
        "\u5bc6\u78bc\u932f\u8aa42\u6b21",
        "$DB_PASSWORD2",
    ],
)
def test_patterns_and_templates_are_not(value: str) -> None:
    assert not judgement.judge("password", value, code=True)


def seen(path: str, text: str) -> list[str]:
    return [secret.kind for secret in facts_of(source(path, text)).secrets if secret.confidence != "low"]


@pytest.mark.parametrize(
    "value", ["पासवर्ड", "नया_पासवर्ड दर्ज करें।", "รหัสผ่านใหม่", "סיסמה_חדשה", "كلمة_المرور!", "โปรดพิมพ์ชื่อผู้ใช้และที่อยู่อีเมลของคุณเพื่อรับรหัสผ่านใหม่ของคุณ"]
)
def test_a_text_in_another_script_is_what_somebody_reads(value: str) -> None:
    assert judgement.nothing(value)
    assert not judgement.judge("password", value, code=True)


def test_a_password_made_of_its_own_name_is_one_of_a_development_machine() -> None:
    assert not seen("docker-compose.dev.yml", "services:\n  store:\n    environment:\n      - MINSTORE_SERVICE_PASSWORD=devminstore-service123\n")
    assert seen("deploy.yml", f"store_password: {letters(18, 3)}\n")


def test_assignments_of_make() -> None:
    assert seen("deploy.mk", f"API_TOKEN ?= {letters(32, 4)}\n") == seen("deploy.mk", f"API_TOKEN := {letters(32, 5)}\n") == ["keyword"]


def test_a_key_of_aws_without_a_digit() -> None:
    value = "AKIA" + "".join(random.Random(6).choices("QWERTZUIPLKJHGFD", k=16))
    assert seen("infra/main.tf", f'provider "aws" {{\n  access_key = "{value}"\n}}\n') == ["aws-access-key-id"]


def test_the_id_of_the_key_that_signed_a_form_is_meant_to_be_passed_on() -> None:
    value = "AKIA" + "".join(random.Random(8).choices("QWERTZUIPLKJHGFD234567", k=16))
    assert seen("shop/upload.py", f"FORM = {{'x-amz-credential': '{value}/20240101/eu-west-1/s3/aws4_request'}}\n") == []
    assert seen("shop/upload.py", f"FORM = {{'access_key': '{value}'}}\n") == ["aws-access-key-id"]


def test_a_token_that_browsers_are_given_is_none() -> None:
    drawn = "".join(random.Random(9).choices("0123456789abcdef", k=32))
    assert seen("infra/rum.tf", f'rum = {{ client_token = "pub{drawn}" }}\n') == []
    assert seen("infra/rum.tf", f'rum = {{ client_token = "{drawn}" }}\n') == ["keyword"]


def test_where_nobody_asks_for_syntax_it_is_read_for_a_credential_alone() -> None:
    plain = source("shop/a.py", "def get_token(name):\n    return lookup('token', name)\n")
    assert facts_of(plain).module is not None
    assert facts_of(plain, None).module is None
    planted = source("shop/b.py", f'class Settings:\n    api_token = "{letters(32, 7)}"\n')
    assert facts_of(planted, None).secrets == facts_of(planted).secrets != ()
    assert facts_of(planted, None).module is not None


def test_the_tokens_of_a_librarys_documentation_are_nobodys() -> None:
    assert judgement.nothing("401f7ac837da42b97f613d789819ff93537bee6a")
    assert not judgement.nothing("401f7ac837da42b97f613d789819ff93537bee6b")


def test_a_signed_token_without_its_signature_is_an_example() -> None:
    head, body = "eyJhbGciOiJIUzM4NCJ9", "eyJzdWIiOiI0MjAxOTcyNzc"
    assert judgement.nothing(f"{head}.{body}")
    assert not judgement.nothing(f"{head}.{body}.{letters(43, 5)}")


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("package.json", '{\n  "scripts": {\n    "test:load:auth": "k6 run k6-tests/02-auth-load.js"\n  }\n}\n'),
        ("app/login/page.tsx", "setMessage('Success! Token: ' + data.token?.substring(0, 20) + '...');\n"),
        ("src/keys.ts", 'const liveKey = `"revokedAt" IS NULL AND ("expiresAt" IS NULL OR "expiresAt" > ?)`;\n'),
        ("src/keys.ts", 'const ownKey = \'WHERE "team_id" = $1 AND ("deleted_at" > $2 OR kind = :kind)\';\n'),
        ("scripts/try.sh", 'curl -s -H "Authorization: Bearer ak_live_invalid_key_48215"\n'),
        ("vitest.setup.ts", f"process.env['JWT_SECRET'] = '{letters(40, 7)}';\n"),
        ("jest.global-setup.js", f"process.env.JWT_SECRET = '{letters(40, 8)}';\n"),
        ("config/packages/reset_password.yaml", "reset:\n    request_password_repository: App\\Repository\\ResetPasswordRequestRepository\n"),
        (".env.test", f"JWT_PASSPHRASE={letters(32, 4)}\n"),
        ("src/setupTests.ts", f"process.env.JWT_SECRET = '{letters(40, 9)}';\n"),
    ],
)
def test_commands_sentences_and_what_tests_are_set_up_with_are_none(path: str, text: str) -> None:
    assert seen(path, text) == []


def test_what_an_app_is_set_up_with_is_one() -> None:
    assert seen("src/setup.ts", f"process.env.JWT_SECRET = '{letters(40, 9)}';\n") == ["keyword"]


def test_what_asp_net_identity_keeps_of_a_password_is_a_hash() -> None:
    assert not judgement.judge("password", f"AQAAAAIAAYagAAAAE{letters(67, 11)}", code=False)
    assert judgement.judge("password", f"AQBBBBIAAYagAAAAE{letters(67, 11)}", code=False)


def test_a_signed_token_with_a_word_for_its_signature_is_an_example() -> None:
    head = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJ1c2VyX2lkIjoidXNyXzk4NzIzNDE1In0."
    text = f"example:\n  token: {head}%s\n"
    assert not facts_of(source("openapi/user.yaml", text % "signature")).secrets
    assert facts_of(source("openapi/user.yaml", text % letters(43, 5))).secrets


@pytest.mark.parametrize("value", ["YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXowMTIzNDU=", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLa" + "Sw"])
def test_a_signing_secret_that_somebody_wrote_or_that_a_specification_shows_is_none(value: str) -> None:
    text = 'package hooks\n\nvar secret = "whsec_%s"\n'
    assert not facts_of(source("hooks/hooks_test.go", text % value)).secrets
    assert facts_of(source("hooks/hooks_test.go", text % letters(32, 7))).secrets


def test_the_name_of_an_index_of_a_table_of_credentials_is_none() -> None:
    line = "await queries.%s('user_credentials', 'uuid_unique_after_06-09-2023')\n"
    assert not facts_of(source("migrations/3-index.js", line % "removeIndex")).secrets
    assert facts_of(source("migrations/3-index.js", line % "setValue")).secrets
