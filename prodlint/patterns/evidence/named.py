"""What the names of an entry point and of a lookup say: the model that is meant, the place it is for, what everybody may see.

Knows: names of stores, verbs that reading and changing begin with. Does not know: what an entry point does, which answer is a finding.
"""

from __future__ import annotations

from prodlint import regex as re
from prodlint.patterns.entries.entrypoints import Known
from prodlint.patterns.entries.parameters import Entry
from prodlint.patterns.evidence import owners
from prodlint.patterns.text.types import COMPILED
from prodlint.patterns.text.words import Words


def said_names(language: str, model: str, *more: str) -> list[str]:
    """The names in which a lookup may say its model: the layer of a call is none, whatever else is called so."""
    parts = [*model.split("."), *more]
    return [part for part in parts if part[:1].isupper() or not _STORES.fullmatch(part)] if language in COMPILED else parts


def ends_public(name: str, words: Words) -> bool:
    """`GetDriverRatingStats`: does a call say by its last words that it reads what everybody may see?"""
    said = next(iter(list(owners.nouns([name]))[1:]), "")
    parts = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+\d*", said)
    whole = bool(PERSONAL.fullmatch(owners.normal(said)))  # what one wrote: `GetComment` reads whatever it is a comment on
    return any(words.public.fullmatch(owners.normal("".join(parts[start:]))) for start in range(whole, len(parts)))


def is_about(known: Known, model: str) -> bool:
    """Does the entry point, or its file, bear the name of the model?"""
    return model in re.sub(r"[^a-z]", "", f"{known.entry.name}{known.path.rsplit('/', 1)[-1]}".lower())


def places_of(known: Known) -> tuple[str, ...]:
    """The words of the path, the name and what stands around an entry point."""
    entry = known.entry
    return (*known.path.replace(".", "/").split("/"), *re.findall(r"\w+", entry.name), *re.findall(r"\w+", entry.around))


def before_change(entry: Entry) -> bool:
    """Rails: is the method run before an action that changes what it found?"""
    owner, function = entry.function.owner, entry.function
    if entry.framework != "rails" or owner is None or not function.name.startswith(("set_", "load_", "find_", "fetch_", "get_")):
        return False
    code = function.code
    text = code.text[code.starts[owner.first] : code.starts[function.at]]
    used = re.search(rf"before_(?:action|filter)[ (]+:{re.escape(function.name)}\b([^\n]*)", text)
    return used is not None and (bool(re.search(r"\b(?:update|destroy)\b", used.group(1))) or "only" not in used.group(1))


# names of the store itself, which say nothing of what is stored
_STORES = re.compile(
    r"_?(?:\w|svc|services?|stores?|storage|repos?|repository|db|database|dao|handler|client|api|manager|core|app|queries|ctx|context|session|models?|tx|conn|em)",
    re.I,
)
_VERBS = re.compile(
    r"^(?:find|get|fetch|load|read|lookup|query|select|delete|remove|destroy|update|set|save|list|block|archive|restore|cancel|close|publish|export)_?(?=[A-Z_]|$)",
    re.I,
)


def model_key(model: str) -> str:
    """What tells two lookups of the same data: the part before the last call, without the names of the store."""
    parts = [part for part in model.split(".") if part]
    if len(parts) > 1 and not _STORES.fullmatch(parts[-2]):
        return owners.normal(parts[-2])
    noun = _VERBS.sub("", parts[-1]).lower() if parts else ""
    return owners.normal(re.sub(r"(?:by|for|with)_?\w*id$", "", noun))


# what one person or firm has with another, and nobody else is shown
OF_ONE = re.compile(
    r"(?:cart|order|bill|invoice|payment|payout|message|wallet|document|booking|reservation|appointment|transaction|prescription|passport|loan|resume"
    r"|bankaccount|creditcard|paymentmethod|subscription|salary|payslip|medicalrecord|patient|expense|budget|contract"
    r"|pedido|fatura|factura|pagamento|pago|reserva|carrinho|carrito|endereco|direccion|commande|facture|bestellung|rechnung)(?:item|line|detail|entry)?$"
)
# what those call who do not sign in: pages of a site that counts, shows a widget, or signs somebody in
OPEN_PATH = re.compile(
    r"(?i)[/.-](?:public|track(?:ing|er)?|embed(?:ded)?|widgets?|beacons?|pixel|visitors?|sso|saml|oauth2?|unsubscribe|opt-?out|collect|ingest)[/.-]"
)
# routes by which somebody signs in, before anybody can know who it is: the last part of a path
SIGNS_IN = re.compile(
    r"(?i)/(?:(?:sign|log)[-_]?in|sign[-_]?up|register|forgot[-_]?password|(?:request[-_])?(?:password[-_]reset|reset[-_]?password)|magic[-_]?link"
    r"|(?:re)?send[-_](?:otp|verification(?:[-_]email)?)|verify[-_](?:email|otp)"
    r"|(?:auth|oauth2?|sso)/(?:google|git(?:hub|lab)|microsoft|apple|facebook|linkedin|discord|twitter|saml|oidc)(?:/(?:callback|start|login))?)/?$"
)
PERSONAL = re.compile(r"\w*(?:comment|review|post|reply|answer|rating|testimonial|feedback|tweet|playlist|photo|avatar)")
