"""What files of the environment are worth: examples, what a live file shares with them, and those that hold nothing yet."""

from __future__ import annotations

import pytest

from prodlint.config import Config
from prodlint.report import Finding, Skip
from prodlint.rulebook import Rulebook
from prodlint.run import run
from tests.facts.drawn import letters
from tests.operations.projects import project

KEY, OTHER = letters(40), letters(44)
LIVE = f"API_SECRET = '{KEY}'\n"


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({"shop.py": LIVE}, {("shop.py", "high", None)}),
        ({".env.example": f"API_SECRET={KEY}\n"}, {(".env.example", "medium", "info")}),
        ({"shop.py": LIVE, ".env.example": f"API_SECRET={OTHER}\n"}, {("shop.py", "high", None), (".env.example", "medium", "info")}),
        ({"shop.py": LIVE, ".env.example": f"API_SECRET={KEY}\n"}, {("shop.py", "medium", "warning"), (".env.example", "medium", "info")}),
        ({".gitleaksignore": f"keys/api_secret.key:private-key:1\nAPI_SECRET={KEY}\n"}, set()),
    ],
)
def test_a_value_of_an_example(files, told):
    book = Rulebook(packs=False)
    rule = book.named("hardcoded-secret")
    found = [each for each in book.check(rule)(project(files)) if isinstance(each, Finding)]
    assert {(each.at.path, each.confidence, each.severity) for each in found} == told


@pytest.mark.parametrize(("copies", "told", "beside"), [(1, 1, 0), (5, 5, 0), (6, 1, 5), (40, 1, 39)])
def test_a_value_in_many_files_is_one_to_take_back(copies, told, beside):
    book = Rulebook(packs=False)
    files = {f"letters/{number:02}.txt": f"api_secret: {KEY}\n" for number in range(copies)}
    found = [each for each in book.check(book.named("hardcoded-secret"))(project(files)) if isinstance(each, Finding)]
    assert (len(found), {len(each.related) for each in found}) == (told, {beside})


SYMFONY = f"APP_ENV=dev\nAPP_SECRET={KEY}\nMESSENGER_TRANSPORT_DSN=doctrine://default?auto_setup=0\nDATABASE_URL=mysql://app:pw@db:3306/app\n"


@pytest.mark.parametrize(("beside", "told"), [("config/bundles.php", []), ("symfony.lock", []), ("index.php", [".env"])])
def test_symfony_keeps_its_defaults_in_the_repository(beside: str, told: list[str]) -> None:
    book, files = Rulebook(packs=False), {".env": SYMFONY, beside: "<?php\n"}
    found = [each for each in book.check(book.named("env-file-in-git"))(project(files)) if isinstance(each, Finding)]
    assert [each.at.path for each in found if each.confidence != "low"] == told
    own = [each for each in book.check(book.named("hardcoded-secret"))(project(files)) if isinstance(each, Finding)]
    assert [(each.at.path, each.at.line) for each in own if each.confidence != "low"] == [(".env", 2)]


@pytest.mark.parametrize(
    ("text", "severities"),
    [
        (f"APP_ENV=dev\nAPP_SECRET={KEY}\nJWT_PASSPHRASE={OTHER}\n", ["info", "info"]),
        (f"APP_ENV=prod\nAPP_SECRET={KEY}\n", [None]),
        (f"APP_ENV=dev\nPAYMENT_SECRET={KEY}\n", [None]),
        (f"APP_ENV=dev\nAPP_SECRET={KEY}\nSLACK_BOT_TOKEN={OTHER}\n", ["info", None]),
    ],
    ids=["drawn by recipes", "of production", "somebody's own", "one of each"],
)
def test_what_symfony_draws_for_development_is_worth_knowing(text: str, severities: list[str | None]) -> None:
    book = Rulebook(packs=False)
    rule = book.check(book.named("hardcoded-secret"))
    found = [each for each in rule(project({".env": text, "symfony.lock": "{}"})) if isinstance(each, Finding)]
    assert [each.severity for each in found] == severities
    alone = [each for each in rule(project({".env": text})) if isinstance(each, Finding)]
    assert [each.severity for each in alone] == [None] * len(severities)


@pytest.mark.parametrize(
    ("path", "text", "partial"),
    [
        (".env", "VITE_API_URL=https://api.shop.example\n", True),
        ("api/.env-local", "DATABASE_URL=postgresql://postgres:password@localhost:5432/shop\n", True),
        (".docker.env", "SECRET_KEY=changeme\n", True),
        (".env", "MESSENGER_TRANSPORT_DSN=doctrine://default?auto_setup=0\nJWT_SECRET_KEY=%kernel.project_dir%/config/jwt/private.pem\n", True),
        (".env.pipeline", "APP_ENV=testing\nDATABASE_URL=mysql://app:s3cr3t@db:3306/app\n", True),
        (".env.panther", "DATABASE_URL=mysql://app:s3cr3t@db:3306/app\n", True),
        ("docker/.env.production", "DB_PASSWORD=ChangeThisToASecurePassword!\nACCESS_TOKEN_LIFETIME=3600\n", True),
        (".env.dusk.local", "APP_ENV=local\nDB_PASSWORD=tr0ub4dor\n", True),
        (".devcontainer/server/.env.server", "SECRET_KEY=changeme\n", False),
        ("backend/prisma/.env", 'DATABASE_URL="file:../data/shop.db"\n', True),
        (".env.test", "SECRET_KEY=test\n", False),
        (".env.example", "SECRET_KEY=changeme\n", False),
        (".env", "# nothing yet\n", False),
        ("ios/.xcode.env", "export NODE_BINARY=$(command -v node)\n", False),
    ],
)
def test_a_file_that_holds_nothing_yet_is_right_in_part(path, text, partial):
    book = Rulebook(packs=False)
    said = list(book.check(book.named("env-file-in-git"))(project({path: text})))
    assert any(isinstance(each, Skip) and each.verdict == "partial" for each in said) is partial
    assert not any(isinstance(each, Finding) and each.confidence != "low" for each in said)


@pytest.mark.parametrize(
    ("name", "told"), [("shop.p12", True), ("truststore.jks", False), ("trust-store.p12", False), ("debug.keystore", False), ("ssl-demo.pfx", False)]
)
def test_a_store_of_what_is_trusted_holds_no_key(name, told, tmp_path):
    (tmp_path / "README.md").write_text("# Shop\n")
    (tmp_path / name).write_bytes(b"\x30\x82")
    found = run(tmp_path, Config(select=("private-key-file",)), use_cache=False, jobs=1).report.shown
    assert bool(found) == told


@pytest.mark.parametrize(
    ("places", "told"),
    [
        (("scripts/a.js", "scripts/b.js"), [("scripts/a.js", "warning", 1)]),
        (("scripts/a.js", "src/b.ts"), [("src/b.ts", None, 1)]),
        (("src/scripts/a.ts",), [("src/scripts/a.ts", None, 0)]),
    ],
)
def test_a_name_for_the_browser_is_told_once_and_less_where_only_scripts_read_it(places: tuple[str, ...], told: list) -> None:
    book = Rulebook(packs=False)
    text = "const shop = connect(process.env.NEXT_PUBLIC_SHOP_CONSUMER_SECRET);\n"
    answers = book.check(book.named("secret-in-browser-bundle"))(project(dict.fromkeys(places, text)))
    found = [each for each in answers if isinstance(each, Finding)]
    assert [(each.at.path, each.severity, len(each.related)) for each in found] == told


@pytest.mark.parametrize(("text", "severity"), [("NODE_OPTIONS=--max-old-space-size=4096\n", "info"), (f"PAYMENT_SECRET={KEY}\n", None)])
def test_a_file_of_settings_that_opens_nothing_is_worth_knowing(text: str, severity: str | None) -> None:
    book = Rulebook(packs=False)
    (found,) = [each for each in book.check(book.named("env-file-in-git"))(project({".env": text})) if isinstance(each, Finding)]
    assert found.severity == severity
