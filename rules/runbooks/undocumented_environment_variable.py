"""Judges: an environment variable without which the app does not start is written down."""

from prodlint import Finding, Project, Proof, Related, Skip

EMPTY = (".go", ".java", ".kt", ".cs")  # there an absent variable reads as an empty value, which many an app takes as it is
MANY = 5  # names above which the list as a whole is what is missing, and told once


def check(project: Project):
    reads = project.required_variables()
    bare = {name: at for name, at in project.bare_variables().items() if name not in reads}
    if not reads and not bare:
        yield Skip("the code requires no environment variable")
        return
    known = project.documented_variables()
    if not known:
        yield Skip("neither an example of an environment file nor a document lists variables", verdict="unknown")
        return
    missing = sorted(((at, name) for name, at in reads.items() if name not in known))
    unsaid = sorted((at, name) for name, at in bare.items() if name not in known)
    failing = [each for each in unsaid if not each[0].path.endswith(EMPTY)]
    yield from told(missing, "the app does not start without {}")
    yield from told(failing, "{} {} read without a fallback")
    yield from told([each for each in unsaid if each not in failing], "{} {} read without a fallback", "low")
    if not missing and not failing:
        every = {**bare, **reads}
        yield Proof(min(every.values()), f"all {len(every)} variables that the code requires are written down")


def told(found, words: str, confidence: str = "medium"):
    """A finding for each name, or one for all where they are many."""
    words += ", and no document or example of an environment file names"
    if len(found) <= MANY:
        for at, name in found:
            yield Finding(at, f"{words.format(name, 'is')} it", confidence=confidence, subject={"resource": name})
        return
    (first, name), rest = found[0], found[1:]
    names = f"{', '.join(each for _, each in found[:3])} and {len(found) - 3} more"
    related = tuple(Related(at, f"{each} is read here") for at, each in rest)
    yield Finding(first, f"{words.format(names, 'are')} them", confidence=confidence, subject={"resource": name}, related=related)
