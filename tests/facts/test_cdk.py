"""Constructs of the CDK as the resources that they become."""

from __future__ import annotations

import pytest

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
