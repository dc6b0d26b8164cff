"""Constructs of the AWS CDK in TypeScript and JavaScript, as the CloudFormation resources that they become.

Knows: databases, tables, alarms and services whose properties are written where they are made (sources: the CDK's own reference, also for what it
does when a property is absent). Does not know: properties that are handed on in a variable or spread (those are expressions, which nobody can
resolve), classes of one's own around them, what a stack is given where it is made.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import msgspec

from prodlint import regex as re
from prodlint.model import Block, Entry

MAX_CALL = 12_000  # characters of one construct
MAX_BLOCKS = 100
MAX_UNREAD = 50  # constructs that do not end, or that get no properties
MAX_HELD = 200  # characters before an alarm in which its variable is looked for
_IMPORTED = re.compile(
    r"import\s+(?:type\s+)?(?:\*\s+as\s+(\w+)|\{([^}]*)\}|(\w+))\s+from\s+['\"][^'\"]*aws-(rds|dynamodb|docdb|neptune|cloudwatch|ecs(?:-patterns)?)"
)
_LIBRARY = re.compile(r"\baws_(rds|dynamodb|docdb|neptune|cloudwatch|ecs(?:_patterns)?)\s+as\s+(\w+)")
_NEW = re.compile(r"\bnew\s+(?:(\w+)\.)?(\w+)\s*\(")
_IGNORED = re.compile(r"""(?P<comment>//[^\n]*|/\*.*?(?:\*/|\Z))|'(?:[^'\\\n]|\\.)*'?|"(?:[^"\\\n]|\\.)*"?|`(?:[^`\\]|\\.)*`?""", re.S)
_TOLD = re.compile(r"(?<![\w.])((?:(?:this|self)\.)?\w{1,80})[?!]?\s{0,99}\.\s{0,99}(?:addAlarmAction|add_alarm_action)\s*\(")
_HELD = re.compile(r"(?<![\w.])((?:(?:this|self)\.)?\w{1,80})\s*(?::\s*[\w.]{1,80}\s*)?=\s*$")
_AT_ONCE = re.compile(r"\s*\.\s*(?:addAlarmAction|add_alarm_action)\s*\(")
_DAYS = re.compile(r"(?:\w+\.)*Duration\.days\((.*)\)$", re.S)
_POLICY = re.compile(r"(?:\w+\.)*RemovalPolicy\.(\w+)$")
_KEPT = {"RETAIN": "Retain", "SNAPSHOT": "Snapshot", "DESTROY": "Delete", "RETAIN_ON_UPDATE_OR_DELETE": "Retain"}


class Construct(msgspec.Struct, frozen=True):
    """kind: what it becomes; days: the property that holds how long backups are kept; removed: what becomes of the data where nothing is said."""

    kind: str
    days: str = ""
    removed: str = ""


CONSTRUCTS: dict[tuple[str, str], Construct] = {
    ("rds", "DatabaseInstance"): Construct("AWS::RDS::DBInstance", "backupRetention", "Snapshot"),
    ("rds", "DatabaseInstanceFromSnapshot"): Construct("AWS::RDS::DBInstance", "backupRetention", "Snapshot"),
    ("rds", "DatabaseCluster"): Construct("AWS::RDS::DBCluster", "backup.retention", "Snapshot"),
    ("rds", "DatabaseClusterFromSnapshot"): Construct("AWS::RDS::DBCluster", "backup.retention", "Snapshot"),
    ("rds", "ServerlessCluster"): Construct("AWS::RDS::DBCluster", "backupRetention", "Snapshot"),
    ("docdb", "DatabaseCluster"): Construct("AWS::DocDB::DBCluster", "backup.retention", "Retain"),
    ("neptune", "DatabaseCluster"): Construct("AWS::Neptune::DBCluster", "backupRetention", "Retain"),
    ("dynamodb", "Table"): Construct("AWS::DynamoDB::Table", "", "Retain"),
    ("dynamodb", "TableV2"): Construct("AWS::DynamoDB::Table", "", "Retain"),
    ("cloudwatch", "Alarm"): Construct("AWS::CloudWatch::Alarm"),
    ("cloudwatch", "CompositeAlarm"): Construct("AWS::CloudWatch::Alarm"),
    ("cloudwatch", "CfnAlarm"): Construct("AWS::CloudWatch::Alarm"),
    ("ecs", "FargateService"): Construct("AWS::ECS::Service"),
    ("ecs", "Ec2Service"): Construct("AWS::ECS::Service"),
    ("ecs-patterns", "ApplicationLoadBalancedFargateService"): Construct("AWS::ECS::Service"),
}  # fmt: skip


def read(text: str) -> tuple[Block, ...]:
    """One block for each construct that is known, in source order, by the kind and the keys of its CloudFormation resource."""
    if "aws-cdk" not in text:
        return ()
    spaces, names = _imports(text)
    if not spaces and not names:
        return ()
    text, code = _readable(text)

    def calls() -> Iterator[Made]:
        for found in _NEW.finditer(code):
            known = (spaces.get(found.group(1), ""), found.group(2)) if found.group(1) else names.get(found.group(2), ("", ""))
            if construct := CONSTRUCTS.get(known):
                parts, end = arguments(text, found.end())
                properties, open_ = _properties(text, parts[2]) if len(parts) > 2 else ({}, False)
                title = (parts[1][0].strip("'\"`") or found.group(2)) if len(parts) > 1 else ""
                yield Made(construct, found.start(), end, title, properties, open_)

    return built(text, code, calls())


Piece = tuple[str, int]  # text, where it begins


class Made(NamedTuple):
    """A construct where it is made: from where to where, its name ("" where the call could not be read), its properties by their dotted names, and
    whether it gets others that are not written there."""

    construct: Construct
    start: int
    end: int
    title: str
    properties: dict[str, Piece]
    open_: bool


def built(text: str, code: str, calls: Iterable[Made]) -> tuple[Block, ...]:
    """The blocks of constructs. code: the text without comments and strings."""
    out: list[Block] = []
    alarms: list[_Alarm] = []
    unread = 0
    for made in calls:
        construct, start = made.construct, made.start
        unread += not made.properties
        if len(out) >= MAX_BLOCKS or unread > MAX_UNREAD:
            break
        if not made.title:
            continue
        line = text.count("\n", 0, start) + 1
        entries = tuple(_entries(construct, made.properties, made.open_, line, text))
        if construct.kind == "AWS::ECS::Service" and not any("CircuitBreaker" in entry.key for entry in entries):
            continue  # what it does without one depends on the balancer before it
        if construct.kind == "AWS::CloudWatch::Alarm" and not entries:
            held = _HELD.search(code, max(0, start - MAX_HELD), start)
            alarms.append(_Alarm(len(out), made.end, held.group(1) if held else "", _AT_ONCE.match(code, made.end) is not None))
        out.append(Block(construct.kind, made.title, line, max([line, *(entry.line for entry in entries)]), entries))
    for alarm, entry in _told(alarms, code):
        block = out[alarm.place]
        out[alarm.place] = Block(block.kind, block.name, block.line, block.end_line, (Entry(*entry, "string", block.line),))
    return tuple(out)


def _readable(text: str) -> tuple[str, str]:
    """The text without its comments, and the same without what stands in strings either; every place stays what it was."""

    def blank(found: re.Match[str]) -> str:
        return re.sub(r"[^\n]", " ", found.group())

    plain = _IGNORED.sub(lambda found: blank(found) if found.group("comment") else found.group(), text)
    return plain, _IGNORED.sub(blank, plain)


class _Alarm(NamedTuple):
    """An alarm that names no receiver itself. place: of its block; end: of its call; held: the variable that it is assigned to; at_once: is an
    action added to the call itself?"""

    place: int
    end: int
    held: str
    at_once: bool


def _told(alarms: list[_Alarm], code: str) -> Iterator[tuple[_Alarm, tuple[str, str]]]:
    """The key and value of each alarm that gets an action later: by its variable, before that holds another one. Where actions are added to something
    else, like what a loop walks over, it may be any alarm."""
    added = [(found.group(1), found.start()) for found in _TOLD.finditer(code)] if alarms else []
    variables = {alarm.held for alarm in alarms}
    others = any(name not in variables for name, _ in added) or (
        code.count("addAlarmAction") + code.count("add_alarm_action") > len(added) + sum(each.at_once for each in alarms)
    )
    until: dict[str, int] = {}
    for alarm in reversed(alarms):
        last = until.get(alarm.held, len(code))
        if alarm.at_once or (alarm.held and any(name == alarm.held and alarm.end <= at < last for name, at in added)):
            yield alarm, ("Properties.AlarmActions.0", "Action")
        elif others:
            yield alarm, ("Told", "elsewhere")
        until[alarm.held] = alarm.end


def _imports(text: str) -> tuple[dict[str, str], dict[str, tuple[str, str]]]:
    """(name of a module here -> service, name of a class here -> service and its own name)."""
    spaces: dict[str, str] = {}
    names: dict[str, tuple[str, str]] = {}
    for space, listed, default, service in _IMPORTED.findall(text):
        if space or default:
            spaces[space or default] = service
        for each in listed.split(","):
            words = each.replace("type ", "").split()
            if words:
                names[words[-1]] = (service, words[0])
    spaces |= {alias: service.replace("_", "-") for service, alias in _LIBRARY.findall(text)}
    return spaces, names


def arguments(text: str, start: int) -> tuple[list[Piece], int]:
    """The parts between commas of the list that opens before `start`, and where it ends; nothing where it does not end."""
    parts: list[Piece] = []
    depth, begin, at, end = 0, start, start, min(len(text), start + MAX_CALL)
    while at < end:
        sign = text[at]
        if sign in "'\"`":
            at = _after_string(text, at, end)
            continue
        if sign in "([{":
            depth += 1
        elif sign in ")]}":
            if depth == 0:
                last = _piece(text, begin, at)
                return ([*parts, last] if last[0] else parts), at + 1
            depth -= 1
        elif sign == "," and depth == 0:
            parts.append(_piece(text, begin, at))
            begin = at + 1
        at += 1
    return [], start


def _piece(text: str, begin: int, end: int) -> Piece:
    part = text[begin:end]
    return part.strip(), begin + len(part) - len(part.lstrip())


def _after_string(text: str, at: int, end: int) -> int:
    quote, at = text[at], at + 1
    while at < end and text[at] != quote:
        at += 2 if text[at] == "\\" else 1
    return at + 1


def _properties(text: str, part: Piece, prefix: str = "") -> tuple[dict[str, Piece], bool]:
    """(dotted name -> its value, are there others that are not written here?) of an object literal."""
    if not part[0].startswith("{"):
        return {}, True
    out: dict[str, Piece] = {}
    more = False
    for value, start in arguments(text, part[1] + 1)[0]:
        name = re.match(r"[\"']?(\w+)[\"']?\s*:\s*", value)
        if value.startswith("...") or (name is None and not re.fullmatch(r"\w+", value)):
            more = True
        elif name is None:
            out[prefix + value] = (value, start)  # `backupRetention,`: a variable of that name
        else:
            piece = (value[name.end() :], start + name.end())
            out[prefix + name.group(1)] = piece
            if piece[0].startswith("{") and not prefix:
                inner, open_ = _properties(text, piece, f"{name.group(1)}.")
                out |= inner
                more = more or open_
    return out, more


def _entries(construct: Construct, properties: dict[str, Piece], open_: bool, line: int, text: str) -> Iterator[Entry]:
    def entry(key: str, value: str, name: str = "") -> Entry:
        plain = re.fullmatch(r"-?\d+(?:\.\d+)?|true|false|[A-Z][a-z]+", value)
        at = text.count("\n", 0, properties[name][1]) + 1 if name in properties else line
        return Entry(key, value, "string" if plain else "expression", at)

    unsaid = "set elsewhere" if open_ else ""
    if construct.days:
        days = properties.get(construct.days) or properties.get(construct.days.partition(".")[0])
        kept = _DAYS.match(days[0]) if days else None
        if days or unsaid:
            yield entry("Properties.BackupRetentionPeriod", kept.group(1).strip() if kept else "set elsewhere", construct.days)
    if construct.kind == "AWS::DynamoDB::Table":
        on = properties.get("pointInTimeRecoverySpecification.pointInTimeRecoveryEnabled") or properties.get("pointInTimeRecovery")
        if on or unsaid:
            yield entry("Properties.PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled", on[0] if on else unsaid)
        if "timeToLiveAttribute" in properties:
            yield entry("Properties.TimeToLiveSpecification.Enabled", "true", "timeToLiveAttribute")
        if "tableName" in properties:
            yield Entry("Properties.TableName", properties["tableName"][0].strip("'\"`"), "string", line)
    if construct.removed:
        if "deletionProtection" in properties or unsaid:
            yield entry("Properties.DeletionProtection", properties.get("deletionProtection", (unsaid,))[0], "deletionProtection")
        policy = _POLICY.match(properties["removalPolicy"][0]) if "removalPolicy" in properties else None
        if policy or not (unsaid or "removalPolicy" in properties):
            yield entry("DeletionPolicy", _KEPT.get(policy.group(1), "set elsewhere") if policy else construct.removed, "removalPolicy")
    if construct.kind == "AWS::CloudWatch::Alarm" and "alarmActions" in properties:
        yield entry("Properties.AlarmActions.0", "Action", "alarmActions")
    if construct.kind == "AWS::ECS::Service" and "circuitBreaker" in properties:
        yield entry("Properties.DeploymentConfiguration.DeploymentCircuitBreaker.Enable", "true", "circuitBreaker")
        undone = properties.get("circuitBreaker.rollback", ("false",))[0]
        yield entry("Properties.DeploymentConfiguration.DeploymentCircuitBreaker.Rollback", undone, "circuitBreaker")
