"""Dates as they are read in French: «lun. 18 janv.», the year when it is not this one, «8 h 30»."""

from datetime import UTC, date, datetime, time

from django.utils import timezone

from hub.core.kit.text import FIXED, counted

DAYS = ["lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim."]
LONG_DAYS = ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"]
MONTHS = ["janv.", "févr.", "mars", "avr.", "mai", "juin", "juill.", "août", "sept.", "oct.", "nov.", "déc."]
LONG_MONTHS = [
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre",
]  # fmt: skip


def local(moment: datetime) -> datetime:
    return timezone.localtime(moment)


def today() -> date:
    return timezone.localdate()


def at_home(day: date, hour: time) -> datetime:
    """The moment of an hour read on a clock of the hub's own time zone."""
    return timezone.make_aware(datetime.combine(day, hour))


def is_skipped(day: date, hour: time) -> bool:
    """Whether clocks pass over this hour, the night they are put forward. An hour that comes twice, in autumn, is its first."""
    return at_home(day, hour).astimezone(UTC).astimezone(timezone.get_current_timezone()).time() != hour


def years_before(day: date, years: int) -> date:
    """The same day, years ago; 28 February for a 29th that was not."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def _day(value: date | datetime) -> date:
    return local(value).date() if isinstance(value, datetime) else value


def _number(day: date) -> str:
    return "1er" if day.day == 1 else str(day.day)


def date_fr(value: date | datetime, *, year: bool | None = None) -> str:
    """«18 janv. 2027»; the year is left out when it is the current one, unless asked."""
    day = _day(value)
    shown = day.year != today().year if year is None else year
    return f"{_number(day)}{FIXED}{MONTHS[day.month - 1]}" + (f" {day.year}" if shown else "")


def long_date_fr(value: date | datetime) -> str:
    """«18 janvier 2027», for documents."""
    day = _day(value)
    return f"{_number(day)}{FIXED}{LONG_MONTHS[day.month - 1]} {day.year}"


def day_fr(value: date | datetime) -> str:
    """«lun. 18 janv.»"""
    return f"{DAYS[_day(value).weekday()]} {date_fr(value)}"


def long_day_fr(value: date | datetime) -> str:
    """«lundi 18 janvier 2027»"""
    return f"{LONG_DAYS[_day(value).weekday()]} {long_date_fr(value)}"


def hour_fr(value: time | datetime) -> str:
    """«8 h 30», «14 h»"""
    moment = local(value).time() if isinstance(value, datetime) else value
    return f"{moment.hour}{FIXED}h" + (f"{FIXED}{moment.minute:02d}" if moment.minute else "")


def since_fr(moment: datetime, now: datetime) -> str:
    """«17 h 40» today, «hier, 17 h 40», «lundi, 17 h 40» within the week, «le 3 nov.» before."""
    days = (_day(now) - _day(moment)).days
    if days > 6:
        return f"le {date_fr(moment)}"
    names = ["", "hier, ", *[f"{LONG_DAYS[_day(moment).weekday()]}, "] * 5]
    return f"{names[max(days, 0)]}{hour_fr(moment)}"


def nearness_fr(day: date, on: date) -> str:
    """How far a due day is: «2 jours de retard», «3 mois de retard» past two, «aujourd’hui», «demain», «mardi» within a fortnight, «dans 3 semaines»."""
    days = (day - on).days
    if days < 0:
        return f"{counted(-days, 'jour') if days >= -61 else counted(-days // 30, 'mois', 'mois')} de retard"
    if days < 2:
        return ["aujourd’hui", "demain"][days]
    return LONG_DAYS[day.weekday()] if days <= 14 else f"dans {counted(days // 7, 'semaine')}"


def period_fr(start: date, end: date) -> str:
    """«lun. 18 janv. 2027» or «du 18 au 20 janv. 2027»; both months when they differ."""
    if start == end:
        return day_fr(start)
    if (start.year, start.month) == (end.year, end.month):
        return f"du {_number(start)} au {date_fr(end)}"
    return f"du {date_fr(start, year=None if start.year == end.year else True)} au {date_fr(end)}"
