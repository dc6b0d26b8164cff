"""Routes of Laravel as its own router would print them, and what stands before them."""

from __future__ import annotations

import pytest

from prodlint.patterns.evidence.owners import Owners
from prodlint.patterns.php import laravel, laravel_gates
from prodlint.patterns.php.laravel_routes import routes
from prodlint.patterns.text.reader import functions
from prodlint.patterns.text.tokens import Code
from tests.patterns.apps import told


@pytest.mark.parametrize(
    ("registered", "listed"),
    [
        (
            "Route::resource('stores.products', ProductController::class);",
            {"update": "/stores/{store}/products/{product}", "store": "/stores/{store}/products"},
        ),
        ("Route::prefix('my')->group(function () { Route::apiResource('categories', C::class); });", {"show": "/my/categories/{category}"}),
        ("Route::apiResource('projects.tags', TagController::class)->shallow();", {"destroy": "/tags/{tag}", "index": "/projects/{project}/tags"}),
        ("Route::resource('admin/addresses', C::class);", {"edit": "/admin/addresses/{address}/edit"}),
        ("Route::get('/a/{b}', [C::class, 'one']);", {"one": "/a/{b}"}),
        (
            "Route::group(['middleware' => ['api'], 'prefix' => '/v1'], function () { Route::apiResources(['tags' => TagController::class]); });",
            {"update": "/v1/tags/{tag}", "index": "/v1/tags"},
        ),
    ],
    ids=["nested", "in a group", "shallow", "below a folder", "no resource", "several resources"],
)
def test_paths_of_actions(registered: str, listed: dict[str, str]) -> None:
    text = f"<?php\n{registered}\n"
    found = {action: path for _, action, _, path, _ in routes(Code(text, "php"), text)}
    assert {action: found[action] for action in listed} == listed


@pytest.mark.parametrize(
    ("holds", "headers"), [("$request->user()->inCompany", {"company"}), ("$user->hasCompany", {"company"}), ("$known->contains", set())]
)
def test_a_header_is_no_choice_only_where_it_is_held_against_who_asks(holds: str, headers: set[str]) -> None:
    text = f"""class M {{
    public function handle(Request $request, Closure $next)
    {{
        if (! {holds}($request->header('company'))) {{
            $request->headers->set('company', $request->user()->company_id);
        }}

        return $next($request);
    }}
}}
"""
    assert laravel_gates.given([text]) == headers


@pytest.mark.parametrize(
    ("body", "asks"),
    [
        ("return in_array('a.' . $this->permission, $this->keys());", True),
        ("return in_array($this->method(), ['GET', 'PUT']);", False),
        ("// no permission is asked yet\n        return true;", False),
    ],
)
def test_a_form_request_asks_where_it_looks_at_a_permission(body: str, asks: bool) -> None:
    code = Code(f"<?php\nclass R extends FormRequest\n{{\n    public function authorize()\n    {{\n        {body}\n    }}\n}}\n", "php")
    assert laravel.checks(functions(code)[0]) == asks


NOTE = "<?php\nclass Note extends Model { protected $fillable = ['user_id', 'text']; }\n"
MINE = "<?php\nclass MineController extends Controller { public function show($id) { return auth()->user()->notes()->findOrFail($id); } }\n"


def notes(routes: str, body: str = "$noteCard->delete();", parameter: str = "Note $noteCard", uses: str = "") -> list[tuple[str, str]]:
    held = f"<?php\nclass NoteController extends Controller {{\n    public function destroy({parameter}) {{ {body} }}\n}}\n"
    files = {
        "app/User.php": "<?php\nclass User extends Authenticatable {}\n",
        "app/Note.php": NOTE,
        "app/Request.php": NOTE.replace("Note", "Request"),
        "app/MineController.php": MINE,
        "app/NoteController.php": held.replace("<?php\n", f"<?php\n{uses}\n"),
        "routes/web.php": f"<?php\nRoute::middleware('auth')->group(function () {{\n{routes}\n}});\n",
    }
    return told("php", "php", "extends Controller", files)


DELETE = "Route::delete('/notes/{notecard}', [NoteController::class, 'destroy'])"


@pytest.mark.parametrize(
    ("routes", "said"),
    [
        (f"{DELETE};", [("noteCard", "medium")]),
        (f"{DELETE}->middleware('can:delete,notecard');", []),  # the route writes it otherwise
        (f"{DELETE}->can('delete', 'notecard');", []),
        # what is asked before another route says nothing of this one
        (f"{DELETE};\nRoute::put('/n/{{notecard}}', [NoteController::class, 'put'])->middleware('can:put,notecard');", [("noteCard", "medium")]),
    ],
)
def test_what_a_route_hands_to_a_policy_is_checked_there(routes: str, said: list[tuple[str, str]]) -> None:
    assert notes(routes) == said


@pytest.mark.parametrize("auth", ["Auth", "\\Auth"])
def test_a_class_of_the_global_namespace_is_the_same_class(auth: str) -> None:
    asks = f"if ($noteCard->user_id !== {auth}::id()) {{ abort(403); }} $noteCard->delete();"
    assert notes(f"{DELETE};", asks) == []
    assert notes(f"{DELETE};", asks.replace(f"{auth}::id()", "$noteCard->team->user_id")) == [("noteCard", "medium")]


@pytest.mark.parametrize(("used", "found"), [("Illuminate\\Http\\Request", []), ("App\\Models\\Request", [("request", "medium")])])
def test_the_request_is_no_row_though_a_model_is_called_so(used: str, found: list[tuple[str, str]]) -> None:
    route = "Route::delete('/requests/{request}', [NoteController::class, 'destroy']);"
    assert notes(route, "$request->delete();", "Request $request", f"use {used};") == found


@pytest.mark.parametrize(
    ("mark", "asks"), [("group->is_moderator", True), ("group?->is_internal", True), ("is_client", False), ("is_verified", False)]
)
def test_a_middleware_that_asks_for_a_mark_of_who_calls(mark: str, asks: bool) -> None:
    handle = f"public function handle(Request $request, Closure $next) {{ abort_unless($request->user()->{mark}, 403); return $next($request); }}"
    named = ("Kernel.php", "$middlewareAliases = ['m' => M::class, 'guest' => RedirectIfSignedIn::class];")
    gates = laravel_gates.Gates([("M.php", f"class M {{ {handle} }}"), ("R.php", f"class RedirectIfSignedIn {{ {handle} }}"), named])
    assert (gates.asks("'m'"), gates.asks("'guest'")) == (asks, False)


@pytest.mark.parametrize(
    ("branch", "said"),
    [
        ("$noteCard->read = 1; $noteCard->save();", [("noteCard", "medium")]),  # whoever else asks is given the row all the same
        ("return view('note', compact('noteCard'));", []),
        ("$mine = true;", []),  # what is asked below may hang on it
    ],
)
def test_a_row_that_is_only_marked_for_whose_it_is(branch: str, said: list[tuple[str, str]]) -> None:
    body = f"if (auth()->id() == $noteCard->user_id) {{ {branch} }} $noteCard->touch(); return response()->json($noteCard);"
    assert notes(f"{DELETE};", body) == said


def test_a_model_may_extend_one_of_the_project() -> None:
    held = "class Note extends Record { public function user() { return $this->belongsTo(User::class); } }"
    assert owners_of(f"<?php\n{held}\n") == "owned"
    assert owners_of("<?php\nclass Note extends Record { public function text() { return $this->text; } }\n") == ""


def owners_of(text: str) -> str:
    return Owners({}, [("php", "<?php\nclass User extends Authenticatable {}\n"), ("php", text)]).of("Note")


@pytest.mark.parametrize(
    ("body", "sure"),
    [
        ("return redirect()->route('notes.show', [$noteCard->id])->with('ok', 'yes');", "low"),
        ("return redirect()->route('notes.show', $noteCard)->with('text', $noteCard->text);", "medium"),
        ("return redirect()->route('notes.show', $noteCard)->with(compact('noteCard'));", "medium"),
        ("send($noteCard); return redirect()->route('notes.show', $noteCard);", "medium"),
    ],
)
def test_what_a_redirect_only_leads_to_is_not_given_away(body: str, sure: str) -> None:
    assert notes(DELETE.replace("delete(", "get(", 1) + ";", body) == [("noteCard", sure)]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("$note->delete();", [("note", "medium")]),
        ("if ($note->user_id !== Auth::id()) { return; } $note->delete();", []),
        ("$this->authorize('delete', $note); $note->delete();", []),
    ],
)
def test_an_action_of_livewire_is_handed_a_row_by_its_id(body: str, said: list[tuple[str, str]]) -> None:
    files = {
        "app/User.php": "<?php\nclass User extends Authenticatable {}\n",
        "app/Note.php": NOTE,
        "app/Livewire/Mine.php": MINE.replace("Controller", "Component"),
        "app/Livewire/Notes.php": f"<?php\nclass Notes extends Component {{\n    public function remove(Note $note) {{ {body} }}\n}}\n",
    }
    assert told("php", "livewire", "extends Component", files) == said


ACTION = "<?php\nclass NoteController extends Controller {\n    public function destroy(Note $noteCard) { $noteCard->delete(); }\n}\n"
REST = "\n".join(f"Route::get('/other/{{note}}/{number}', [OtherController::class, 'a{number}']);" for number in range(14))
OTHER = "\n".join(
    f"    public function a{number}(Note $note) {{ return $note->user_id === auth()->id() ? $note : abort(403); }}" for number in range(14)
)


@pytest.mark.parametrize(
    ("routes", "kind", "said"),
    [
        (f"{DELETE};", "", [("noteCard", "medium")]),
        ("", "", [("noteCard", "low")]),  # no route names it, and nearly all others are named
        ("Route::any('/n/{noteCard}', ['uses' => 'NoteController@destroy']);", "", [("noteCard", "medium")]),
        ("Route::get('/kind', [KindController::class, 'destroy']);", "class KindController extends NoteController {}", [("noteCard", "medium")]),
    ],
)
def test_an_action_that_no_route_names_is_called_by_nobody(routes: str, kind: str, said: list[tuple[str, str]]) -> None:
    more = "\n".join(f"Route::get('/k{each}', [K{each}Controller::class, 'a']);" for each in range(5))
    files = {
        "app/User.php": "<?php\nclass User extends Authenticatable {}\n",
        "app/Note.php": NOTE,
        "app/NoteController.php": ACTION,
        "app/OtherController.php": f"<?php\nclass OtherController extends Controller {{\n{OTHER}\n}}\n",
        "app/KindController.php": f"<?php\n{kind}\n",
        "routes/web.php": f"<?php\nRoute::middleware('auth')->group(function () {{\n{routes}\n{REST}\n{more}\n}});\n",
    }
    assert told("php", "php", "extends Controller", files) == said


def of_staff(sign_up: str = "", asked: str = "'auth', 'role:nurse'", area: str = "ward") -> list[tuple[str, str]]:
    """An app whose routes ask for a role before one action after the other, and for none before the last."""
    asking = "\n".join(f"Route::put('/{area}/{{note}}/{each}', [WardController::class, 'a{each}'])->middleware([{asked}]);" for each in range(14))
    acts = "\n".join(f"    public function a{each}(Note $note) {{ $note->update(['at' => {each}]); }}" for each in range(14))
    files = {
        "app/User.php": "<?php\nclass User extends Authenticatable {}\n",
        "app/Note.php": NOTE,
        "app/MineController.php": MINE,
        "app/WardController.php": f"<?php\nclass WardController extends Controller {{\n{acts}\n}}\n",
        "app/NoteController.php": ACTION,
        "routes/web.php": f"<?php\n{asking}\nRoute::middleware('auth')->group(function () {{ {DELETE}; }});\n{sign_up}\n",
    }
    return [each for each in told("php", "php", "extends Controller", files) if each[0] == "noteCard"]


def test_where_roles_are_asked_before_most_the_people_of_an_app_share_its_rows() -> None:
    assert of_staff() == [("noteCard", "low")]
    assert of_staff(asked="'auth'") == [("noteCard", "medium")]
    assert of_staff(sign_up="Auth::routes();") == [("noteCard", "medium")]
    assert of_staff(sign_up="Auth::routes(['register' => false]);") == [("noteCard", "low")]
    assert of_staff(area="admin") == [("noteCard", "medium")]  # what administrators have says nothing of the rest
