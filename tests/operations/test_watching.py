"""Signs that an app is watched: starts count, mentions do not."""

from __future__ import annotations

import pytest

from tests.operations.projects import project


def sorts(files: dict[str, str]) -> set[str]:
    return {
        sign.sort for sign in project(files).watching("tracker", "logs", "plain-logs", "logger", "chat", "dependency", "metrics", "health", "probe")
    }


@pytest.mark.parametrize(
    ("path", "text", "found"),
    [
        ("app.py", "import sentry_sdk as s\ns.init(dsn='')\n", {"tracker"}),
        ("app.py", "def start():\n    from sentry_sdk import init\n    init()\n", {"tracker"}),
        ("app.py", "import logging.config\nlogging.config.dictConfig({})\n", {"logs"}),
        ("shop/settings.py", "LOGGING = {'version': 1}\n", {"logs"}),
        ("app.py", "import logging\nlogging.getLogger(__name__)\n", {"logger"}),
        ("app.py", "from prometheus_client import start_http_server\nstart_http_server(9000)\n", {"metrics"}),
        ("migrations/env.py", "from logging.config import fileConfig\nfileConfig('alembic.ini')\n", set()),
        ("config/prod.exs", "config :sentry,\n  dsn: dsn\n", {"tracker"}),
        ("Program.cs", "services.AddApplicationInsightsTelemetry();\n", {"tracker"}),
        ("app.ts", "const app = Fastify({ logger: true, trustProxy: 1 });\n", {"logs"}),
        ("app.ts", "const app = Fastify({ logger: false });\n", set()),
        ("app.py", "def init(dsn): ...\n\ninit('sentry')\n", set()),
        ("integrations.py", "NAMES = ['sentry', 'datadog', 'new relic']\n", set()),
        ("src/main.ts", "import * as Sentry from '@sentry/node';\nSentry.init({ dsn: '' });\n", {"tracker"}),
        ("src/main.ts", "// Sentry.init({ dsn: '' });\n", set()),
        ("src/main.test.ts", "Sentry.init({ dsn: '' });\n", set()),
        ("Procfile", "web: ddtrace-run gunicorn shop.wsgi\n", {"tracker"}),
        ("railway.json", '{"deploy": {"healthcheckPath": "/health"}}', {"probe"}),
        ("docker-compose.yml", "services:\n  db:\n    image: postgres:17\n    healthcheck: {test: pg_isready}\n", set()),
        ("package.json", '{"dependencies": {"@sentry/nextjs": "9"}}', {"dependency"}),
    ],
)
def test_signs(path, text, found):
    assert sorts({path: text}) == found


def test_an_alarm_is_told_where_it_names_somebody():
    text = """
    resource "aws_cloudwatch_metric_alarm" "a" {
      alarm_actions = [aws_sns_topic.x.arn]
    }
    resource "aws_cloudwatch_metric_alarm" "b" {
      alarm_actions   = [aws_sns_topic.x.arn]
      actions_enabled = false
    }
    resource "azurerm_monitor_metric_alert" "c" {
      action {
        action_group_id = azurerm_monitor_action_group.x.id
      }
    }
    resource "aws_cloudwatch_metric_alarm" "d" {
      alarm_actions = []
    }
    """
    assert [alert.told for alert in project({"alarms.tf": text}).alerts()] == [True, False, True, False]


def test_rules_of_prometheus_need_a_receiver():
    rules = {"prometheus/rules.yml": "groups:\n  - name: web\n    rules:\n      - alert: Down\n        expr: up == 0\n"}
    receiver = {"alertmanager.yml": "receivers:\n  - name: oncall\n    pagerduty_configs: [{routing_key_file: /k}]\n"}
    assert [alert.told for alert in project(rules).alerts()] == [None]
    assert [alert.told for alert in project({**rules, **receiver}).alerts()] == [True]
