"""Judges: somebody looks at the status of an HTTP answer before the body is believed."""

from prodlint import Finding, Project, Related, Skip


def check(project: Project):
    if not any(call.role == "call" for call in project.external_calls()):
        yield Skip("no external call was found")
    for answer in project.unchecked_answers():
        call = answer.call
        yield Finding(
            answer.at,
            f"nobody looks at the status of what {answer.name} answers; an error page is taken for "
            + ("success" if answer.how == "ignored" else "the data"),
            confidence="low" if call.beside or (call.reached and call.reached.kind == "command") else "high" if answer.how == "used" else "medium",
            symbol=answer.symbol,
            subject={"library": call.library, "call": answer.name},
            route=call.reached.route if call.reached else None,
            related=(Related(call.reached.at, f"{call.reached.kind} {call.reached.label} uses it"),) if call.reached else (),
        )
