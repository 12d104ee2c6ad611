"""The four figures that a trainee types beside her name when she does not draw: told to her alone, so that who holds the sheet cannot sign for her.

They are drawn from the registration, the half-day and the key of the hub: nothing is kept, and who saw them typed signs nothing else with them.
Source: RGAA, WCAG 2.1.1 and 2.5.7 (drawing is never the only way); eIDAS art. 26 for what links a signature to a person.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.utils.crypto import constant_time_compare, salted_hmac

from hub.core.kit import limits
from hub.core.kit.text import named
from hub.core.notifications import services as notifications
from trainings.attendance.errors import CodeRefused, WrongCode
from trainings.attendance.notifications import SigningCode
from trainings.sessions.models import HalfDay, Registration

FIGURES = 4
MOST_WRONG = MOST_SENT = 5  # in an hour, per registration


def code_of(registration: Registration, half_day: HalfDay) -> str:
    digest = salted_hmac("trainings.attendance.code", f"{registration.pk}:{half_day.pk}", algorithm="sha256").hexdigest()
    return f"{int(digest, 16) % 10**FIGURES:0{FIGURES}}"


@contextmanager
def trying(registration: Registration) -> Iterator[int]:
    """Around a name typed with its code. Outside any transaction, since the count may stand in a table. Yields: the number of this try.

    A try is counted before its code is compared, so of many at once no more are than one after the other, and given back unless it was wrong.
    """
    number, is_wrong = limits.count(_tries(registration), limits.HOUR), False
    try:
        yield number
    except WrongCode:
        is_wrong = True
        raise
    finally:
        if not is_wrong and number != limits.PAST_ALL:
            limits.give_back(_tries(registration))


def check(registration: Registration, half_day: HalfDay, typed: str, *, number: int) -> None:
    """Raises: WrongCode; CodeRefused, right or wrong, when it was tried too often."""
    if number > MOST_WRONG:
        raise CodeRefused("Trop de codes faux pour cette personne : la signature se trace, ou le code se tape dans une heure.")
    if not constant_time_compare("".join(typed.split()), code_of(registration, half_day)):
        raise WrongCode(
            f"{named('Ce code n’est pas celui', registration.trainee.name)} pour cette demi-journée. Il est dans sa convocation et sur sa page "
            "« Mes formations »."
        )


def _tries(registration: Registration) -> str:
    return f"attendance.code:{registration.pk}"


def send(registration: Registration, half_day: HalfDay) -> None:
    """To her own address. Raises: CodeRefused when it was sent too often."""
    if limits.count(f"attendance.code.sent:{registration.pk}", limits.HOUR) > MOST_SENT:
        raise CodeRefused("Ce code vient d’être envoyé plusieurs fois : il est dans la boîte aux lettres, ou parmi les indésirables.")
    notifications.send(SigningCode(registration, half_day, code_of(registration, half_day)), to=[registration.trainee])
