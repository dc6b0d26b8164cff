"""Whether anything in an app of JavaScript verifies what the `authorization` header of a request brings.

Knows: calls and packages that verify tokens, keys that are compared or looked up. Does not know: which requests they stand before; gateways.
"""

from __future__ import annotations

from collections.abc import Iterable

from prodlint import regex as re

# jsonwebtoken, jose, passport, express-jwt, NextAuth, Clerk, Auth0, Firebase, Supabase, Cognito, Lucia, Keycloak; own sessions and keys
_VERIFIES = re.compile(
    r"(?i)\.verify(?:Async|Token|IdToken|AccessToken|Jwt)?\(|jwt_?verify|verify_?\w*(?:token|jwt|session|auth|user|request|key|signature)|passport|express-?jwt"
    r"|next-?auth|clerk|auth0|better-auth|keycloak|cognito|workos|introspect|timingSafeEqual|\bsessions?\b|api_?keys?\b|(?:get|validate|check|find|load)\w*"
    r"(?:session|token|auth)\w*\(|auth\(\)|\.auth\.|(?:!==?|===?)\s*(?:`[^`\n]{0,20}\$\{\s*)?(?:process\.env|config|env)\.|\w*token\w*\s*:\s*(?:req|token|header|auth)"
)


def verifies(texts: Iterable[str]) -> bool:
    """Does any of these texts verify a token or a key, as far as its words say?"""
    return any(_VERIFIES.search(text) for text in texts)
