"""How much of a value reads like words, by which letters follow which.

Knows: a table of pairs of letters, counted in the words of source code, against letters drawn at random. Does not know: words; what a value is for.
"""

from __future__ import annotations

from functools import lru_cache

from prodlint import regex as re

# for each first letter, how usual each second one is behind it: 6 as by chance, 9 far more, 0 hardly ever (1.2 steps to a bit)
_ROWS = """
46763452604878060878543441
86668521841944740774721051
83658428607642930658621040
75569642931644731665632140
64785552401668354987354630
75667831900734840766711050
72439357700657740874622031
93349312802454830657501050
65766560202769751577150405
83459421636344942084826021
74459454833645642585535150
83459420902833840366641070
96349320802563781364620030
73778583724435741388551020
45663451514779660866756320
82448326702833860867612060
53343403100845245663943013
83659451804565840677542050
62748336804544674379733150
83539427900543740876523162
67656550601879470878110200
93449232900332650353211120
92458337903527830774222200
64758524800564592459432652
65657453702777692588344244
81039324801343730154302245
"""
_PAIRS = {chr(97 + first) + chr(97 + second): int(said) - 6 for first, row in enumerate(_ROWS.split()) for second, said in enumerate(row)}
_RUN = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[A-Z]")


def _score(run: str) -> int:
    run = run.lower()
    return sum(_PAIRS[run[at : at + 2]] for at in range(len(run) - 1))


@lru_cache(2048)
def worded(value: str) -> float:
    """The share of a value that reads like words: hardly ever half of what a machine drew."""
    runs = (run for run in _RUN.findall(value) if len(run) > 2)
    return sum(len(run) for run in runs if _score(run) > (2 if len(run) == 3 else 1)) / max(len(value), 1)


@lru_cache(2048)
def fluency(value: str) -> float:
    """How usual the pairs of letters are on average: above 0 in words, far below in what was drawn; 0 where there are none."""
    runs = [run for run in _RUN.findall(value) if len(run) > 1]
    count = sum(len(run) - 1 for run in runs)
    return sum(map(_score, runs)) / count if count else 0.0
