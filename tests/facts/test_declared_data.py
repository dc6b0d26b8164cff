"""Prisma models and rules of Firebase, read from their files."""

from __future__ import annotations

from prodlint.facts import firebase, schemas

SCHEMA = """
model Link {
  id     String @id
  owner  User   @relation(fields: [userId], references: [id])
  userId String
  tags   Tag[]
}

model Tag {
  id   String @id
  name String
}
"""


def test_a_prisma_model_has_columns_and_what_it_points_to() -> None:
    link, tag = schemas.read("prisma/schema.prisma", SCHEMA)
    assert (link.name, link.data) == ("Link", {"columns": "id owner userId tags", "points": "owner:User"})
    assert (tag.name, tag.data["points"]) == ("Tag", "")
    assert not schemas.read("notes.txt", SCHEMA)


def test_what_firestore_allows_is_read_with_its_path() -> None:
    text = """service cloud.firestore {
  match /databases/{database}/documents {
    // allow write: if true;
    match /rooms/{room}/messages/{message} { allow read, create: if true; allow delete: if isOwner(); }
    match /{document=**} { allow write: if request.auth != null; }
  }
}"""
    found = [(fact.name, fact.line, fact.data["may"], fact.data["who"]) for fact in firebase.read("firestore.rules", text)]
    assert found == [("/rooms/{room}/messages/{message}", 4, "create read", "anybody"), ("/{document=**}", 5, "write", "signed-in")]


def test_other_rules_are_not_firebase() -> None:
    assert not firebase.read("udev.rules", 'allow read: if true; "service "')
    assert not firebase.read("package.json", '{".read": true}')


def test_broken_rules_are_read_in_bounded_time() -> None:
    assert len(firebase.read("firestore.rules", "service cloud.firestore { " + "match /a/{b} { allow write; " * 5_000)) <= firebase.MAX_FACTS
