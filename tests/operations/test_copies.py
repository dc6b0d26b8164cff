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
