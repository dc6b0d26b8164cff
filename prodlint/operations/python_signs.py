"""Python code that sets up monitoring: calls by their canonical names, logging settings, instrumented apps.

Knows: which calls of which libraries start recording errors, logs or metrics. Does not know: whether they are reached; other languages (those
are signs of `facts/sign_blocks.py`).
"""

from __future__ import annotations

from collections.abc import Iterator

from prodlint import ir
from prodlint import regex as re
from prodlint.model import Span
from prodlint.names import Definition, Module, Names, Scope, holding

# last name -> (canonical name, sign)
_CALLS: dict[str, tuple[tuple[str, str], ...]] = {
    "init": (("sentry_sdk.init", "tracker"), ("rollbar.init", "tracker"), ("raygun4py", "tracker"),
             ("beeline.init", "tracker"), ("appsignal", "tracker")),
    "configure": (
        ("bugsnag.configure", "tracker"), ("honeybadger.honeybadger.configure", "tracker"), ("logfire.configure", "tracker"),
        ("structlog.configure", "logs"), ("bugsnag.django", "tracker"),
    ),
    "initialize": (("newrelic.agent.initialize", "tracker"), ("datadog.initialize", "metrics")),
    "patch_all": (("ddtrace.patch_all", "tracker"),),
    "patch": (("ddtrace.patch", "tracker"),),
    "configure_azure_monitor": (("azure.monitor.opentelemetry.configure_azure_monitor", "tracker"),),
    "set_tracer_provider": (("opentelemetry.trace.set_tracer_provider", "tracker"),),
    "set_logger_provider": (("opentelemetry._logs.set_logger_provider", "logs"),),
    "set_meter_provider": (("opentelemetry.metrics.set_meter_provider", "metrics"),),
    "instrument_app": (("opentelemetry.instrumentation", "tracker"), ("logfire", "tracker")),
    "ElasticAPM": (("elasticapm.contrib", "tracker"),),
    "make_apm_client": (("elasticapm.contrib", "tracker"),),
    "Airbrake": (("airbrake", "tracker"), ("pybrake", "tracker")),
    "Notifier": (("pybrake.Notifier", "tracker"),),
    "H": (("highlight_io.H", "tracker"),),
    "setup_logging": (("google.cloud.logging", "logs"),),
    "dictConfig": (("logging.config.dictConfig", "logs"),),
    "fileConfig": (("logging.config.fileConfig", "logs"),),
    "JsonFormatter": (("pythonjsonlogger", "logs"),),
    "CloudWatchLogHandler": (("watchtower", "logs"),),
    "LogtailHandler": (("logtail", "logs"),),
    "AzureLogHandler": (("opencensus.ext.azure", "logs"),),
    "FileHandler": (("logging.FileHandler", "logs"),),
    "RotatingFileHandler": (("logging.handlers.RotatingFileHandler", "logs"),),
    "TimedRotatingFileHandler": (("logging.handlers.TimedRotatingFileHandler", "logs"),),
    "SysLogHandler": (("logging.handlers.SysLogHandler", "logs"),),
    "basicConfig": (("logging.basicConfig", "plain-logs"),),
    "getLogger": (("logging.getLogger", "logger"),),
    "exception": (("flask.current_app.logger", "logger"), ("quart.current_app.logger", "logger")),
    "add": (("loguru.logger.add", "logs"),),
    "capture_exception": (("posthog", "tracker"),),
    "start_http_server": (("prometheus_client.start_http_server", "metrics"),),
    "make_asgi_app": (("prometheus_client.make_asgi_app", "metrics"),),
    "make_wsgi_app": (("prometheus_client.make_wsgi_app", "metrics"),),
    "generate_latest": (("prometheus_client.generate_latest", "metrics"), ("prometheus_client.exposition", "metrics")),
    "instrument": (("prometheus_fastapi_instrumentator", "metrics"),),
    "Instrumentator": (("prometheus_fastapi_instrumentator.Instrumentator", "metrics"),),
    "PrometheusMetrics": (("prometheus_flask_exporter.PrometheusMetrics", "metrics"),),
    "PrometheusMiddleware": (("starlette_exporter.PrometheusMiddleware", "metrics"), ("starlette_prometheus", "metrics")),
    "StatsClient": (("statsd.StatsClient", "metrics"),),
    "DogStatsd": (("datadog", "metrics"),),
}  # fmt: skip
_APPS = {"django_prometheus": "metrics", "elasticapm.contrib.django": "tracker",
         "raven.contrib.django.raven_compat": "tracker", "ddtrace.contrib.django": "tracker",
         "health_check": "health", "watchman": "health", "rollbar.contrib.django": "tracker", "scout_apm.django": "tracker"}  # fmt: skip
_SETTINGS = re.compile(r"(?:^|[/_.])(?:settings|config|conf|base|production|common|logging\w*|log\w*)(?:[/_.]|$)", re.I)


def python_signs(names: Names) -> Iterator[tuple[Span, str, str]]:
    """(place, sign, words); signs: "tracker", "logs", "plain-logs", "logger", "mail", "metrics", "health"."""
    wanted = set(_CALLS)
    for module in names.modules.values():
        if module.path.endswith("env.py"):  # of Alembic: it configures the logs of a command, not of the app
            continue
        scope = Scope(module, None, None, None)
        yield from _of_module(names, module, scope)
    for definition in _functions(names, wanted):
        scope = names.scope(definition)
        for call in _calls(names.body(definition.node)):  # type: ignore[arg-type]
            yield from _call(names, call, scope)


def _functions(names: Names, wanted: set[str]) -> Iterator[Definition]:
    for definition in names.functions():
        if not wanted.isdisjoint(definition.node.calls):  # type: ignore[attr-defined]
            yield definition


def _of_module(names: Names, module: Module, scope: Scope) -> Iterator[tuple[Span, str, str]]:
    for call in _calls(module.body):
        yield from _call(names, call, scope)
    for definition in module.symbols.values():
        node = definition.node
        if not isinstance(node, ir.Assign) or node.value is None:
            continue
        at = Span(module.path, ir.line_of(node.at), ir.column_of(node.at))
        if definition.name in ("LOGGING", "LOGGING_CONFIG", "LOG_CONFIG") and isinstance(node.value, (ir.Map, ir.Call)):
            yield at, "logs", f"logging is configured ({definition.name})"
        elif definition.name == "ADMINS" and _lists_somebody(node.value) and "INSTALLED_APPS" in module.symbols:
            yield at, "mail", "Django mails errors to its ADMINS"
        elif definition.name in ("ROLLBAR", "RAVEN_CONFIG", "ELASTIC_APM", "BUGSNAG", "HONEYBADGER") and isinstance(node.value, ir.Map):
            yield at, "tracker", f"an error tracker is configured ({definition.name})"
        elif definition.name in ("INSTALLED_APPS", "MIDDLEWARE", "THIRD_PARTY_APPS"):
            for const in nodes(node.value, ir.Const):
                sign = next((sign for app, sign in _APPS.items() if isinstance(const.value, str) and const.value.startswith(app)), "")
                if sign:
                    yield Span(module.path, ir.line_of(const.at)), sign, f"{const.value} is installed"


def _lists_somebody(value: object) -> bool:
    """Is there, or may there be, anybody in it?"""
    return not (isinstance(value, ir.Seq) and not value.items) and not (isinstance(value, ir.Const) and not value.value)


def _call(names: Names, call: ir.Call, scope: Scope) -> Iterator[tuple[Span, str, str]]:
    last = call.func.name if isinstance(call.func, ir.Attr) else call.func.id if isinstance(call.func, ir.Name) else ""
    known = _CALLS.get(last)
    if known is None:
        return
    ref = names.resolve(call.func, scope)
    dotted = ref if isinstance(ref, str) else ""
    for form, sign in known:
        if dotted == form or dotted.startswith(f"{form}."):
            yield Span(scope.module.path, ir.line_of(call.at), ir.column_of(call.at)), sign, f"{dotted}()"
            return


def _calls(body: object) -> Iterator[ir.Call]:
    yield from nodes(body, ir.Call)


def nodes(root: object, kind: type | tuple[type, ...]) -> Iterator:
    """Every node of a kind (or of several) below, outermost first; bodies of functions stay encoded and are not entered."""
    pending = [root]
    while pending:
        node = pending.pop()
        if isinstance(node, tuple):
            pending.extend(reversed(node))
        elif isinstance(node, ir.Node):
            if isinstance(node, kind):
                yield node
            pending.extend([getattr(node, field) for field in reversed(holding(type(node)))])
