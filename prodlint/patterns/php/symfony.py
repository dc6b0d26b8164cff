"""What Symfony says of an action: its routes and methods, and what is asked for the objects that it is handed.

Knows: `#[Route(...)]` and the `@Route(...)` of comments, on the class and on the action, also those of spatie/laravel-route-attributes;
`#[IsGranted('EDIT', subject: 'post')]`, `@IsGranted`, `@Security("is_granted('edit', post)")`. Does not know: routes and access rules of YAML,
voters.
"""

from __future__ import annotations

from prodlint import regex as re
from prodlint.patterns.entries.inline import joined
from prodlint.patterns.text.reader import Function, plain_name
from prodlint.patterns.ties.values import CREDENTIAL

SPATIE = re.compile(r"^use\s+Spatie\\RouteAttributes\\", re.M)  # routes of Laravel that stand above their actions
USED = re.compile(r"^use\s+(?:Symfony|Doctrine)\\", re.M)
_ROUTE = re.compile(
    r"(?:#\[|[\s*,]@)\s*(?:\w+\\)?(?:Route|Prefix|Get|Post|Put|Patch|Delete)\(((?:[^()\"']|\"[^\"]*\"|'[^']*'|\([^()]*\))*)\)"
    r"|[\s*,]@\w+\\(?:Get|Post|Put|Patch|Delete)()[ \t]*(?=\n|\*/)"  # the path of the class
)
_VERB = re.compile(r"(?:#\[|@)\s*(?:\w+\\)?(Get|Post|Put|Patch|Delete)\b")
_METHODS = re.compile(r"methods\s*[:=]\s*[\[{]?((?:\s*[\"']\w+[\"']\s*,?|\s*(?:Request|Method)::\w+\s*,?)+)")
_PATH = re.compile(r"^\s*(?:(?:path|value)\s*[:=]\s*)?[\"']([^\"']*)[\"']|\bpath\s*[:=]\s*[\"']([^\"']*)[\"']")
_SUBJECT = re.compile(
    r"IsGranted\([^)]*?subject\s*[:=]\s*(?:new\s+\w+\(\s*)?[\"']?(\w+)|IsGranted\(\s*[^,()]{1,80},\s*[\"'](\w+)[\"']"
    r"|(?:is_granted|isGranted)\([^()]*?,\s*(?:subject\s*:\s*)?(\w+)\s*\)"
)
_CONVERTED = re.compile(
    r"(?:#\[|@)\s*(?:\w+\\)*(?:ParamConverter|MapEntity)\(\s*(?:name\s*[:=]\s*)?[\"'](\w+)[\"'](?![^()]*\b(?:options|expr|mapping)\b)"
)
# a line of code that ends there; in a comment or an attribute over many lines `requirements={` does not
_ENDS = re.compile(r"^(?![ \t]*(?:\*|#\[))[^\n]*[;{}]\n", re.M)
_ANNOTATED = 1500  # signs above an action that are looked at


def above(function: Function) -> str:
    """What stands above an action and its class, comments too."""
    code, owner = function.code, function.owner
    text = _written(code.text, code.starts[function.head] if function.head < len(code) else 0) + function.header
    if owner is None or not 1 < owner.first <= len(code):
        return text
    start = code.starts[owner.first - 1]
    named = code.text.rfind("class ", 0, start)
    return f"{_written(code.text, named)}{owner.header} {text}"


def _written(text: str, at: int) -> str:
    """The comments and attributes that end before a place."""
    piece = text[max(0, at - _ANNOTATED) : max(0, at)]
    ends = [found.end() for found in _ENDS.finditer(piece)]
    return piece[ends[-1] - 1 if ends else 0 :]


def route(function: Function) -> tuple[tuple[str, ...], str]:
    """(methods, path) of an action; () and "" where nothing above it says so."""
    code, owner = function.code, function.owner
    own = _written(code.text, code.starts[function.head] if function.head < len(code) else 0) + function.header
    found = _ROUTE.search(own)
    if found is None:
        return (), ""
    base = ""
    if owner is not None and 1 < owner.first <= len(code):
        named = code.text.rfind("class ", 0, code.starts[owner.first - 1])
        prefix = _ROUTE.search(f"{_written(code.text, named)} {owner.header}")
        base = _path(prefix.group(1) or "") if prefix is not None else ""
    given = found.group(1) or ""
    methods = _METHODS.search(given)
    verb = _VERB.search(own)
    listed = re.findall(r"\w+(?=[\"'])|(?<=::METHOD_)\w+|(?<=::)(?!METHOD_)\w+", methods.group(1)) if methods is not None else []
    words = tuple(word.upper() for word in listed) or ((verb.group(1).upper(),) if verb is not None else ())
    return words, f"/{joined(base, re.sub(r'<[^>]*>', '', _path(given)))}"


def _path(arguments: str) -> str:
    found = _PATH.search(arguments)
    return next((each for each in found.groups() if each is not None), "") if found is not None else ""


def subjects(said: str) -> frozenset[str]:
    """The parameters that a voter is asked about before the action runs."""
    return frozenset(name for names in _SUBJECT.findall(said) for name in names if name)


def selected(bound: tuple[tuple[str, str], ...], path: str, said: str) -> tuple[tuple[str, str], ...]:
    """Of the parameters that are typed as entities those that the path selects, or `@ParamConverter("note")` above the action, whose route may stand
    in YAML; none where the path holds what only one person knows. said: what stands above the action."""
    held = {*re.findall(r"\{!?(\w+)", path), *_CONVERTED.findall(said)}
    if any(CREDENTIAL.fullmatch(name) for name in held):
        return ()
    return tuple((name, model) for name, model in bound if plain_name(name) in held or held & {"id", "uuid", "slug"})
