"""PHP: what one function does for one name that the client sends or for another is judged for each of them. Shapes of real apps."""

from __future__ import annotations

import pytest

from prodlint.model import FileFacts, Match
from prodlint.models import load
from prodlint.patterns.php import dispatched
from prodlint.patterns.text.reader import functions
from prodlint.patterns.text.tokens import Code
from prodlint.patterns.ties.flow import Reading
from prodlint.project import link
from tests.patterns.apps import told

MODELS = "<?php\nclass User extends Authenticatable {}\n"
NOTE = "<?php\nclass Note extends Model { protected $fillable = ['user_id', 'text']; }\n"
MINE = "<?php\nclass MineController extends Controller { public function show($id) { return auth()->user()->notes()->findOrFail($id); } }\n"
FIND = "$note = Note::find($request->note_id);"
CHECK = "if ($note->user_id !== auth()->id()) { abort(403); }"
AJAX = """\
<?php
class NotesController extends Controller {{
    public function ajax(Request $request) {{
        {before}
        switch ($request->action) {{
            case 'edit':
                {edit}
                $note->update(['text' => $request->text]);
                break;
            {label}
                {delete}
                $note->delete();
                break;
        }}
        {behind}
    }}
}}
"""


def ajax(
    edit: str = f"{FIND} {CHECK}", delete: str = f"{FIND}", before: str = "", behind: str = "", label: str = "case 'delete':"
) -> list[tuple[str, str]]:
    files = {
        "app/User.php": MODELS,
        "app/Note.php": NOTE,
        "app/Http/Controllers/MineController.php": MINE,
        "app/Http/Controllers/NotesController.php": AJAX.format(edit=edit, delete=delete, before=before, behind=behind, label=label),
    }
    return told("php", "php", "extends Controller", files)


def test_a_check_of_one_case_says_nothing_of_another() -> None:
    assert ajax() == [("note_id", "medium")]
    assert ajax(delete=f"{FIND} {CHECK}") == []
    assert ajax(label="default:") == [("note_id", "medium")]
    assert ajax(label="case 'delete': case 'remove':") == [("note_id", "medium")]


def test_a_check_around_the_cases_holds_for_all_of_them() -> None:
    assert ajax(edit="", delete="", before=f"{FIND} {CHECK}") == []
    assert ajax(edit="", delete="", before=FIND, behind=CHECK) == []
    # a row that is found before the cases, and checked in one of them: whether the others need that is not known
    assert ajax(edit=CHECK, delete="", before=FIND) == []


SCRIPT = """\
<?php
session_start();
if (!isset($_SESSION['user_id'])) {{ exit; }}
$mine = $pdo->prepare('SELECT * FROM orders WHERE user_id = ?');
$mine->execute([$_SESSION['user_id']]);
{delete} {{
    {check}
    $gone = $pdo->prepare('DELETE FROM orders WHERE id = ?');
    $gone->execute([$_POST['id']]);
}} {edit} {{
    $own = $pdo->prepare('UPDATE orders SET text = ? WHERE id = ? AND user_id = ?');
    $own->execute([$_POST['text'], $_POST['id'], $_SESSION['user_id']]);
}}
"""


OWNS = "if (!owns_order($_POST['id'], $_SESSION['user_id'])) { exit; }"


@pytest.mark.parametrize(
    ("delete", "edit", "check", "ids"),
    [
        ("if ($_POST['action'] == 'delete')", "elseif ($_POST['action'] == 'edit')", "", ["id"]),
        ("if ($_POST['action'] === 'delete')", "else", "", ["id"]),
        ("if ($_POST['action'] === 'delete' || 'gone' === $_POST['action'])", "else", "", ["id"]),
        ("if ($_POST['action'] !== 'edit')", "elseif ($_POST['action'] == 'edit')", "", []),
        ("if ($_POST['size'] == 'delete')", "elseif ($_POST['action'] == 'edit')", "", []),
        (
            "if ($_POST['action'] == 'delete')",
            "elseif ($_POST['action'] == 'edit')",
            "if (!owns_order($_POST['id'], $_SESSION['user_id'])) { exit; }",
            [],
        ),
    ],
)
def test_branches_of_a_script_are_for_the_names_that_they_are_compared_with(delete: str, edit: str, check: str, ids: list[str]) -> None:
    text = SCRIPT.format(delete=delete, edit=edit, check=check)
    matches = (Match("entries", 1, 1, 1, 1, "", {"role": "entry", "framework": "php-script"}), Match("source-text", 1, 1, 1, 1, text, {}))
    project = link({"orders.php": FileFacts("orders.php", "x", 0, matches=matches)}, models=load())
    assert [each.id for each in project.loose_ids("php")] == ids


def test_a_row_that_an_input_of_php_names_is_told() -> None:
    find = "$s = $pdo->prepare('DELETE FROM orders WHERE id = ?');\n$s->execute([$id]);\n"
    text = f"<?php\n$id = filter_input(INPUT_POST, 'order_id', FILTER_SANITIZE_NUMBER_INT);\n{find}"
    for given, ids in ((text, ["order_id"]), (text.replace("INPUT_POST", "INPUT_SERVER"), [])):
        matches = (Match("entries", 1, 1, 1, 1, "", {"role": "entry", "framework": "php-script"}), Match("source-text", 1, 1, 1, 1, given, {}))
        project = link({"orders.php": FileFacts("orders.php", "x", 0, matches=matches)}, models=load())
        assert [each.id for each in project.loose_ids("php")] == ids


def test_functions_of_very_many_cases_are_read_as_one() -> None:
    cases = "".join(f"case 'a{number}': f({number}); break;\n" for number in range(dispatched.MAX_NAMES + 1))
    code = Code(f"<?php function f($request) {{ switch ($request->action) {{ {cases} }} }}", "php")
    whole = Reading([], frozenset(), frozenset(), False, ())
    assert dispatched.by_action(functions(code)[0], whole, lambda skipped: whole) is whole
