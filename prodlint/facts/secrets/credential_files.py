"""Files that are made for credentials: .netrc, .pgpass, .htpasswd, shadow, Rails' master.key, dumps of a table of users.

Knows: the form of each. Does not know: whether the file is tracked.
"""

from __future__ import annotations

from collections.abc import Iterator

from prodlint import regex as re
from prodlint.facts.secrets.text_pairs import Pair

# (name of the file, form of a line or of the whole file, what the value is)
_FORMS: tuple[tuple[re.Pattern[str], re.Pattern[str], str, str], ...] = (
    (re.compile(r"(?:^|/)[._]netrc$"), re.compile(r"\bpassword\s+(?P<value>\S+)"), "netrc-password", "password in .netrc"),
    (
        re.compile(r"(?:^|/)\.?pgpass(?:\.conf)?$"),
        re.compile(r"^(?!#)(?:[^:\n]*:){4}(?P<value>[^\s*]+)$", re.M),
        "pgpass-password",
        "password in .pgpass",
    ),
    (
        re.compile(r"(?:^|/)\.?htpasswd[\w.-]*$|(?:^|/)(?:shadow|passwd|[\w-]*ftpd\.?passwd)$"),
        re.compile(r"^[^:#\s]+:(?P<value>\$[\w.-]+\$[^\s:]{8,}|\{SHA\}[^\s:]+)", re.M),
        "password-hash",
        "password hash of an account",
    ),
    (
        re.compile(r"(?:^|/)(?:master|production|staging|development)\.key$"),
        re.compile(r"\A(?P<value>[0-9a-f]{32,128})\s*\Z"),
        "rails-master-key",
        "Rails master key",
    ),
    (
        re.compile(r"(?:^|/)logins\.json$"),
        re.compile(r'"encrypted(?:Username|Password)"\s*:\s*"(?P<value>[^"\n]{16,})"'),
        "browser-login",
        "stored browser login",
    ),
    (
        re.compile(r"(?:^|/)\.?vault[_-]?pass(?:word)?(?:\.txt)?$"),
        re.compile(r"\A(?P<value>[^\s#!]\S{5,})\s*\Z"),
        "vault-password",
        "Ansible vault password",
    ),
)  # fmt: skip
_DUMP = re.compile(r"(?i)^-- (?:MySQL|MariaDB) dump|^-- PostgreSQL database dump|^-- phpMyAdmin SQL Dump", re.M)
_ROW_HASH = re.compile(
    r"(?P<value>\$(?:2[aby]|5|6|1|argon2id?)\$[^\s'\",)]{20,}|(?<=')[0-9a-f]{32}(?=')|(?<=')[0-9a-f]{40}(?=')|(?<=')\*?[0-9A-F]{40}(?='))"
)
# files in which a simple password is one all the same: settings that a program keeps for its user
_KEEPS_PASSWORDS = re.compile(
    r"(?i)(?:^|/)(?:wp-config\.php|recentservers\.xml|sitemanager\.xml|filezilla\.xml|robomongo\.json|sftp-config\.json|sftp\.json"
    r"|\.ftpconfig|\.s3cfg|\.credentials|credentials"
    r"|\.pypirc|\.npmrc|\.my\.cnf|my\.cnf|\.boto|\.bash_profile|\.bashrc|\.zshrc|\.profile|ventrilo_srv\.ini|deployment-config\.json"
    r"|\.remote-sync\.json|connections\.xml"
    r"|datasources\.xml|webservers\.xml|secrets\.ya?ml|\.git-credentials|unattend\.xml|\.smbcredentials)$"
)


def keeps_passwords(path: str) -> bool:
    """Is this the file in which a program keeps the passwords of its user?"""
    return _KEEPS_PASSWORDS.search(path) is not None


def find(path: str, text: str) -> Iterator[tuple[Pair, str, str]]:
    """(pair, kind, kind in words) of every credential of a file that is made for them."""
    for name, form, kind, title in _FORMS:
        if name.search(path):
            for found in form.finditer(text):
                yield Pair("", found.group("value"), found.start("value"), found.end("value")), kind, title
    if path.endswith(".sql") and _DUMP.search(text[:4000]):
        for start, line in _rows(text):
            if found := _ROW_HASH.search(line):
                yield (
                    Pair("", found.group("value"), start + found.start("value"), start + found.end("value")),
                    "password-hash",
                    "password hash of an account",
                )


def _rows(text: str) -> Iterator[tuple[int, str]]:
    """The lines of a dump that are rows of a table of users, with their offsets."""
    start, users = 0, False
    for line in text.splitlines(keepends=True):
        if re.match(r"(?i)\s*(?:insert\s+into|copy)\b", line):
            users = re.match(r"(?i)\s*(?:insert\s+into|copy)\s+[`\"\w.]*(?:user|account|member|customer|admin|person|people|login)", line) is not None
        elif line.strip() in ("\\.", ""):
            users = False
        if users:
            yield start, line
        start += len(line)
