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


@pytest.mark.parametrize(
    ("path", "text", "serves"),
    [
        ("main.go", "func main() {\n\terr := e.web.ListenAndServe()\n}\n", True),
        ("supabase/functions/match/index.ts", "serve(async (req) => {\n  return new Response('');\n});\n", True),
        ("supabase/functions/match/index.ts", "serve((_req) => new Response(''));\n", True),
        ("src/menu.ts", "dinner.serve(table);\nserve(['soup']);\n", False),
    ],
)
def test_what_serves(path, text, serves):
    assert (project({path: text}).server() is not None) is serves


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


ALARM = 'resource "aws_cloudwatch_metric_alarm" "errors" {\n  alarm_actions = [aws_sns_topic.alerts.arn]\n}\n'
TOPIC = 'resource "aws_sns_topic" "alerts" {\n  name = "alerts"\n}\n'
SUBSCRIBED = 'resource "aws_sns_topic_subscription" "mail" {\n  topic_arn = aws_sns_topic.alerts.arn\n  protocol = "email"\n}\n'
TEMPLATE = """
Resources:
  Alerts:
    Type: AWS::SNS::Topic
    Properties:
      TopicName: alerts
  Errors:
    Type: AWS::CloudWatch::Alarm
    Properties:
      AlarmActions:
        - !Ref Alerts
"""


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({"a.tf": ALARM + TOPIC}, None),
        ({"a.tf": ALARM + TOPIC + SUBSCRIBED}, True),
        ({"a.tf": ALARM + TOPIC, "modules/mail/main.tf": SUBSCRIBED}, True),
        ({"a.tf": ALARM + TOPIC + 'module "slack" {\n  source = "./slack"\n  topic = aws_sns_topic.alerts.name\n}\n'}, True),
        ({"a.tf": ALARM + TOPIC + SUBSCRIBED.replace("alerts", "alerts-old")}, None),
        ({"a.tf": ALARM}, True),  # a topic that is made elsewhere
        ({"a.tf": ALARM.replace("[aws_sns_topic.alerts.arn]", "[aws_sns_topic.alerts.arn, var.pager]") + TOPIC}, True),
        ({"a.yaml": TEMPLATE}, None),
        ({"a.yaml": TEMPLATE.replace("TopicName: alerts", "Subscription:\n        - Protocol: email\n          Endpoint: ops@example.org")}, True),
    ],
)
def test_a_topic_without_a_subscriber_tells_nobody_that_is_known(files, told):
    assert [alert.told for alert in project(files).alerts()] == [told]


@pytest.mark.parametrize(
    ("settings", "sorts"),
    [
        ('INSTALLED_APPS = ["a"]\nADMINS = [("Ops", "ops@example.org")]\n', ["mail"]),
        ('import os\nINSTALLED_APPS = ["a"]\nADMINS = [("Ops", os.environ["OPS"])]\n', ["mail"]),
        ('INSTALLED_APPS = ["a"]\nADMINS = []\n', []),
        ('INSTALLED_APPS = ["a"]\nADMINS = ()\n', []),
        ('ADMINS = ["ops@example.org"]\n', []),
    ],
)
def test_django_mails_its_admins(settings, sorts):
    assert [sign.sort for sign in project({"shop/settings.py": settings}).watching("mail")] == sorts


@pytest.mark.parametrize(
    ("name", "counts"),
    [
        ("/ecs/web", 1),
        ("/aws/lambda/orders", 1),
        ("/aws/vpc/flow-logs", 0),
        ("/aws/codebuild/web", 0),
        ("aws-waf-logs-web", 0),
        ("/aws/eks/main/cluster", 0),
    ],
)
def test_a_group_for_logs_of_a_network_or_a_build_records_no_error(name, counts):
    group = f'resource "aws_cloudwatch_log_group" "main" {{\n  name = "{name}"\n}}\n'
    assert len(project({"logs.tf": group}).watching("logs")) == counts


def test_health_routes_may_say_which_kind():
    routes = "urlpatterns = [path('healthcheck/live', views.live), path('health/data', views.data)]\n"
    urls = f"from django.urls import path\nfrom shop import views\n{routes}"
    assert [
        path for _, path in project({"shop/urls.py": urls, "shop/views.py": "def live(request): ...\ndef data(request): ...\n"}).health_routes()
    ] == ["/healthcheck/live"]
