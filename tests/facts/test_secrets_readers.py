"""Credentials under names that promise one: where each kind of file writes names and values, and what is none of it."""

from __future__ import annotations

import base64
import json
import time

import pytest

from prodlint.facts import facts_of
from prodlint.facts.secrets import place_of, token_shapes, wording
from prodlint.model import Secret
from prodlint.rulebook import own_rules
from tests.facts.drawn import hexadecimal, letters, password
from tests.pages import source

KEY = hexadecimal(40)
RANDOM = letters(24)
HUMAN = password()


def secrets(path: str, text: str) -> tuple[Secret, ...]:
    return facts_of(source(path, text)).secrets


def lines(path: str, text: str) -> list[int]:
    return [secret.line for secret in secrets(path, text) if secret.confidence != "low"]


PYTHON = {
    "assignment": f'VENDOR_API_KEY = "{KEY}"\n',
    "annotated": f'vendor_api_key: str = "{KEY}"\n',
    "class attribute": f'class Production:\n    SECRET_KEY = "{KEY}"\n'.replace("class", "class", 1),
    "keyword argument": f'client = Client(\n    api_key="{KEY}",\n)\n',
    "dict entry": f'CONFIG = {{\n    "password": "{HUMAN}",\n}}\n',
    "look-up with a default": f'import os\n\nKEY = os.environ.get("VENDOR_TOKEN", "{KEY}")\n',
    "look-up or a literal": f'import os\n\nKEY = os.getenv("VENDOR_TOKEN") or "{KEY}"\n',
    "decouple": f'KEY = config("VENDOR_TOKEN", default="{KEY}")\n',
    "click": f'@click.command()\n@click.option("--vendor-api-key", default="{KEY}")\ndef run(**kw): ...\n',
    "wrapped": f'class S(BaseSettings):\n    vendor_token: SecretStr = Field(default=SecretStr("{KEY}"))\n',
    "item assignment": f'import os\n\nos.environ["VENDOR_TOKEN"] = "{KEY}"\n',
    "parameter": f'def call(path, api_token="{KEY}"): ...\n',
    "auth pair": f'requests.get(url, auth=("api", "{RANDOM}"))\n',
    "login": f'smtp.login("shop@acme.io", "{HUMAN}")\n',
    "comparison": f'def f(token):\n    return token == "{KEY}"\n',
    "joined address": f'url = BASE + "/v2?api_key=" + "{KEY}"\n',
    "comment": f'# old: vendor_api_key = "{KEY}"\n',
    "address": f'DB = "postgresql://shop:{RANDOM}@db.shop-prod.io:5432/shop"\n',
    "address in an f-string": f'DB = f"redis://:{RANDOM}@cache.shop-prod.io/{{number}}"\n',
    "basic header": 'H = {"Authorization": "Basic ' + base64.b64encode(f"svc:{HUMAN}".encode()).decode() + '"}\n',
    "within a function": f'def f():\n    if x:\n        with y:\n            return g(client_secret="{KEY}")\n',
}
OTHERS = {
    ("settings.yml", "app:\n  jwt_secret: {KEY}\n"): 2,
    ("helm/values.yaml", 'env:\n  VENDOR_TOKEN: "{KEY}"\n'): 2,
    ("config/app.toml", '[keys]\nvendor_api_key = "{KEY}"\n'): 2,
    ("alembic.ini", "[alembic]\nredis_password = {HUMAN}\n"): 2,
    ("config/prod.json", '{"name": "shop",\n "vendorApiKey": "{KEY}"}\n'): 2,
    (".env", "DEBUG=0\nVENDOR_SECRET={KEY}\n"): 2,
    (".env.production", 'VENDOR_SECRET="{KEY}"\n'): 1,
    ("Dockerfile", "FROM python\nENV VENDOR_WRITE_KEY={KEY}\n"): 2,
    ("docker-compose.yml", "services:\n  web:\n    environment:\n      MAIL_PASSWORD: {HUMAN}\n"): 4,
    ("docker-compose.prod.yml", "services:\n  web:\n    environment:\n      - DB_PASSWORD={HUMAN}\n"): 4,
    ("k8s/web.yaml", "kind: Deployment\nenv:\n  - name: VENDOR_TOKEN\n    value: {KEY}\n"): 4,
    ("k8s/s.yaml", "apiVersion: v1\nkind: Secret\nmetadata:\n  name: db\ndata:\n  password: {ENCODED}\n"): 6,
    (".github/workflows/d.yml", "jobs:\n  d:\n    env:\n      VENDOR_API_KEY: {KEY}\n"): 4,
    ("infra/main.tf", 'resource "x" "y" {\n  client_secret = "{KEY}"\n}\n'): 2,
    ("infra/v.tf", 'variable "db_password" {\n  default = "{RANDOM}"\n}\n'): 2,
    ("deploy.sh", '#!/bin/sh\nexport ADMIN_PASSWORD="{HUMAN}"\n'): 2,
    ("run.sh", "curl -u admin:{RANDOM} https://api.acme.io\n"): 1,
    ("Makefile", "run:\n\tVENDOR_TOKEN={KEY} python -m shop\n"): 2,
    ("src/env.ts", 'export const k = process.env.JWT_SECRET_KEY ?? "{KEY}";\n'): 1,
    ("src/config.ts", "export const config = {\n  vendorApiKey: '{KEY}',\n};\n"): 2,
    ("src/a.js", "const clientSecret = '{KEY}';\n"): 1,
    ("main.go", 'var apiKey = "{KEY}"\n'): 1,
    ("config/web.xml", "<c>\n<Password>{HUMAN}</Password>\n</c>\n"): 2,
    ("app.properties", "mail.password={HUMAN}\n"): 1,
    ("wp-config.php", "<?php\ndefine('DB_PASSWORD', '{HUMAN}');\n"): 2,
    ("db/init.sql", "CREATE USER shop WITH PASSWORD '{RANDOM}';\n"): 1,
    (".netrc", "machine api.acme.io login shop password {RANDOM}\n"): 1,
    (".npmrc", "//npm.acme.io/:_authToken={UUID}\n"): 1,
    ("config/master.key", "{HEX32}\n"): 1,
    ("etc/shadow", "root:*:1\nshop:$6$saltsalt${KEY}:1:0\n"): 2,
}
VALUES = {
    "KEY": KEY,
    "RANDOM": RANDOM,
    "HUMAN": HUMAN,
    "ENCODED": base64.b64encode(RANDOM.encode()).decode(),
    "HEX32": hexadecimal(32),
    "UUID": "-".join((hexadecimal(8), hexadecimal(4), hexadecimal(4), hexadecimal(4), hexadecimal(12))),
}


def filled(text: str) -> str:
    for name, value in VALUES.items():
        text = text.replace("{" + name + "}", value)
    return text


@pytest.mark.parametrize("form", PYTHON)
def test_python(form: str) -> None:
    assert lines("shop/module.py", PYTHON[form]), form


@pytest.mark.parametrize(("path", "text"), OTHERS, ids=lambda value: value if "\n" not in value else "")
def test_other_files(path: str, text: str) -> None:
    assert lines(path, filled(text)) == [OTHERS[path, text]]


def test_a_notebook_is_read_as_its_cells_say() -> None:
    cell = {"cell_type": "code", "metadata": {}, "outputs": [], "source": ["import vendor\n", f'server_token = "{KEY}"\n']}
    text = json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=1)
    assert len(lines("explore.ipynb", text)) == 1


NONE = {
    "shop/settings.py": [
        'SECRET_KEY = os.environ["SECRET_KEY"]',
        'PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]',
        'TOKEN_URL = "https://auth.acme.io/oauth/token"',
        'SESSION_TOKEN_KEY = "session_access_token"',
        'PRIVATE_KEY_PATH = "/etc/shop/keys/private.pem"',
        'url = f"postgresql://{user}:{password}@{host}/{name}"',
        'api_key: str = ""',
        'API_KEY = "your-api-key-here"',
        'DB = "postgresql://shop:shop@localhost/shop"',
        'DB = "postgresql://user:password@example.com/shop"',
        'LINK = "http://mailto:jean-michel42@acme-mail.org/"',
        f'GIT_COMMIT = "{hexadecimal(40)}"',
        f'CACHE_KEY = "{hexadecimal(32)}"',
        'password = "{PLAIN}toto"',
        'EMPTY_PASSWORD_DIGEST = "d41d8cd98f00b204e9800998ecf8427e"',
    ],
    "docker-compose.yml": ["DATABASE_URL: postgres://${USER}:${PASS}@db/x", "POSTGRES_PASSWORD: postgres"],
    "infra/main.tf": ["password = random_password.db.result", "password = var.db_password"],
    "src/Login.tsx": ['<Input id="password" name="password" type="password" />', 'queryKey: ["organization-members-infinite-list"],'],
    "config/packages/shop.yaml": [
        "secret: '%env(APP_SECRET)%'",
        "secret_key: '%kernel.project_dir%/config/jwt/private.pem'",
        "credentials: '@shop_storage.credentials'",
        "encryption_key: '%env(resolve:OAUTH_ENCRYPTION_KEY)%'",
    ],
    "serverless.yml": ["STRIPE_SECRET_KEY: ${ssm:/prod/stripe/secret_key}"],
    "Dockerfile": ["# RUN --secret=id=github_token,env=GH_TOKEN2"],
}


@pytest.mark.parametrize("path", NONE)
def test_what_only_looks_like_one(path: str) -> None:
    for line in NONE[path]:
        assert not lines(path, f"x = 1\n{line}\n"), line


@pytest.mark.parametrize(
    "path",
    [
        "tests/test_api.py",
        "docs/setup.md",
        "locale/de/LC_MESSAGES/django.po",
        "yarn.lock",
        "web/dist/app.js",
        "ui/src/extractedTranslations/en/texts.json",
        "requests/login.http",
        "docs2/Shop.postman_collection.json",
        "postman/Shop API Collection.json",
        ".vs/Shop/config/applicationhost.config",
    ],
)
def test_names_mean_nothing_in_tests_documents_samples_and_data(path: str) -> None:
    assert not lines(path, f'api_key = "{KEY}"\npassword: {HUMAN}\n')


def test_settings_of_a_test_run_are_worth_little() -> None:
    assert not lines("docker-compose.test.yml", filled("services:\n  db:\n    environment:\n      - DB_PASSWORD={HUMAN}\n"))
    assert not lines("shop/settings/ci.py", f'SECRET_KEY = "{KEY}"\n')
    assert not lines(".run/Shop.run.xml", f'<component><env name="API_SECRET" value="{KEY}" /></component>\n')
    assert not lines("spi/src/testFixtures/kotlin/Store.kt", f'const val API_SECRET = "{KEY}"\n')
    assert not lines("setup.cfg", f"[tool:pytest]\nenv =\n    D:SECRET_KEY={KEY}\n")
    assert not lines("shop/mocks/partner.py", f'HEADERS = {{"access-token": "{KEY}"}}\n')


def test_a_key_for_debugging_only_opens_nothing() -> None:
    text = 'if not os.getenv("KEY"):\n    if {test}:\n        SECRET_KEY = "{KEY}"\n    else:\n        SECRET_KEY = "{OTHER}"\n'
    sides = {"DEBUG": [5], "not DEBUG": [3], 'ENV == "production"': [3], 'ENV in ("dev", "test")': [5], "settings.DEBUG and LOCAL": [5]}
    for test, found in sides.items():
        assert lines("shop/settings.py", text.format(test=test, KEY=KEY, OTHER=KEY[::-1])) == found, test
    assert lines("shop/settings.py", "DEBUG = True\n" + text.format(test="DEBUG", KEY=KEY, OTHER=KEY[::-1])) == [4, 6]
    assert lines("shop/settings.py", text.format(test="USE_CACHE", KEY=KEY, OTHER=KEY[::-1])) == [3, 5]


def test_rails_keeps_two_keys_that_open_nothing_beside_the_one_that_does() -> None:
    text = f"development:\n  secret_key_base: {KEY}\ntest:\n  secret_key_base: {KEY[::-1]}\nproduction:\n  secret_key_base: {KEY[2:]}\n"
    assert lines("config/secrets.yml", text) == [6]


@pytest.mark.parametrize(
    ("name", "promised"),
    [
        ("sonar.projectKey", ""),
        ("STRIPE_API_KEY", "key"),
        ("dbPassword", "password"),
        ("dbpasswd", "password"),
        ("client_secret", "secret"),
        ("SECRET_KEY", "secret"),
        ("authToken", "token"),
        ("VENDOR_PAT", "token"),
        ("PASSWORD_SALT", "secret"),
        ("DEFAULT_SALT", ""),
        ("secretData", ""),
        ("password_field", ""),
        ("max_tokens", ""),
        ("resetPassword", "some-key"),
        ("reset_admin_password", "password"),
        ("resetPasswordToken", "token"),
        ("token_type", ""),
        ("public_key", ""),
        ("foreign_key", ""),
        ("monkey", ""),
    ],
)
def test_what_names_promise(name: str, promised: str) -> None:
    assert wording.promise(name) == promised


def test_what_a_page_hands_to_every_visitor_is_none() -> None:
    line = f"script src='https://static.cloudflareinsights.com/beacon.min.js' {{}}='{{{{\"token\": \"{hexadecimal(32)}\"}}}}'\n"
    assert not lines("app/layout.haml", line.format("data-cf-beacon"))
    assert lines("app/layout.haml", line.format("data-session"))


def test_somebody_looked_at_it() -> None:
    assert lines("a.py", f'API_KEY = "{KEY}"\n')
    assert not secrets("a.py", f'API_KEY = "{KEY}"  # pragma: allowlist secret\n')
    assert not secrets("a.py", f'API_KEY = "{KEY}"  # gitleaks:allow\n')
    assert not secrets("a.py", f'# pragma: allowlist nextline secret\nAPI_KEY = "{KEY}"\n')


def test_places() -> None:
    assert [place_of(path) for path in ("shop/a.py", "README.md", "config.example.toml", "docs/a.py", "templates/a.html")] == [
        "live",
        "documentation",
        "example",
        "documentation",
        "live",
    ]
    tests = ("tests/a.py", "e2e/a.ts", "testdata/a.json", "src/__mocks__/a.js", "ShopTests/A.cs", "a_test.dart", "app/TestCase.java")
    assert {place_of(path) for path in tests} == {"test"}


def test_explain_says_where_to_take_each_back() -> None:
    page = (own_rules() / "secrets" / "hardcoded_secret.md").read_text(encoding="utf-8")
    assert not [entry["name"] for entry in token_shapes.table() if not entry.get("public") and entry["rotate"] not in page]


# ---------------------------------------------------------------- forms of one language each
FORMS = {
    "a choice by hand": ("a.py", 'X = os.environ["API_TOKEN"] if "API_TOKEN" in os.environ else "{hex}"\n'),
    "an address put together": ("a.py", 'url = "mysql://app:" + "{drawn}" + "@db.shop.io/app"\n'),
    "a key in its place": ("a.py", 'token = jwt.encode(payload, "{drawn}", algorithm="HS256")\n'),
    "a key of a mac": ("a.py", 'seen = hmac.new(b"{drawn}", body, hashlib.sha256).hexdigest()\n'),
    "a key of Fernet": ("a.py", 'box = Fernet(b"{drawn}")\n'),
    "settings of libpq": ("a.py", 'db = psycopg2.connect("dbname=app user=app password={human} host=db.shop.io")\n'),
    "a connection string": ("appsettings.json", '{{"Main": "Server=db.shop.io;Database=app;User Id=sa;Password={human};"}}\n'),
    "Django's own key": ("shop/settings.py", 'SECRET_KEY = "django-insecure-{long}"\n'),
    "the old form of ENV": ("Dockerfile", "FROM x\nENV API_TOKEN {hex}\n"),
    "a trial against a server": ("a.rb", "# curl -v https://api.shop.io/keys -H 'Authorization: Bearer {hex}'\n"),
    "a row of accounts": ("db/setup.sql", "INSERT INTO users (email, password) VALUES ('a@shop.io', '{human}');\n"),
    "a row of settings": ("db/setup.sql", "INSERT INTO settings (key, value) VALUES ('currency', 'EUR'), ('smtp_password', '{human}');\n"),
    "a role in a seed": ("db/seed.sql", "CREATE USER app WITH PASSWORD '{human}';\n"),
    "a key of a cluster": ("kubeconfig", "kind: Config\nusers:\n- name: a\n  user:\n    client-key-data: {pem}\n"),
}


@pytest.mark.parametrize(("path", "text"), FORMS.values(), ids=FORMS)
def test_forms(path: str, text: str) -> None:
    pem = base64.b64encode(f"-----BEGIN RSA PRIVATE KEY-----\n{letters(400, 8)}\n".encode()).decode()
    filled = text.format(hex=hexadecimal(40, 3), drawn=letters(32, 4), human=password(5), long=letters(50, 6), pem=pem)
    assert [secret.line for secret in secrets(path, filled) if secret.confidence != "low"] == [filled.count("\n")]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.py", 'db = connect(f"dbname=app user=app password={secret} host={host}")\n'),
        ("a.py", 'db = connect("dbname=app user=app password=Walnut2231! host=localhost")\n'),
        ("appsettings.json", '{"Main": "Server=(local);Database=app;User Id=sa;Password=Walnut2231!;"}\n'),
        ("db/setup.sql", "INSERT INTO users (email, password) VALUES ('a@shop.io', crypt('x', gen_salt('bf')));\n"),
        ("db/setup.sql", "INSERT INTO settings (key, value) VALUES ('password_policy', 'Walnut2231!');\n"),
        ("Dockerfile", "FROM x\nENV API_TOKEN $TOKEN\n"),
        ("a.py", 'token = jwt.decode(token, "verify", options={"verify_signature": False})\n'),
    ],
)
def test_forms_that_hold_none(path: str, text: str) -> None:
    assert not [secret for secret in secrets(path, text) if secret.confidence != "low"]


def test_a_sample_of_the_environment_holds_what_was_drawn() -> None:
    assert lines(".env.example", f"DEBUG=0\nVENDOR_SECRET={RANDOM}\nDB_PASSWORD={HUMAN}\nHOOK_SECRET=5f0c2b1e-7d1a-4c55-9a0e-3b1f2c4d5e6f\n") == [2]


def test_sections_of_a_file_of_settings() -> None:
    text = f"development:\n  secret_key_base: {KEY}\ntest:\n  secret_key_base: {KEY}1\nproduction:\n  secret_key_base: {hexadecimal(64, 9)}\n"
    assert lines("config/settings.yml", text) == [6]
    assert lines("config/settings.yml.txt", text) == [6]


def test_a_file_of_many_names_is_read_once() -> None:
    """Each name was sought a section for among all lines before it, and each line a value among all that were found: a minute for 12,000 names."""
    began = time.process_time()
    text = "".join(f"{part}:\n" + "".join(f'  key{n}: "value {n}"\n' for n in range(4000)) for part in ("production", "development", "staging"))
    assert lines("settings.yml", f'{text}  password: "{HUMAN}"\n') == [12_004]
    assert lines("settings.yml", text.replace("key3999", "password").replace("value 3999", HUMAN)) == [4001, 12_003]
    assert time.process_time() - began < 12


NONE_OF_THEM = {
    "the name of a variable": ("a.php", "'privateKey' => env('SAML2_SP_x509_KEY', ''),\n"),
    "a manager of passwords": (
        "a.ts",
        'enum Brand {\n  OnePassword = "5f0c2b1e-7d1a-4c55-9a0e-3b1f2c4d5e6f",\n  NordPass = "5f0c2b1e-7d1a-4c55-9a0e-3b1f2c4d5e60",\n}\n',
    ),
    "a route": ("web.php", "Route::post('change-password', 'Api\\ApiV2Controller@passwordUpdate')->middleware($m);\n"),
    "a setting's name": ("a.php", "$this->update('DB_PASSWORD=app', 'DB_PASSWORD='.$given);\n"),
    "between two strings": ("a.tsx", 'const x = { secret: uri.split("secret=")[1]?.split("&")[0] };\n'),
    "a salt that is published": ("a.exs", f'live_view: [signing_salt: "{letters(8, 3)}"]\n'),
    "a comment of a generator": ("config/initializers/devise.rb", f"  # config.secret_key = '{hexadecimal(128, 3)}'\n"),
    "an example of a schema": ("a.py", 'class C:\n    model_config = {"json_schema_extra": {"example": {"password": "Walnut@2231"}}}\n'),
    "the name of a digest": ("a.go", "UPDATE users SET password = ENCODE(DIGEST(password, 'sha256'), 'hex')\n"),
    "a fixture": ("a.go", f'const refreshFixtureToken = "{letters(40, 3)}"\n'),
    "what KMS has encrypted": ("locals.tf", f'locals {{\n  secrets = {{\n    db_password = "AQICAHh{letters(120, 5)}=="\n  }}\n}}\n'),
    "a part of a query": ("a.mjs", 'const narrow = await runs(() => page(token, "&started_at=gte.2026-08-01T00:00:00.000Z"));\n'),
    "an outcome": ("check.sh", "printf 'PASS: feature-005 renders and its schema validates\\n'\n"),
    "a comment of Rails": ("config/secrets.yml", "# shared:\n#   api_key: a1B2c3D4e5F6\n"),
    "a first CircleCI": ("circle.yml", f"machine:\n  environment:\n    SECRET_KEY: '{letters(50, 5)}'\n"),
    "a mail server of the own machine": (
        "try.js",
        'const t = nodemailer.createTransport({\n  host: "localhost",\n  auth: { user: "shop", pass: "ab_123" },\n});\n',
    ),
    "data of tests beside the code": ("src/constants/testData.ts", "export const who = { email: 'kim@x.org', password: '12345test' };\n"),
    "a trial against the own machine": ("a.rb", f"# curl -v http://localhost:3000/keys -H 'Authorization: Bearer {hexadecimal(32, 4)}'\n"),
    "joined on to a text": ("a.php", "$mail->line('Password: '.$this->server->authentication['pass']);\n"),
    "what Smarty fills in": (
        "setup.tpl.html",
        '<input type="password" name="db_password" size="20" value="{$smarty.post.db_password|default:\'\'}" autocomplete="off">\n',
    ),
    "what tells Rollbar of a page": ("_head.slim", f'  var _rollbarConfig = {{\n    accessToken: "{hexadecimal(32, 6)}",\n'),
    "a picture": ("app.js", "icons.icon('security-key', 'svg/ic_vpn_key_black_48px.svg').icon('sync', 'svg/sync.svg');\n"),
    "a host behind a password": ("a.go", 'smtp.PlainAuth("", "kim@shop.io", define.MailPassword, "smtp.163.com")\n'),
    "a salt beside a key": ("a.ts", "salt = crypto.scryptSync(CONFIG.ENCRYPTION_KEY, 'shop-apikey-pbkdf2-salt-v1', 32);\n"),
    "the name of a thing": ("a.ts", "const part = { templateKey: 'cpu-intel-core-i5-10500t', revision: 2 };\n"),
    "the name of a place in a session": ("a.php", "    string $userSessionKey = 'panel.admin.2fa.user_id',\n"),
    "the name of a place in a key chain": ("Keychain.swift", '  static let deviceToken = "shop.2fa_device_token"\n'),
    "a policy of passwords": ("environment.ts", "  flows: { resetPassword: 'B2C_1_PasswordReset' },\n"),
    "what says that it is none": ("a.go", '\t\t"password":    "thisIsAPassword123",\n'),
    "a list of bad passwords": ("V1__bad.sql", "INSERT INTO bad_passwords (password) VALUES\n('1q2w3e4r5t'),\n('Usuckballz1');\n"),
    "a solution": ("a.sln", 'Project("{FAE04EC0-301F-11D3-BF4B-00C04F79EFBC}") = "MailPassword", "Mail1\\\\Mail.csproj", "{8BCAB381}"\n'),
    "what PowerShell fills in": (".github/workflows/a.yml", "    'DB_PASSWORD=' = \"DB_PASSWORD=$env:DB_PASSWORD\"\n"),
    "a member of a class": ("publish.ps1", "    $Credential = [System.Management.Automation.PSCredential]::Empty\n"),
    "the form of a file of others": (
        "Import.php",
        '    // "info": {\n    //     "secret": "A4GRFTVVRBGY7UIW",\n    //     "algo": "SHA1",\n',
    ),
    "the name of a secret in a vault": ("Jenkinsfile_CNP", "    secret('paybubble-s2s-secret', 'PAYBUBBLE_S2S_SERVICE_SECRET'),\n"),
    "a salt from which a key is made": ("a.java", '        this.secretKey = deriveSecretKey("99066439-9e45-48e7-bb3d-7abff0e9cb9c", password);\n'),
    "what a shell runs": (
        "tokens.sh",
        's2s_token=`curl -X POST -s -H "Content-Type:application/json" "$S2S_URL" --proxy "$HTTP_PROXY" -k -d "{\\"service\\":\\"$S2S\\"}"`\n',
    ),
    "whoever reads it fills in their own": ("rest.html.erb", '  $ curl -u username:p4ssw0rd -H "Content-Type: text/xml" \\\n'),
    "what is to be drawn": ("stack.yaml", "  #     MasterUserPassword: RandomPassword123!\n"),
    "a container of a test": ("runIntegrationTests.cmd", 'docker run --rm -e "SA_PASSWORD=61cD4gE6!" -p 1439:1433 mssql\n'),
    "what a page says": ("messages.properties", "cms.changePassword.identification=<h3>Nyt kodeord</h3><p>Log ind med MitID 2, og skriv.</p>\n"),
    "a session that a seed makes up": ("prisma/seed.js", f"  await db.session.create({{ data: {{ refreshToken: '{hexadecimal(64, 7)}' }} }});\n"),
    "a row of a demo": ("a.sql", "INSERT INTO routers (name, password) VALUES ('north', 'admin123');\n"),
}


@pytest.mark.parametrize(("path", "text"), NONE_OF_THEM.values(), ids=NONE_OF_THEM)
def test_more_that_is_none(path: str, text: str) -> None:
    assert not lines(path, text)


def test_the_data_of_a_cluster_is_judged_decoded() -> None:
    text = "apiVersion: v1\nkind: Secret\ndata:\n  password: %s\n"
    assert not lines("s.yaml", text % base64.b64encode(b"postgres").decode())
    assert lines("s.yaml", text % base64.b64encode(HUMAN.encode()).decode()) == [4]


def test_a_key_that_a_package_tries_itself_with_opens_nothing_here() -> None:
    key = f'{{"key": "-----BEGIN RSA PRIVATE KEY-----\\n{letters(64, 2)}\\n{letters(64, 3)}\\n-----END RSA PRIVATE KEY-----"}}\n'
    assert secrets("config/service-key.json", key)
    assert not secrets("vendor/github.com/acme/oidc/service-key.json", key)
    assert not secrets("api/vendor/github.com/acme/oidc/service-key.json", key)
    assert secrets("src/vendor/service-key.json", key)  # of those who sell in a shop


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("deploy.sh", f"curl -u user:{letters(26, 4)}9 https://api.shop.io/orders\n"),
        ("db/mail.sql", f"INSERT INTO mail_settings (smtp_password) VALUES ('{letters(26, 5)}7');\n"),
        ("config/mail.ts", f'const resetPassword = "{letters(26, 6)}3";\n'),
    ],
)
def test_what_a_machine_drew_is_a_credential_where_a_word_would_be_none(path: str, text: str) -> None:
    assert lines(path, text) == [1]


SETTINGS_OVER = [
    ("SECRET_KEY = Path('/run/key').read_text().strip()\n", True),
    ("with open(KEY_FILE) as f:\n    SECRET_KEY = f.read().strip()\n", True),
    ("try:\n    with open(KEY_FILE) as f:\n        SECRET_KEY = f.read().strip()\nexcept OSError:\n    SECRET_KEY = get_random_secret_key()\n", True),
    ("try:\n    with open(KEY_FILE) as f:\n        SECRET_KEY = f.read().strip()\nexcept OSError:\n    pass\n", False),
    ("if KEY_FILE:\n    with open(KEY_FILE) as f:\n        SECRET_KEY = f.read()\n", False),
]


@pytest.mark.parametrize(("text", "read"), SETTINGS_OVER)
def test_a_key_that_settings_over_the_first_ones_take_from_a_file(text: str, read: bool) -> None:
    from prodlint.facts import settings_over

    (over,) = settings_over.read("from .base import *\n" + text)
    assert ("SECRET_KEY" in over.data) is read


NOBODYS = {
    "a query": ("q.php", "const FIND_TOKEN = 'SELECT * FROM `sessions` WHERE `session_token` = @session_token LIMIT 1';\n"),
    "a header behind one": (
        "v.php",
        "$h = [\"Auth: x=\".$this->login_auth, 'User-Agent: Mozilla/5.0 (iPhone; U; CPU iPhone OS 2_2_1 like Mac OS X; en-us)'];\n",
    ),
    "code between two texts": ("t.php", "$log->add('Compare Token: ' . ($mine->compareToken($this->entity) ? 'true' : 'false'));\n"),
    "a path of Windows": ("up.py", 'SSH_KEY = "C:/Users/user/.ssh/id_ed25519_do_new"\n'),
    "a mailbox that catches all": ("app.json", f'{{"Host": "smtp.ethereal.email",\n "User": "a@ethereal.email",\n "Password": "{RANDOM}"}}\n'),
    "what encrypts in development": ("config/environments/development.rb", f"config.encryption.deterministic_key = '{RANDOM}{RANDOM}'\n"),
    "what a schema shows": ("schemas.py", f'EndpointSecret = Field(examples=["whsec_{letters(39)}"])\n'),
    "the code of an error": (
        "UserError.java",
        '    NO_OAUTH_TOKEN("011_NO_OAUTH_TOKEN", "log in"), WRONG_PASSWORD("008_WRONG_PASSWORD", "try again");\n',
    ),
    "an attribute by its full name": ("Tokens.java", 'static final String REFRESH_TOKEN = "acme.oauth2.refreshToken";\n'),
    "the number of an approval": ("bill.txt", "Group: GRP-3300  Auth: BH-AUTH-2026-8891\nAuthorization: PA-UHC-2026-11234\n"),
    "what MoMo prints for everybody": ("Momo.java", 'static String secretKey = "K951B6PE1waDMi640xX08PD3vg6EkVlz";\n'),
    "what is built into an app of Facebook's": ("res/values/strings.xml", f'<string name="facebook_client_token">{hexadecimal(32)}</string>\n'),
    "which telephone": ("application.properties", f"fcm.token={letters(22)}:APA91b{letters(134)}\n"),
    "what search engines read on the site": ("indexnow.py", f'INDEXNOW_KEY = "{hexadecimal(32)}"\n'),
    "what a browser knows a sender by": ("push.js", f"  applicationServerKey: 'B{letters(86)}'\n"),
    "what shows one-time passwords": ("Mfa.java", '  @ExampleObject(value = """\n { "data": { "secret": "JBSWY3DPEHPK3PXP" } }\n'),
    "maps of Yandex": ("Map.tsx", '<YMaps query={{ apikey: "5a50ba23-ce9a-45cd-be41-849e6f0c3f1e", lang: "ru_RU" }}>\n'),
    "what a comment shows": ("client.ts", f"/**\n * @example whsec_{letters(39)}\n */\n"),
}
SOMEBODYS = {
    "a salt with spaces": ("wp.php", "define('AUTH_KEY', '" + "aB3$ kQ9!vT~zXw7^Lp2&hJ5 mNr8*Ys4(Gd6)Fc1_Ue0+Ia" + "');\n"),
    "a mailbox": ("app.json", f'{{"Host": "smtp.acme.io",\n "User": "a@acme.io",\n "Password": "{RANDOM}"}}\n'),
    "what encrypts": ("config/environments/production.rb", f"config.encryption.deterministic_key = '{RANDOM}{RANDOM}'\n"),
    "a key struck on a keyboard": ("a.sql", "('JWT', '{\"secret\":\"h4f8093h4f983yhrt9834hr0934hf0hf493g493gf438rh438th34g34g\"}')\n"),
    "a key with a number before it": ("Keys.java", f'static final String OAUTH_TOKEN = "011_{RANDOM}";\n'),
    "a token in three parts": ("Tokens.java", f'static final String REFRESH_TOKEN = "acme.{letters(12)}.{letters(16, 2)}";\n'),
    "the other half of a pair": ("push.js", f"  vapidPrivateKey: '{letters(43)}'\n"),
    "a key of the same length": ("a.js", f"  serverKey: 'B{letters(86)}'\n"),
    "a licence": ("a.ts", 'const LICENSE_KEY = "QZXKJ-WPLMV-83921-22981";\n'),
    "an account of one's own in a sandbox": ("Momo.java", f'static String secretKey = "{letters(32)}";\n'),
    "a token of a client": ("res/values/strings.xml", f'<string name="vendor_client_token">{hexadecimal(32)}</string>\n'),
    "a key for maps that nobody is told": ("Map.tsx", 'const options = { apikey: "5a50ba23-ce9a-45cd-be41-849e6f0c3f1e", lang: "ru_RU" };\n'),
    "a secret of a webhook": ("hooks.py", f'ENDPOINT = "whsec_{letters(39)}"\n'),
}


@pytest.mark.parametrize(("path", "text"), NOBODYS.values(), ids=NOBODYS)
def test_what_opens_nothing(path: str, text: str) -> None:
    assert lines(path, text) == []


@pytest.mark.parametrize(("path", "text"), SOMEBODYS.values(), ids=SOMEBODYS)
def test_what_opens_something(path: str, text: str) -> None:
    assert lines(path, text)


def test_a_token_within_a_picture() -> None:
    token = "EAAB" + letters(70)
    assert lines("view.ts", f'picture = "data:image/jpeg;base64,{letters(200)}+{token}/{letters(80)}"\n') == []
    assert lines("view.ts", f'fb = "{token}"\n') == [1]


def test_what_is_thrown_away_is_known_with_the_secret() -> None:
    found = {path: secrets(path, f'services:\n  db:\n    environment:\n      VENDOR_API_KEY: "{KEY}"\n')[0].workshop for path in
             ("docker-compose.yml", "docker-compose.prod.yml", "docker-compose.dev.yml")}  # fmt: skip
    assert found == {"docker-compose.yml": "compose", "docker-compose.prod.yml": "", "docker-compose.dev.yml": "throw-away"}


@pytest.mark.parametrize(("path", "kind"), [(".env.travis", "throw-away"), (".env.scrutinizer", "throw-away"), (".env.production", "")])
def test_what_a_build_is_given_is_thrown_away(path: str, kind: str) -> None:
    assert [secret.workshop for secret in secrets(path, f"APP_ENV=testing\nVENDOR_API_KEY={KEY}\n")] == [kind]


@pytest.mark.parametrize(
    ("line", "sure"), [('String API_KEY = "{}";', "high"), ('// String API_KEY = "{}";', "medium"), ("# VENDOR_API_KEY={}", "medium")]
)
def test_what_a_comment_keeps_may_have_been_ended(line: str, sure: str) -> None:
    (found,) = secrets(".env" if line.startswith("#") else "Keys.java", f"a\n{line.format(KEY)}\n")
    assert found.confidence == sure


SANDBOXES = [
    ("app.sql", "('paypal_domain', 'sandbox.paypal.com'),\n('paypal_secret', '{}')", "medium"),
    ("VNPayConfig.java", 'String url = "https://sandbox.vnpayment.vn/pay.html";\nString secretKey = "{}";', "medium"),
    ("app.sql", "('paypal_domain', 'api.paypal.com'),\n('paypal_secret', '{}')", "high"),
    ("pay.ts", 'const host = live ? "api.paypal.com" : "api.sandbox.paypal.com";\nconst paypalSecret = "{}";', "high"),
    ("application.properties", "paypal.url=https://api.sandbox.paypal.com\nmail.password={}", "high"),
    ("Config.java", 'String url = "https://sandbox.vnpayment.vn/pay.html";\nString jwtSecret = "{}";', "high"),
    (".env", "RAZORPAY_KEY_ID=rzp_test_9aBcDeFgHiJkLm\nRAZORPAY_KEY_SECRET={}", "medium"),
    (".env", "RAZORPAY_KEY_ID=rzp_live_9aBcDeFgHiJkLm\nRAZORPAY_KEY_SECRET={}", "high"),
    (".env", "RAZORPAY_KEY_ID=rzp_test_9aBcDeFgHiJkLm\nJWT_SECRET={}", "high"),
    (".env", "SHIPPO_TOKEN=shippo_test_{}", "medium"),
    ("package.json", '"chromatic": "npx chromatic --project-token=chpt_{}"', "medium"),
]


@pytest.mark.parametrize(("path", "text", "sure"), SANDBOXES)
def test_what_opens_a_sandbox_is_less_than_what_opens_the_shop(path: str, text: str, sure: str) -> None:
    (found,) = secrets(path, text.format(letters(30)) + "\n")
    assert found.confidence == sure


RUST = """use app::Keys;

pub const VENDOR_TOKEN: &str = "{key}";

#[cfg(test)]
mod tests {{
    const VENDOR_TOKEN: &str = "{key}";

    #[test]
    fn opens() {{
        open("postgresql://shop:{human}@db.internal:5432/shop");
    }}
}}

pub fn address() -> &'static str {{
    "postgresql://shop:{human}@db.internal:5432/shop"
}}
"""


def test_tests_that_stand_in_a_file_of_rust() -> None:
    text = RUST.format(key=KEY, human=HUMAN)
    assert lines("src/keys.rs", text) == [3, 16]
    assert lines("src/keys.rs", text.replace("#[cfg(test)]", "#[cfg(feature)]")) == [3, 7, 11, 16]
    assert lines("src/keys.rs", text.replace("mod tests {", "mod tests;", 1)) == [3, 7, 11, 16]  # they are elsewhere


SHOWN = {
    "an answer of OpenAPI": ("Login.php", ' *       example={{"name":"shop","token":"{}"}}', ' *       answer={{"name":"shop","token":"{}"}}'),
    "documentation": ("Login.cs", '/// Password = "Blue9horse",', '// Password = "Blue9horse",'),
    "documentation, drawn": ("Login.cs", '/// password: "Blue9horse",', '/// password: "{}",'),
    "a page of PHP": ("war.php", "const QUEUE_KEY = 'wr_{}_<?= $id ?>';", "const QUEUE_KEY = 'wr_{}';"),
    "an address without a password": ("a.rs", 'assert!(secret("postgresql://db.internal:5432/shop"));', 'let secret = "{}";'),
    "a container that is tried": ("start-database.sh", 'DB_PASSWORD="dev123"', 'DB_PASSWORD="{}"'),
    "a bot of documentation": ("a.js", 'const bot_token = "123456:ABC-DEF1234ghIkl-zyx57W2v1u123ew11";', 'const bot_token = "{}";'),
    "made-up data": ("src/data/sampleData.js", 'const bot_token = "{}";', ""),
    "a channel of Pusher": ("ws.js", "appKey: env.VITE_REVERB_APP_KEY || '{}',", "appSecret: env.VITE_REVERB_APP_SECRET || '{}',"),
    "a channel of another": ("ws.js", "REVERB_APP_KEY = '{}';", "VENDOR_APP_KEY = '{}';"),
    "an answer in Java": (
        "SignIn.java",
        'examples = @ExampleObject(name = "new", value = """\n{{\n  "accessToken": "{}"\n}}\n""")',
        'examples = @ExampleObject("""\n{{}}\n""")\nString accessToken = "{}";',
    ),
    "an interface that documents": ("web/controller/apidocs/SignIn.java", 'String accessToken = "{}";', ""),
    "a trial key that counts": ("seed.php", "'value' => 'sk_test_51234567890abcdef',", ""),
    "a key of a checksum": ("application.yml", "checksum-key: 12ab", "    checksum-key: {}"),
    "a fallback of Spring": (
        "application.yml",
        "jwt:\n  secret: ${{JWT_SECRET:change-me-before-production-please}}\n  issuer: ${{JWT_ISSUER:https://id.shop.io/realms/shop}}",
        "jwt:\n  secret: ${{JWT_SECRET:{}}}",
    ),
    "a fallback of Compose": (
        "compose.yml",
        "    SIGNING_SECRET: ${{SIGNING_SECRET:-local-signing-secret}}",
        "    SIGNING_SECRET: ${{SIGNING_SECRET:-{}}}",
    ),
    "what a page tells of its errors": (
        "logged.js",
        "Bugsnag.start({{ apiKey: '{}' }});",
        "Payments.start({{ apiKey: '{}' }});",
    ),
    "what the app encrypted": (
        "settings.json",
        '{{"certPasswordEnc": "f8UcBEoWywpoHvDN:cZJFYY2CZG3w4SF9K2U+bg==:{0}=="}}',
        '{{"certPasswordEnc": "{}"}}',
    ),
    "a globe": ("globe.js", "Cesium.Ion.defaultAccessToken = '{}';", "vendor.accessToken = '{}';"),
}


@pytest.mark.parametrize(("path", "quiet", "told"), SHOWN.values(), ids=SHOWN)
def test_what_is_only_shown(path: str, quiet: str, told: str) -> None:
    value = (
        KEY
        if path != "globe.js"
        else ".".join(
            base64.urlsafe_b64encode(part.encode()).decode().rstrip("=")
            for part in ('{"alg":"HS256","typ":"JWT"}', '{"jti":"8c2f51d0-7a3e","id":88213,"iat":1730000000}', letters(32))
        )
    )
    assert not lines(path, quiet.format(value) + "\n")
    assert not told or lines(path, told.format(value) + "\n")


MILDER = {
    "for the own machine": ("vault.go", 'const defaultVaultSecret = "{}"{}', " // for local testing", " // of the vault"),
    "for a trial of Worldpay": ("settings.json", '{{"ServiceKey": "{1}{0}"}}', "T_S_", "L_S_"),
}


@pytest.mark.parametrize(("path", "form", "mild", "grave"), MILDER.values(), ids=MILDER)
def test_what_opens_little_is_a_warning(path: str, form: str, mild: str, grave: str) -> None:
    value = RANDOM if path.endswith(".go") else f"{KEY[:8]}-{KEY[8:12]}-4{KEY[13:16]}-a{KEY[17:20]}-{KEY[20:32]}"
    assert [secret.confidence for secret in secrets(path, form.format(value, mild) + "\n")] == ["medium"]
    assert [secret.confidence for secret in secrets(path, form.format(value, grave) + "\n")] == ["high"]


def test_a_public_key_that_looks_like_ibms() -> None:
    key = letters(44)
    assert not lines("token.go", f"// Current key: {key}\n")
    assert lines("cloud.go", f"// ibm_cloud_iam_key: {key}\n")


def test_a_public_key_in_a_sample() -> None:
    half = "B" + "k9Xw" * 21 + "Qz"
    assert not lines(".env.example", f"FIREBASE_VAPID_KEY={half}\n")
    assert lines(".env.example", f"VAPID_PRIVATE_KEY={letters(43)}\n")
