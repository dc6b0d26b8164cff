"""A planted credential is in no output, in no cache, in no message: in every format, with everything shown, with a fix planned."""

from __future__ import annotations

import base64
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.facts.drawn import hexadecimal, letters, password, private_key, web_token

FORMATS = ("text", "json", "github", "sarif", "gitlab", "junit", "rdjson", "markdown", "html")
PLANTED = {
    "stripe": "sk_live_" + letters(28, 3),
    "aws": "AKIA" + letters(16, 4, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"),
    "hex": hexadecimal(40, 5),
    "drawn": letters(32, 6),
    "human": password(7),
    "address": letters(18, 8),
    "role": web_token({"iss": "supabase", "ref": "a1", "role": "service_role"}, 9),
    "quoted": letters(20, 10) + "!",
    "inside": letters(22, 11),
    "encoded": letters(24, 12),
    "browser": "sk_live_" + letters(26, 13),
    "npm": "npm_" + letters(36, 14),
    "comment": hexadecimal(32, 15),
    "joined": "sk_live_" + letters(30, 16),
    "allowed": hexadecimal(36, 17),
    "past": "sk_live_" + letters(27, 18),
    "broken": letters(26, 21),
    "connected": letters(23, 22),
    "seeded": letters(25, 23),
    "shared": letters(29, 24),
    "signing": letters(31, 25),
}


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("planted")
    v = PLANTED
    half = len(v["joined"]) // 2
    files = {
        "shop/settings.py": (
            f'STRIPE_KEY = "{v["stripe"]}"\nAPI_TOKEN: str = "{v["hex"]}"\nDB = "postgres://app:{v["address"]}@db.shop.io/app"\n'
            f'CONFIG = {{"password": "{v["human"]}", "db_password": \'{v["quoted"]}\'}}\n# old api_key = "{v["comment"]}"\n'
            f'JOINED_SECRET = "{v["joined"][:half]}" "{v["joined"][half:]}"\n'
            f'OTHER_TOKEN = "{v["allowed"]}"  # pragma: allowlist secret\n'
            f'def pay(key="{v["stripe"]}"):\n    log("{v["stripe"]}")\n    raise ValueError("{v["hex"]}")\n'
        ),
        "shop/keys.py": f'KEY = """{private_key("RSA", 19)}"""\n',
        "deploy/server.pem": private_key("", 20),
        "config.yml": f"vendor_secret: {v['drawn']}\naws: {v['aws']}\n",
        "k8s/s.yaml": f"apiVersion: v1\nkind: Secret\nmetadata:\n  name: x\ndata:\n  password: {base64.b64encode(v['encoded'].encode()).decode()}\n",
        "web/db.ts": f"const key = '{v['role']}';\n",
        ".env.production": f"VITE_STRIPE_SECRET={v['browser']}\n",
        ".npmrc": f"//registry.npmjs.org/:_authToken={v['npm']}\n",
        "deploy.sh": f'curl -H "Authorization: Bearer {v["inside"]}" https://api.shop.io\n',
        "shop/broken.py": f'API_TOKEN = "{v["broken"]}" )\nx = = "{v["broken"]}"\n',
        "broken.yml": f"password: '{v['broken']}\n  - [\n",
        "broken.json": f'{{"password": "{v["broken"]}", }}}}\n',
        "broken.toml": f'password = "{v["broken"]}\n= 3\n',
        "broken.tf": f'resource "a" "b" {{\n  password = "{v["broken"]}"\n  = \n',
        "broken.ipynb": f'{{"cells": [{{"source": ["api_key = \\"{v["broken"]}\\""]\n',
        "appsettings.json": f'{{"Main": "Server=db.shop.io;User Id=sa;Password={v["connected"]};"}}\n',
        "db/setup.sql": f"INSERT INTO settings (key, value) VALUES ('smtp_password', '{v['seeded']}');\n",
        ".env.sample": f"VENDOR_SECRET={v['shared']}\n",
        "web/sign.ts": f'import jwt from "jsonwebtoken";\nexport const t = jwt.sign({{ a: 1 }}, "{v["signing"]}");\n',
        "shop/sign.py": f'import jwt\n\n\ndef token(a):\n    return jwt.encode(a, "{v["signing"]}", algorithm="HS256")\n',
        ".gitignore": "__pycache__/\n.prodlint_cache/\n",
        ".env.example": "DEBUG=0\n",
    }
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    git(root, "init", "-q")
    (root / "old.py").write_text(f'KEY = "{PLANTED["past"]}"\n')
    git(root, "add", ".")
    git(root, "-c", "user.name=a", "-c", "user.email=a@b.c", "commit", "-qm", "one")
    (root / "old.py").write_text("KEY = None\n")
    git(root, "add", ".")
    git(root, "-c", "user.name=a", "-c", "user.email=a@b.c", "commit", "-qm", "two")
    return root


def git(root: Path, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=root, check=True, capture_output=True)


def prodlint(root: Path, *arguments: str, codes: tuple[int, ...] = (0, 1)) -> str:
    environment = {name: value for name, value in os.environ.items() if name != "PRODLINT_CACHE_DIR"}
    done = subprocess.run(
        [sys.executable, "-P", "-m", "prodlint", *arguments], cwd=root, capture_output=True, text=True, env=environment, check=False, timeout=300
    )
    assert done.returncode in codes, done.stderr
    return done.stdout + done.stderr


def pieces() -> dict[str, str]:
    """What must not be seen: every value, the middle of every value, encoded values, a line of each key."""
    out = {**PLANTED, "encoded as written": base64.b64encode(PLANTED["encoded"].encode()).decode()}
    out |= {f"the middle of {name}": value[6:-4] for name, value in PLANTED.items() if len(value) > 20}
    out |= {f"a line of key {seed}": private_key("", seed).splitlines()[2] for seed in (19, 20)}
    return out


def test_every_planted_value_is_found(tree: Path) -> None:
    text = prodlint(tree, "check", "--select", "secrets", "--all", "--history")
    for place in ("shop/settings.py:1:", "settings.py:2:", "settings.py:3:", "settings.py:4:", "settings.py:5:", "settings.py:6:", "keys.py:1:"):
        assert place in text
    for place in (
        "server.pem:1:",
        "config.yml:1:",
        "config.yml:2:",
        "s.yaml:6:",
        "db.ts:1:",
        "deploy.sh:1:",
        ".env.production:1:",
        ".npmrc:1:",
        "old.py:1:",
        "broken.py:1:",
        "appsettings.json:1:",
        "setup.sql:1:",
        ".env.sample:1:",
        "sign.py:5:",
    ):
        assert place in text
    assert "settings.py:7:" not in text


@pytest.mark.parametrize("form", FORMATS)
def test_no_output_shows_one(tree: Path, form: str) -> None:
    seen = prodlint(tree, "check", "--select", "secrets", "--all", "--verbose", "--history", "--format", form)
    assert not [name for name, value in pieces().items() if value in seen]


def test_nor_does_a_fix_the_checklist_or_the_routes(tree: Path) -> None:
    seen = prodlint(tree, "check", "--select", "secrets", "--diff", "--unsafe-fixes") + prodlint(tree, "checklist", "--verbose")
    seen += prodlint(tree, "routes", "--format", "json")
    assert not [name for name, value in pieces().items() if value in seen]


def test_nor_does_what_writes_the_fix(tree: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(tree, copy)
    seen = prodlint(copy, "check", "--fix", "--unsafe-fixes", "--all", "--verbose")
    assert 'os.environ["API_TOKEN"]' in (copy / "shop/settings.py").read_text()
    assert "API_TOKEN=\n" in (copy / ".env.example").read_text()
    assert ".env\n" in (copy / ".gitignore").read_text()
    assert not [name for name, value in pieces().items() if value in seen]
    again = (copy / ".env.example").read_text() + (copy / ".gitignore").read_text()
    assert not [name for name, value in pieces().items() if value in again]


def test_nor_a_message_of_what_crashes(tree: Path, tmp_path: Path) -> None:
    """A rule that tells all that it knows of a file, in the error that ends it."""
    pack = tmp_path / "pack" / "rules" / "secrets"
    pack.mkdir(parents=True)
    (pack / "teller.md").write_text("---\ncode: PRD499\nseverity: error\nsummary: Tells.\n---\n# teller\n")
    (pack / "teller.py").write_text(
        "def check(project):\n    raise ValueError(repr(project.files) + repr(list(project.secrets())) + repr(project.git))\n    yield\n"
    )
    seen = prodlint(tree, "check", "--pack", str(tmp_path / "pack"), "--select", "teller", codes=(0, 1, 2))
    assert "teller crashed: ValueError" in seen
    assert not [name for name, value in pieces().items() if value in seen]


def test_nor_the_cache(tree: Path) -> None:
    prodlint(tree, "check")
    kept = b"".join(file.read_bytes() for file in (tree / ".prodlint_cache").rglob("*") if file.is_file())
    assert kept
    assert not [name for name, value in pieces().items() if value.encode() in kept]
