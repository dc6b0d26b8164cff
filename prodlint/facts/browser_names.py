"""Names of secrets that code reads from what a bundler copies into the browser: `process.env.NEXT_PUBLIC_API_SECRET`.

Knows: the prefixes that bundlers copy (documentation of Next.js, Vite, Create React App, Expo, Nuxt, Gatsby, SvelteKit and Astro, Vue CLI), the
words at the end of a name that nobody may see. Does not know: values; keys of a service role by other names (`service_keys.py`).
"""

from __future__ import annotations

from itertools import islice

from prodlint import regex as re
from prodlint.model import Fact

KIND = "browser-name"
MAX_FACTS = 50  # of one file
_READ = re.compile(r"\.(?:[mc]?[jt]sx?|vue|svelte|astro)$")
_NAME = re.compile(
    r"\b(?:process\.env|import\.meta\.env)(?:\.|\[[\"'])"
    r"((?:NEXT_PUBLIC|VITE|REACT_APP|EXPO_PUBLIC|NUXT_PUBLIC|GATSBY|PUBLIC|VUE_APP)_(?!\w*(?:DEMO|EXAMPLE|SAMPLE))(?:\w*_)?"
    r"(?:SECRET(?:_KEY)?|SERVICE_ROLE(?:_KEY)?|PRIVATE_KEY|ADMIN_KEY|PASSWORD|SIGNING_KEY))\b"
)


def read(path: str, text: str) -> tuple[Fact, ...]:
    """Facts of kind "browser-name", one for each place that reads such a variable."""
    if ".env" not in text or not _READ.search(path):
        return ()
    out = []
    for found in islice(_NAME.finditer(text), MAX_FACTS):
        line, column = text.count("\n", 0, found.start()) + 1, found.start() - text.rfind("\n", 0, found.start())
        out.append(Fact(KIND, found.group(1), line, column, line, column + len(found.group())))
    return tuple(out)
