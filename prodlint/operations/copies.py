"""Databases that a team runs itself, and what copies them off the machine.

Knows: database images with a volume, SQLite files on a mount, dump commands, backup images and tools, schedules. Does not know: cron entries and
snapshots that exist only on a machine or a platform.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import msgspec

from prodlint import regex as re
from prodlint.declared import Declared
from prodlint.model import Entry, Span
from prodlint.operations.delivery import Delivery, short

_IMAGE = re.compile(
    r"(?:^|/)(?:postgres(?:ql)?|postgis|pgvector|timescaledb(?:-ha)?|mysql|mariadb|percona\S*|mongo(?:db)?|mongodb-community-server|mssql(?:-server|/server)?|server:20\d\d|cockroach|couchdb"
    r"|clickhouse(?:-server)?|neo4j|surrealdb|rqlite|pgvecto-rs|supabase/postgres)(?:[:@-]|$)"
)
_DATA = re.compile(
    r"/var/lib/(?:postgresql|mysql|mongodb|clickhouse|neo4j)|/data/db|/bitnami/|/var/opt/mssql|/opt/couchdb|/cockroach|/home/postgres|/data\b"
)
_SQLITE_PATH = re.compile(r"(?:^|[=:]|sqlite3?:/{2,3})(/[\w./-]+\.(?:sqlite3?|db))(?:$|[?\s])", re.I)
_SQLITE = re.compile(r"sqlite(?:3)?:/{2,}|\.(?:sqlite3?|db)\b", re.I)
_TOOL = re.compile(
    r"postgres-?backup|pg[-_]?backup|pgbackups?|mysql-?backup|db-?backup|mongo-?(?:db-)?backup|docker-volume-backup|volumerize|litestream|pgbackrest|wal-g|barman|restic|borg(?:matic)?|velero|duplicity|kopia"
    r"|backup-(?:s3|cron)|automysqlbackup|backrest|duplicati",
    re.I,
)
_DUMP = re.compile(
    r"\b(?:pg_dump(?:all)?|pg_basebackup|mysqldump|mariadb-dump|mariabackup|xtrabackup|mongodump|wal-g\s+backup-push|pgbackrest\s+\S*\s*backup|barman\s+backup|litestream\s+replicate|litefs\s+export|restic\s+backup"
    r"|borg(?:matic)?\s+create|velero\s+(?:backup|schedule)\s+create|sqlite3\b[^\n]*\.(?:backup|dump)|fly(?:ctl)?\s+(?:postgres|pg)\s+backup|heroku\s+pg:backups|supabase\s+db\s+dump|aws\s+rds\s+create-db-(?:cluster-)?snapshot"
    r"|api\.render\.com/v1/postgres/[^\n]*?/(?:backup|export)|gcloud\s+sql\s+(?:export|backups)|neonctl\s+branches\s+create|pscale\s+backup\s+create|manage\.py\s+dbbackup|backup:run|kamal\s+accessory\s+exec\s+\S*\s*backup)\b"
)
_BY_HAND = re.compile(r"sqlite3\S*\.connect\([^\n]*\.backup\(")
_AWAY = re.compile(
    r"\baws\s+s3|\bs3cmd|s3://|\brclone\b|\bgsutil\b|gs://|\bgcloud\s+storage|\baz\s+storage|\brestic\b|\bborg\b|\brsync\b[^\n]*:|\bscp\b|\bb2\b|\bmc\s+(?:cp|mirror)|upload-artifact|\brds\s+create-db-|R2_|S3_|BUCKET",
    re.I,
)
KINDS = (
    "compose-service", "k8s/StatefulSet", "k8s/Deployment", "k8s/CronJob", "k8s/Cluster", "k8s/ScheduledBackup", "k8s/Schedule",
    "k8s/PostgresCluster", "kamal", "fly",
    "backup-tool", "crontab", "script", "make-target", "dockerfile", "render", "procfile", "yaml-template",
)  # fmt: skip


_TEXTS = ("compose-service", "k8s/CronJob", "script", "dockerfile", "yaml-template")


def _named(name: str, text: str) -> bool:
    return re.search(rf"(?<![\w.-]){re.escape(name)}(?![\w.-])", text) is not None


class Own(msgspec.Struct, frozen=True):
    """A database that lies on a volume of one's own. stays: is it kept running like a server, with the app (restart policy, cluster)?
    production: does its file say that it serves there? compose: is it a file of Compose, which may be for development or for others to host?"""

    name: str
    at: Span
    words: str
    stays: bool
    production: bool
    compose: bool = False


class Copy(msgspec.Struct, frozen=True):
    """Something that copies data. scheduled: by a clock or a running tool; away: to another machine or an object store (None: not said)."""

    at: Span
    words: str
    scheduled: bool
    away: bool | None


def own_databases(blocks: Iterable[Declared]) -> list[Own]:
    listed = list(blocks)
    out: list[Own] = []
    kept_up = {block.path for block in listed if block.kind == "compose-service" and block.has("build") and _stays(block)}  # an app beside it
    for block in listed:
        production = re.search(r"prod|live", block.path.rpartition("/")[2], re.I) is not None and "dev" not in block.path.lower()
        if block.kind == "compose-service":
            image = block.raw("image")
            local = (
                re.search(
                    r"(?:^|[^a-z])(?:dev|development|devcontainer|worktree|example|local|test|tests|ci|e2e|override)(?:[^a-z]|$)", block.path, re.I
                )
                is not None
            )
            volumes = [e for e in block.entries if e.key.startswith("volumes.") and _DATA.search(e.value) and "/docker-entrypoint" not in e.value]
            if _IMAGE.search(image) and volumes and not local:
                out.append(Own(block.name, block.at, f"{image} on a volume", _stays(block) and block.path in kept_up, production, True))
            elif not local and (file := _sqlite_on_a_volume(block)) is not None:
                stays = _stays(block) and block.has("build")
                out.append(Own(block.name, Span(block.path, file.line), "a SQLite file on a volume", stays, production, True))
        elif block.kind in ("k8s/StatefulSet", "k8s/Deployment"):
            image = next((e for e in block.entries if re.search(r"containers\.\d+\.image$", e.key) and _IMAGE.search(e.value)), None)
            if image is not None and any("persistentVolumeClaim" in e.key or "volumeClaimTemplates" in e.key for e in block.entries):
                out.append(Own(block.name, block.at, f"{image.value} on a volume claim", True, True))
        elif block.kind == "kamal":
            for accessory in block.keys("accessories"):
                image = block.raw(f"accessories.{accessory}.image")
                if _IMAGE.search(image):
                    out.append(Own(accessory, block.where(f"accessories.{accessory}"), f"{image} beside the app", True, True))
        elif block.kind == "fly" and (block.has("mounts") or block.has("mount")):
            database = next((e for e in block.entries if e.key.startswith("env.") and _SQLITE.search(e.value)), None)
            if database is not None:
                out.append(Own(database.key.removeprefix("env."), Span(block.path, database.line), "a SQLite file on a volume of Fly", True, True))
        elif block.kind == "render":
            out += _of_render(block)
    return out


_BROUGHT_UP = re.compile(r"(?:\bdocker(?:-|\s+)compose\b|\$[({]?(?:DOCKER_)?COMPOSE\w*[)}]?)(?=\s)[^\n]*\sup\b|\bdocker\s+stack\s+deploy\b")
_COMPOSE_FILE = re.compile(r"(?:\s-f|\s--file|\s-c|\s--compose-file)[= ]\s*(\S+\.ya?ml)")


def brought_up(delivery: Delivery, by_hand: Iterable[tuple[Span, str]]) -> tuple[Span | None, frozenset[str]]:
    """Where a deploy, or what is written for one by hand, brings files of Compose up on a server, and the names of the files that it names (none: the
    one that Compose takes by itself)."""
    found = [(each.at, command) for each in delivery.deploys if each.live for command in (each.command, *delivery.commands_of(each.node))]
    up = next((each for each in (*found, *by_hand) if _BROUGHT_UP.search(each[1])), None)
    if up is None:
        return None, frozenset()
    return up[0], frozenset(name.strip("\"'").rpartition("/")[2] for name in _COMPOSE_FILE.findall(up[1]))


def _sqlite_on_a_volume(block: Declared) -> Entry | None:
    """The variable of a service of Compose that names a SQLite file on one of its volumes."""
    targets = [entry.value.split(":")[1] if ":" in entry.value else entry.value for entry in block.entries if entry.key.startswith("volumes.")]
    for entry in block.entries:
        found = _SQLITE_PATH.search(entry.value) if entry.key.startswith("environment.") else None
        if found and any(target.startswith("/") and found.group(1).startswith(f"{target.rstrip('/')}/") for target in targets):
            return entry
    return None


def _of_render(block: Declared) -> Iterator[Own]:
    for entry in block.find("services.*.envVars.*.value"):
        service = ".".join(entry.key.split(".")[:2])
        if _SQLITE.search(entry.value):
            words = (
                "a SQLite file on a disk of Render"
                if block.has(f"{service}.disk")
                else "a SQLite file without a disk of Render, gone at the next deploy"
            )
            yield Own(block.raw(f"{service}.name") or service, Span(block.path, entry.line), words, True, True)


def _stays(block: Declared) -> bool:
    return (block.text("restart", "") or "") in ("always", "unless-stopped") or block.has("deploy.restart_policy")


def copies(
    blocks: Iterable[Declared], signs: Iterable[tuple[Span, str, str]], delivery: Delivery, told: Iterable[tuple[Span, str]] = ()
) -> list[Copy]:
    """told: commands that documents tell."""
    listed = list(blocks)
    scripts = [block for block in listed if block.kind == "script" and any(_DUMP.search(entry.value) for entry in block.entries)]
    dumping = {block.path.rpartition("/")[2]: block for block in scripts}
    out = [copy for block in listed for copy in _of_block(block, dumping)]
    for at, word, text in signs:
        if word == "dump" and not any(copy.at.path == at.path for copy in out):
            out.append(Copy(at, f"`{short(text)}`", False, None))
    written = next(((at, command) for at, command in told if _DUMP.search(command) or _BY_HAND.search(command)), None)
    if written is not None and not out:
        out.append(Copy(written[0], f"`{short(written[1])}` is written down", False, None))
    for node in delivery.nodes.values():
        for command in delivery.commands_of(node):
            if _DUMP.search(command):
                text = "\n".join([*delivery.commands_of(node), *(f"{step.uses} {step.arguments}" for step in node.job.steps)])
                out.append(Copy(node.job.at, f"the job {node.job.id} runs `{short(command)}`", "schedule" in node.events, bool(_AWAY.search(text))))
                break
    return sorted(out, key=lambda copy: (not copy.scheduled, not copy.away, copy.at.path, copy.at.line))


def _of_block(block: Declared, dumping: Mapping[str, Declared]) -> Iterator[Copy]:
    """dumping: scripts that copy data, by their names; a clock may call one."""
    kind = block.kind
    text = "\n".join(entry.value for entry in block.entries) if kind in _TEXTS else ""
    if kind in ("k8s/CronJob", "yaml-template"):
        called = next((script for name, script in dumping.items() if _named(name, text)), None)
        text += "\n".join(entry.value for entry in called.entries) if called is not None else ""
    if kind == "compose-service":
        image = block.raw("image")
        if _TOOL.search(image) or _DUMP.search(text):
            yield Copy(block.at, f"{block.name} ({image or 'built here'}) copies data", True, bool(_AWAY.search(text)) or None)
    elif kind == "yaml-template" and "CronJob" in block.texts("kind") and _DUMP.search(text):
        yield Copy(block.at, f"{block.name} of the chart copies data by the clock", True, bool(_AWAY.search(text)) or None)
    elif kind == "k8s/CronJob" and (_DUMP.search(text) or _TOOL.search(text)):
        yield Copy(block.at, f"{block.name} copies data by the clock", True, bool(_AWAY.search(text)) or None)
    elif kind in ("k8s/ScheduledBackup", "k8s/Schedule"):
        yield Copy(block.at, f"{block.name} is a schedule of backups", True, True)
    elif kind in ("k8s/Cluster", "k8s/PostgresCluster") and (block.has("spec.backup") or block.has("spec.backups")):
        yield Copy(block.at, f"{block.name} is backed up by its operator", True, True)
    elif kind == "backup-tool":
        yield Copy(block.at, f"{block.name} says what is copied where", True, True)
    elif kind == "crontab":
        yield from (
            Copy(Span(block.path, e.line), f"`{short(e.value)}` by cron", True, None)
            for e in block.entries
            if _DUMP.search(e.value) or "backup" in e.value
        )
    elif kind == "script":
        found = next((entry for entry in block.entries if _DUMP.search(entry.value)), None)
        if found is not None:
            yield Copy(
                Span(block.path, found.line), f"`{short(found.value)}`", bool(re.search(r"\bcron(?:tab)?\b", text)), bool(_AWAY.search(text)) or None
            )
    elif kind in ("dockerfile", "procfile"):
        found = next((entry for entry in block.entries if re.search(r"litestream\s+replicate|wal-g\s", entry.value)), None)
        if found is not None:
            yield Copy(Span(block.path, found.line), "Litestream replicates the database", True, True)
    elif kind == "kamal":
        for accessory in block.keys("accessories"):
            if _TOOL.search(block.raw(f"accessories.{accessory}.image")):
                yield Copy(block.where(f"accessories.{accessory}"), f"{accessory} copies data", True, None)
