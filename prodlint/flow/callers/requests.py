"""Where client values and the caller come from on a request object, framework by framework.

Knows: the attributes of request objects. Does not know: how a handler got the object.
Sources: django 5.2 HttpRequest, djangorestframework 3.16 Request, flask 3.1 Request, starlette 0.50 Request, aiohttp 3.13 web_request,
sanic 25.3 request, tornado 6.5 RequestHandler.
"""

from __future__ import annotations

from functools import lru_cache

from prodlint import regex as re
from prodlint.flow.knowledge import SECRET_FIELDS, says_kind
from prodlint.flow.lookups.queries import naming_terms, narrowed_from, of_caller
from prodlint.flow.values import CALLER, KIND, PRESENCE, REQUEST, ROLE, Client, Value

# what a middleware of the project says the caller may do
GRANTS = re.compile(r"(?:^|_)(?:permissions?|perms|roles?|scopes?|privileges)$")

# what a middleware or an authentication says about the request, and not about who asks
ABOUT = re.compile(
    r"(?:^|_)(?:audience|authenticator|ip|ip_address|locale|language|timezone|nonce|csrf\w*|time|started|started_at|flavour|device)$", re.I
)
# what says of somebody; what else a project puts on a request says where it was sent: a site, a shop, a journal
PERSONAL = re.compile(
    r"user|member|customer|account|profile|person|employee|auth|token|principal|identity|session|key|client|staff|viewer|player|owner|subject|claims|caller"
    r"|agent|student|teacher|patient|doctor|perm|role|scope|admin|employ|^me$|^(?:is|has|can|may|from|allow\w*)_",
    re.I,
)
CONTAINERS = {
    "GET": "query", "query_params": "query", "args": "query", "rel_url": "query", "query": "query", "query_args": "query",
    "POST": "form", "form": "form", "values": "form", "data": "body", "body": "body", "json": "body", "get_json": "body",
    "FILES": "files", "files": "files", "view_args": "path", "path_params": "path", "match_info": "path", "headers": "header",
    "META": "header", "environ": "header", "query_string": "query", "arguments": "query", "query_arguments": "query",
    "body_arguments": "form", "COOKIES": "cookie", "cookies": "cookie", "content": "body", "read": "body", "text": "body", "stream": "body",
    "parsed_obj": "body", "multipart": "form", "post": "form", "get_data": "body", "raw": "body",
}  # fmt: skip
PLAIN = frozenset({
    "method", "path", "url", "path_info", "scheme", "host", "get_host", "build_absolute_uri", "is_secure", "content_type", "encoding", "app",
    "scope", "endpoint", "blueprint", "url_rule", "resolver_match", "remote_addr", "client", "base_url", "full_path", "remote", "is_ajax",
    "accepts", "LANGUAGE_CODE", "user_agent", "htmx", "accepted_renderer", "version", "parser_context", "csrf_processing_done",
    "script_root", "is_json", "mimetype", "referrer", "authenticators", "session_transaction", "loop", "transport", "get_full_path", "site",
    "protocol", "conn_info", "id", "route", "stream", "toolbar", "content_length", "content_params", "content_encoding", "content_md5", "charset",
    "max_content_length", "max_form_memory_size", "url_root", "host_url", "root_path", "root_url", "access_route", "origin", "date",
    "range", "if_match", "if_none_match", "if_range", "if_modified_since", "cache_control", "pragma", "accept_mimetypes", "accept_languages",
    "accept_charsets", "accept_encodings", "access_control_request_headers", "access_control_request_method", "blueprints", "routing_exception",
    "url_for", "receive", "is_disconnected", "is_multiprocess", "is_multithread", "is_run_once", "input_stream", "want_form_data_parsed",
    "shallow", "http_version", "get_port", "get_signed_cookie", "upload_handlers", "current_app", "urlconf", "accepted_types",
    "accepted_media_type", "versioning_scheme", "negotiator", "parsers", "has_body", "body_exists", "can_read_body", "keep_alive", "http_range",
    "secure", "remote_ip", "full_url", "request_time", "uri", "server_name", "server_port",
})  # fmt: skip
CALLER_ATTRIBUTES = frozenset({"user", "auth", "session", "current_user", "identity", "account", "credentials"})
STATE = frozenset({"state", "ctx"})  # where middlewares put things for one request
KEPT = "request.state"
# What they put there that is not who asks.
TOOLS = re.compile(
    r"(?:^|_)(?:db|database|session_?(?:maker|factory|local)?|conn(?:ection)?|pool|engine|redis|cache|mongo\w*|client|http|log(?:ger)?|config|settings"
    r"|request_?id|trace\w*|start\w*|time|limiter|metrics|broker|queue|storage|s3|container|view\w*|lang\w*|locale|csrf\w*|nonce|ip|repo\w*|service)$",
    re.I,
)
TORNADO_ARGUMENTS = {
    "get_argument": "query", "get_arguments": "query", "get_query_argument": "query", "get_body_argument": "form", "get_body_arguments": "form",
    "get_query_arguments": "query",
}  # fmt: skip


def attribute(name: str) -> Value:
    """`request.name`."""
    source = CONTAINERS.get(name)
    if source is not None:
        return Value(frozenset({Client("*", source)}))
    if name in ("context", "request"):  # what a GraphQL resolver is handed
        return Value(frozenset({REQUEST}))
    if name in STATE:
        return Value(ref=KEPT)
    if name == "app":
        return Value(ref="request.app")
    if name in CALLER_ATTRIBUTES:
        return Value(frozenset({CALLER}))
    if name in PLAIN:
        return Value(frozenset({REQUEST}) if name == "scope" else frozenset())
    if ABOUT.search(name):
        return Value()
    if GRANTS.search(name):
        return Value(frozenset({ROLE}))
    if says_kind(name):
        return Value(frozenset({CALLER, KIND}))
    # What a middleware or decorator of the project put there: the tenant, the project, the profile of who asks.
    return Value(frozenset({CALLER}))


@lru_cache(4096)
def is_place(name: str) -> bool:
    """`request.journal`: whose rows these are, and nobody who asks."""
    return name not in CALLER_ATTRIBUTES and not PERSONAL.search(name) and attribute(name).has(CALLER)


@lru_cache(4096)
def says_secret(name: str) -> bool:
    """Is it the name of a secret? Few names are asked about, over and over."""
    return SECRET_FIELDS.search(name) is not None


def chosen_by_client(value: Value) -> bool:
    """Is what the project put on the request nothing but what the client names in a header, in the path or beside it, whoever asks? A tenant
    that is looked up by such a name is the caller's only where somebody holds it against the caller."""
    if value.has(CALLER):
        return False
    rows = value.selections
    named = [term for row in rows for part in narrowed_from(row) for term in naming_terms(part)]
    if any(says_secret(name) or says_secret(client.name) for name, client in named):
        return False  # who holds the key is the caller
    return bool(value.clients or named) and not (rows and all(of_caller(row) for row in rows))


def presence() -> Value:
    return Value(frozenset({PRESENCE}))
