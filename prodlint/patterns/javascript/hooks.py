"""What an instance of Fastify runs before all of its routes: `fastify.addHook("preHandler", requireMember)`.

Knows: hooks that run before a handler, of instances that a file names once. Does not know: what a hook does (`before.py`); hooks that look at the
address or the method of the request, which may let some routes pass; hooks that a plugin adds to the instance that loads it.
"""

from __future__ import annotations

from prodlint import regex as re
from prodlint.patterns.text.tokens import Code

_HOOK = re.compile(r"\b(\w+)\.addHook\(\s*['\"`](?:onRequest|preParsing|preValidation|preHandler)['\"`]\s*,")
_SOME = re.compile(r"\.(?:url|originalUrl|routerPath|routeOptions|routeConfig|method|raw)\b")
# where a name is given to an instance: as the first parameter of a function, or by a declaration
_BOUND = r"(?:\(|\basync\s)\s*{0}\s*(?::[^,()=]{{0,80}})?(?:,[^()]{{0,400}})?\)?\s*(?::[^()=]{{0,80}})?(?:=>|\{{)|\b(?:const|let|var)\s+{0}\b"


MOST = 20  # instances of one file; nobody writes as many, and each is looked for in the whole text


def hooks(text: str, language: str) -> dict[str, tuple[str, ...]]:
    """The instances of a file -> what stands before all routes of each, as it is written."""
    found = list(_HOOK.finditer(text)) if ".addHook(" in text else []
    if not found:
        return {}
    code, out = Code(text, language), {}
    for at in range(1, len(code) - 2):
        if code.texts[at] != "addHook" or code.texts[at + 1] != "(" or code.mate[at + 1] < 0:
            continue
        said = _HOOK.match(text, code.starts[at - 2]) if at > 1 else None
        hook = code.source(at + 2, code.mate[at + 1])
        if said is not None and not _SOME.search(hook):
            out[said.group(1)] = (*out.get(said.group(1), ()), hook)
    if len(out) > MOST:
        return {}
    return {name: each for name, each in out.items() if len(re.findall(_BOUND.format(re.escape(name)), text)) <= 1}
