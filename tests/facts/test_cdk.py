"""Constructs of the CDK as the resources that they become."""

from __future__ import annotations

import time

import pytest

from prodlint.facts import cdk_blocks
from tests.operations.projects import project

HEAD = """import * as cdk from 'aws-cdk-lib';
import * as rds from 'aws-cdk-lib/aws-rds';
import { Table as T, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
"""


def kept(code: str, head: str = HEAD) -> list[tuple[str, float | None]]:
    return [(store.declared.name, store.days) for store in project({"infra/lib/shop-stack.ts": head + code}).stores()]


@pytest.mark.parametrize(
    ("properties", "days"),
    [
        ("{ vpc, backupRetention: cdk.Duration.days(14) }", 14),
        ("{ vpc, backupRetention: cdk.Duration.days(0) }", 0),
        ("{ vpc /* , backupRetention: cdk.Duration.days(14) */ }", 1),
        ("{ vpc, name: 'backupRetention: Duration.days(9), }' }", 1),
        ("{ vpc, backupRetention: cdk.Duration.days(props.days) }", None),
        ("{ vpc, backupRetention }", None),
        ("{ vpc, ...props.database }", None),
        ("databaseProperties", None),
        ("{ vpc, inner: { backupRetention: cdk.Duration.days(30) } }", 1),
    ],
)
def test_days_of_backups(properties, days):
    found = kept(f"new rds.DatabaseInstance(this, 'Main', {properties});\n")
    assert found == [("Main", days)]


def test_a_call_that_does_not_end_is_no_construct():
    assert kept("new rds.DatabaseInstance(this, 'Main', { vpc, backupRetention: cdk.Duration.days(30)\n" + "x, " * 9000) == []


def test_clusters_say_it_one_level_deeper_and_tables_by_a_flag():
    assert kept("new rds.DatabaseCluster(this, `Main`, { backup: { retention: cdk.Duration.days(8) } });\n") == [("Main", 8)]
    assert kept("new T(this, 'Orders', { pointInTimeRecovery: true });\nnew TableV2(this, 'Carts', {});\n") == [("Orders", 35), ("Carts", 0)]
    assert kept("new T(this, 'Orders', { pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true } });\n") == [("Orders", 35)]


def test_a_class_of_that_name_from_elsewhere_is_none():
    assert kept("new DatabaseInstance(this, 'Main', {});\n", "import { DatabaseInstance } from './mine';\n// aws-cdk\n") == []
    assert kept("new DatabaseInstance(this, 'Main', {});\n", "import { DatabaseInstance } from 'aws-cdk-lib/aws-rds';\n") == [("Main", 1)]
    assert kept("new db.DatabaseInstance(this, 'Main', {});\n", "import { aws_rds as db } from 'aws-cdk-lib';\n") == [("Main", 1)]


def test_alarms_tell_where_an_action_is_added():
    head = "import * as cw from 'aws-cdk-lib/aws-cloudwatch';\n"
    code = "const alarm = new cw.Alarm(this, 'Errors', { metric, threshold: 1 });\n"
    assert [each.told for each in project({"stack.ts": head + code}).alerts()] == [False]
    assert [each.told for each in project({"stack.ts": head + code + "alarm.addAlarmAction(action);\n"}).alerts()] == [True]


def test_a_synthesized_template_is_read():
    template = '{"Resources": {"Main": {"Type": "AWS::RDS::DBInstance", "Properties": {"BackupRetentionPeriod": 3}, "DeletionPolicy": "Delete"}}}'
    assert [store.days for store in project({"cdk.out/Shop.template.json": template}).stores()] == [3]


@pytest.mark.parametrize(
    "code",
    [
        "// new rds.DatabaseInstance(this, 'Main', { backupRetention: cdk.Duration.days(7) });\n",
        "/* const old =\n new rds.DatabaseInstance(this, 'Main', { backupRetention: cdk.Duration.days(7) }); */\n",
        "const words = \"new rds.DatabaseInstance(this, 'Main', { backupRetention: cdk.Duration.days(7) })\";\n",
    ],
)
def test_comments_and_strings_make_nothing(code):
    assert kept(code) == []
    link = "const link = 'https://example.com/*'; // it's here\n"
    assert kept(link + "new rds.DatabaseInstance(this, 'Main', { vpc, // it's\n });\n" + code) == [("Main", 1)]


ALARM = "{} new cw.Alarm(this, 'A{}', {{ metric, threshold: 1 }})"


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (["const a =|;", "const b =|;", "b.addAlarmAction(x);"], [False, True]),
        (["const a =|;", "// a.addAlarmAction(x);"], [False]),
        (["const a: cw.Alarm =|;", "this.b =|;", "a.addAlarmAction(x);", "this.b.addAlarmAction(x);"], [True, True]),
        (["|.addAlarmAction(x);", "|;"], [True, False]),
        (["const a =|;", "a.addAlarmAction(x);", "const a =|;"], [True, False]),
        (["const a =|;", "a.addAlarmAction(x);", "const b =|;", "all(a, b).addAlarmAction(x);"], [True, None]),
        (["const several = [|,", "|];", "several.forEach((each) => each.addAlarmAction(x));"], [None, None]),
    ],
)
def test_an_action_is_of_the_alarm_that_it_is_added_to(lines, told):
    code = "".join((ALARM.format(before, place) if bar else before) + after for place, (before, bar, after) in enumerate(map(parted, lines)))
    found = project({"stack.ts": "import * as cw from 'aws-cdk-lib/aws-cloudwatch';\n" + code}).alerts()
    assert [each.told for each in found] == told


def parted(line):
    before, bar, after = line.partition("|")
    return before, bar, after + "\n"


@pytest.mark.parametrize(
    "text",
    [
        HEAD + "new rds.DatabaseInstance(this, 'Main', {" * 6_000,
        HEAD + "new rds.DatabaseInstance(this, 'Main', {" + "/* x */" * 60_000,
        HEAD + "'\\'" * 100_000,
        HEAD + "a" * 200_000 + "/*" * 100_000,
        "import * as cw from 'aws-cdk-lib/aws-cloudwatch';\n"
        + "const a = new cw.Alarm(this, 'A', { metric });\n" * 300
        + "a.addAlarmAction(x);" * 5_000,
    ],
    ids=range(5),
)
def test_made_to_hurt(text):
    start = time.process_time()
    cdk_blocks.read(text)
    assert time.process_time() - start < 2


PYTHON = """from aws_cdk import (
    Duration, RemovalPolicy, Stack,
    aws_rds as rds,
    aws_dynamodb as dynamodb,
)
import aws_cdk as cdk
import aws_cdk.aws_cloudwatch as cw
from aws_cdk.aws_docdb import DatabaseCluster as Documents
"""


def in_python(code: str, head: str = PYTHON) -> list[tuple[str, float | None]]:
    return [(store.declared.name, store.days) for store in project({"infra/shop_stack.py": head + code}).stores()]


@pytest.mark.parametrize(
    ("code", "kept_for"),
    [
        ('rds.DatabaseInstance(self, "Main", vpc=vpc, backup_retention=Duration.days(14))', [("Main", 14)]),
        ('rds.DatabaseInstance(self, "Main", vpc=vpc, backup_retention=cdk.Duration.days(0))', [("Main", 0)]),
        ('rds.DatabaseInstance(scope=self, id="Main", vpc=vpc, backup_retention=Duration.days(2))', [("Main", 2)]),
        ('rds.DatabaseInstance(self, "Main", vpc=vpc)', [("Main", 1)]),
        ('rds.DatabaseInstance(self, "Main", vpc=vpc, backup_retention=Duration.days(days))', [("Main", None)]),
        ('rds.DatabaseInstance(self, "Main", **options)', [("Main", None)]),
        ('rds.DatabaseInstance(self, "Main", vpc=vpc,  # backup_retention=Duration.days(9)\n)', [("Main", 1)]),
        ('cdk.aws_rds.DatabaseInstance(self, "Main", backup_retention=cdk.Duration.days(7))', [("Main", 7)]),
        ('rds.DatabaseCluster(self, "Main", backup=rds.BackupProps(retention=Duration.days(8)))', [("Main", 8)]),
        ('Documents(self, "Main", backup=BackupProps(retention=Duration.days(3)))', [("Main", 3)]),
        ('dynamodb.Table(self, "Orders", point_in_time_recovery=True)', [("Orders", 35)]),
        ('dynamodb.TableV2(self, "Orders", point_in_time_recovery=False)', [("Orders", 0)]),
        ('dynamodb.Table(self, "Orders", point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification('
         'point_in_time_recovery_enabled=True))', [("Orders", 35)]),
        ('dynamodb.Table(self, "Orders", partition_key=dynamodb.Attribute(name="id", type=dynamodb.AttributeType.STRING))', [("Orders", 0)]),
        ('dynamodb.Table(self, "Carts", time_to_live_attribute="gone")', []),
        ('mine.DatabaseInstance(self, "Main")', []),
        ('pass  # rds.DatabaseInstance(self, "Main")', []),
        ('"""\nrds.DatabaseInstance(self, "Main")\n"""', []),
    ],
)  # fmt: skip
def test_constructs_in_python(code, kept_for):
    assert in_python(f"class Shop(Stack):\n    def __init__(self, scope):\n        {code}\n") == kept_for


def test_a_class_of_that_name_from_elsewhere_is_none_in_python():
    assert in_python('DatabaseInstance(self, "Main")\n', "from mine import DatabaseInstance\nimport aws_cdk\n") == []
    assert in_python('DatabaseInstance(self, "Main")\n', "from aws_cdk.aws_rds import DatabaseInstance\n") == [("Main", 1)]
    assert in_python('aws_cdk.aws_rds.DatabaseInstance(self, "Main")\n', "import aws_cdk\n") == [("Main", 1)]


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ('alarm = cw.Alarm(self, "Errors", metric=metric, threshold=1)\n', [False]),
        ('alarm = cw.Alarm(self, "Errors", metric=metric, threshold=1)\nalarm.add_alarm_action(SnsAction(topic))\n', [True]),
        ('self.alarm = cw.Alarm(self, "Errors", metric=metric)\nself.alarm.add_alarm_action(SnsAction(topic))\n', [True]),
        ('cw.Alarm(self, "Errors", metric=metric).add_alarm_action(SnsAction(topic))\n', [True]),
        ('a = cw.Alarm(self, "A", metric=m)\nb = cw.Alarm(self, "B", metric=m)\nb.add_alarm_action(act)\n', [False, True]),
    ],
)
def test_alarms_in_python_tell_where_an_action_is_added(lines, told):
    assert [each.told for each in project({"stack.py": PYTHON + lines}).alerts()] == told


def test_what_becomes_of_the_data_and_of_a_bad_release_in_python():
    code = (
        'rds.DatabaseInstance(self, "Main", deletion_protection=True, removal_policy=RemovalPolicy.DESTROY)\n'
        'from aws_cdk import aws_ecs as ecs\necs.FargateService(self, "Web", circuit_breaker=ecs.DeploymentCircuitBreaker(rollback=True))\n'
    )
    database, service = project({"stack.py": PYTHON + code}).blocks("AWS::RDS::DBInstance", "AWS::ECS::Service")
    assert (database.flag("Properties.DeletionProtection"), database.text("DeletionPolicy")) == (True, "Delete")
    assert service.flag("Properties.DeploymentConfiguration.DeploymentCircuitBreaker.Rollback")
