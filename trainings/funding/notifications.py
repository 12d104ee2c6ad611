from dataclasses import dataclass

from hub.core.kit.dates import date_fr
from hub.core.kit.text import named
from hub.core.notifications.kinds import Category, NotificationKind, concerning, register
from trainings.funding.dates import Due
from trainings.funding.models import FundingFile


def _of_whom(file: FundingFile) -> str:
    """Whoever holds a session follows one file per employer: a notice names whose it is."""
    return named("Dossier OPCO", file.employer.name)


@register
@dataclass(frozen=True)
class FileMoved(NotificationKind):
    """An OPCO file went from one state to another."""

    code = "trainings.funding_moved"
    label = "Un dossier OPCO que je suis change d’état"
    told_to = "staff"
    category = Category.TRAININGS
    file: FundingFile
    words: str

    def subject(self) -> str:
        return f"{_of_whom(self.file)}, {self.words} : {self.file.session.title}"

    def url(self) -> str:
        return self.file.get_absolute_url()

    def data(self) -> dict[str, str]:
        return {"file": str(self.file.pk), **concerning(self.file.employer_id, self.file.session.organisation_id)}


@register
@dataclass(frozen=True)
class DueSoon(NotificationKind):
    """A date of an OPCO file comes, or has passed."""

    code = "trainings.funding_due"
    label = "Une échéance d’un dossier OPCO approche"
    told_to = "staff"
    category = Category.TRAININGS
    file: FundingFile
    due: Due

    def subject(self) -> str:
        return f"{self.due.label}, pour le {date_fr(self.due.on)} : {self.file.session.title} ({self.file.employer.name})"

    def url(self) -> str:
        return self.file.get_absolute_url()

    def data(self) -> dict[str, str]:
        return {"file": str(self.file.pk), "due": self.due.key, **concerning(self.file.employer_id, self.file.session.organisation_id)}
