"""Whether the papers of a session agree: names, dates, hours, parties, trainer. A funder compares them line by line; so do we, before.

Works on what was printed (the data of each paper) and what was closed (the content of each sheet), never on today's rows.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, time
from typing import Any

from hub.core.kit.dates import DAYS, date_fr, hour_fr, long_date_fr
from hub.core.kit.text import hours, typo
from trainings.attendance import facts
from trainings.attendance.hours import counted_minutes

Printed = Mapping[str, Any]


def disagreements(convention: Printed | None, sheets: Sequence[Printed], certificates: Mapping[str, Printed]) -> list[str]:
    """French sentences, empty when all agree.

    Args: convention: its printed data, None when the employer trains its own people; sheets: closed contents, in order;
        certificates: printed data by registration.
    """
    return [*_sheets(convention, sheets), *(said for pk, one in certificates.items() for said in _certificate(convention, sheets, pk, one))]


def _sheets(convention: Printed | None, sheets: Sequence[Printed]) -> Iterator[str]:
    planned = {(row[0], row[1]) for row in convention["half_days"]} if convention else None
    for sheet in sheets:
        when = _when(sheet)
        if convention and typo(sheet["title"]) != convention["title"]:
            yield f"{when[0]} : la feuille et la convention n’ont pas le même intitulé."
        if planned is not None and when not in planned:
            yield f"{when[0]}, {when[1]} : cette demi-journée n’est pas celle de la convention."
        if not sheet["trainer"]["name"] or not (sheet["trainer"]["path"] or sheet["trainer"]["typed"]):
            yield f"{when[0]} : la feuille n’est pas signée par qui forme."
        for line in sheet["lines"]:
            if line["attended"] == "present" and not (line["path"] or line["typed"]):
                yield f"{when[0]} : quelqu’un est en présence sans avoir signé."


def _certificate(convention: Printed | None, sheets: Sequence[Printed], registration: str, printed: Printed) -> Iterator[str]:
    who, rows = printed["trainee"], dict(printed["facts"])
    mine = [(sheet, line) for sheet in sheets for line in sheet["lines"] if line["registration"] == registration]
    if not mine:
        yield f"{who} : un certificat, et aucune feuille."
        return
    followed = [(sheet, facts.followed(sheet, registration)) for sheet, _ in mine]
    days = [date.fromisoformat(sheet["date"]) for sheet, one in followed if one and one.counted]
    minutes = counted_minutes(one for _, one in followed if one)
    if any(typo(line["name"]) != who for _, line in mine):
        yield f"{who} : le nom n’est pas celui des feuilles."
    if any(typo(line["employer"]) != printed["employer"] for _, line in mine):
        yield f"{who} : l’employeur n’est pas celui des feuilles."
    if any(typo(sheet["title"]) != printed["title"] for sheet, _ in mine):
        yield f"{who} : l’intitulé n’est pas celui des feuilles."
    if not printed["duration"] == rows["Durée suivie"] == hours(minutes):
        yield f"{who} : les heures du certificat ne sont pas celles des feuilles ({hours(minutes)})."
    if not days or rows["Dates suivies"] not in {f"le {long_date_fr(days[0])}", f"du {long_date_fr(days[0])} au {long_date_fr(days[-1])}"}:
        yield f"{who} : les dates du certificat ne sont pas celles des feuilles."
    if rows["Demi-journées suivies"] != str(len(days)):
        yield f"{who} : le nombre de demi-journées n’est pas celui des feuilles."
    if convention:
        if convention["provider"] != printed["provider"]:
            yield f"{who} : l’organisme n’est pas celui de la convention."
        if convention["buyer"] != printed["employer"]:
            yield f"{who} : l’employeur n’est pas celui de la convention."
        if who not in {row[1] for row in convention["trainees"]}:
            yield f"{who} : la convention ne la nomme pas."


def _when(sheet: Printed) -> tuple[str, str]:
    """The day and the hours as a convention prints them."""
    day = date.fromisoformat(sheet["date"])
    start, end = time.fromisoformat(sheet["starts_at"]), time.fromisoformat(sheet["ends_at"])
    return f"{DAYS[day.weekday()]} {date_fr(day, year=True)}", f"{hour_fr(start)} – {hour_fr(end)}"
