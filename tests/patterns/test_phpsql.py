"""Statements of SQL in PHP: which of their values select rows, in scripts, in functions that are called, and in hooks of WordPress."""

from __future__ import annotations

import pytest

from prodlint.facts import sql
from prodlint.model import FileFacts, Match
from prodlint.models import load
from prodlint.project import Project, link

SCHEMA = """\
CREATE TABLE users (id INT PRIMARY KEY, password VARCHAR(255));
CREATE TABLE orders (id INT PRIMARY KEY, user_id INT, name VARCHAR(100), FOREIGN KEY (user_id) REFERENCES users(id));
"""
LOGIN = "session_start();\nif (!isset($_SESSION['user_id'])) { header('Location: login.php'); exit; }\n"
MINE = f"<?php\n{LOGIN}$q = $pdo->prepare('SELECT * FROM orders WHERE id = ? AND user_id = ?');\n$q->execute([$_GET['id'], $_SESSION['user_id']]);\n"


def project(**texts: str) -> Project:
    facts = {"schema.sql": FileFacts("schema.sql", "x", 0, statements=sql.read(SCHEMA))}
    for name, text in texts.items():
        path = f"{name}.php"
        script = Match("entries", 1, 1, 1, 1, "", {"role": "entry", "framework": "php-script"})
        facts[path] = FileFacts(path, "x", 0, matches=(script, Match("source-text", 1, 1, 1, 1, text, {})))
    return link(facts, models=load())


def told(path: str, **texts: str) -> list[tuple[str, str]]:
    """(id, confidence) of what nothing ties in a file."""
    return [(each.id, each.finding().confidence) for each in project(**texts).loose_ids("php") if each.at.path == f"{path}.php"]


LOOSE = {
    "bound in a list": "$id = $_GET['id'];\n$s = $pdo->prepare('SELECT * FROM orders WHERE id = ?');\n$s->execute([$id]);\n",
    "bound by name": "$s = $pdo->prepare('DELETE FROM orders WHERE id = :id');\n$s->bindValue(':id', $_POST['id']);\n$s->execute();\n",
    "bound by place": "$s = $db->prepare('UPDATE orders SET name = ? WHERE id = ?');\n"
    "$s->bind_param('si', $_POST['name'], $_POST['id']);\n$s->execute();\n",
    "in the text": "$id = (int) $_GET['id'];\n$r = mysqli_query($db, \"SELECT * FROM orders WHERE id = '$id'\");\n",
    "put together": "$sql = 'SELECT * FROM orders';\n$sql .= ' WHERE id = ' . intval($_GET['id']);\n$r = $db->query($sql);\n",
    "in braces": "$r = $db->query(\"SELECT * FROM orders WHERE id = {$_GET['id']}\");\n",
    "what is written names the caller": "$s = $pdo->prepare('UPDATE orders SET user_id = ? WHERE id = ?');\n"
    "$s->execute([$_SESSION['user_id'], $_GET['id']]);\n",
    "one of two is enough": "$s = $pdo->prepare('SELECT * FROM orders WHERE id = ? OR user_id = ?');\n"
    "$s->execute([$_GET['id'], $_SESSION['user_id']]);\n",
}


@pytest.mark.parametrize("body", LOOSE.values(), ids=LOOSE)
def test_a_row_that_a_script_selects_by_what_was_sent_is_told_where_another_ties_it(body: str) -> None:
    assert told("a", a=f"<?php\n{LOGIN}{body}", mine=MINE) == [("id", "medium")]


TIED = {
    "in the statement": "$s = $pdo->prepare('DELETE FROM orders WHERE id = ? AND user_id = ?');\n$s->execute([$_GET['id'], $_SESSION['user_id']]);\n",
    "bound by name": "$s = $pdo->prepare('SELECT * FROM orders WHERE id = :id AND user_id = :me');\n"
    "$s->execute([':id' => $_GET['id'], ':me' => $_SESSION['user_id']]);\n",
    "in the text": "$me = $_SESSION['user_id'];\n$r = $db->query(\"SELECT * FROM orders WHERE id = {$_GET['id']} AND user_id = $me\");\n",
    "compared": "$s = $pdo->prepare('SELECT * FROM orders WHERE id = ?');\n$s->execute([$_GET['id']]);\n$order = $s->fetch();\n"
    "if ($order['user_id'] != $_SESSION['user_id']) { die('no'); }\n",
}


@pytest.mark.parametrize("body", TIED.values(), ids=TIED)
def test_a_row_that_a_script_holds_against_the_session_is_tied(body: str) -> None:
    assert told("a", a=f"<?php\n{LOGIN}{body}", mine=MINE) == []


DELETES = "mysqli_query($db, 'DELETE FROM orders WHERE id = ' . (int) $_POST['id']);\n"


@pytest.mark.parametrize(
    ("texts", "confidence"),
    [
        ({"a": f"<?php\n{LOGIN}{DELETES}"}, "low"),  # nobody's row is tied anywhere: the people of this app work with all of them
        ({"a": f"<?php\n{DELETES}"}, "medium"),  # nobody is even asked for a login
        ({"a": f"<?php\n{LOGIN}{DELETES}", "mine": MINE}, "medium"),
        ({"a": f"<?php\nif ($_SESSION['role'] != 'admin') exit;\n{DELETES}", "mine": MINE}, "low"),
        ({"a": f"<?php\nrequire 'guard.php';\n{DELETES}", "guard": "<?php\nif (!is_admin()) exit;\n", "mine": MINE}, "low"),
        ({"a": f"<?php\n{LOGIN}is_admin() or die('no');\n{DELETES}", "mine": MINE}, "low"),
        ({"a": f"<?php\n{LOGIN}requireRole('clerk');\n{DELETES}", "mine": MINE}, "low"),
        ({"a": f"<?php\n{LOGIN}log_access($_SESSION['user_id']);\n{DELETES}", "mine": MINE}, "medium"),  # that is noted, and nobody is asked
        ({"a": f"<?php\n{LOGIN}require 'roles.php';\n{DELETES}", "roles": "<?php\nfunction is_admin() {}\n", "mine": MINE}, "medium"),
        ({"a": f"<?php\nrequire '../lib/auth.php';\n{DELETES}", "mine": MINE}, "low"),  # it is not here, and may ask
        ({"a": f"<?php\n{LOGIN}{DELETES}", "mine": MINE, "index": "<?php\ncheck();\ninclude 'a.php';\n"}, "low"),
    ],
)
def test_who_comes_to_a_script_is_asked_in_what_it_includes_and_in_what_includes_it(texts: dict[str, str], confidence: str) -> None:
    assert told("a", **texts) == [("id", confidence)]


def test_html_between_the_pieces_of_a_script_is_no_code() -> None:
    page = f"<?php\n{LOGIN}?>\n<p>Don't delete /* it\n<?php {DELETES} ?>\n<b>it's \"gone</b>\n"
    assert told("a", a=page, mine=MINE) == [("id", "medium")]


def test_words_that_begin_like_a_statement_are_none() -> None:
    text = "<?php\nclass OrderController extends Controller\n{\n    public function purge($id)\n    {\n"
    text += "        $this->authorize('delete all orders', Order::find($id));\n    }\n}\n"
    entry = Match("entries", 1, 1, 1, 1, "", {"role": "entry", "framework": "php"})
    facts = {"OrderController.php": FileFacts("OrderController.php", "x", 0, matches=(entry, Match("source-text", 1, 1, 1, 1, text, {})))}
    assert list(link(facts, models=load()).loose_ids("php")) == []


def test_the_token_of_a_form_ties_nothing() -> None:
    guard = "if (!hash_equals($_SESSION['csrf_token'], $_POST['csrf_token'])) exit;\n"
    assert told("a", a=f"<?php\n{LOGIN}{guard}{DELETES}", mine=MINE) == [("id", "medium")]


PLUGIN = """\
<?php
class Bookings
{{
    public function init()
    {{
        add_action('wp_ajax_{open}cancel', array($this, 'cancel'));
        add_action('rest_api_init', array($this, 'routes'));
    }}
    public function routes()
    {{
        register_rest_route('shop/v1', '/bookings/(?P<id>\\d+)', array(
            'methods' => 'DELETE', 'callback' => array($this, 'remove'), 'permission_callback' => array($this, 'may'),
        ));
    }}
    public function may($request)
    {{
        {may}
    }}
    public function remove($request)
    {{
        wp_delete_post($request['id']);
    }}
    public function cancel()
    {{
        check_ajax_referer('bookings', 'nonce');
        $id = absint($_POST['id']);
        {guard}
        global $wpdb;
        $wpdb->update($wpdb->prefix . 'bookings', array('status' => 'off'), array('id' => $id));
    }}
}}
"""


def hooks(may: str = "return true;", guard: str = "", open_: str = "") -> dict[str, str]:
    """Name of the callback -> confidence, of what nothing ties."""
    text = PLUGIN.format(may=may, guard=guard, open=open_)
    facts = {"plugin.php": FileFacts("plugin.php", "x", 0, matches=(Match("source-text", 1, 1, 1, 1, text, {}),))}
    return {each.ref.handler.rpartition(".")[2]: each.finding().confidence for each in link(facts, models=load()).loose_ids("php")}


@pytest.mark.parametrize(
    ("guard", "confidence"),
    [
        ("", "medium"),
        ("if (!is_admin()) wp_die();", "medium"),  # which page is asked for, and not who asks
        ("if (!current_user_can('manage_options')) wp_die();", "low"),
        ("if (!current_user_can('edit_post', $id)) wp_die();", None),
        ("if (get_post($id)->post_author != get_current_user_id()) wp_die();", None),
    ],
)
def test_a_hook_of_wordpress_that_checks_nothing_but_a_nonce_is_told(guard: str, confidence: str | None) -> None:
    assert hooks(guard=guard).get("cancel") == confidence


@pytest.mark.parametrize(
    ("may", "confidence"),
    [
        ("return is_user_logged_in();", "medium"),
        ("return current_user_can('delete_others_posts');", "low"),
        ("return current_user_can('delete_post', $request['id']);", None),
        ("$post = get_post($request['id']); return (int) $post->post_author === get_current_user_id();", None),
    ],
)
def test_what_is_asked_before_a_route_of_wordpress_counts(may: str, confidence: str | None) -> None:
    assert hooks(may=may).get("remove") == confidence


def test_a_function_that_nobody_hooked_is_no_entry_point() -> None:
    assert hooks() and "may" not in hooks()


SERVED = """\
<?php
class OrderController extends Controller
{
    private OrderDao $orders;

    public function remove($id)
    {
        return $this->orders->remove($id, auth()->id());
    }
}
"""
DAO = """\
<?php
class OrderDao
{
    public function remove(int $id, int $uid): int
    {
        %s
        $query = $this->conn->prepare('DELETE FROM orders WHERE id = :id%s');
        $query->execute(['id' => $id%s]);
        $this->destroyByIdAndUserCache($id, $uid);
        return $query->rowCount();
    }
}
"""


@pytest.mark.parametrize(
    ("before", "where", "bound", "loose"),
    [
        ("", "", "", ["id"]),  # it is handed who asks and leaves it aside
        ("", " AND user_id = :uid", ", 'uid' => $uid", []),
        ("if (!$this->isOwner($id, $uid)) throw new NotFound();", "", "", []),
    ],
)
def test_a_function_that_is_handed_the_caller_must_select_by_it(before: str, where: str, bound: str, loose: list[str]) -> None:
    entry = Match("entries", 1, 1, 1, 1, "", {"role": "entry", "framework": "php"})
    texts = {"OrderController.php": SERVED, "OrderDao.php": DAO % (before, where, bound)}
    facts = {
        path: FileFacts(path, "x", 0, matches=(Match("source-text", 1, 1, 1, 1, text, {}), *((entry,) if "Controller" in path else ())))
        for path, text in texts.items()
    }
    assert [each.id for each in link(facts, models=load()).loose_ids("php")] == loose


HOOKED = """\
<?php
add_action('wp_ajax_show', 'show_order');
add_action('order_paid', 'paid');
function show_order()
{
}
class OrderController%s
{
    public function paid($order_id)
    {
        Order::findOrFail($order_id);
    }
}
"""


@pytest.mark.parametrize(
    ("text", "count"),
    [
        (HOOKED % "", 0),  # what nothing hooks to a request is called by nobody from outside
        (HOOKED % " extends Shop_REST_Controller", 1),  # a class above may register its routes
        (HOOKED.replace("wp_ajax_show", "order_shown") % "", 1),  # no plugin that anybody calls
    ],
)
def test_a_method_of_a_plugin_that_nothing_hooks_is_no_entry_point(text: str, count: int) -> None:
    entry = Match("entries", 7, 1, 13, 2, "", {"role": "entry", "framework": "php"})
    facts = {"OrderController.php": FileFacts("OrderController.php", "x", 0, matches=(entry, Match("source-text", 1, 1, 1, 1, text, {})))}
    assert len(list(link(facts, models=load()).loose_ids("php"))) == count


BY_KEY = "$s = $db->prepare('SELECT * FROM users WHERE api_key = :key');\n$s->bindValue(':key', $_POST['api_key']);\n$r = $s->execute();\n"
FOUND = "$row = $r->fetchArray();\nif (!$row) { die('no'); }\n$by = $row['id'];\n"
THEIRS = (
    "$d = $db->prepare('DELETE FROM orders WHERE id = :id AND user_id = :me');\n$d->bindParam(':id', $_POST['id']);\n"
    "$d->bindParam(':me', $by);\n$d->execute();\n"
)


def test_whose_key_a_user_is_found_by_calls() -> None:
    assert told("a", a=f"<?php\n{BY_KEY}{FOUND}{THEIRS}", mine=MINE) == []
    executed = (
        "$s = $pdo->prepare('SELECT id FROM users WHERE api_token = ?');\n$s->execute([$_GET['key']]);\n$row = $s->fetch();\n$by = $row['id'];\n"
    )
    assert told("a", a=f"<?php\n{executed}{THEIRS}", mine=MINE) == []


@pytest.mark.parametrize(
    "before",
    [
        BY_KEY.replace("api_key =", "name =") + FOUND,  # whoever knows a name
        BY_KEY.replace("WHERE", "WHERE active = 1 OR") + FOUND,  # it may be found without the key
        BY_KEY.replace("FROM users", "FROM orders") + FOUND.replace("['id']", "['name']"),  # the key of a thing says nothing of who calls
        BY_KEY + FOUND.replace("$row['id']", "$_POST['me']"),  # the key is asked for, but who it is is sent
    ],
)
def test_who_is_found_by_something_else_than_a_key_of_theirs_does_not_call(before: str) -> None:
    assert ("id", "medium") in told("a", a=f"<?php\n{before}{THEIRS}", mine=MINE)
