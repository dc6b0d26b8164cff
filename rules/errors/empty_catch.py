"""Judges: an empty catch or rescue hides what went wrong; where something is only tried, and in a browser, confidence is low."""

import re

from prodlint import Finding, Project, Skip

# there the user sees that nothing happens, and no log would be read
BROWSER = re.compile(
    r"(?:^|/)(?:components|hooks|public|static|assets|client|ui|frontend|mobile|extension|stories|themes?|src/(?:views|screens|containers|layouts|contexts)|resources/js|resources/assets|composables|stores|wwwroot|webapp|ClientApp[\w.-]*)/"
    r"|\.(?:tsx|jsx|vue|svelte|astro|razor(?:\.cs)?|component\.ts|directive\.ts|client\.ts)$|(?:^|/)use(?:-[a-z]|[A-Z])[\w-]*\.[jt]s$"
)
# tools of whoever writes the code, and what runs once; they are not the app
TOOLS = re.compile(r"(?:^|/)(?:\.[\w-]+|scripts?|tools?|bin|e2e|examples?|seeds?|seeders?|db/migrate)/|(?:^|/)\w*seed\w*(?:[-_.]\w+)*\.(?:[jt]s|rb)$")
# by the name of a file or folder; `payload` is something else
PAYING = re.compile(
    r"(?i)payment|payout|checkout|billing|refund|(?:^|[/_.-])wallets?(?:[/_.-]|$)|wallet(?:service|controller|manager)|paypal|stripe|braintree|adyen|klarna|mollie"
    r"|razorpay|paystack|flutterwave|mercadopago|midtrans|vnpay|bkash|sslcommerz"
)


def check(project: Project):
    matches = list(project.matches("empty-catch"))
    tried = {(at.path, at.end_line, at.end_column) for at, match in matches if match.metadata["role"] == "fact"}
    shown = {(at.path, at.end_line) for at, match in matches if match.metadata["role"] == "comment"}
    found: dict = {}
    for at, match in matches:
        if (match.metadata["role"] == "finding" or (match.metadata["role"] == "paying" and PAYING.search(at.path))) and (
            at.path,
            at.end_line,
        ) not in shown:
            place = (at.path, at.end_line, at.end_column)
            if place not in found or found[place][1].metadata["confidence"] == "low":  # a call that changes something matches twice
                found[place] = (found[place][0] if place in found else at, match)
    for place, (at, match) in found.items():
        doubtful = BROWSER.search(at.path) or TOOLS.search(at.path) or place in tried or project.runs_at_visitors(at.path)
        yield Finding(at, match.message, confidence="low" if doubtful else match.metadata["confidence"])
    yield from project.silence(bool(found), Skip("no empty catch or rescue was found outside Python"))
