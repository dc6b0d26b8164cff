"""Flask, its session and sqlite3: SQL with question marks."""

import sqlite3
from functools import wraps

from flask import Flask, abort, flash, g, redirect, render_template, request, session, url_for

app = Flask(__name__)


def get_db():
    if "db" not in g:
        g.db = sqlite3.connect("app.db")
        g.db.row_factory = sqlite3.Row
    return g.db


def get_db_connection():
    conn = sqlite3.connect("app.db")
    conn.row_factory = sqlite3.Row
    return conn


def login_required(view):
    @wraps(view)
    def wrapped(*args, **kwargs):
        if "user_id" not in session:
            return redirect(url_for("login"))
        return view(*args, **kwargs)

    return wrapped


def get_note(note_id):
    conn = get_db_connection()
    note = conn.execute("SELECT * FROM notes WHERE id = ?", (note_id,)).fetchone()
    conn.close()
    if note is None:
        abort(404)
    return note


@app.route("/projects/<int:project_id>")
@login_required
def missing_execute(project_id):
    project = get_db().execute("SELECT * FROM projects WHERE id = ?", (project_id,)).fetchone()
    return render_template("project.html", project=project)


@app.route("/projects/<int:project_id>/cursor")
@login_required
def missing_cursor(project_id):
    conn = get_db_connection()
    cursor = conn.cursor()
    cursor.execute("SELECT name FROM projects WHERE id = ?", [project_id])
    row = cursor.fetchone()
    conn.close()
    return row["name"]


@app.route("/projects/<int:project_id>/format")
@login_required
def missing_fstring(project_id):
    cur = get_db().cursor()
    cur.execute(f"SELECT * FROM projects WHERE id = {project_id}")
    return {"rows": cur.fetchall()}


@app.route("/notes/<int:note_id>")
@login_required
def missing_helper(note_id):
    note = get_note(note_id)
    return render_template("note.html", note=note)


@app.route("/notes/<int:note_id>/edit", methods=["POST"])
@login_required
def missing_update(note_id):
    db = get_db()
    db.execute("UPDATE notes SET body = ? WHERE id = ?", (request.form["body"], note_id))
    db.commit()
    flash("Saved")
    return redirect(url_for("index"))


@app.route("/notes/<int:note_id>/delete", methods=["POST"])
@login_required
def missing_delete(note_id):
    conn = get_db_connection()
    conn.execute("DELETE FROM notes WHERE id = ?", (note_id,))
    conn.commit()
    return redirect("/")


@app.route("/move", methods=["POST"])
@login_required
def missing_form():
    with sqlite3.connect("app.db") as conn:
        conn.execute("UPDATE tasks SET done = 1 WHERE id = ?", (request.form["task_id"],))
    return "ok"


@app.route("/projects/<int:project_id>/tasks/<int:task_id>")
@login_required
def child_loose(project_id, task_id):
    db = get_db()
    project = db.execute("SELECT * FROM projects WHERE id = ? AND user_id = ?", (project_id, session["user_id"])).fetchone()
    if project is None:
        abort(404)
    task = db.execute("SELECT * FROM tasks WHERE id = ?", (task_id,)).fetchone()
    return render_template("task.html", task=task)


@app.route("/mine/<int:project_id>")
@login_required
def owned_execute(project_id):
    row = get_db().execute("SELECT * FROM projects WHERE id = ? AND user_id = ?", (project_id, session["user_id"])).fetchone()
    return dict(row)


@app.route("/mine/notes/<int:note_id>", methods=["POST"])
@login_required
def owned_guard_after(note_id):
    note = get_note(note_id)
    if note["user_id"] != session["user_id"]:
        abort(403)
    get_db().execute("UPDATE notes SET body = ? WHERE id = ?", (request.form["body"], note_id))
    return ""


@app.route("/mine/notes/<int:note_id>/delete", methods=["POST"])
@login_required
def owned_named(note_id):
    cur = get_db().cursor()
    cur.execute("DELETE FROM notes WHERE id = :id AND user_id = :user", {"id": note_id, "user": session["user_id"]})
    return ""


@app.route("/mine/<int:project_id>/tasks/<int:task_id>")
@login_required
def owned_child(project_id, task_id):
    db = get_db()
    project = db.execute("SELECT * FROM projects WHERE id = ? AND user_id = ?", (project_id, session["user_id"])).fetchone()
    if project is None:
        abort(404)
    return dict(db.execute("SELECT * FROM tasks WHERE id = ? AND project_id = ?", (task_id, project["id"])).fetchone())


@app.route("/mine")
@login_required
def mine_list():
    rows = get_db().execute("SELECT * FROM projects WHERE user_id = ?", (session["user_id"],)).fetchall()
    return {"projects": [dict(row) for row in rows]}
