"""What accounts and files announce: an invitation, what touches the safety of an account, a file found infected."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from hub.core.accounts.enums import SecurityEvent
from hub.core.accounts.models import Membership
from hub.core.accounts.models.organisations import in_force
from hub.core.accounts.permissions import Permission
from hub.core.kit.dates import date_fr, hour_fr, local, long_date_fr
from hub.core.kit.text import counted, named
from hub.core.notifications.kinds import Category, NotificationKind, concerning, register


@register
@dataclass(frozen=True)
class InvitationSent(NotificationKind):
    """To an address that may have no account yet; the link is the key, so it stands nowhere but in this mail."""

    code = "accounts.invitation"
    label = "Une organisation m’invite sur le hub"
    category = Category.ACCOUNT
    may_be_disabled = False
    on_screen = False
    is_choosable = False

    invitation: Any
    link: str

    def subject(self) -> str:
        return f"{self.invitation.organisation.name} vous invite sur le hub inter-CAE"

    def url(self) -> str:
        return self.link

    @property
    def expires_on(self) -> str:
        return long_date_fr(self.invitation.expires_at)

    @property
    def is_of_who_was_entered(self) -> bool:
        """Whether the organisation entered her by itself, and she has not said yes yet."""
        held = Membership.unscoped.filter(in_force(), user__email__iexact=self.invitation.email, awaits_her_yes=True)
        return held.filter(organisation=self.invitation.organisation_id).exists()


NOTHING_TO_DO = "Si c’est vous, il n’y a rien à faire."
ADVICE: dict[str, str] = {
    SecurityEvent.RECOVERY_ASKED: (
        "Si c’est vous, appelez la personne qui gère les membres de votre organisation, ou la coordination, qui vérifiera que c’est bien vous."
    ),
    SecurityEvent.RECOVERY_DISMISSED: (
        "Rien n’a changé à votre compte. Si vous aviez fait cette demande, vous pouvez demander de nouveau à la connexion, ou appeler la "
        "personne qui gère les membres de votre organisation, ou la coordination."
    ),
    SecurityEvent.ADDRESS_CHANGED: (
        "Les codes et les liens de connexion vont désormais à la nouvelle adresse, et à elle seule. Si vous l’avez demandé, il n’y a rien à faire."
    ),
    SecurityEvent.EDITOR_ADDED: (
        "Vous écrivez désormais les pages du site dans la rédaction, et la coordination les publie. Votre compte s’ouvre par un mot de passe et "
        "un second facteur, non plus par un code reçu par courrier : si vous les avez, il n’y a rien à faire. Sinon, demandez un nouveau mot de "
        "passe à la connexion, puis appelez la personne qui gère les membres de votre organisation : elle vous donne un lien pour les choisir."
    ),
    SecurityEvent.EDITOR_REMOVED: ("Vous n’écrivez plus les pages du site dans la rédaction. Si vous l’attendiez, il n’y a rien à faire."),
}  # what is left to do, when it is she


@register
@dataclass(frozen=True)
class SecurityAlert(NotificationKind):
    code = "accounts.security"
    label = "La sécurité de mon compte change (nouvel appareil, mot de passe, second facteur)"
    category = Category.ACCOUNT
    may_be_disabled = False

    event: str
    event_label: str
    coordinates: bool = False  # the reader: she cannot be told to warn herself

    def subject(self) -> str:
        return f"{self.event_label} : votre compte du hub inter-CAE"

    def text(self) -> str:
        return f"{self.event_label}. Si ce n’est pas vous, fermez vos sessions et prévenez {self.helper}."

    @property
    def helper(self) -> str:
        return "l’hébergeur du serveur" if self.coordinates else "la personne qui coordonne le hub"

    @property
    def advice(self) -> str:
        return ADVICE.get(self.event, NOTHING_TO_DO)

    def url(self) -> str:
        return reverse("accounts:security")

    def data(self) -> dict[str, str]:
        return {"event": self.event}


@register
@dataclass(frozen=True)
class RecoveryAsked(NotificationKind):
    code = "accounts.recovery_asked"
    label = "Une personne de mon organisation a perdu son second facteur"
    told_to = Permission.MEMBERS_MANAGE
    category = Category.ACCOUNT
    may_be_disabled = False

    person: Any
    organisation: Any

    def subject(self) -> str:
        return f"Compte à rouvrir : {self.organisation.name}"

    def text(self) -> str:
        return f"{self.person.name} a perdu son second facteur : vérifiez que c’est bien elle ou lui, puis rouvrez son compte."

    def url(self) -> str:
        return reverse("accounts:team", args=[self.organisation.slug])

    def data(self) -> dict[str, str]:
        return {"person": str(self.person.pk)}


@register
@dataclass(frozen=True)
class SecondFactorReset(NotificationKind):
    code = "accounts.second_factor_reset"
    label = "Le compte d’une personne de mon organisation se rouvre"
    told_to = Permission.MEMBERS_MANAGE
    category = Category.ACCOUNT
    may_be_disabled = False

    person: Any
    organisation: Any
    by: str

    def subject(self) -> str:
        return f"Compte qui se rouvre : {self.organisation.name}"

    def text(self) -> str:
        return f"{self.by} a donné un lien pour rouvrir {named('le compte', self.person.name)}, qui avait perdu son second facteur."

    def url(self) -> str:
        return reverse("accounts:team", args=[self.organisation.slug])

    def data(self) -> dict[str, str]:
        return {"person": str(self.person.pk)}


@register
@dataclass(frozen=True)
class MembershipReopened(NotificationKind):
    """To the person: the letter of her departure said that her account would close."""

    code = "accounts.membership_reopened"
    label = "Une organisation me reprend après mon départ"
    category = Category.ACCOUNT
    may_be_disabled = False

    membership: Any

    def subject(self) -> str:
        return f"{self.membership.organisation.name} vous compte de nouveau parmi les siens"

    def text(self) -> str:
        return (
            f"Votre départ de {self.membership.organisation.name} n’est plus noté : vous y êtes de nouveau, et votre compte reste ouvert."
        )

    def url(self) -> str:
        return reverse("accounts:security")

    @property
    def last_day(self) -> str:
        return long_date_fr(self.membership.ends_on)

    def data(self) -> dict[str, str]:
        return {"membership": str(self.membership.pk)}


@register
@dataclass(frozen=True)
class MembershipDisowned(NotificationKind):
    code = "accounts.membership_disowned"
    label = "Une personne que mon organisation a entrée dit ne pas en être"
    told_to = Permission.MEMBERS_MANAGE
    category = Category.ACCOUNT
    may_be_disabled = False

    person: Any
    organisation: Any

    def subject(self) -> str:
        return f"Une personne entrée par erreur : {self.organisation.name}"

    def text(self) -> str:
        return f"{self.person.name} dit ne pas être de {self.organisation.name}, qui l’avait entrée : son rattachement a pris fin."

    def url(self) -> str:
        return reverse("accounts:entrepreneurs", args=[self.organisation.slug])

    def data(self) -> dict[str, str]:
        return {"person": str(self.person.pk), **concerning(self.organisation.pk)}


@register
@dataclass(frozen=True)
class FileInfected(NotificationKind):
    """To who sent it. Its name stays out of the letter: it may be another person's."""

    code = "documents.infected"
    label = "L’antivirus retire un fichier que j’avais déposé"
    may_be_disabled = False

    file: Any

    def subject(self) -> str:
        return f"Fichier infecté : {self.file.kind_label} du {long_date_fr(local(self.file.created_at))}"

    def text(self) -> str:
        return f"{self.subject()}. L’antivirus y a trouvé un virus, il est retiré du hub. Faites vérifier votre appareil, puis envoyez un fichier sain."

    def data(self) -> dict[str, str]:
        return {"file": str(self.file.pk)}


@register
@dataclass(frozen=True)
class FilesStillWait(NotificationKind):
    """To who sent them, a day after. Their names stay out of the letter, as above."""

    code = "documents.still_waiting"
    label = "Un fichier que j’avais déposé attend toujours l’analyse antivirus"

    files: Sequence[Any]

    def subject(self) -> str:
        return f"Analyse antivirus : {counted(len(self.files), 'fichier attend', 'fichiers attendent')} toujours"

    def text(self) -> str:
        since = f"{date_fr(self.files[0].created_at)} à {hour_fr(self.files[0].created_at)}"
        return f"{self.subject()}, depuis le {since}. Rien ne s’ouvre avant elle : vous pouvez envoyer à la place une version plus légère."

    def data(self) -> dict[str, str]:
        return {"files": " ".join(str(file.pk) for file in self.files)}
