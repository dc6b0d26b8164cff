"""The command line: verbs, roots, paths, streams, exit codes."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.conftest import CRASH, rule

LINE = "shop/bad.py:1:1: PRD598 shop/bad.py is bad [loud-name]\n"


def prodlint(cwd: Path, *args: str, stdin: str | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "prodlint", *args]
    return subprocess.run(command, cwd=cwd, input=stdin, capture_output=True, text=True, check=False, env={**os.environ, **environment})


def check(cwd: Path, pack: Path, *args: str, **options) -> subprocess.CompletedProcess[str]:
    return prodlint(cwd, "check", "--pack", str(pack), "--select", "loud-name", *args, **options)


def test_check_prints_findings_and_what_was_examined(app: Path, pack: Path) -> None:
    done = check(app, pack)
    assert (done.returncode, done.stdout) == (1, LINE)
    assert done.stderr.startswith("1 finding (1 error); 0 problems; 3 files, 1 rule, ")


def test_fail_on_exit_zero_quiet_and_statistics(app: Path, pack: Path) -> None:
    assert check(app, pack, "--fail-on", "never").returncode == 0
    assert check(app, pack, "--exit-zero").returncode == 0
    assert check(app, pack, "--quiet").stderr == ""
    assert "     1  loud-name\n" in check(app, pack, "--statistics").stderr
    assert check(app, pack, "--ignore", "loud-name").returncode == 0


def test_json_goes_to_a_file_as_utf8_whatever_the_locale(app: Path, pack: Path) -> None:
    (app / "shop/bad.py").rename(app / "shop/bad-é.py")
    plain = check(app, pack, "--format", "json", LC_ALL="C", PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert json.loads(plain.stdout)["findings"][0]["path"] == "shop/bad-é.py"
    assert check(app, pack, "--format", "json", "--output", "out.json").stdout == ""
    assert (app / "out.json").read_text(encoding="utf-8") == plain.stdout


def test_paths_limit_what_is_reported_not_what_is_read(app: Path, pack: Path) -> None:
    assert check(app, pack, "shop/good.py").returncode == 0
    done = check(app, pack, "shop/bad.py", "--format", "json")
    assert json.loads(done.stdout)["summary"]["files"] == 3
    assert check(app, pack, "shop").stdout == LINE
    assert check(app, pack, ".").stdout == LINE


def test_the_root_is_the_nearest_mark(app: Path, pack: Path) -> None:
    subprocess.run(["git", "init", "-q", str(app)], check=True)
    assert check(app / "shop", pack).stdout == LINE
    assert check(app / "shop", pack, "bad.py").stdout == LINE
    (app / "shop/prodlint.toml").write_text("")
    assert check(app / "shop", pack).stdout == "bad.py:1:1: PRD598 bad.py is bad [loud-name]\n"


def test_without_a_mark_the_root_is_the_working_directory_or_the_project_in_it_that_is_asked_for(app: Path, pack: Path) -> None:
    assert check(app / "shop", pack, ".").stdout.startswith("bad.py:1:1: ")
    assert check(app.parent, pack, ".").stdout.startswith("app/shop/bad.py:1:1: ")
    assert check(app.parent, pack, "app/shop").stdout.startswith("shop/bad.py:1:1: ")  # its neighbours are none of it


def test_a_project_elsewhere_is_examined_there(app: Path, pack: Path, tmp_path: Path) -> None:
    (tmp_path / "else").mkdir()
    (app / "prodlint.toml").write_text("")
    assert check(tmp_path / "else", pack, str(app / "shop/bad.py")).stdout == LINE
    assert check(tmp_path / "else", pack, str(app), str(tmp_path / "pack")).returncode in (0, 1)


def test_a_path_that_leads_out_of_the_project_is_refused(app: Path, pack: Path, tmp_path: Path) -> None:
    (app / "prodlint.toml").write_text("")
    (tmp_path / "bad_outside.py").write_text("z = 1\n")
    (app / "link.py").symlink_to(tmp_path / "bad_outside.py")
    done = check(app, pack, "link.py")
    assert done.returncode == 2
    assert "outside the project" in done.stderr


def test_an_unsaved_buffer_comes_on_standard_input(app: Path, pack: Path) -> None:
    assert check(app, pack, "-", "--stdin-display-name", "shop/bad.py", stdin="").returncode == 0
    assert check(app, pack, "-", "--stdin-display-name", "shop/bad_new.py", stdin="n = 1\n").stdout.startswith("shop/bad_new.py:1:1: PRD598")


def test_configuration_errors_name_the_nearest(app: Path, pack: Path) -> None:
    for text, hint in (("selekt = []\n", '"select"'), ('select = ["loud-nam"]\n', '"loud-name"'), ("select = [\n", "not valid TOML")):
        (app / "prodlint.toml").write_text(text)
        done = prodlint(app, "check", "--pack", str(pack))
        assert (done.returncode, done.stdout) == (2, "")
        assert hint in done.stderr
    (app / "prodlint.toml").unlink()
    done = prodlint(app, "check", "--select", "acess")
    assert done.returncode == 2
    assert '"access"' in done.stderr


def test_a_configuration_runs_no_code_of_the_project(app: Path, pack: Path) -> None:
    (app / "rules").mkdir()
    rule(app / "rules", "evil", "PRD597", "open('ran', 'w')\n")
    for name in ("./rules", "evil/rules", "not-installed"):
        (app / "prodlint.toml").write_text(f'packs = ["{name}"]\n')
        done = check(app, pack)
        assert done.returncode == 2
        assert done.stderr.startswith(f"prodlint: packs: {name} is ")
    assert not (app / "ran").exists()


def test_only_output_of_the_project_is_written(app: Path, pack: Path) -> None:
    before = {file.name for file in app.iterdir()}
    check(app, pack, "--no-cache")
    assert {file.name for file in app.iterdir()} == before
    check(app, pack)
    assert {file.name for file in app.iterdir()} - before == {".prodlint_cache"}


def test_the_same_bytes_cold_warm_one_worker_and_two(app: Path, pack: Path) -> None:
    for number in range(60):  # enough source for worker processes
        body = "".join(f"def f{n}(a, b):\n    return [a, b, {n}, 'some text here']\n" for n in range(150))
        (app / f"shop/bad_{number}.py").write_text(body)
    outputs = {check(app, pack, "--format", "json", *options).stdout for options in (["--jobs", "1"], [], ["--no-cache", "--jobs", "2"])}
    assert len(outputs) == 1
    assert json.loads(outputs.pop())["summary"]["findings"] == 61


def test_explain_and_rules(app: Path, tmp_path: Path) -> None:
    by_name, by_code = prodlint(tmp_path, "explain", "missing-ownership-check"), prodlint(tmp_path, "explain", "PRD301")
    assert by_name.stdout == by_code.stdout
    assert "## How to fix it" in by_name.stdout
    unknown = prodlint(tmp_path, "explain", "missing-ownershp-check")
    assert (unknown.returncode, unknown.stdout) == (2, "")
    assert '"missing-ownership-check"' in unknown.stderr
    assert prodlint(tmp_path, "explain", "prd301").stdout == by_name.stdout
    family = prodlint(tmp_path, "explain", "prd30")
    assert (family.returncode, "PRD301 missing-ownership-check, PRD302 " in family.stderr) == (2, True)
    word = prodlint(tmp_path, "explain", "timeout")
    assert (word.returncode, "external-call-without-timeout" in word.stderr) == (2, True)
    long, whole = prodlint(tmp_path, "explain", "PRD351").stdout, prodlint(tmp_path, "explain", "PRD351", "--examples").stdout
    assert long.count("\n") < 200 < whole.count("\n")
    assert long.index("## How to fix it") < long.index("## Examples"), "what to do stands before the examples"
    assert long.endswith("more examples: prodlint explain PRD351 --examples\n")
    assert (long.count("\n### "), whole.count("\n### ")) == (3, 3 + int(long.splitlines()[-1].split()[0]))
    listed = prodlint(tmp_path, "rules")
    assert "PRD301  missing-ownership-check" in listed.stdout
    table = json.loads(prodlint(tmp_path, "rules", "--format", "json").stdout)
    assert {"rule", "code", "item", "severity", "summary", "engine"} == set(table[0])


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_init_writes_a_configuration_that_is_read(app: Path, newline: str) -> None:
    assert prodlint(app, "init").returncode == 0
    assert (app / "prodlint.toml").is_file()
    again = prodlint(app, "init")
    assert (again.returncode, "nothing was changed" in again.stderr) == (2, True)
    (app / "prodlint.toml").unlink()
    (app / "pyproject.toml").write_bytes(f'[project]{newline}name = "shop"'.encode())
    assert prodlint(app, "init").returncode == 0
    text = (app / "pyproject.toml").read_bytes().decode()
    assert tomllib.loads(text) == {"project": {"name": "shop"}, "tool": {"prodlint": {}}}
    assert text.count("\n") == text.count(newline)
    assert prodlint(app, "init").returncode == 2


def test_every_line_of_the_starter_may_be_switched_on(app: Path) -> None:
    text = prodlint(app, "init", "--stdout").stdout
    lines = [line[2:] if line.startswith("# ") and ("=" in line or line.startswith("# [")) else line for line in text.splitlines()]
    table = tomllib.loads("\n".join(lines))["tool"]["prodlint"]
    assert {"select", "exclude", "access", "severity", "per-path-ignores"} <= set(table)


def test_a_baseline_hides_what_is_known(app: Path, pack: Path) -> None:
    options = ("baseline", "--pack", str(pack), "--select", "loud-name")
    done = prodlint(app, *options)
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.endswith(".prodlint_baseline.json: 1 finding known from now on; commit the file\n")
    (app / "shop/half.py").write_text("def (\n")
    assert prodlint(app, *options).stderr.endswith("; what is in the files that were not examined will count as new\n")
    (app / "shop/half.py").unlink()
    known = check(app, pack)
    assert (known.returncode, known.stdout) == (0, "")
    assert known.stderr.startswith("no new findings, 1 baselined; ")
    (app / "prodlint.toml").write_text('baseline = "known.json"\n')
    assert check(app, pack).returncode == 2, "a file that is named and is not there"
    assert prodlint(app, *options).returncode == 0
    assert check(app, pack).returncode == 0
    assert prodlint(app, *options).stderr.startswith("1 finding "), "everything counts, whatever was known before"
    (app / "shop/bad_too.py").write_text("z = 3\n")
    assert check(app, pack).stdout.startswith("shop/bad_too.py")


def test_version_help_and_usage(tmp_path: Path) -> None:
    assert prodlint(tmp_path, "--version").stdout == "prodlint 0.1.0\n"
    assert prodlint(tmp_path, "--help").stdout.index("check") < prodlint(tmp_path, "--help").stdout.index("routes")
    assert prodlint(tmp_path, "chekc").returncode == 2
    assert prodlint(tmp_path, "check", "--format", "xml").returncode == 2


def test_an_error_of_our_own_is_exit_2(app: Path, pack: Path) -> None:
    """A model that is no mapping ends the run before any rule: that is neither findings nor none."""
    (pack / "models").mkdir()
    (pack / "models/wrong.yaml").write_text("- 1\n")
    done = check(app, pack)
    assert done.returncode == 2
    assert "wrong.yaml" in done.stderr


def test_crashing_rules_do_not_stop_the_others(app: Path, pack: Path) -> None:
    rule(pack, "crashes", "PRD597", CRASH)
    done = prodlint(app, "check", "--pack", str(pack), "--select", "loud-name,crashes")
    assert (done.returncode, LINE in done.stdout) == (2, True)
    assert "the rule crashes crashed: ValueError: boom (crashes.py:3)" in done.stdout


FIXING = """
from prodlint import Edit, Finding, Fix, Span


def check(project):
    for path, facts in project.files.items():
        if facts.language == "python" and facts.lines == 1 and "bad" in path:
            at = Span(path, 1, 1, 1, 2)
            yield Finding(at, "a short name", fix=Fix("a longer one", (Edit(at, "longer"),)))
"""


def test_fixes_are_shown_and_applied(app: Path, pack: Path) -> None:
    rule(pack, "short_name", "PRD596", FIXING)
    options = ("check", "--pack", str(pack), "--select", "short-name")
    (app / "shop/bad.py").write_text("y = 2  # as it was\n")
    shown = prodlint(app, *options, "--diff")
    assert shown.returncode == 1
    assert "-y = 2  # as it was\n+longer = 2  # as it was\n" in shown.stdout
    assert (app / "shop/bad.py").read_text() == "y = 2  # as it was\n"
    done = prodlint(app, *options, "--fix")
    assert "1 file changed\n" in done.stderr
    assert (app / "shop/bad.py").read_text() == "longer = 2  # as it was\n"
    assert prodlint(app, "check", "-", "--stdin-display-name", "shop/bad.py", "--fix", stdin="y = 2\n").returncode == 2


def test_where_nothing_is_to_be_fixed_it_is_said(app: Path, pack: Path) -> None:
    rule(pack, "short_name", "PRD596", FIXING.replace('"longer"),))', '"longer"),), "unsafe")'))
    options = ("check", "--pack", str(pack), "--select", "short-name", "--diff")
    (app / "shop/bad.py").write_text("y = 2\n")
    left = prodlint(app, *options)
    assert (left.returncode, left.stdout, left.stderr) == (0, "", "nothing to fix safely; 1 with --unsafe-fixes\n")
    (app / "shop/bad.py").write_text("y = 2\nz = 3\n")
    assert prodlint(app, *options, "--unsafe-fixes").stderr == "nothing to fix\n"


def test_a_certain_hole_in_access_ends_with_one_where_other_routes_are_right(tmp_path: Path) -> None:
    (tmp_path / "api.py").write_text(
        "from fastapi import Depends, FastAPI, HTTPException\nfrom sqlalchemy.orm import Session\n"
        "from db import Order, get_db\nfrom users import current_user\n\napp = FastAPI()\n\n\n"
        '@app.get("/orders/{order_id}")\ndef read(order_id: int, user=Depends(current_user), db: Session = Depends(get_db)):\n'
        "    order = db.get(Order, order_id)\n    if order is None or order.owner_id != user.id:\n        raise HTTPException(404)\n"
        "    return order\n\n\n"
        '@app.delete("/orders/{order_id}")\ndef remove(order_id: int, user=Depends(current_user), db: Session = Depends(get_db)):\n'
        "    order = db.get(Order, order_id)\n    db.delete(order)\n    db.commit()\n"
    )
    (tmp_path / "db.py").write_text(
        "from sqlalchemy import ForeignKey\nfrom sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column\n\n\n"
        "class Base(DeclarativeBase):\n    pass\n\n\nclass User(Base):\n    __tablename__ = 'users'\n"
        "    id: Mapped[int] = mapped_column(primary_key=True)\n\n\n"
        "class Order(Base):\n    __tablename__ = 'orders'\n    id: Mapped[int] = mapped_column(primary_key=True)\n"
        "    owner_id: Mapped[int] = mapped_column(ForeignKey('users.id'))\n\n\ndef get_db(): ...\n"
    )
    (tmp_path / "users.py").write_text("from db import User\n\n\ndef current_user() -> User: ...\n")
    done = prodlint(tmp_path, "checklist", "--format", "json", "--fail-on-item", "access", "--no-cache")
    access = json.loads(done.stdout)["items"][2]
    assert (access["verdict"], access["holes"], done.returncode) == ("partial", 1, 1)
    assert prodlint(tmp_path, "checklist", "--fail-on-item", "secrets", "--no-cache").returncode == 0


SHOP = """from fastapi import Depends, FastAPI

app = FastAPI()


def caller():
    return None


@app.get("/orders/{order_id}")
def show(order_id: int, user=Depends(caller)):
    return {"id": order_id}
"""


def test_explain_takes_every_form_in_which_a_route_is_printed(tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop/api.py").write_text(SHOP)
    (route,) = json.loads(prodlint(tmp_path, "routes", "--format", "json").stdout)["routes"]
    assert route["handler"] == "shop.api.show"
    for name in ("shop.api.show", "show", "show:11", "shop.api.show:11", "shop/api.py:11", "/orders/{order_id}", "GET /orders/{order_id}"):
        done = prodlint(tmp_path, "routes", "--explain", name)
        assert (done.returncode, "show:11" in done.stdout) == (0, True), name
    lost = prodlint(tmp_path, "routes", "--explain", "shwo")
    assert (lost.returncode, lost.stdout) == (2, "")
    assert 'did you mean "show"?' in lost.stderr


def test_explain_takes_a_whole_name_before_those_that_end_with_it(tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop/api.py").write_text(
        SHOP + SHOP[SHOP.index("@app.get") :].replace("def show", "def just_show").replace("/orders", "/mine/orders")
    )
    for name, told in (("show", ["show"]), ("/orders/{order_id}", ["show"]), ("ust_sho", ["just_show"]), ("sho", ["just_show", "show"])):
        done = json.loads(prodlint(tmp_path, "routes", "--explain", name, "--format", "json").stdout)
        assert sorted(route["handler"].removeprefix("shop.api.") for route in done["routes"]) == told, name


def test_words_of_the_configuration_that_stand_nowhere_are_told(tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop/api.py").write_text(SHOP)
    words = 'principals = ["request.callr"]\nguards = ["caller", "ensure_membr"]\npublic = ["/ordrs/*", "api.show"]\nadmin = ["shop.api.calle"]\n'
    (tmp_path / "prodlint.toml").write_text(f"[access]\n{words}")
    problems = json.loads(prodlint(tmp_path, "check", "--format", "json").stdout)["problems"]
    assert [(problem["line"], problem["message"]) for problem in problems] == [
        (2, 'access.principals: no code has this name: "request.callr"'),
        (3, 'access.guards: no code has this name: "ensure_membr"'),
        (4, 'access.public: no route has this path or handler: "/ordrs/*"; did you mean "/orders/{order_id}"?'),
        (5, 'access.admin: no code has this name: "shop.api.calle"; did you mean "caller"?'),
    ]
    assert json.loads(prodlint(tmp_path, "routes", "--format", "json").stdout)["problems"] == problems


def test_unknown_kinds_and_items_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("x = 1\n")
    for words, hint in ((("calls", "--kind", "paymnt"), '"payment"'), (("checklist", "--fail-on-item", "backup"), '"backups"')):
        done = prodlint(tmp_path, *words)
        assert (done.returncode, hint in done.stderr) == (2, True)


def test_every_kind_of_the_models_can_be_asked_for() -> None:
    from prodlint.cli import KINDS
    from prodlint.models import load

    assert {library["kind"] for library in load()["calls"].values() if "kind" in library} == set(KINDS)


def test_calls_say_what_they_do_not_list(tmp_path: Path) -> None:
    (tmp_path / "api.ts").write_text("export const f = () => fetch('https://x');\n")
    (tmp_path / "main.go").write_text("package main\n")
    done = prodlint(tmp_path, "calls")
    assert done.stdout.splitlines()[:2] == [
        "no external call was found in Python code",
        "calls are listed for Python alone; not listed: those of 1 Go, 1 TypeScript files",
    ]
    assert json.loads(prodlint(tmp_path, "calls", "--format", "json").stdout)["not_listed"] == {"Go": 1, "TypeScript": 1}


def test_a_missing_engine_is_not_clean(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is found in code that nobody could look at: not for the whole project, not for a hook that is given the file."""
    monkeypatch.setattr("prodlint.facts.semgrep.find", lambda: None)
    from click.testing import CliRunner

    from prodlint.cli import cli

    (tmp_path / "app.py").write_text("x = 1\n")
    (tmp_path / "api.ts").write_text("export async function f(id: string) { return await fetch('https://x/' + id); }\n")
    monkeypatch.chdir(tmp_path)
    for paths, code in ((["."], 2), (["api.ts"], 2), (["app.py"], 0)):
        done = CliRunner().invoke(cli, ["check", "--no-cache", "--select", "errors", "--unexamined", "fail", *paths])
        assert (done.exit_code, "not examined: 1 file (semgrep is not installed)" in done.output) == (code, code == 2), paths
        assert "no findings; " not in done.output or code == 0
    told = CliRunner().invoke(cli, ["check", "--no-cache", "--select", "errors"])
    assert (told.exit_code, "no findings; " in told.output) == (0, False)


def test_closed_and_full_streams_and_a_stop_end_with_two(app: Path, pack: Path) -> None:
    run = f"{sys.executable} -m prodlint check --pack {pack} --select loud-name"
    for line, words in (
        (f"{run} - <&-", "standard input is closed"),
        (f"{run} >&-", "standard output is closed"),
        (f"{run} > /dev/full", "the output could not be written: No space left on device"),
    ):
        done = subprocess.run(["sh", "-c", line], cwd=app, capture_output=True, text=True, check=False)
        assert (done.returncode, words in done.stderr, "Traceback" in done.stderr) == (2, True, False), line
    done = subprocess.run(["sh", "-c", f"{run} 2>&-"], cwd=app, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, LINE)
    # what a shell starts in the background ignores the signal, and hands that on
    command = [sys.executable, "-m", "prodlint", "check", "-"]
    reset = f"import os, signal; signal.signal(signal.SIGINT, signal.SIG_DFL); os.execv({sys.executable!r}, {command!r})"
    started = subprocess.Popen([sys.executable, "-c", reset], cwd=app, stdin=subprocess.PIPE, stderr=subprocess.PIPE)
    with contextlib.suppress(subprocess.TimeoutExpired):
        started.wait(2)  # it waits for the text
    started.send_signal(signal.SIGINT)
    _, said = started.communicate(timeout=60)
    assert (started.returncode, said.decode().strip()) == (2, "prodlint: stopped")
