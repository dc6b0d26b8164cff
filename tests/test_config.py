"""The configuration: where it is found, what it accepts, how it complains."""

from __future__ import annotations

import re

import pytest

from prodlint.config import TEMPLATE, Access, Config, ConfigError, check_names, load, read_baseline, unknown
from tests.reports import RULES

FULL = """\
[project]
name = "shop"

[tool.prodlint]
select = ["access", "PRD5"]
ignore = ["hardcoded-secret"]
exclude = ["vendor/"]
fail-on = "warning"
confidence = "high"
baseline = ".prodlint_baseline.json"

[tool.prodlint.per-path-ignores]
"tests/" = ["secrets"]

[tool.prodlint.severity]
missing-ownership-check = "warning"

[tool.prodlint.access]
principals = ["request.account"]
guards = ["ensure_member"]
"""


def write(folder, name, text):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text)
    return folder / name


def test_every_key_is_read(tmp_path):
    file = write(tmp_path, "pyproject.toml", FULL)
    config = load(tmp_path)
    assert config == Config(
        select=("access", "PRD5"),
        ignore=("hardcoded-secret",),
        exclude=("vendor/",),
        fail_on="warning",
        confidence="high",
        baseline=".prodlint_baseline.json",
        per_path_ignores=(("tests/", ("secrets",)),),
        severity=(("missing-ownership-check", "warning"),),
        access=Access(principals=("request.account",), guards=("ensure_member",)),
        file=str(file),
        text=FULL,
    )
    check_names(config, RULES)


def test_no_file_means_the_defaults(tmp_path):
    assert load(tmp_path) == Config()
    write(tmp_path, "pyproject.toml", "[tool.ruff]\n")
    assert load(tmp_path) == Config()


def test_the_nearest_file_wins_and_prodlint_toml_before_pyproject(tmp_path):
    (tmp_path / ".git").mkdir()
    write(tmp_path, "prodlint.toml", 'fail-on = "info"\n')
    inner = tmp_path / "services" / "shop"
    write(inner, "pyproject.toml", "[project]\nname = 'x'\n")
    assert load(inner).fail_on == "info"
    write(inner, "pyproject.toml", '[tool.prodlint]\nfail-on = "warning"\n')
    assert load(inner).fail_on == "warning"
    write(inner, "prodlint.toml", 'fail-on = "never"\n')
    assert load(inner).fail_on == "never"


def test_nothing_is_taken_from_above_the_repository(tmp_path):
    write(tmp_path, "prodlint.toml", 'fail-on = "info"\n')
    inside = tmp_path / "repository"
    (inside / ".git").mkdir(parents=True)
    assert load(inside) == Config()
    assert load(tmp_path / "no-git") == Config()


def test_an_explicit_file(tmp_path):
    file = write(tmp_path / "elsewhere", "ci.toml", 'fail-on = "info"\n')
    assert load(tmp_path, file).fail_on == "info"
    with pytest.raises(ConfigError, match="cannot be read"):
        load(tmp_path, tmp_path / "none.toml")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('\nselects = ["access"]\n', ':2: selects: unknown key "selects"; did you mean "select"?'),
        ('[access]\nguard = ["x"]\n', ':2: access.guard: unknown key "guard"; did you mean "guards"?'),
        ("select = 'access'\n", ":1: select: must be a list of strings"),
        ("\n\nfail-on = 'errors'\n", ':3: fail-on: must be one of info, warning, error, never; did you mean "error"?'),
        ("[severity]\nPRD301 = 3\n", ":2: severity.PRD301: must be one of info, warning, error"),
        ("access = 1\n", ":1: access: must be a table"),
        ("baseline = true\n", ":1: baseline: must be a string, not a boolean"),
        ("select = [\n", ": is not valid TOML: "),
    ],
)
def test_complaints_name_file_line_key_and_the_nearest_name(tmp_path, text, complaint):
    file = write(tmp_path, "prodlint.toml", text)
    with pytest.raises(ConfigError) as caught:
        load(tmp_path)
    assert str(caught.value).startswith(f"{file}{complaint}")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (
            'select = [\n  "access",\n  "missing-owner-check",\n]\n',
            ':3: select: unknown rule "missing-owner-check"; did you mean "missing-ownership-check"?',
        ),
        ('[per-path-ignores]\n"a/" = ["PRD309"]\n', ':2: per-path-ignores.a/: unknown rule "PRD309"; did you mean "PRD30'),
        ('[severity]\nbackup = "info"\n', ':2: severity: unknown rule "backup"; did you mean "backups"?'),
    ],
)
def test_an_unknown_rule_is_refused(tmp_path, text, complaint):
    file = write(tmp_path, "prodlint.toml", text)
    with pytest.raises(ConfigError) as caught:
        check_names(load(tmp_path), RULES)
    assert str(caught.value).startswith(f"{file}{complaint}")


def test_unknown_for_the_command_line():
    assert unknown("PRD3", RULES) == unknown("runbooks", RULES) == unknown("hardcoded-secret", RULES) == ""
    assert unknown("zzz", RULES) == 'unknown rule "zzz"'


def test_the_baseline_file(tmp_path):
    write(tmp_path, "base.json", '["a",\n"b"]\n')
    assert read_baseline(tmp_path, Config(baseline="base.json")) == {"a", "b"}
    assert read_baseline(tmp_path, Config()) == frozenset()
    with pytest.raises(ConfigError, match="cannot be read"):
        read_baseline(tmp_path, Config(baseline="none.json"))
    write(tmp_path, "bad.json", "{}")
    with pytest.raises(ConfigError, match="not a JSON list"):
        read_baseline(tmp_path, Config(baseline="bad.json"))


def test_the_template_is_empty_as_written_and_valid_uncommented(tmp_path):
    file = write(tmp_path, "prodlint.toml", TEMPLATE)
    assert load(tmp_path) == Config(file=str(file), text=TEMPLATE)
    keys = re.sub(r"^# (?=\[|\"|[a-z-]+ = )", "", TEMPLATE, flags=re.MULTILINE)
    write(tmp_path, "prodlint.toml", keys)
    config = load(tmp_path)
    check_names(config, RULES)
    assert all(getattr(config, name) for name in Config.__struct_fields__)
    assert (config.fail_on, config.confidence) == (Config().fail_on, Config().confidence)
