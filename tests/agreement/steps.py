"""The step-by-step tests of Supabase's database advisor (supabase/splinter, test/sql and test/expected), asked of prodlint as migrations.

Up to each question of a test, what was done before it becomes one migration; what prodlint's rule finds after it is compared with the rows that are
expected, by their number (a test speaks of few objects, and drops each before the next).
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

from prodlint.facts import extract
from prodlint.project import link
from prodlint.report import Finding
from prodlint.rulebook import Rulebook
from tests.pages import source

REPO, COMMIT = "supabase+splinter", "55db5b1f28e58d816f7d9136eed87eabcd95868d"
# the advisor's test -> the rule that asks the same
TESTS = {
    "0002_auth_users_exposed": "security-definer-view", "0007_policy_exists_rls_disabled": "policy-without-rls",
    "0008_rls_enabled_no_policy": "rls-without-policy", "0010_security_definer_view": "security-definer-view",
    "0013_rls_disabled_in_public": "row-level-security-off", "0015_rls_references_user_metadata": "policy-trusts-user-metadata",
    "0016_materialized_view_in_api": "security-definer-view", "0017_foreign_table_in_api": "row-level-security-off",
    "0019_insecure_queue_exposed_in_api": "row-level-security-off", "0023_sensitive_columns_exposed": "row-level-security-off",
    "0024_rls_policy_always_true": "always-true-write-policy", "0025_public_bucket_allows_listing": "public-bucket-listing",
    "0028_anon_security_definer_function_executable": "definer-function-for-anybody",
    "0029_authenticated_security_definer_function_executable": "definer-function-for-anybody",
}  # fmt: skip
_QUESTION = re.compile(r"select\b[^;]*?\bfrom\s+lint\.\"[^\"]+\"[^;]*;", re.I | re.S)
_ROWS = re.compile(r"^\((\d+) rows?\)$", re.M)
BOOK = Rulebook(packs=False)


def steps(mirrors: Path) -> Iterator[tuple[str, str, bool, str]]:
    """(test, step, do we agree, what we say)."""
    git = mirrors / REPO / "repo"
    for test, rule in TESTS.items():
        asked = _show(git, f"test/sql/{test}.sql")
        answers = _answers(_show(git, f"test/expected/{test}.out"))
        done: list[str] = []
        position = 0
        for number, question in enumerate(_QUESTION.finditer(asked)):
            done.append(asked[position : question.start()])
            position = question.end()
            found = _found(rule, "".join(done))
            words = f"expected {answers[number]}, found {', '.join(found) or 'nothing'}"
            yield test, f"step {number + 1}", len(found) == answers[number], words


def _answers(text: str) -> list[int]:
    """The rows expected after every question; a count that is asked for is the number itself."""
    out, position = [], 0
    for found in _ROWS.finditer(text):
        counted = re.search(r"^ count \n-+\n\s*(\d+)\s*$", text[position : found.start()], re.M)
        out.append(int((counted or found).group(1)))
        position = found.end()
    return out


def _found(rule: str, text: str) -> list[str]:
    facts, _ = extract([source("supabase/migrations/20250101000000_steps.sql", text)], jobs=1)
    project = link(facts)
    asked = next(each for each in BOOK.rules if each.name == rule)
    return [
        str((each.subject or {}).get("table") or (each.subject or {}).get("resource") or each.message)
        for each in BOOK.check(asked)(project)
        if isinstance(each, Finding) and each.confidence != "low"
    ]


def _show(git: Path, path: str) -> str:
    return subprocess.run(["git", f"--git-dir={git}", "show", f"{COMMIT}:{path}"], capture_output=True, text=True, check=True).stdout
