"""Answers of earlier runs: they serve while nothing has changed, and never longer."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from prodlint import run as spine
from prodlint.config import Access, Config
from prodlint.report import Tally
from prodlint.rulebook import Rulebook
from prodlint.run import Run, run
from tests.conftest import CRASH, rule


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A list that grows with each time rules are asked."""
    times: list[str] = []
    ask = spine.ask

    def counted(*args, **kwargs):
        times.append("asked")
        return ask(*args, **kwargs)

    monkeypatch.setattr(spine, "ask", counted)
    return times


def examined(app: Path, pack: Path, **options) -> Run:
    return run(app, options.pop("config", Config(select=("loud-name", "meta"))), rulebook=Rulebook([pack], packs=False), **options)


def shown(done: Run) -> list[str]:
    return [f"{v.finding.at.path}: {v.rule.name}" for v in done.report.shown]


def test_nothing_changed_and_no_rule_is_asked(app: Path, pack: Path, asked: list[str]) -> None:
    first = examined(app, pack)
    again = examined(app, pack)
    assert len(asked) == 1
    assert shown(again) == shown(first) == ["shop/bad.py: loud-name"]
    assert [v.fingerprint for v in again.report.verdicts] == [v.fingerprint for v in first.report.verdicts]
    assert again.report == first.report


def test_the_tally_of_routes_is_remembered_and_kept_to_the_asked_for_files(app: Path, asked: list[str]) -> None:
    (app / "shop/api.py").write_text(
        "from fastapi import Depends, FastAPI\nfrom shop.auth import current_user\nfrom shop.store import find\n\napp = FastAPI()\n\n"
        '@app.get("/orders/{order_id}")\ndef show(order_id: int, user=Depends(current_user)):\n    return find(order_id, user)\n'
    )
    every, again = (run(app, Config(select=("access", "meta"))).report for _ in range(2))
    assert (every.tallies, again.tallies, len(asked)) == ((Tally("shop/api.py", 1, 1),),) * 2 + (1,)
    assert run(app, Config(select=("access", "meta")), paths=["shop/good.py"]).report.tallies == ()
    assert run(app, Config(select=("errors", "meta"))).report.tallies == ()


def test_whatever_an_answer_depends_on_is_looked_at(app: Path, pack: Path, asked: list[str]) -> None:
    examined(app, pack)
    (app / "shop/bad_too.py").write_text("x = 1\n")
    assert len(shown(examined(app, pack))) == 2
    examined(app, pack, overlay={"shop/good.py": b"x = 2\n"})
    examined(app, pack, config=Config(select=("loud-name", "meta"), access=Access(guards=("may_see",))))
    examined(app, pack, config=Config(select=("meta",)))
    (pack / "errors/loud_name.py").write_text("def check(project):\n    return []\n")
    assert shown(examined(app, pack)) == []
    subprocess.run(["git", "init", "-q", str(app)], check=True)
    examined(app, pack)
    assert len(asked) == 7


def test_comments_written_since_and_thresholds_count(app: Path, pack: Path, asked: list[str]) -> None:
    (app / "shop/bad.py").write_text("y = 2  # prodlint: ignore[loud-name] -- known\n")
    assert shown(examined(app, pack)) == shown(examined(app, pack)) == []
    assert len(examined(app, pack).report.verdicts) == 1
    assert len(asked) == 1


def test_a_run_that_went_wrong_is_not_remembered(app: Path, pack: Path, asked: list[str]) -> None:
    rule(pack, "sick", "PRD597", CRASH)
    config = Config(select=("sick",))
    for _ in range(2):
        assert [problem.rule for problem in examined(app, pack, config=config).report.problems] == ["sick"]
    assert len(asked) == 2


def test_without_a_cache_nothing_is_remembered(app: Path, pack: Path, asked: list[str]) -> None:
    examined(app, pack, use_cache=False)
    examined(app, pack, use_cache=False)
    assert len(asked) == 2
    assert not (app / ".prodlint_cache").exists()


def test_a_damaged_memory_costs_time_only(app: Path, pack: Path, asked: list[str]) -> None:
    import sqlite3

    first = examined(app, pack)
    with sqlite3.connect(app / ".prodlint_cache/facts.db") as connection:
        connection.execute("update answers set data = ?", (b"\xc1",))
    assert examined(app, pack).report == first.report
    assert len(asked) == 2


def test_an_engine_installed_since_is_asked(app: Path, pack: Path, asked: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """What was not examined for want of semgrep must not be recalled as not examined once semgrep is there."""
    from prodlint.facts import semgrep

    monkeypatch.setattr(semgrep, "find", lambda: None)
    examined(app, pack)
    examined(app, pack)
    assert len(asked) == 1
    engine = app.parent / "semgrep"
    engine.write_text("")
    monkeypatch.setattr(semgrep, "find", lambda: engine)
    examined(app, pack)
    assert len(asked) == 2


def test_the_models_are_read_once(app: Path, pack: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are taken from the cache when a file has changed, and read again where what the cache holds is damaged."""
    import sqlite3

    from prodlint.models import documents

    read: list[str] = []
    monkeypatch.setattr(spine, "documents", lambda folders: read.append("read") or documents(folders))
    first = examined(app, pack).project.models.sections
    (app / "shop/bad_too.py").write_text("x = 1\n")
    assert examined(app, pack).project.models.sections == first
    assert read == ["read"]
    with sqlite3.connect(app / ".prodlint_cache/facts.db") as connection:
        connection.execute("update answers set data = ? where key like '%:models'", (b"\x93\x01",))
    (app / "shop/bad_too.py").write_text("x = 2\n")
    assert examined(app, pack).project.models.sections == first
    assert read == ["read", "read"]


def test_models_that_cannot_be_kept_as_they_are(app: Path, pack: Path) -> None:
    """YAML knows dates, sets, keys of any kind and numbers of any length."""
    (pack / "models").mkdir(exist_ok=True)
    for said in ("2026-01-01", "!!set {a, b}", "{2026-01-01: x}", "99999999999999999999999", "&all [*all]"):
        (pack / "models/odd.yaml").write_text(f"odd: {said}\n")
        first = examined(app, pack).project.models.sections["odd"]
        (app / "shop/bad_too.py").write_text("x = 1\n")
        again = examined(app, pack).project.models.sections["odd"]
        assert repr(again) == repr(first)
        (app / "shop/bad_too.py").unlink()
