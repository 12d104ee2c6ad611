from collections.abc import Sequence
from typing import TYPE_CHECKING

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


class CertificateRefused(Exception):
    """No certificate can be made of these facts; the message is a French sentence."""


class DossierRefused(Exception):
    """A proof file lacks something; `missing` holds the French sentences."""

    def __init__(self, missing: Sequence[str]) -> None:
        self.missing = list(missing)
        super().__init__("Il manque au dossier : " + " ".join(self.missing))
