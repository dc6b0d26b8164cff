"""Databases of one's own, what copies them, and what is managed elsewhere."""

from __future__ import annotations

import pytest

from tests.operations.projects import project

DATABASE = "services:\n  db:\n    image: postgres:17\n    restart: always\n"
DATABASE += "    environment: {POSTGRES_PASSWORD: postgres}\n    volumes: ['d:/var/lib/postgresql/data']\n"


def test_a_password_that_is_a_plain_word_hides_no_image():
    (own,) = project({"docker-compose.prod.yml": DATABASE}).own_databases()
    assert (own.name, own.words, own.production) == ("db", "postgres:17 on a volume", True)


@pytest.mark.parametrize(
    ("path", "text", "scheduled", "away"),
    [
        ("crontab", "0 3 * * * /srv/backup.sh\n", True, None),
        ("scripts/backup.sh", "#!/bin/sh\npg_dump shop | aws s3 cp - s3://shop/x.sql\n", False, True),
        ("litestream.yml", "dbs:\n  - path: /data/app.db\n    replicas: [{url: 's3://shop/app'}]\n", True, True),
        (
            ".github/workflows/dump.yml",
            "on: {schedule: [{cron: '0 3 * * *'}]}\njobs:\n  dump:\n    runs-on: x\n    steps:\n"
            "      - run: pg_dump $URL > d.sql\n      - run: rclone copy d.sql r2:shop\n",
            True,
            True,
        ),
        ("k8s/dump.yml", "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: dump}\nspec: {x: [mysqldump shop]}\n", True, None),
    ],
)
def test_copies(path, text, scheduled, away):
    (copy,) = project({path: text}).copies()
    assert (copy.scheduled, copy.away) == (scheduled, away)


def test_words_about_backups_are_no_copies():
    files = {
        "README.md": "# Backup codes\n\nStore your backup codes.\n",
        "app.py": "def backup_codes(user):\n    return user.backup_codes\n",
        ".agents/skills/postgres/backup.sh": "#!/bin/sh\npg_dump shop\n",
    }
    assert project(files).copies() == []


def test_a_plan_that_is_not_named_is_not_known():
    text = 'resource "render_postgres" "a" {\n  plan = "free"\n}\nresource "render_postgres" "b" {\n  plan = var.plan\n}\n'
    assert [store.days for store in project({"db.tf": text}).stores()] == [0, None]


def test_a_database_in_the_container_of_a_platform_goes_with_the_next_deploy():
    blueprint = "services:\n  - type: web\n    name: shop\n    envVars:\n      - key: DATABASE_URL\n        value: sqlite:///db.sqlite3\n"
    (own,) = project({"render.yaml": blueprint}).own_databases()
    assert "gone at the next deploy" in own.words
    (own,) = project({"render.yaml": blueprint + "    disk:\n      name: data\n      mountPath: /data\n"}).own_databases()
    assert "on a disk" in own.words


BESIDE = "services:\n  app:\n    build: .\n    restart: always\n"
SHIPS = """on: push
jobs:
  ship:
    runs-on: x
    steps:
      - run: rsync -a compose.yml deploy@shop.example:/srv/shop/
      - run: |
          ssh deploy@shop.example << EOF
            cd /srv/shop
            sudo docker compose up -d
          EOF
"""


@pytest.mark.parametrize(
    ("files", "serving"),
    [
        ({"docker-compose.yml": DATABASE}, False),
        ({"docker-compose.yml": DATABASE + BESIDE.removeprefix("services:\n")}, True),
        ({"docker-compose.prod.yml": DATABASE}, True),
        # another target is what production runs on: the file is for those who host it themselves
        (
            {"docker-compose.prod.yml": DATABASE, ".github/workflows/d.yml": SHIPS.replace("sudo docker compose up", "aws ecs update-service")},
            False,
        ),
        ({"docker-compose.yml": DATABASE, ".github/workflows/d.yml": SHIPS}, True),
        ({"docker-compose.yml": DATABASE, ".github/workflows/d.yml": SHIPS.replace("compose up", "compose -f app.yml up")}, False),
        (
            {
                "docker-compose.yml": DATABASE,
                ".github/workflows/d.yml": SHIPS.replace("sudo docker compose up -d", "make up"),
                "Makefile": "DOCKER_COMPOSE = docker compose\nup:\n\t${DOCKER_COMPOSE} up -d\n",
            },
            True,
        ),
        ({"docker-compose.yml": DATABASE, "docs/deploy.md": "# Deploy\n\n```sh\nssh root@shop.example\ndocker compose up -d\n```\n"}, False),
    ],
)
def test_a_database_of_compose_serves_where_something_brings_it_up(files, serving):
    assert bool(project(files).serving_databases()) is serving


def test_a_clock_of_a_chart_that_calls_a_dumping_script_copies():
    chart = 'apiVersion: batch/v1\nkind: CronJob\nmetadata:\n  name: {{ .Release.Name }}-snapshots\n  labels:\n    {{- include "shop.labels" . }}\n'
    chart += "spec:\n  schedule: '0 * * * *'\n  command: [\"./snapshot.sh\"]\n"
    script = "#!/bin/sh\naws rds create-db-snapshot --db-instance-identifier $DB\n"
    (copy, by_hand) = project({"chart/templates/cron.yaml": chart, "backups/snapshot.sh": script}).copies()
    assert (copy.scheduled, copy.away, by_hand.scheduled) == (True, True, False)
    (by_hand,) = project({"chart/templates/cron.yaml": chart.replace("snapshot.sh", "tidy.sh"), "backups/snapshot.sh": script}).copies()
    assert not by_hand.scheduled
    (by_hand,) = project({"chart/templates/job.yaml": chart.replace("CronJob", "Job"), "backups/snapshot.sh": script}).copies()
    assert not by_hand.scheduled


def test_a_migration_that_restores_a_column_is_no_way_back():
    assert project({"shop/migrations/0006_restore_total.py": "operations = []\n"}).restores() is None
    assert project({"scripts/restore_db.sh": "#!/bin/sh\npg_restore -d shop d.dump\n"}).restores() is not None


FILE = "services:\n  app:\n    build: .\n    restart: always\n    environment:\n      DB_PATH: {path}\n    volumes: ['./data:/data']\n"


def test_a_sqlite_file_on_a_volume_of_compose():
    (own,) = project({"compose.yml": FILE.format(path="/data/shop.db")}).serving_databases()
    assert (own.name, own.words, own.at.line) == ("app", "a SQLite file on a volume", 6)
    assert project({"compose.yml": FILE.format(path="sqlite:////data/shop.sqlite3")}).serving_databases()
    assert not project({"compose.yml": FILE.format(path="/tmp/shop.db")}).own_databases()
    assert not project({"compose.dev.yml": FILE.format(path="/data/shop.db")}).own_databases()


def test_a_copy_that_a_document_tells_is_one_by_hand():
    documents = {"README.md": "# Shop\n\n## Backup\n\n```sh\ndocker exec db pg_dump shop > shop.sql\n```\n"}
    (copy,) = project(documents).copies()
    assert (copy.scheduled, copy.away, copy.at.line) == (False, None, 6)
    assert len(project({**documents, "backup.sh": "#!/bin/sh\npg_dump shop\n"}).copies()) == 1
