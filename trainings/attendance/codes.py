"""The four figures that a trainee types beside her name when she does not draw: told to her alone, so that who holds the sheet cannot sign for her.

They are drawn from the registration and the key of the hub: nothing is kept. Source: RGAA, WCAG 2.1.1 and 2.5.7 (drawing is never the only way);
eIDAS art. 26 for what links a signature to a person.
"""

from django.utils.crypto import constant_time_compare, salted_hmac

from hub.core.kit import limits
from hub.core.kit.text import named
from hub.core.notifications import services as notifications
from trainings.attendance.errors import CodeRefused
from trainings.attendance.notifications import SigningCode
from trainings.sessions.models import Registration

FIGURES = 4
MOST_WRONG = MOST_SENT = 5  # in an hour, per registration


def code_of(registration: Registration) -> str:
    digest = salted_hmac("trainings.attendance.code", str(registration.pk), algorithm="sha256").hexdigest()
    return f"{int(digest, 16) % 10**FIGURES:0{FIGURES}}"


def check(registration: Registration, typed: str) -> None:
    """Raises: CodeRefused. Call it outside a transaction that a refusal undoes: each wrong try counts."""
    name = f"attendance.code:{registration.pk}"
    if limits.counted(name) >= MOST_WRONG:
        raise CodeRefused("Trop de codes faux pour cette personne : la signature se trace, ou le code se tape dans une heure.")
    if not constant_time_compare("".join(typed.split()), code_of(registration)):
        limits.count(name, limits.HOUR)
        raise CodeRefused(
            f"{named('Ce code n’est pas celui', registration.trainee.name)}. Il est dans sa convocation et sur sa page « Mes formations »."
        )


def send(registration: Registration) -> None:
    """To her own address. Raises: CodeRefused when it was sent too often."""
    if limits.count(f"attendance.code.sent:{registration.pk}", limits.HOUR) > MOST_SENT:
        raise CodeRefused("Ce code vient d’être envoyé plusieurs fois : il est dans la boîte aux lettres, ou parmi les indésirables.")
    notifications.send(SigningCode(registration, code_of(registration)), to=[registration.trainee])
