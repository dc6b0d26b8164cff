"""How a running app is watched: what records its errors, what measures it, what asks after its health, who is told.

Knows: signs in code, process commands, platform files and infrastructure code. Does not know: what a vendor's dashboard holds; a mention of a
product is no sign, only its start is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from prodlint import regex as re
from prodlint.declared import Declared
from prodlint.model import Span

TRACKER, LOGS, HEALTH, METRICS, PROBE = "tracker", "logs", "health", "metrics", "probe"
WEAK = ("plain-logs", "logger", "chat", "mail", "dependency")
_AGENT = re.compile(
    r"\b(?:ddtrace-run|newrelic-admin\s+run-program|opentelemetry-instrument|opentelemetry-javaagent|elastic-apm-agent|dd-java-agent|newrelic\.jar|dd-trace/init|@sentry/\w+/preload|skywalking-agent|applicationinsights-agent)"
)
_DRIVER = ("awslogs", "gelf", "fluentd", "loki", "splunk", "syslog", "gcplogs", "journald", "awsfirelens")
_IMAGES = {
    METRICS: re.compile(r"(?:^|/)(?:prometheus|victoria-?metrics|telegraf|netdata|cadvisor|node-exporter"
        r"|statsd|graphite|influxdb|datadog/agent|agent:?)\b|prom/prometheus"),
    LOGS: re.compile(r"(?:^|/)(?:loki|promtail|fluent-?bit|fluentd|vector|logstash|filebeat|graylog|seq"
        r"|elasticsearch|signoz|alloy|dozzle|otel\w*-collector)"),
    TRACKER: re.compile(r"(?:^|/)(?:glitchtip|sentry)"),
}  # fmt: skip
_BESIDE = re.compile(
    r"postgres|postgis|pgvector|pgpool|pgbouncer|mysql|mariadb|mongo|redis|valkey|rabbitmq|kafka|zookeeper|elastic|opensearch|minio|clickhouse|influx|localstack"
    r"|mailhog|mailpit|memcached"
)  # images that stand beside an app
_FILES: tuple[tuple[re.Pattern[str], str, str], ...] = tuple(
    (re.compile(pattern), sign, words)
    for pattern, sign, words in (
        (r"(?:^|/)newrelic\.(?:ini|ya?ml|js|cjs)$", TRACKER, "New Relic is configured"),
        (r"(?:^|/)config/(?:sentry|bugsnag|flare)\.php$", TRACKER, "an error tracker is configured"),
        (r"(?:^|/)config/initializers/(?:sentry|rollbar|bugsnag|honeybadger|airbrake)\.rb$", TRACKER, "an error tracker is configured"),
        (r"(?:^|/)config/(?:appsignal|skylight|scout_apm|honeybadger)\.ya?ml$", TRACKER, "an error tracker is configured"),
        (r"(?:^|/)config/logging\.php$", LOGS, "logging is configured"),
        (r"(?:^|/)(?:logback[\w-]*|log4j2?[\w-]*)\.(?:xml|properties|ya?ml)$", LOGS, "logging is configured"),
        (r"(?:^|/)logging\.(?:conf|ini|ya?ml|json)$", LOGS, "logging is configured"),
        (r"(?:^|/)(?:nlog\.config|serilog\.json)$", LOGS, "logging is configured"),
    )
)  # fmt: skip
_CLOUD = {
    "aws_cloudwatch_log_group": LOGS, "AWS::Logs::LogGroup": LOGS, "azurerm_log_analytics_workspace": LOGS, "google_logging_project_sink": LOGS,
    "azurerm_application_insights": TRACKER, "aws_flow_log": "", "aws_ecs_cluster": "",
    "AWS::ECS::Cluster": "", "k8s/ServiceMonitor": METRICS, "k8s/PodMonitor": METRICS,
    "aws_xray_sampling_rule": TRACKER, "k8s/Instrumentation": TRACKER, "sentry_project": TRACKER,
}  # fmt: skip
# probes and checks of platforms: kind -> pattern of the key
PROBES: dict[str, str] = {
    "fly": r"(?:^|\.)(?:http_checks|tcp_checks|checks)(?:\.|$)", "render": r"services\.\d+\.healthCheckPath", "railway": r"deploy\.healthcheckPath",
    "aws_lb_target_group": r"health_check", "aws_alb_target_group": r"health_check", "compose-service": r"healthcheck\.test",
    "dockerfile": r"HEALTHCHECK",
    "AWS::ElasticLoadBalancingV2::TargetGroup": r"Properties\.HealthCheck\w+", "azurerm_linux_web_app": r"site_config\.health_check_path",
    "k8s/Deployment": r".*livenessProbe", "k8s/StatefulSet": r".*livenessProbe", "k8s/DaemonSet": r".*livenessProbe", "k8s/Pod": r".*livenessProbe",
    "yaml-template": r"livenessProbe", "app-yaml": r".*(?:health_check|liveness_check).*", "kamal": r".*healthcheck(?:\.path)?",
    "copilot": r"http\.healthcheck",
    "google_cloud_run_service": r".*liveness_probe", "google_cloud_run_v2_service": r".*liveness_probe", "aws_route53_health_check": r"type",
    "google_monitoring_uptime_check_config": r"display_name", "betteruptime_monitor": r"url", "uptimerobot_monitor": r"url", "checkly_check": r"name",
    "aws_apprunner_service": r"health_check_configuration", "azurerm_container_app": r".*liveness_probe", "ecs-task": r".*healthCheck",
    "azurerm_application_insights_standard_web_test": r"name", "azurerm_application_insights_web_test": r"name",
}  # fmt: skip
# rules that tell somebody: kind -> (keys that name the receiver)
ALERTS: dict[str, tuple[str, ...]] = {
    "aws_cloudwatch_metric_alarm": ("alarm_actions",), "aws_cloudwatch_composite_alarm": ("alarm_actions",),
    "AWS::CloudWatch::Alarm": ("Properties.AlarmActions",),
    "google_monitoring_alert_policy": ("notification_channels",), "azurerm_monitor_metric_alert": ("action",),
    "azurerm_monitor_scheduled_query_rules_alert": ("action",), "azurerm_monitor_scheduled_query_rules_alert_v2": ("action",),
    "azurerm_monitor_activity_log_alert": ("action",),
    "digitalocean_monitor_alert": ("alerts",), "digitalocean_uptime_alert": ("notifications",),
}  # fmt: skip
ALWAYS_TOLD = (
    "sentry_issue_alert", "sentry_metric_alert", "grafana_contact_point", "newrelic_alert_policy_channel", "newrelic_notification_channel",
    "newrelic_workflow",
    "betteruptime_monitor", "uptimerobot_monitor", "pagerduty_service", "opsgenie_team", "checkly_alert_channel", "checkly_check",
    "statuscake_uptime_check",
    "datadog_monitor", "honeycombio_trigger", "incident_alert_route", "better_uptime_monitor", "pingdom_check",
)  # fmt: skip
RULES = ("alert-rules", "k8s/PrometheusRule", "newrelic_nrql_alert_condition", "newrelic_alert_policy", "grafana_rule_group")
KINDS = (*_CLOUD, *PROBES, "procfile", "package", "app-yaml", "compose-service", "dockerfile", "ecs-task", "fly", "serverless")


# groups for logs of networks, builds and audits
_NOT_OF_AN_APP = re.compile(
    r"(?i)(?:^|[^a-z])(?:vpc|flow[-_]?logs?|codebuild|codepipeline|waf|dns|resolver|cloudtrail|audit|eks|rds|vpn|firewall)(?:[^a-z]|$)"
)
_INSIGHTS = re.compile(r"containerInsights(?!\n(?:disabled|null)\b)")
_SCALES = re.compile(r"appautoscaling_policy|autoscaling_policy|ScalingPolicy|scaling[-_]?polic|automate:|:autoscaling:", re.I)


class Sign(msgspec.Struct, frozen=True):
    """One sign that the app is watched. sort: "tracker", "logs", "metrics", "health" (a route), "probe" (something asks), or one of WEAK."""

    sort: str
    at: Span
    words: str


class Alert(msgspec.Struct, frozen=True):
    """A rule that would tell somebody. told: is somebody named (None: not known here)?"""

    block: Declared
    told: bool | None

    @property
    def at(self) -> Span:
        return self.block.at

    @property
    def name(self) -> str:
        return self.block.name


def signs(
    code: Iterable[tuple[Span, str, str]], lines: Iterable[tuple[Span, str, str]], blocks: Iterable[Declared], paths: Iterable[str]
) -> list[Sign]:
    """code: signs of Python; lines: signs of other languages (place, word, text)."""
    sorts = {"error-tracking": TRACKER, "structured-logs": LOGS, "chat-alert": "chat", "metrics": METRICS, "health-route": HEALTH}
    out = [Sign(sort, at, words) for at, sort, words in code]
    out += [Sign(sorts[word], at, text) for at, word, text in lines if word in sorts]
    out += [sign for block in blocks for sign in _of_block(block)]
    for path in paths:
        out += [Sign(sort, Span(path, 1), words) for pattern, sort, words in _FILES if pattern.search(path)]
    return sorted(out, key=lambda sign: (sign.at.path, sign.at.line, sign.sort, sign.words))


def _of_block(block: Declared) -> Iterator[Sign]:
    kind = block.kind
    if _CLOUD.get(kind) and not (_CLOUD[kind] == LOGS and _NOT_OF_AN_APP.search(f"{block.name} {block.text('name') or ''}")):
        yield Sign(_CLOUD[kind], block.at, f"{block.name} ({kind})")
    if kind in ("aws_ecs_cluster", "AWS::ECS::Cluster") and _INSIGHTS.search("\n".join(entry.value for entry in block.entries)):
        yield Sign(METRICS, block.at, f"{block.name} has container insights")
    if kind in PROBES:
        form = re.compile(PROBES[kind])
        entry = next((entry for entry in block.entries if form.match(entry.key) or form.fullmatch(entry.key)), None)
        beside = kind == "compose-service" and not block.has("build") and _BESIDE.search(block.raw("image"))
        if entry is not None and entry.value.strip().upper() != "NONE" and not beside:
            yield Sign(PROBE, Span(block.path, entry.line), f"{block.name} is asked whether it is well")
    if kind == "fly" and block.has("metrics"):
        yield Sign(METRICS, block.where("metrics"), "Fly collects the metrics of the app")
    if kind in ("procfile", "dockerfile", "compose-service", "package", "kamal"):
        for entry in block.entries:
            if _AGENT.search(entry.value) and not entry.key.startswith(("dependencies", "devDependencies")):
                yield Sign(TRACKER, Span(block.path, entry.line), f"the process is started under an agent: {_AGENT.search(entry.value).group()}")  # type: ignore[union-attr]
                break
    if kind == "compose-service":
        yield from _of_service(block)
    elif kind == "package":
        yield from _of_package(block)
    elif kind == "ecs-task" and any("logConfiguration" in entry.key for entry in block.entries):
        entry = next(entry for entry in block.entries if "logConfiguration" in entry.key)
        yield Sign(LOGS, Span(block.path, entry.line), "the containers' output goes to a log group")
    elif kind == "serverless" and (block.has("provider.logs") or block.has("provider.tracing")):
        yield Sign(LOGS, block.where("provider.logs"), "the functions' logs are kept")


def _of_service(block: Declared) -> Iterator[Sign]:
    driver = block.text("logging.driver") or ""
    if driver in _DRIVER:
        yield Sign(LOGS, block.where("logging.driver"), f"{block.name} logs to {driver}")
    image = block.raw("image")
    for sort, form in _IMAGES.items():
        if form.search(image):
            yield Sign(sort, block.where("image"), f"{image} runs beside the app")


_TRACKERS = re.compile(
    r"^(?:@sentry/\w[\w-]*|dd-trace|newrelic|@bugsnag/\w+|rollbar|@honeybadger-io/\w+|@opentelemetry/sdk-node|posthog-node|@logtail/\w+|next-axiom|@axiomhq/\w+|@highlight-run/\w+)$"
)


def _of_package(block: Declared) -> Iterator[Sign]:
    for name in block.keys("dependencies"):
        if _TRACKERS.match(name):
            yield Sign("dependency", block.where(f"dependencies.{name}"), f"{name} is a dependency")


TOPICS = ("aws_sns_topic", "AWS::SNS::Topic")
SUBSCRIBERS = (
    "aws_sns_topic_subscription", "AWS::SNS::Subscription", "aws_chatbot_slack_channel_configuration", "aws_chatbot_teams_channel_configuration",
    "awscc_chatbot_slack_channel_configuration", "AWS::Chatbot::SlackChannelConfiguration",
    "AWS::Chatbot::MicrosoftTeamsChannelConfiguration", "module",
)  # fmt: skip


def silent_topics(topics: Iterable[Declared], subscribers: Iterable[Declared]) -> frozenset[str]:
    """The names of topics to which nobody subscribes in this repository; somebody may have by hand."""
    told = "\n".join(entry.value for block in subscribers for entry in block.entries)
    return frozenset(each.name for each in topics if not each.has("Properties.Subscription") and not _named(each.name, told))


def _named(name: str, text: str) -> bool:
    return re.search(rf"(?<![\w.-]){re.escape(name)}(?![\w-])", text) is not None


def alerts(blocks: Iterable[Declared], receivers: bool, silent: frozenset[str] = frozenset()) -> list[Alert]:
    """receivers: does the repository configure receivers of its own (Alertmanager, contact points)? silent: topics without a subscriber."""
    out = []
    for block in blocks:
        if block.kind in ALWAYS_TOLD:
            silent = block.kind == "datadog_monitor" and "@" not in (block.text("message", "") or "@")
            out.append(Alert(block, not silent))
        elif block.kind in RULES:
            if block.kind != "alert-rules" or any(re.search(r"\.alert$|\.rules\.\d+\.(?:title|uid)$", entry.key) for entry in block.entries):
                out.append(Alert(block, True if receivers else None))
        elif block.kind in ALERTS:
            keys = ALERTS[block.kind]
            if _only_scales(block, keys):
                continue
            off = block.flag("actions_enabled") is False or block.flag("Properties.ActionsEnabled") is False or block.flag("enabled") is False
            told = None if block.has("Told") and not off else not off and any(_names_somebody(block, key) for key in keys)
            out.append(Alert(block, None if told and _only_silent(block, keys, silent) else told))
    return out


def _only_scales(block: Declared, keys: tuple[str, ...]) -> bool:
    """Does the alarm start or stop machines, and nothing else?"""
    ours = [entry for entry in block.entries if any(entry.key == key or entry.key.startswith(f"{key}.") for key in keys)]
    told = [entry.value for entry in ours if entry.kind != "block"]
    return bool(told) and all(_SCALES.search(value) for value in told)


def _only_silent(block: Declared, keys: tuple[str, ...], silent: frozenset[str]) -> bool:
    """Is all that it tells a topic to which nobody subscribes?"""
    ours = [entry.value for entry in block.entries for key in keys if entry.kind != "block" and (entry.key == key or entry.key.startswith(f"{key}."))]
    return bool(ours) and all(any(_named(name, value) for name in silent) for value in ours)


def _names_somebody(block: Declared, key: str) -> bool:
    """Is there anything under the key: a reference, an item, a nested block with keys?"""
    return any((entry.key == key and entry.kind not in ("block", "null")) or entry.key.startswith(f"{key}.") for entry in block.entries)
