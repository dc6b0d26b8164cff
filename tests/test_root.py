"""Where the project begins: a mark wins; without one it is the folder that looks like a project, not the shelf it stands on."""

from pathlib import Path

import pytest

from prodlint.root import root_for


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    """A folder of projects side by side, none of them in git."""
    for name in ("shop/backend/app", "shop/frontend", "blog/app"):
        (tmp_path / name).mkdir(parents=True)
    for file in ("shop/README.md", "shop/backend/requirements.txt", "shop/frontend/package.json"):
        (tmp_path / file).write_text("", encoding="utf-8")
    return tmp_path


def test_a_project_asked_for_by_its_name_is_examined_and_not_its_neighbours(shelf: Path) -> None:
    assert root_for(shelf, [shelf / "shop"]) == shelf / "shop"
    assert root_for(shelf, [shelf / "shop" / "backend" / "app"]) == shelf / "shop"


def test_within_a_project_the_working_directory_is_its_root(shelf: Path) -> None:
    assert root_for(shelf / "shop", [shelf / "shop" / "backend"]) == shelf / "shop"
    assert root_for(shelf / "shop", []) == shelf / "shop"


def test_paths_of_two_projects_are_examined_as_one(shelf: Path) -> None:
    assert root_for(shelf, [shelf / "shop", shelf / "blog"]) == shelf


def test_a_mark_above_the_working_directory_wins(shelf: Path) -> None:
    (shelf / ".git").mkdir()
    assert root_for(shelf, [shelf / "shop"]) == shelf


def test_code_alone_makes_a_project(shelf: Path) -> None:
    (shelf / "blog" / "main.py").write_text("", encoding="utf-8")
    assert root_for(shelf, [shelf / "blog" / "app"]) == shelf / "blog"
    assert root_for(shelf / "blog", [shelf / "blog" / "app"]) == shelf / "blog"


def test_a_script_beside_projects_does_not_make_them_one(shelf: Path) -> None:
    (shelf / "backup.py").write_text("", encoding="utf-8")
    assert root_for(shelf, [shelf / "shop" / "backend"]) == shelf / "shop"


def test_a_folder_that_looks_like_none_on_a_shelf_that_does_neither_is_all_that_is_examined(shelf: Path) -> None:
    assert root_for(shelf, [shelf / "blog" / "app"]) == shelf / "blog" / "app"
