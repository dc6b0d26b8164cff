"""Judges: nobody lists the files of a public bucket."""

from prodlint import Finding, Project, Proof, Related, Skip


def check(project: Project):
    found = False
    for database in project.databases():
        for bucket in database.public_buckets() if database.has_api else ():
            found = True
            yield _judged(database, bucket)
        if database.has_api and (place := database.catalog.doubts.get("bucket")):
            found = True
            yield Skip("which public buckets are made is decided when the migrations run", place, verdict="unknown")
    if not found:
        yield Skip("no public bucket is made in this repository")


def _judged(database, bucket):
    lists = database.lists(bucket)
    if not lists and bucket.public:
        return Proof(bucket.at, f'no policy lists all files of the public bucket "{bucket.name}"')
    if bucket.public is None:
        return Skip(f'whether the bucket "{bucket.name}" is public is decided when the migrations run', bucket.at, verdict="unknown")
    who = "everybody" if any("anon" in database.speaks_to(policy) for policy in lists) else "everybody who is signed in"
    why = f'the policy "{lists[0].name}" lets all of it be read; its files are served without one'
    return Finding(
        lists[0].at,
        f'{who} may list every file of the public bucket "{bucket.name}": {why}',
        confidence="high" if database.ordered else "medium",
        subject={"schema": "storage", "table": "objects", "resource": bucket.name},
        related=(Related(bucket.at, f'the bucket "{bucket.name}" is public here'),),
        text=f"{bucket.name} may be listed",
    )
