from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from hub.core.kit.dates import long_date_fr

if TYPE_CHECKING:
    from trainings.paperwork.mentions import Missing


class ConventionRefused(Exception):
    """No agreement can be made of these facts; the message is a French sentence."""


class MentionsMissing(ConventionRefused):
    """The law asks for more than these facts say; `missing` holds what, and where it is entered."""

    def __init__(self, missing: Sequence["Missing"]) -> None:
        self.missing = list(missing)
        super().__init__("Il manque à la convention : " + " ; ".join(f"{one.label} ({one.article})" for one in self.missing) + ".")


class SignatureRefused(Exception):
    """A signature cannot be noted so; the message is a French sentence."""


class SignedOnAnotherDay(SignatureRefused):
    """Somebody noted a day that was not seen; `day` holds it. Saying one's own again, having seen it, changes it."""

    def __init__(self, day: date, who: str) -> None:
        self.day = day
        by = f" par {who}" if who else ""  # never at the head: the summary of errors writes it small
        super().__init__(f"Le {long_date_fr(day)} a été noté{by}. Notez de nouveau votre jour pour qu’il le remplace.")


class CertificateRefused(Exception):
    """No certificate can be made of these facts; the message is a French sentence."""


class DossierRefused(Exception):
    """A proof file lacks something; `missing` holds the French sentences."""

    def __init__(self, missing: Sequence[str]) -> None:
        self.missing = list(missing)
        super().__init__("Il manque au dossier : " + " ".join(self.missing))
