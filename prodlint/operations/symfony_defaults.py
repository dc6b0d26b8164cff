"""Symfony's `.env`, which belongs in the repository: defaults, over which `.env.local`, the machine or the vault set the real ones.

Knows: where such a file stands, which of its values recipes of Symfony Flex draw (framework-bundle, lexik/jwt-authentication-bundle,
league/oauth2-server-bundle, mercure-bundle), whether the file says that it is for production (symfony.com/doc, configuration: "Overriding Environment
Values via .env.local", "Configuring Environment Variables in Production"). Does not know: what is set on the machine.
"""

from __future__ import annotations

from collections.abc import Mapping

from prodlint import regex as re
from prodlint.model import FileFacts

_BESIDE = ("symfony.lock", "config/bundles.php")
_FILE = re.compile(r"\.env(?:\.\w+)?")
_DRAWN = re.compile(r"APP_SECRET|JWT_PASSPHRASE|OAUTH_(?:PASSPHRASE|ENCRYPTION_KEY)|MERCURE_(?:PUBLISHER_|SUBSCRIBER_)?JWT_(?:SECRET|KEY)")


def is_defaults(path: str, files: Mapping[str, FileFacts]) -> bool:
    """Does such a file stand in the root of an app of Symfony?"""
    folder, _, name = path.rpartition("/")
    beside = f"{folder}/" if folder else ""
    return _FILE.fullmatch(name) is not None and any(f"{beside}{other}" in files for other in _BESIDE)


def drawn(path: str, name: str, files: Mapping[str, FileFacts]) -> bool:
    """Was a value of that file drawn by a recipe, for development: the file does not say that it is production's?"""
    if not _DRAWN.fullmatch(name) or not is_defaults(path, files):
        return False
    stage = next((entry.value for block in files[path].blocks if block.kind == "dotenv" for entry in block.entries if entry.key == "APP_ENV"), "")
    return not stage.strip("'\"").startswith("prod")
