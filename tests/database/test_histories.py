# ruff: noqa: E501  # statements are easier to read in one line
"""Which files make a database: migrations of Python tools, folders of SQL files, schema files."""

from __future__ import annotations

from prodlint.report import Skip
from tests.database.projects import project, said

ALEMBIC = '''
"""{doc}"""
from alembic import op
import sqlalchemy as sa

revision = "{own}"
down_revision = {down}
TABLES = ["carts", "orders"]


def upgrade():
    {body}


def downgrade():
    op.execute("DROP TABLE carts")
'''
DJANGO = """
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("shop", "0001_initial")]
    operations = [
        migrations.RunSQL("CREATE TABLE invoices (id bigint, tenant uuid)", reverse_sql="DROP TABLE invoices"),
        migrations.SeparateDatabaseAndState(database_operations=[
            migrations.RunSQL(["CREATE POLICY tenant ON invoices USING (tenant = current_setting('app.tenant')::uuid)"]),
        ]),
    ]
"""


def alembic(own: str, down: str, *lines: str) -> str:
    return ALEMBIC.format(doc=own, own=own, down=repr(down) if down else None, body="\n    ".join(lines))


def tables(files: dict[str, str]) -> dict[str, tuple[bool, int]]:
    return {table.name: (table.rls, len(table.policies)) for database in project(files).databases() for table in database.tables()}


def test_alembic_in_the_order_of_its_revisions() -> None:
    files = {
        "alembic/versions/zz_first.py": alembic(
            "a1", "", 'op.create_table("carts", sa.Column("id", sa.Integer))', 'op.execute("CREATE TABLE orders (id int)")'
        ),
        "alembic/versions/mm_second.py": alembic(
            "a2", "a1", "for name in TABLES:", '    op.execute(f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY")'
        ),
        "alembic/versions/aa_third.py": alembic("a3", "a2", 'op.execute(sa.text("ALTER TABLE orders DISABLE ROW LEVEL SECURITY"))'),
    }
    assert tables(files) == {"carts": (True, 0), "orders": (False, 0)}


def test_alembic_helpers_and_templates() -> None:
    first = alembic("a1", "", "guard('carts')", "for table in TABLES:", "    op.execute(POLICY.format(table=table))").replace(
        "def upgrade():",
        "POLICY = \"CREATE POLICY own ON {table} USING (tenant = current_setting('app.tenant'))\"\n\n\ndef guard(table):\n    for each in TABLES:\n"
        '        op.execute(f"CREATE TABLE {each} (tenant text)")\n    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")\n\n\ndef upgrade():',
    )
    assert tables({"alembic/versions/a.py": first}) == {"carts": (True, 1), "orders": (False, 1)}
    assert [answer.subject["table"] for answer in said("policy-without-rls", {"alembic/versions/a.py": first})] == ["orders"]


def test_alembic_that_runs_what_only_it_knows() -> None:
    lines = (
        'op.execute("CREATE TABLE orders (id int)")',
        'op.execute("CREATE POLICY p ON orders USING (true)")',
        "op.execute(statements_for(orders))",
    )
    files = {"alembic/versions/a.py": alembic("a1", "", *lines)}
    assert not said("policy-without-rls", files)
    assert [answer.verdict for answer in said("policy-without-rls", files, Skip)] == ["unknown"]


def test_django_raw_sql() -> None:
    files = {"shop/migrations/0002_guard.py": DJANGO}
    assert tables(files) == {"invoices": (False, 1)}
    assert [answer.subject["table"] for answer in said("policy-without-rls", files)] == ["invoices"]
    assert not said("row-level-security-off", files)


def test_prisma_and_numbered_files() -> None:
    assert tables(
        {
            "prisma/migrations/20250101_a/migration.sql": "CREATE TABLE a (id int);",
            "prisma/migrations/20250102_b/migration.sql": "ALTER TABLE a RENAME TO b;",
        }
    ) == {"b": (False, 0)}
    assert (
        tables({"db/V10__b.sql": "DROP TABLE a;", "db/V9__a.sql": "CREATE TABLE a (id int);", "db/V9__a.down.sql": "CREATE TABLE c (id int);"}) == {}
    )


def test_loose_files_of_a_supabase_project_are_not_judged_beside_its_migrations() -> None:
    files = {
        "supabase/migrations/20250101000000_a.sql": "create table a (id int); alter table a enable row level security;",
        "docs/old_schema.sql": "create table a (id int); create table b (id int); create policy p on b to anon using (true);",
    }
    assert tables(files) == {"a": (True, 0)}


def test_a_schema_file_that_speaks_of_the_data_api() -> None:
    files = {"schema.sql": "create table a (id int);\ncreate table b (owner uuid); create policy p on b to authenticated using (owner = auth.uid());"}
    assert sorted((answer.subject["table"], answer.confidence) for answer in said("row-level-security-off", files)) == [
        ("a", "medium"),
        ("b", "medium"),
    ]


def test_files_beside_those_that_speak() -> None:
    """A step of a numbered sequence belongs to what the other steps speak of; of another file nobody knows."""
    speaks = "create table b (owner uuid); create policy p on b to authenticated using (owner = auth.uid());"
    steps = {"db/001_a.sql": "create table a (id int);", "db/002_b.sql": speaks, "db/003_c.sql": "create table c (id int);"}
    apart = {"other/schema.sql": "create table d (id int);"}
    assert [answer.subject["table"] for answer in said("row-level-security-off", {**steps, **apart})] == ["a", "b", "c"]
    unknown = [answer.reason for answer in said("row-level-security-off", {**steps, **apart}, Skip) if answer.verdict == "unknown"]
    assert unknown == ["db: public.d: nothing says whether the data API serves this schema"]
    loose = {"db/tables.sql": steps["db/001_a.sql"], "db/more.sql": speaks}
    assert [answer.subject["table"] for answer in said("row-level-security-off", loose)] == ["b"]


def test_examples_and_tests_are_no_database() -> None:
    files = {
        "examples/todo/supabase/migrations/20250101000000_a.sql": "create table a (id int);",
        "tests/fixtures/schema.sql": "create table b (id int);",
    }
    assert tables(files) == {}


def test_switched_on_by_hand() -> None:
    """A file that no tool runs: perhaps somebody ran it once."""
    files = {
        "supabase/migrations/20250101000000_a.sql": "create table a (id int); create table b (id int);",
        "supabase/rls.sql": "alter table public.a enable row level security;",
    }
    judged = {
        answer.subject["table"]: (answer.confidence, [each.at.path for each in answer.related]) for answer in said("row-level-security-off", files)
    }
    assert judged == {"a": ("medium", ["supabase/rls.sql"]), "b": ("high", [])}
