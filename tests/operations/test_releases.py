"""What is started in production, where migrations run, how deploys wait for one another, what code reads from its environment."""

from __future__ import annotations

import pytest

from tests.operations.projects import project, workflow

DJANGO = {"shop/migrations/0001_initial.py": "operations = []\n"}


def when(files: dict[str, str]) -> list[str]:
    return [each.when for each in project({**DJANGO, **files}).migrating()]


@pytest.mark.parametrize(
    ("files", "places"),
    [
        ({"Procfile": "release: python manage.py migrate\nweb: gunicorn shop.wsgi\n"}, ["before"]),
        ({"Procfile": "web: python manage.py migrate && gunicorn shop.wsgi\n"}, ["start"]),
        ({"fly.toml": '[deploy]\nrelease_command = "alembic upgrade head"\n'}, ["before"]),
        ({"package.json": '{"scripts": {"vercel-build": "prisma migrate deploy && next build"}}'}, ["before"]),
        (
            {"Dockerfile": 'FROM x\nENTRYPOINT ["/app/entrypoint.sh"]\n', "docker/entrypoint.sh": "#!/bin/sh\n./manage.py migrate\nexec gunicorn\n"},
            ["start"],
        ),
        ({"Dockerfile": 'FROM x\nCMD ["gunicorn", "shop.wsgi"]\n'}, []),
        ({"charts/shop/templates/migrate-job.yaml": "apiVersion: batch/v1\nkind: Job\n{{- if .Values.on }}\nname: x\n{{- end }}\n"}, ["before"]),
    ],
)
def test_migrations_run_before_the_release_or_when_it_starts(files, places):
    assert when(files) == places


@pytest.mark.parametrize(
    ("step", "places"),
    [
        # every line of a script that an action runs elsewhere
        (
            "- uses: appleboy/ssh-action@v1\n  with:\n    script: |\n      cd app\n      docker compose exec web ./manage.py migrate",
            ["before"],
        ),
        ('- uses: some/ecs-run-task@v1\n  with:\n    task-command: \'["rails", "db:migrate"]\'', ["before"]),
        ("- run: pnpm --filter api db:migrate", ["before"]),
        ("- run: wrangler d1 migrations apply shop --remote", ["before"]),
        ("- run: node dist/scripts/migrate.js", ["before"]),
        ("- run: bin/shop eval 'Shop.Release.migrate'", ["before"]),
        # a task elsewhere, of that name
        ("- run: gcloud run jobs execute migrate --wait", ["perhaps"]),
        ("- run: kubectl apply -f k8s/migrate-job.yaml", ["perhaps"]),
        ("- uses: octo/run-migrations@v2", ["perhaps"]),
        ("- run: ./manage.py makemigrations --check", []),
        ("- run: echo migrate by hand", []),
        ("- run: rails db:migrate:status", []),
    ],
)
def test_steps_of_a_deploy_that_migrate(step, places):
    indented = "\n".join(f"    {line}" for line in step.splitlines())
    jobs = f"ship:\n  runs-on: x\n  steps:\n    - run: flyctl deploy\n{indented}\n"
    assert when(workflow(jobs)) == places


def test_migrations_of_a_database_for_tests_are_not_those_of_the_deploy():
    jobs = """
    test:
      runs-on: x
      steps:
        - run: ./scripts/run-migrations-for-tests
        - run: pytest
    ship:
      needs: test
      runs-on: x
      steps:
        - run: flyctl deploy
    """
    assert when(workflow(jobs)) == []


def test_jobs_migrate_before_after_or_beside_the_deploy():
    jobs = """
    migrate:
      runs-on: x
      steps:
        - run: alembic upgrade head
    deploy:
      needs: migrate
      runs-on: x
      steps:
        - run: kamal deploy
    """
    assert when(workflow(jobs)) == ["before"]
    assert when(workflow(jobs.replace("needs: migrate", "if: true"))) == ["beside"]
    after = jobs.replace("needs: migrate", "if: true").replace(
        "runs-on: x\n      steps:\n        - run: alembic", "needs: deploy\n      runs-on: x\n      steps:\n        - run: alembic"
    )
    assert when(workflow(after)) == ["after"]


def test_the_database_of_tests_is_not_the_one_that_is_deployed():
    jobs = """
    test:
      runs-on: x
      steps:
        - run: alembic upgrade head
        - run: pytest
    deploy:
      needs: test
      runs-on: x
      steps:
        - run: kamal deploy
    """
    assert when(workflow(jobs)) == []


@pytest.mark.parametrize(
    ("command", "applies"),
    [
        ("python manage.py migrate --check", False),
        ("make makemigrations", False),
        ("make migrate", True),
        ("./bin/run-migrations", True),
        ("cat migrate", False),
    ],
)
def test_what_applies_migrations(command, applies):
    assert when({"Procfile": f"release: {command}\n"}) == (["before"] if applies else [])


def turn(head: str, run: str = "terraform apply") -> tuple[bool, bool, bool]:
    (found,) = project({".github/workflows/d.yml": f"on: push\n{head}jobs:\n  deploy:\n    runs-on: x\n    steps:\n      - run: {run}\n"}).turns()
    return found.group is not None, found.cancels, found.fragile


def test_deploys_wait_for_one_another():
    assert turn("") == (False, False, True)
    assert turn("concurrency: production\n") == (True, False, True)
    assert turn("concurrency:\n  group: a\n  cancel-in-progress: true\n") == (True, True, True)
    assert turn("concurrency: a\n", "kamal deploy") == (True, False, False)
    gitlab = {".gitlab-ci.yml": "deploy:\n  stage: deploy\n  resource_group: production\n  script:\n    - kamal deploy\n"}
    assert [each.group is not None for each in project(gitlab).turns()] == [True]


def lenient(files: dict[str, str]) -> list[tuple[str, bool]]:
    return [(each.at.path, each.certain) for each in project(files).lenient()]


@pytest.mark.parametrize(
    ("files", "found"),
    [
        ({"Procfile": "web: flask run\n"}, [("Procfile", True)]),
        ({"Procfile": "web: uvicorn shop:app --reload\n"}, [("Procfile", True)]),
        ({"Procfile": "web: uvicorn shop:app\n"}, []),
        ({"Procfile.dev": "web: flask run\n"}, []),
        ({"Dockerfile": 'FROM x\nCMD ["flask", "run"]\n'}, []),  # nothing says that it is deployed
        ({"Dockerfile": 'FROM x\nCMD ["flask", "run"]\n', "fly.toml": 'app = "x"\n'}, [("Dockerfile", False)]),
        ({"Dockerfile": 'FROM x\nCMD ["flask", "run"]\n', "fly.toml": '[processes]\nweb = "gunicorn x"\n'}, []),
        ({"Dockerfile": 'FROM x\nCMD ["flask", "run"]\n', "Dockerfile.prod": 'FROM x\nCMD ["gunicorn", "x"]\n', "fly.toml": 'app = "x"\n'}, []),
        ({"Dockerfile.dev": 'FROM x\nCMD ["flask", "run"]\n', "fly.toml": 'app = "x"\n'}, []),
        ({"Procfile": "web: ./start.sh\n", "start.sh": 'if [ "$E" = dev ]; then\nflask run\nfi\ngunicorn x\n'}, []),  # a script that chooses
        ({"fly.toml": '[env]\nNODE_ENV = "development"\n'}, [("fly.toml", True)]),
        ({"fly.staging.toml": '[env]\nNODE_ENV = "development"\n'}, []),
        ({"fly.toml": '[env]\nDEBUG = "app:*"\n'}, []),
        ({"render.yaml": "services:\n  - type: web\n    envVars:\n      - key: DJANGO_DEBUG\n        value: 'true'\n"}, [("render.yaml", True)]),
        ({"compose.prod.yml": "services:\n  web:\n    image: x\n    environment:\n      - APP_DEBUG=1\n"}, [("compose.prod.yml", True)]),
        ({"compose.yml": "services:\n  web:\n    image: x\n    environment:\n      - APP_DEBUG=1\n"}, []),
    ],
)
def test_production_is_no_developers_machine(files, found):
    assert lenient(files) == found


def test_the_only_settings_of_an_app_that_is_deployed():
    settings = {"shop/settings.py": "DEBUG = True\nINSTALLED_APPS = []\n"}
    assert lenient(settings) == []
    assert lenient({**settings, "Procfile": "web: gunicorn shop.wsgi\n"}) == [("shop/settings.py", False)]
    assert lenient({**settings, "shop/settings_prod.py": "DEBUG = False\n", "Procfile": "web: gunicorn shop.wsgi\n"}) == []


@pytest.mark.parametrize(
    ("path", "code", "names"),
    [
        ("a.ts", "const a = process.env.MAIL_KEY!;", ["MAIL_KEY"]),
        ("a.ts", "const a = process.env.MAIL_KEY ?? '';", []),
        ("a.ts", "if (process.env.MAIL_KEY) { send(process.env.MAIL_KEY) }", []),
        ("a.ts", "const a = process.env.VERCEL_URL", []),
        ("supabase/functions/x/index.ts", 'Deno.env.get("SUPABASE_URL"); Deno.env.get("MAIL_KEY")', ["MAIL_KEY"]),
        ("vite.config.ts", "const a = process.env.MAIL_KEY", []),
        ("a.go", 'var key = os.Getenv("MAIL_KEY")', ["MAIL_KEY"]),
        ("a.rb", 'key = ENV.fetch("MAIL_KEY")\nother = ENV.fetch("MAIL_FROM", "x")\nmore = ENV["MAIL_HOST"]', ["MAIL_KEY"]),
    ],
)
def test_variables_that_other_languages_read_bare(path, code, names):
    assert sorted(project({path: code + "\n"}).bare_variables()) == names


def test_a_copy_comes_back_by_a_document_or_a_script():
    assert project({"docs/runbook.md": "# Runbook\n\n## Restore\n\n1. `pg_restore -d shop dump`\n"}).restores() is not None
    assert project({"scripts/restore.sh": "#!/bin/sh\npsql < dump\n"}).restores() is not None
    assert project({"docs/login.md": "# Login\n\n## Recovery codes\n\n1. Print them\n"}).restores() is None


@pytest.mark.parametrize(
    ("actions", "told"),
    [
        ("[aws_appautoscaling_policy.up.arn]", []),
        ("[aws_sns_topic.ops.arn]", [True]),
        ("[aws_appautoscaling_policy.up.arn, aws_sns_topic.ops.arn]", [True]),
    ],
)
def test_an_alarm_that_only_starts_machines_tells_nobody(actions, told):
    files = {"alarm.tf": f'resource "aws_cloudwatch_metric_alarm" "cpu" {{\n  alarm_actions = {actions}\n}}\n'}
    assert [alert.told for alert in project(files).alerts()] == told


def test_parts_of_objects_are_followed_to_their_values():
    files = {
        "infra/db.tf": 'resource "aws_db_instance" "main" {\n  backup_retention_period = var.database.days\n}\nvariable "database" {}\n',
        "infra/prod.tfvars": 'database = {\n  days = "9"\n}\n',
    }
    assert [store.days for store in project(files).stores()] == [9]
    handed = {
        "main.tf": 'locals {\n  db = {\n    days = 3\n  }\n}\nmodule "db" {\n  source = "./db"\n  database = local.db\n}\n',
        "db/main.tf": 'resource "aws_db_instance" "main" {\n  backup_retention_period = var.database.days\n}\nvariable "database" {}\n',
    }
    assert [store.days for store in project(handed).stores()] == [3]


def test_locks_and_caches_need_no_backup():
    files = {
        "t.tf": 'resource "aws_dynamodb_table" "terraform_locks" {\n  name = "x"\n}\nresource "aws_dynamodb_table" "orders" {\n  name = "orders"\n}\n'
    }
    assert [store.declared.name for store in project(files).stores()] == ["aws_dynamodb_table.orders"]


def test_a_readme_in_any_language_that_starts_the_app():
    files = {"README.md": "# Boutique\n\n## Démarrage\n\n```sh\ndocker compose up\n```\n", "compose.yml": "services:\n  web:\n    image: x\n"}
    assert [part.heading for part, _, _ in project(files).documents.local()] == ["Démarrage"]


def test_a_folder_called_tests_is_no_command():
    assert project(workflow("lint:\n  runs-on: x\n  steps:\n    - run: isort --check ./shop ./tests scripts\n")).delivery.tests == ()
    assert len(project(workflow("test:\n  runs-on: x\n  steps:\n    - run: ./scripts/test.sh\n")).delivery.tests) == 1
    assert len(project(workflow("test:\n  runs-on: x\n  steps:\n    - run: docker compose run web ./scripts/test\n")).delivery.tests) == 1


def test_commands_with_variables_and_scripts_without_an_extension_are_read():
    circle = """
    version: 2.1
    jobs:
      test:
        steps:
          - run:
              name: tests
              command: |
                FILES=$(circleci tests glob "spec/**")
                bundle exec rspec -- ${FILES}
      ship:
        steps:
          - run: ./bin/deploy production
    workflows:
      main:
        jobs:
          - test
          - ship:
              requires: [test]
    """
    files = {".circleci/config.yml": circle, "bin/deploy": "#!/bin/sh\nhelm upgrade shop ./chart --install\n"}
    assert [(deploy.target, deploy.gate) for deploy in project(files).delivery.deploys] == [("Helm", "yes")]


def test_make_behind_expressions_of_a_workflow():
    jobs = "ship:\n  runs-on: x\n  steps:\n    - run: make ${{ inputs.env }} ci tag=${{ github.sha }} apply\n"
    files = workflow(jobs, Makefile="apply:\n\tterraform apply -auto-approve\n")
    assert [deploy.target for deploy in project(files).delivery.deploys] == ["Terraform"]


def test_a_quiet_recipe_of_just_is_there():
    files = {"justfile": "@setup:\n    uv sync\n", "README.md": "# Shop\n\n## Setup\n\n```sh\njust setup\n```\n"}
    documents = project(files).documents
    assert [documents.dead(command) for _, _, command in documents.commands()] == [""]


def test_a_pipeline_of_another_repository_that_deploys():
    jobs = """
    test:
      runs-on: x
      steps:
        - run: pytest
    ship:
      needs: test
      uses: acme/pipelines/.github/workflows/deploy-service.yml@v2
      with:
        environment: production
    tell:
      needs: ship
      uses: acme/pipelines/.github/workflows/notify-deployed.yml@v2
    """
    assert [(deploy.node.job.id, deploy.stage, deploy.gate) for deploy in project(workflow(jobs)).delivery.deploys] == [("ship", "production", "yes")]


def test_copilot_with_a_sort_that_the_matrix_says():
    jobs = "ship:\n  runs-on: x\n  steps:\n    - run: copilot ${{ matrix.sort }} deploy --env prod\n"
    assert [deploy.target for deploy in project(workflow(jobs)).delivery.deploys] == ["Copilot"]


BASE = {"config/base.py": 'SECRET_KEY = "x"\n'}
READS = 'import os\nfrom .base import *\nSECRET_KEY = os.environ["SECRET_KEY"]\n'
RUNS = 'import os\nos.environ.setdefault("DJANGO_SETTINGS_MODULE", "{}")\n'


WSGI = {"config/wsgi.py": RUNS.format("config.base"), "manage.py": RUNS.format("config.base")}
ENV = "services:\n  - type: web\n    name: shop\n    envVars:\n      - key: DJANGO_SETTINGS_MODULE\n        value: {}\n"
K8S = """apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  template:
    spec:
      containers:
        - name: web
          env:
            - name: DJANGO_SETTINGS_MODULE
              value: {}
"""
TOLD = "# Shop\n\n## Deployment\n\nDeploy it to the platform. Set these:\n\n1. `DJANGO_SETTINGS_MODULE`, usually to {}\n1. `SECRET_KEY`\n"


@pytest.mark.parametrize(
    ("files", "where"),
    [
        ({"config/production.py": READS}, "config/production.py"),
        ({"config/production.py": READS.replace(".base", "config.base")}, "config/production.py"),
        ({"config/production.py": READS, "config/local.py": "from .base import *\n"}, "config/production.py"),
        ({"config/production.py": READS, "config/heroku.py": "from .base import *\n"}, None),  # serves with what is written there
        ({"config/production.py": READS.replace('environ["SECRET_KEY"]', 'environ.get("SECRET_KEY", "x")')}, None),
        ({"config/production.py": READS.replace(".base", "other.base")}, None),
        ({"config/dev.py": READS}, None),
        ({}, None),
        # the module itself may serve
        ({"config/production.py": READS, "config/wsgi.py": RUNS.format("config.base")}, None),
        ({"config/production.py": READS, "manage.py": RUNS.format("config.base")}, None),
        ({"config/production.py": READS, "wsgi.py": 'import os\nos.environ["DJANGO_SETTINGS_MODULE"] = "config.base"\n'}, None),
        ({"config/production.py": READS, "wsgi.py": 'app.config.from_object("config.base")\n'}, None),
        ({"config/production.py": READS, "Procfile": "web: DJANGO_SETTINGS_MODULE=config.base gunicorn config.wsgi\n"}, None),
        ({"config/production.py": READS, "Procfile": "web: uvicorn main:app --settings config.base\n"}, None),
        ({"config/production.py": READS, "Dockerfile": "FROM python\nENV DJANGO_SETTINGS_MODULE=config.base\nCMD gunicorn config.wsgi\n"}, None),
        ({"config/production.py": READS, "fly.toml": '[env]\nDJANGO_SETTINGS_MODULE = "config.base"\n'}, None),
        ({"config/production.py": READS, "config/wsgi.py": RUNS.format("config.production")}, "config/production.py"),
        ({"config/production.py": READS, "docs/conf.py": RUNS.format("other.config.base")}, "config/production.py"),
        # a deploy names what it runs: the default of a program is not it
        ({"config/production.py": READS, **WSGI, "render.yaml": ENV.format("config.production")}, "config/production.py"),
        ({"config/production.py": READS, **WSGI, "fly.toml": '[env]\nDJANGO_SETTINGS_MODULE = "config.production"\n'}, "config/production.py"),
        ({"config/production.py": READS, **WSGI, "Procfile": "web: DJANGO_SETTINGS_MODULE=config.production gunicorn x\n"}, "config/production.py"),
        (
            {"config/production.py": READS, **WSGI, "Dockerfile": "FROM python\nENV DJANGO_SETTINGS_MODULE config.production\n"},
            "config/production.py",
        ),
        (
            {"config/production.py": READS, **WSGI, "Dockerfile": "FROM python\nENV A=1 DJANGO_SETTINGS_MODULE=config.production\n"},
            "config/production.py",
        ),
        (
            {"config/production.py": READS, **WSGI, "app.yaml": "runtime: python312\nenv_variables:\n  DJANGO_SETTINGS_MODULE: config.production\n"},
            "config/production.py",
        ),
        (
            {
                "config/production.py": READS,
                **WSGI,
                "docker-compose.prod.yml": "services:\n  web:\n    build: .\n    environment:\n      - DJANGO_SETTINGS_MODULE=config.production\n",
            },
            "config/production.py",
        ),
        ({"config/production.py": READS, **WSGI, "deploy/web.yaml": K8S.format("config.production")}, "config/production.py"),
        ({"config/production.py": READS, **WSGI, ".envs/.production/.django": ""}, None),
        (
            {"config/production.py": READS, "config/heroku.py": "from .base import *\n", **WSGI, "render.yaml": ENV.format("config.production")},
            "config/production.py",
        ),  # the one that keeps the literal is not the one that is named
        ({"config/production.py": READS, "config/heroku.py": "from .base import *\n", **WSGI, "render.yaml": ENV.format("config.heroku")}, None),
        (
            {"config/production.py": READS, "config/eu.py": "from .production import *\n", **WSGI, "render.yaml": ENV.format("config.eu")},
            "config/production.py",
        ),
        (
            {
                "config/production.py": READS,
                "config/eu.py": "from .production import *\nfrom .base import *\n",
                "render.yaml": ENV.format("config.eu"),
            },
            None,
        ),
        ({"config/production.py": READS, **WSGI, "render.yaml": ENV.format("config.base")}, None),
        ({"config/production.py": READS, **WSGI, "render.yaml": ENV.format("other.thing")}, None),
        ({"config/production.py": READS, **WSGI, "Procfile": "web: DJANGO_SETTINGS_MODULE=config.production gunicorn x\nwork: celery -A x\n"}, None),
        (
            {"config/production.py": READS, **WSGI, "Dockerfile": "FROM python\nRUN DJANGO_SETTINGS_MODULE=config.production ./manage.py check\n"},
            None,
        ),
        (
            {
                "config/production.py": READS,
                **WSGI,
                "docker-compose.dev.yml": "services:\n  web:\n    build: .\n    environment:\n      - DJANGO_SETTINGS_MODULE=config.production\n",
            },
            None,
        ),
        (
            {
                "config/production.py": READS,
                "wsgi.py": 'import os\nos.environ["DJANGO_SETTINGS_MODULE"] = "config.base"\n',
                "render.yaml": ENV.format("config.production"),
            },
            None,
        ),  # firmly
        # people start manage.py; a server starts wsgi.py
        (
            {"config/production.py": READS, "manage.py": RUNS.format("config.base"), "wsgi.py": RUNS.format("config.production")},
            "config/production.py",
        ),
        ({"config/production.py": READS, "manage.py": RUNS.format("config.production"), "wsgi.py": RUNS.format("config.base")}, None),
        # no file names one, the words about deploys do
        ({"config/production.py": READS, **WSGI, "README.md": TOLD.format("`config.production`")}, "config/production.py"),
        ({"config/production.py": READS, **WSGI, "README.md": TOLD.format("config.production.")}, "config/production.py"),
        ({"config/production.py": READS, **WSGI, "README.md": TOLD.format("`config.production` or `config.base`")}, None),
        ({"config/production.py": READS, **WSGI, "README.md": TOLD.replace("## Deployment", "## Tests").format("`config.production`")}, None),
        (
            {
                "config/production.py": READS,
                **WSGI,
                "Procfile": "web: DJANGO_SETTINGS_MODULE=config.base gunicorn x\n",
                "README.md": TOLD.format("`config.production`"),
            },
            None,
        ),
        # another module of that name
        ({"shop/production.py": READS.replace(".base", "base"), "shop/base.py": 'SECRET_KEY = "y"\n'}, None),
        ({"shop/production.py": READS.replace(".base", "base")}, None),
        ({"config/production.py": READS.replace(".base", "base")}, "config/production.py"),
    ],
)
def test_a_setting_is_replaced_where_every_module_over_it_reads_the_environment(files, where):
    at = project({**BASE, **files}).settled_over("config/base.py", "SECRET_KEY")
    assert (at and at.path) == where
