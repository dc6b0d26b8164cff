"""Rails: what the other methods of a controller do with the row that one of them loads for them.

Knows: instance variables, lines that hold one against who asks, methods that only load. Does not know: whether such a line refuses, nor for which
actions it runs: that is no proof, only a reason to doubt (`rails.py` reads what holds).
"""

from __future__ import annotations

from prodlint import regex as re
from prodlint.patterns.ruby.own import class_text, heard, loaded, no_actions, private_from
from prodlint.patterns.text.reader import Function

# what somebody thinks of a row, or did with it, gives no right to it: `current_user.liked?(@post)`
_LIKES = (
    r"(?!(?:(?:un)?(?:lik|follow|subscrib|bookmark|favou?rit|sav|vot|upvot|starr|watch|view|rat|react|block|mut|attend|join)(?:e[sd]?|s|ing)?"
    r"|seen|read|bought)\?)"
)
_ASKS = (
    r"(?:\bauthori[sz]e\w{{0,30}}[!?]?|\bcan(?:not)?\?|\bpolicy|Policy\.new|\ballowed_to\?)[ (][^\n#]{{0,80}}{0}(?!\w)"
    r"|{0}(?:&?\.\w{{1,40}}){{0,4}}\s{{0,3}}[!=]=\s{{0,3}}@?current_"
    r"|\bcurrent_\w{{1,40}}(?:&?\.\w{{1,40}}){{0,3}}\s{{0,3}}[!=]=\s{{0,3}}{0}(?!\w)"
    r"|{0}(?:&?\." + _LIKES + r"\w{{1,40}}){{1,3}}\?[ (]{{1,3}}@?current_"
    r"|\bcurrent_\w{{1,40}}(?:&?\." + _LIKES + r"\w{{1,40}}){{1,3}}\?[ (]{{1,3}}[^\n#]{{0,40}}{0}(?!\w)"
)


def only_loads(function: Function) -> bool:
    """Is it a method that no route means, and that finds a row for those that routes mean?"""
    owner, code = function.owner, function.code
    if owner is None or code.language != "ruby" or not loaded(function):
        return False
    text = class_text(function)
    hidden = code.starts[function.at] > private_from(text, code.starts[owner.first]) or function.name in no_actions(function)
    return hidden or re.search(rf"^[ \t]*(?:prepend_)?before_action[ (][^\n]{{0,200}}:{re.escape(function.name)}(?![\w!?])", text, re.M) is not None


def asked_beside(loader: Function, actions: set[str]) -> bool:
    """Does every action that names what this one only loads hold it against who asks, itself or in a method of the class that it calls?"""
    every, variables = list(loader.owner.functions) if loader.owner is not None else [], loaded(loader)
    if not only_loads(loader):
        return False
    asks = [re.compile(_ASKS.format(re.escape(name))) for name in sorted(variables)]
    text = class_text(loader)
    asking = {each.name for each in every if each is not loader and any(found.search(heard(each.body, text)) for found in asks)}
    calls = {each.name: set(re.findall(r"\b[a-z_]\w*[!?]?", each.body)) for each in every if each.name in actions}
    naming = {each.name for each in every if each.name in actions and variables & set(re.findall(r"@\w+", each.body))}
    changing = actions & {"update", "destroy"}  # also those that a class above has
    return bool(naming) and all(name in asking or not asking.isdisjoint(calls.get(name, ())) for name in naming | changing)


def names_loaded(loader: Function) -> list[Function]:
    """The methods of the class that name what was loaded before them, or call one that does: `current_user.update(...)` changes none of that."""
    every, variables = list(loader.owner.functions) if loader.owner is not None else [], loaded(loader)
    if not variables:
        return every
    naming = {each.name for each in every if each is not loader and variables & set(re.findall(r"@\w+", each.body))}
    return [each for each in every if each.name in naming or not naming.isdisjoint(re.findall(r"\b[a-z_]\w*[!?]?", each.body))]
