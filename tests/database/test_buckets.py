"""Public buckets of Supabase Storage, and who may list what is in them."""

from __future__ import annotations

import pytest

from prodlint.report import Finding, Proof, Skip
from tests.database.projects import said

RULE = "public-bucket-listing"
PHOTOS = "insert into storage.buckets (id, name, public) values ('photos', 'Photos', true);"
OPEN = "create policy p on storage.objects for select to authenticated using (bucket_id = 'photos');"


def listed(*texts: str, **more: str) -> list[str]:
    """The buckets that may be listed after these migrations."""
    files = {f"supabase/migrations/2025010{place}000000_step.sql": text for place, text in enumerate(texts, 1)}
    return [answer.subject["resource"] for answer in said(RULE, {**files, **more})]


@pytest.mark.parametrize(
    ("policy", "wrong"),
    [
        ("for select using (bucket_id = 'photos')", True),
        ("for select to authenticated using ((bucket_id = 'photos'))", True),
        ("for all to authenticated using (bucket_id = 'photos')", True),
        ("using ('photos' = bucket_id)", True),
        ("for select using (true)", True),
        ("for select using (bucket_id in ('letters', 'photos'))", True),
        ("for select using (bucket_id = any (array['letters', 'photos']))", True),
        ("for select using (bucket_id = 'photos' and auth.role() = 'authenticated')", True),
        ("for select using (storage.objects.bucket_id = 'photos' or owner = auth.uid())", True),
        ("for insert to authenticated with check (bucket_id = 'photos')", False),
        ("for delete using (bucket_id = 'photos')", False),
        ("as restrictive for select using (bucket_id = 'photos')", False),
        ("for select to service_role using (bucket_id = 'photos')", False),
        ("for select using (bucket_id = 'photos' and name like 'shared/%')", False),
        ("for select using (bucket_id = 'photos' and owner = auth.uid())", False),
        ("for select using (bucket_id = 'photos' and (storage.foldername(name))[1] = auth.uid()::text)", False),
        ("for select using (bucket_id = 'letters')", False),
        ("for select using (bucket_id <> 'photos')", False),
    ],
)
def test_policies(policy: str, wrong: bool) -> None:
    assert listed(PHOTOS, f"create policy p on storage.objects {policy};") == ["photos"] * wrong


@pytest.mark.parametrize(
    ("made", "public"),
    [
        ("insert into storage.buckets (id, name, public) values ('photos', 'photos', false);", False),
        ("insert into storage.buckets (id, name) values ('photos', 'photos');", False),
        ("insert into storage.buckets (id, name, public) select 'photos', 'photos', true where not exists (select 1);", True),
        (PHOTOS + "update storage.buckets set public = false where id = 'photos';", False),
        (PHOTOS + "update storage.buckets set public = false where id = 'letters';", True),
        (PHOTOS + "delete from storage.buckets where id = 'photos';", False),
        (PHOTOS + PHOTOS.replace("true", "false"), True),
        (PHOTOS + PHOTOS.replace("true);", "false) on conflict (id) do nothing;"), True),
        (PHOTOS + PHOTOS.replace("true);", "false) on conflict (id) do update set public = excluded.public;"), False),
        (PHOTOS.replace("true", "false") + "update storage.buckets set file_size_limit = 5, public = true where id in ('photos');", True),
        ("do $$ begin if not exists (select 1 from storage.buckets where id = 'photos') then " + PHOTOS + " end if; end $$;", True),
    ],
)
def test_what_is_public(made: str, public: bool) -> None:
    assert listed(made, OPEN) == ["photos"] * public


def test_several() -> None:
    """One answer for each bucket, however many policies there are; names are names, whatever signs are in them."""
    odd = "a|b[1]*.x"
    made = f"insert into storage.buckets (id, name, public) values ('photos', 'p', true), ('{odd}', 'o', true), ('kept', 'k', true);"
    more = f"create policy q on storage.objects for select using (bucket_id = '{odd}');"
    more += "create policy r on storage.objects using ((bucket_id = 'photos'));"
    assert listed(made, OPEN, more) == [odd, "photos"]
    assert listed(made, OPEN, more, "drop policy p on storage.objects; drop policy r on storage.objects;") == [odd]


def test_the_configuration_makes_buckets() -> None:
    config = {
        "supabase/config.toml": '[storage.buckets.photos]\npublic = true\nfile_size_limit = "5MiB"\n[storage.buckets.letters]\npublic = false\n'
    }
    everything = OPEN + "create policy q on storage.objects for select using (bucket_id = 'letters');"
    assert listed(everything, **config) == ["photos"]
    assert not listed(everything)


def verdict(made: str) -> list[str]:
    answers = said(RULE, {"supabase/migrations/20250101000000_a.sql": made + OPEN}, (Finding, Proof, Skip))
    return [getattr(answer, "verdict", "") or type(answer).__name__ for answer in answers]


@pytest.mark.parametrize("word", ["'true'", "'t'", "'YES'", "' on '", "'1'", "'true'::boolean", "not false", "1 = 1", "(true)"])
def test_other_words_for_true(word: str) -> None:
    assert listed(PHOTOS.replace("true", word), OPEN) == ["photos"]


@pytest.mark.parametrize("word", ["'false'", "'f'", "'no'", "'off'", "null", "not true"])
def test_other_words_for_false(word: str) -> None:
    assert "unknown" not in verdict(PHOTOS.replace("true", word))
    assert not listed(PHOTOS.replace("true", word), OPEN)


PRIVATE = PHOTOS.replace("true", "false")


@pytest.mark.parametrize(
    "made",
    [
        "insert into storage.buckets (id, name, public) select x, x, true from unnest(array['photos']) x;",
        PHOTOS.replace("true", "coalesce(current_setting('app.open')::boolean, false)"),
        PRIVATE + "update storage.buckets set public = true where id like 'p%';",
        PRIVATE + "update storage.buckets set public = true where id in (select 'photos');",
        PRIVATE + "update storage.buckets set public = true where id = 'photos' and owner is null;",
        PRIVATE + "update storage.buckets set public = not public where id = 'photos';",
        PHOTOS + "delete from storage.buckets where name like 'p%';",
    ],
)
def test_what_only_the_database_knows(made: str) -> None:
    assert verdict(made) == ["unknown"]


def test_a_doubt_that_changes_nothing() -> None:
    assert listed(PHOTOS + "update storage.buckets set public = true where id like 'p%';", OPEN) == ["photos"]
    assert listed(PHOTOS + "update storage.buckets set file_size_limit = 5 where id like 'p%';", OPEN) == ["photos"]
    assert "unknown" not in verdict("insert into storage.buckets (id, name, public) select x, x, false from unnest(array['photos']) x;")
    assert listed(PHOTOS + "delete from storage.buckets where id = 'letters' and owner is null;", OPEN) == ["photos"]
