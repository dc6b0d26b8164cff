"""What libraries mean, as data: one YAML file for each framework or library, read once a run.

Knows: how to read and merge the files of this folder and of packs. Does not know: how they are used (`routing/`, `flow/`, rules).

Sections (all optional; a file may have several): `routers`, `route_decorators`, `registrations`, `mounts` (see `routing/routers.py`),
`principals`, `authentication`, `sources`, `lookups` (see `flow/`), `calls`, `exceptions` (external calls). Dotted names are canonical:
what an import resolves to; "()" is the object that a call returns.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any


class Models:
    """Merged sections: `models["routers"]` is one dict or list over all files; a later file adds and overrides."""

    def __init__(self, documents: Iterable[tuple[str, dict[str, Any]]]) -> None:
        """documents: (file stem, content)."""
        self.sections: dict[str, Any] = {}
        for stem, content in documents:
            for name, section in content.items():
                if isinstance(section, dict):
                    merged = self.sections.setdefault(name, {})
                    for key, value in section.items():
                        merged[key] = {"framework": stem, **value} if isinstance(value, dict) else value
                elif isinstance(section, list):
                    self.sections.setdefault(name, []).extend(section)
                else:
                    self.sections.setdefault(name, section)

    def __getitem__(self, name: str) -> Any:
        return self.sections.get(name, {})

    def list(self, name: str) -> list[Any]:
        return self.sections.get(name, [])


Documents = list[tuple[str, dict[str, Any]]]  # (file stem, content)


def load(folders: Iterable[Path] = ()) -> Models:
    """The models that ship with prodlint, then those of packs."""
    return Models(documents(folders))


def documents(folders: Iterable[Path] = ()) -> Documents:
    """What these files say, in their order. ValueError names a file that is not a mapping of sections."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    found = []
    for folder in (Path(__file__).parent, *folders):
        for file in sorted(folder.glob("*.yaml")):
            content = yaml.load(file.read_text(encoding="utf-8"), Loader=loader)  # noqa: S506  # the safe loader, in C where there is one
            if not isinstance(content, dict):
                raise ValueError(f"{file.name}: a model is a mapping of sections")
            found.append((file.stem, content))
    return found
