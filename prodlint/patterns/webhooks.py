"""Webhooks outside Python: entry points that other systems call, and whether anything on the way asks who calls.

Knows: names of webhooks, of providers that sign, of what checks a signature. Does not know: whether the check is right.
"""

from __future__ import annotations

from collections.abc import Callable

from prodlint import regex as re
from prodlint.patterns.entries.parameters import Entry
from prodlint.patterns.ties.flow import Reading

_HOOK = re.compile(r"(?i)web_?-?hooks?|callbacks?/(?:stripe|paypal)|\bipn\b")
_SIGNS = {
    "stripe": "Stripe", "paypal": "PayPal", "github": "GitHub", "gitlab": "GitLab", "slack": "Slack", "twilio": "Twilio", "shopify": "Shopify",
    "razorpay": "Razorpay", "paystack": "Paystack", "flutterwave": "Flutterwave", "lemonsqueezy": "Lemon Squeezy", "lemon-squeezy": "Lemon Squeezy",
    "clerk": "Clerk", "paddle": "Paddle", "sendgrid": "SendGrid", "mailgun": "Mailgun", "plaid": "Plaid", "braintree": "Braintree",
    "mercadopago": "Mercado Pago", "adyen": "Adyen", "square": "Square", "resend": "Resend", "polar": "Polar", "whatsapp": "WhatsApp",
}  # fmt: skip
# any word of a check: a signature, a shared secret, an address, a login
_CHECKED = re.compile(
    r"(?i)signature|verif|construct_?event|hmac|hash_equals|timing_?safe|secure_?compare"
    r"|\bsecret|svix|authenticat|authori[sz]|api_?key|bearer|token"
    r"|allowed_?ips?|whitelist|trusted|x-hub|validat\w*(?:request|webhook|payload)"
    r"|getServerSession|currentUser|\bauth\b|(?<!checkout\.)\bsession\b(?!_id|\.\w*(?:completed|expired|succeeded))|protected|isAdmin|middleware"
)
_ACTS = re.compile(
    r"(?i)\b\w*(?:update|create|insert|upsert|save|delete|destroy|activate|fulfil|grant|credit"
    r"|mark|confirm|complete|increment|enroll|provision|cancel|refund)\w*\s*[(!]"
)
_ASKS_AGAIN = re.compile(r"(?i)\.(?:retrieve|fetch|find)\(\s*(?:event|payload|body|data)\b")
_KEEPS = frozenset(
    ("index", "list", "all", "show", "new", "create", "store", "edit", "update", "destroy", "delete", "remove", "findall", "findone", "getall")
)
_SHOWS = re.compile(r"\b(?:getServerSideProps|loader|load)\b")  # a page about a webhook, that nobody posts to
# the whole request handed on: whoever takes it may check
_HANDED_ON = re.compile(r"\(\s*(?:req|request|\$request|params|event)\s*[,)]")


def believed(entry: Entry, reading: Reading, path: str, route: Callable[[], str], whole: str) -> str | None:
    """The provider that signs, "" where none is known, of a webhook that acts on what it is sent and on whose way nothing asks who sends it.

    whole: the text of the file."""
    if entry.methods and not {"POST", "ALL", "ANY"} & set(entry.methods):
        return None
    if _manages(entry) or (entry.framework == "loader" and _SHOWS.search(f"{entry.around} {entry.name}")):
        return None
    address = route()
    named = " ".join((address, entry.name, path))
    body = entry.function.body
    if not _HOOK.search(named) or "{" in address or re.search(r":\w", address) or reading.caller:
        return None
    if _CHECKED.search(f"{body} {entry.around} {entry.function.header}") or _CHECKED.search(whole):
        return None
    if not _ACTS.search(body) or _ASKS_AGAIN.search(body) or _HANDED_ON.search(body):
        return None
    return next((title for word, title in sorted(_SIGNS.items()) if word in named.lower()), "")


def _manages(entry: Entry) -> bool:
    """Is it one of the actions by which somebody keeps a list of webhooks of their own?"""
    name, owner = entry.name.rsplit(".", 1)[-1].lower(), entry.function.owner
    beside = {each.name.lower() for each in owner.functions} if owner is not None else set()
    return name in _KEEPS and len(beside & _KEEPS) > 2
