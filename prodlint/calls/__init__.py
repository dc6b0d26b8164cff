"""Calls that leave the process: which library, with what timeout, and who handles what goes wrong.

Knows: Names, models, the table of routes. Does not know: rules, the disk. `questions.CallQuestions` is the part of Project that answers.
"""
