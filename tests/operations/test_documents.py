"""What documents tell: where to begin, how to ship, what to do when it breaks."""

from __future__ import annotations

import pytest

from tests.operations.projects import project

CODE = {"app.py": "print('shop')\n"}


def documents(text: str, **more: str):
    return project({"README.md": text, **CODE, **more}).documents


def test_a_heading_without_a_command_is_no_guide():
    assert not documents("# Shop\n\n## Getting started\n\nRead the docs at https://shop.example.com.\n").local()
    assert documents("# Shop\n\n## Getting started\n\n```\ndocker compose up\n```\n").local()


def test_the_command_must_be_one_of_this_repository():
    text = "# Shop\n\n## Development\n\n```sh\nmake up\n```\n"
    assert not documents(text, Makefile="run:\n\ttrue\n").local()
    assert documents(text, Makefile="up:\n\ttrue\n").local()


def test_the_text_of_a_scaffolding_tool_is_no_guide():
    found = documents("# app\n\n## Deploy on Vercel\n\nThe easiest way to deploy your Next.js app is to use the Vercel Platform.\n")
    assert not found.ship()
    assert found.template() is not None
    link = "https://vercel.com/new?utm_medium=default-template&utm_source=create-next-app"
    assert not documents(f"# app\n\n## Deploy on Vercel\n\nThe easiest way to deploy your Next.js app is the [Vercel Platform]({link}).\n").ship()
    assert documents("# app\n\n## Deploy\n\n[Deploy](https://vercel.com/new/clone?repository-url=https://github.com/a/b)\n").ship()


@pytest.mark.parametrize(
    "heading", ["Getting started", "Instalación", "Como rodar", "Démarrage", "Erste Schritte", "Запуск проекта", "安装部署", "セットアップと起動"]
)
def test_how_to_run_it_in_several_languages(heading):
    assert documents(f"# Shop\n\n## {heading}\n\nThen `python3 app.py`.\n").local()


def test_a_command_in_a_line_of_the_readme():
    assert documents("# shop\n\n- Start it: python app.py runserver --debug\n").local()
    assert not documents("# shop\n\n- Written in: python and some YAML\n").local()


def test_tests_in_deployed_environments_are_no_deploys():
    assert not documents("# Shop\n\n## E2E tests in deployed environments\n\n```sh\nmake e2e\n```\n").ship()


@pytest.mark.parametrize("heading", ["Deployment", "Despliegue", "Déploiement", "Развёртывание", "部署"])
def test_how_to_ship_in_several_languages(heading):
    assert documents(f"# Shop\n\n## {heading}\n\n```sh\ndocker compose pull\ndocker compose up -d\n```\n").ship()


@pytest.mark.parametrize(
    ("path", "text", "speaks"),
    [
        ("docs/runbook.md", "# Runbook\n\n1. Look at the logs.\n", True),
        ("docs/troubleshooting.md", "# Problems\n\n- Restart the worker.\n- Look at the queue.\n", True),
        ("docs/incidents-feature.md", "# Incident cost\n\nEvery incident has a cost:\n\n1. Open it.\n", False),
        ("README.md", "# Loja\n\n## Solução de problemas\n\n```sh\ndocker compose logs web\n```\n", True),
        ("docs/qa/guide.md", "# QA Playbook for uploads\n\n1. Upload a file.\n2. Look at it.\n", False),
        ("docs/two-factor.md", "# Recovery codes\n\nStore them.\n", False),
        ("docs/invoices.md", "# Invoices\n\n## Troubleshooting\n\n- The total is wrong.\n- The date is wrong.\n", False),
        ("CLAUDE.md", "# Troubleshooting\n\n```\nmake up\n```\n", False),
        (".claude/skills/ops/runbook.md", "# Runbook\n\n1. Look.\n", False),
        ("web/src/app/docs/content/recovery.md", "# Recovery\n\n1. Click.\n", False),
    ],
)
def test_what_is_a_runbook(path, text, speaks):
    assert bool(project({path: text, **CODE}).documents.broken()) is speaks


def test_commands_after_a_clone_happen_elsewhere():
    found = documents("# Shop\n\n```sh\ngit clone https://example.com/other\nmake nothing\n```\n", Makefile="up:\n\ttrue\n")
    assert [command for _, _, command in found.commands()] == []


def test_links_are_read_from_the_folder_and_from_those_above():
    files = {"docs/guides/a.md": "[b](guides/b.md) [c](../c.md) [web](https://x.example)\n", "docs/guides/b.md": "x\n", "docs/c.md": "x\n", **CODE}
    assert sorted(path for _, _, path in project(files).documents.links()) == ["docs/c.md", "docs/guides/b.md"]


def test_variables_that_code_requires():
    text = """
    import os

    A = os.environ["NEEDED"]
    B = os.environ.get("OPTIONAL")
    os.environ["SET_HERE"] = "1"
    try:
        C = os.environ["GUARDED"]
    except KeyError:
        C = ""
    """
    assert set(project({"settings.py": text}).required_variables()) == {"NEEDED"}


def test_the_readme_may_send_its_reader_to_another_document_or_out_of_the_repository():
    files = {
        "README.md": "# Shop\n\n## Run it\n\nSee [the guide](packages/dev/environment/GUIDE-1.md).\n\n## Support\n\nWe have a runbook [here](https://docs.example.com/r).\n",
        "packages/dev/environment/GUIDE-1.md": "# Local setup\n\n```sh\ndocker compose up\n```\n",
    }
    told = project(files).documents
    assert [part.path for part, _, _ in told.local()] == ["packages/dev/environment/GUIDE-1.md"]
    assert told.kept_elsewhere()[1] == "https://docs.example.com/r"


def broken_and_restored(heading: str, below: str) -> tuple[bool, bool]:
    documents = project({"docs/guide.md": f"# Guide\n\n## {heading}\n\n{below}\n", **CODE}).documents
    return bool(documents.broken()), documents.restoring() is not None


@pytest.mark.parametrize(
    ("heading", "below", "broken", "restored"),
    [
        ("Restore", "```sh\npg_restore -d shop latest.dump\n```", False, True),
        ("Restore from a backup", "1. Open the console\n1. Pick the snapshot\n", True, True),
        ("Disaster recovery", "- Call the provider\n- Restore the last snapshot\n", True, True),
        ("Point-in-time recovery", "Use `aws rds restore-db-instance-to-point-in-time` and `./switch.sh`.", True, True),
        # in other languages, and with an ending behind an English word
        ("데이터베이스 복구 (Disaster Recovery)", "```sh\npg_restore -d shop latest.dump\n```", True, True),
        ("장애 대응", "1. 로그 확인\n1. 컨테이너 재시작\n", True, False),
        ("Rollback하기", "```sh\n./rollback.sh\n```", True, False),
        ("バックアップからの復元", "```sh\npsql shop < dump.sql\n```", True, True),
        ("数据恢复", "```sh\nmysql shop < dump.sql\n```", True, True),
        ("Восстановление базы данных", "```sh\npg_restore -d shop latest.dump\n```", True, True),
        ("Restauración de la base de datos", "```sh\nmysql shop < dump.sql\n```", True, True),
        ("Restauration de la base de données", "```sh\npg_restore -d shop latest.dump\n```", True, True),
        ("롤백", "```sh\n./rollback.sh\n```", True, False),
        ("運用: 障害発生時の対応手順", "1. ログを見る\n1. 再起動\n", True, False),
        ("障害発生時の対応手順", "1. ログを見る\n1. 再起動\n", True, False),
        ("版本回滚", "```sh\nkubectl rollout undo deploy/web\n```", True, False),
        ("Wiederherstellung", "```sh\npg_restore -d shop latest.dump\n```", True, True),
        # features of a product there too, a word for somebody, and what is only promised
        ("비밀번호 복구", "1. /reset 열기\n1. 메일 확인\n", False, False),
        ("Recuperación de contraseña", "1. Abrir /reset\n1. Leer el correo\n", False, False),
        ("장애인 접근성", "1. 스크린 리더\n1. 대비\n", False, False),
        # how the app is made, and what it sells
        ("Scheduled Retry (장애 복구)", "- 재시도\n- 보상\n", False, False),
        ("자동 복구 루프", "1. 감지\n1. 재시도\n", False, False),
        ("認証状態の保存・復元", "1. 保存\n1. 復元\n", False, False),
        ("Restauration", "- Menu\n- Plats\n", False, False),
        ("Restaurar el carrito", "1. Abrir\n1. Pagar\n", False, False),
        ("Сборка проекта", "```sh\nmake build\n```", False, False),
        ("데이터 복구", "나중에 작성합니다.", False, False),
        # one word, or one link, is no way back
        ("Restore", "See the [documentation](https://example.org).", False, False),
        ("Restore", "We restore from backups.", False, False),
        ("Disaster recovery", "To be written.", False, False),
        ("Rollback", "`git revert`", False, False),
        ("Rollback", "```sh\nfly releases rollback\n```", True, False),
        # features of a product, and of code
        ("Password recovery", "1. Open /reset\n1. Restore your account from the mail\n", False, False),
        ("Recovering from a lost MFA token", "- Ask an admin\n- Restore the token from the backup codes\n", False, False),
        ("Error recovery", "- The form is shown again\n- The draft is restored\n", False, False),
        ("Transaction rollback", "```python\nsession.rollback()\n```", False, False),
        ("/page-oncall", "- pages whoever is on call\n- opens a channel\n", False, False),
        ("Grafana OnCall", "- a product\n- with features\n", False, False),
        ("On-call", "- acknowledge the page\n- look at the dashboard\n", True, False),
        ("Testing the hotfix", "```sh\npytest\n```", False, False),
        ("Hotfixes", "```sh\ngit checkout -b hotfix\n```", True, False),
        ("Only use in emergencies", "```sh\n./force.sh\n```", False, False),
        ("Emergency procedures", "1. Scale down\n1. Call\n", True, False),
        ("Common errors", "- Restart the worker\n- Clear the queue\n", True, False),
    ],
)
def test_a_heading_is_followed_by_what_to_do_about_the_running_app(heading, below, broken, restored):
    assert broken_and_restored(heading, below) == (broken, restored)


def test_trouble_with_a_developers_machine_is_told_by_what_stands_above():
    text = "# Shop\n\n## Setting up\n\n### Troubleshooting\n\n```sh\ndocker system prune\n```\n\n"
    text += "## Production\n\n### Outages\n\n1. Look at the logs.\n2. Go back.\n"
    found = {part.heading: part.above for part in project({"README.md": text}).documents.broken()}
    assert found == {"Troubleshooting": ("Setting up",), "Outages": ("Production",)}


@pytest.mark.parametrize(
    ("path", "kept"), [("README.md", True), ("api/README.md", True), ("src/lib/senders/README.md", False), ("a/b/c/README.md", False)]
)
def test_a_module_deep_in_the_code_does_not_speak_for_the_app(path, kept):
    assert project({path: "# It\n", **CODE}).readme() == (path if kept else "")


def test_what_alembic_writes_is_no_readme():
    made = {"alembic/README": "Generic single-database configuration.\n", "app/alembic/README": "Generic single-database configuration.\n", **CODE}
    assert project(made).readme() == ""
    assert project({**made, "docs/README.md": "# Shop\n"}).readme() == "docs/README.md"


GUIDE = "# Railway\n\n## Step 7: Deploy\n\n1. Push to main, Railway builds and deploys\n2. Check the logs of the deploy\n"


@pytest.mark.parametrize("path", ["RAILWAY_SETUP.md", "docs/any.md", "PRODUCTION-DEPLOYMENT.md", "backend/AWS_EC2_DEPLOYMENT_GUIDE.md"])
def test_where_it_is_hosted_names_the_guide(path):
    assert documents("# Shop\n", **{path: GUIDE}).ship()
    assert not documents("# Shop\n", **{path: GUIDE.replace("Step 7: Deploy", "Colours")}).ship() or "DEPLOY" in path


@pytest.mark.parametrize("path", ["STRIPE_SETUP.md", "RAILWAY.md", "PRODUCTION_READINESS_REPORT.md", "AWS_S3_SETUP_GUIDE.md", "a/b/RAILWAY_SETUP.md"])
def test_other_names_are_no_guides(path):
    assert not documents("# Shop\n", **{path: GUIDE}).ship()
