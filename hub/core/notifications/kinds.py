"""What can be told to people. A package declares its kinds in its notifications.py, imported when its app starts:

    @kinds.register
    @dataclass(frozen=True)
    class SessionCancelled(NotificationKind):
        code = "trainings.session_cancelled"
        label = "Une session où je suis inscrite est annulée"
        category = Category.TRAININGS
        session: TrainingSession
        reason: str

        def subject(self): return f"Session annulée : {self.session.title}"
        def url(self): return self.session.get_absolute_url()
        def data(self): return {"session": self.session.pk}

The mail is templates/notifications/<code>.txt, which sees the kind under the name `kind` and writes plain text; the sentence on screen is
`text()`, by default the subject.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, ClassVar, TypeVar
from uuid import UUID

from hub.core.accounts.actor import Actor
from hub.core.kit.text import one_line

SUBJECT_LENGTH = 150
TEXT_LENGTH = 300


class Category(StrEnum):
    """Under what heading a person finds the kind among her settings."""

    ACCOUNT = "Mon compte"
    DIRECTORY = "Annuaire"
    TRAININGS = "Formations"
    SERVICES = "Services"
    GROUPS = "Groupes de travail"
    HUB = "Vie du hub"


class NotificationKind:
    """One thing that happened, and how it is said. Subclasses are frozen dataclasses that hold the rows they speak of."""

    code: ClassVar[str]
    label: ClassVar[str]
    category: ClassVar[str] = Category.HUB
    may_be_disabled: ClassVar[bool] = True
    by_mail: ClassVar[bool] = True  # before the person chooses
    on_screen: ClassVar[bool] = True
    can_wait: ClassVar[bool] = True  # for the digest of who has one; what loses its use within days cannot
    is_choosable: ClassVar[bool] = True  # mail-only kinds for people without an account have no setting
    told_to: ClassVar[str] = ""  # «staff», or the name of the right of those who alone can be told of it; empty for everybody

    def subject(self) -> str:
        """The subject of the mail: one line, without personal data beyond what is needed."""
        raise NotImplementedError

    def text(self) -> str:
        """The sentence on screen."""
        return self.subject()

    def url(self) -> str:
        """Where it leads: a path of the hub, or empty."""
        return ""

    def calendar(self) -> str:
        """The appointments that the letter carries, as the text of an iCalendar file (kit/icalendar.py), or empty."""
        return ""

    def audience(self) -> str:
        """The token (hub.core.accounts.audiences) that must still be open to the reader for the words to be shown again; empty for all."""
        return ""

    def data(self) -> Mapping[str, Any]:
        """Identifiers of what it speaks of, to find the lines again when that is erased, and of whom it concerns (`concerning`)."""
        return {}

    @property
    def template(self) -> str:
        return f"notifications/{self.code}.txt"


def concerning(*organisation_ids: UUID) -> dict[str, str]:
    """Part of `data()`: the organisations whose affair it is, on screen only for who acts for one of them."""
    return {"organisations": " ".join(map(str, organisation_ids))}


Kind = TypeVar("Kind", bound=type[NotificationKind])
_kinds: dict[str, type[NotificationKind]] = {}


def register(kind: Kind) -> Kind:
    """Class decorator: add a kind under its code."""
    if _kinds.setdefault(kind.code, kind) is not kind:
        raise ValueError(f"{kind.code}: registered twice")
    return kind


def get(code: str) -> type[NotificationKind] | None:
    """The kind of a code, or None when its package is gone."""
    return _kinds.get(code)


def registered() -> list[type[NotificationKind]]:
    return sorted(_kinds.values(), key=lambda kind: (kind.category, kind.label))


def choosable(actor: Actor | None = None) -> list[type[NotificationKind]]:
    """Those that a person finds among her settings, less the ones that nothing she does could bring her, when `actor` says who she is."""
    return [kind for kind in registered() if kind.is_choosable and (actor is None or _concerns(kind, actor))]


def _concerns(kind: type[NotificationKind], actor: Actor) -> bool:
    """Whichever organisation she acts for at the moment: she is told of all of hers."""
    if kind.told_to in {"", "staff"}:
        return not kind.told_to or actor.is_staff
    return any(kind.told_to in mandate.permissions for mandate in actor.mandates)


def subject_line(kind: NotificationKind) -> str:
    """One line whatever the data held: a line break in a name can add no header to a mail."""
    return one_line(kind.subject())[:SUBJECT_LENGTH]


def sentence(kind: NotificationKind) -> str:
    return one_line(kind.text())[:TEXT_LENGTH]
