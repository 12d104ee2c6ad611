from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from directory.sharing import reference
from directory.sharing.enums import HalfDay
from directory.sharing.forms.fields import DurationField, PurposesField, TeamField, date_field
from directory.sharing.forms.requests import PURPOSES_HELP, ROLE_HELP, ReasonForm
from directory.sharing.models import Statement, StatementLine
from directory.sharing.selectors.statements import Drafted
from directory.sharing.services.shared import PIECE_FILE
from hub.core.accounts.models import User
from hub.core.documents.forms import PrivateFileField
from hub.core.kit.dates import today
from hub.core.kit.identifiers import uuid7
from hub.core.kit.text import typo
from hub.core.papers.glyphs import printable
from hub.core.ui.conflicts import reopen
from hub.core.ui.forms import HubForm, LineField, choice_field, row_field


class SeenField(forms.CharField):
    """The people that the page showed, by identifier: somebody else may have changed them since."""

    def __init__(self) -> None:
        super().__init__(widget=forms.HiddenInput, required=False, max_length=4000)

    def clean(self, value: Any) -> list[UUID]:
        try:
            return [UUID(word) for word in super().clean(value).split()]
        except ValueError:
            raise ValidationError("Ouvrez la page de nouveau.") from None

    @staticmethod
    def of(people: Iterable[User]) -> str:
        return " ".join(str(person.pk) for person in people)


SINCE_HELP = "Leur temps se note dès ce jour. Les accès, eux, ne s’ouvrent jamais pour un jour passé."


class PeopleForm(HubForm):
    seen = SeenField()
    people = TeamField(label="Qui donne le temps", required=False, help_text=ROLE_HELP)
    since = date_field("Les personnes ajoutées interviennent depuis le", required=False, help_text=SINCE_HELP)

    def __init__(self, *args: Any, team: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        row_field(self, "people").queryset = team


class PurposesForm(HubForm):
    """What is opened, and to whom it was shown that it would be."""

    seen = SeenField()
    opened = forms.CharField(widget=forms.HiddenInput, required=False, max_length=400)
    purposes = PurposesField(label="Accès ouverts aux personnes nommées", help_text=PURPOSES_HELP)


NO_FORM = "none"


class LegalFormForm(HubForm):
    legal_form = forms.ChoiceField(label="Forme juridique", widget=forms.RadioSelect)

    def __init__(self, *args: Any, may_clear: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(key, _words(form)) for key, form in reference.legal_forms().items()]
        choice_field(self, "legal_form").choices = [*choices, (NO_FORM, "Aucune forme choisie")] if may_clear else choices


def _words(form: reference.LegalForm) -> str:
    mark = "" if form.verified else f", {reference.UNVERIFIED}"
    return typo(f"{form.label} ({form.basis}{mark}). {form.when}")


class PieceForm(HubForm):
    file = PrivateFileField(label="Fichier", kind=PIECE_FILE)
    signed_on = date_field("Signée ou rendue le")

    def clean_signed_on(self) -> Any:
        day = self.cleaned_data["signed_on"]
        if day > today():
            raise ValidationError("Le jour de la signature n’est pas encore venu.")
        return day


class PersonField(forms.ModelChoiceField):
    def label_from_instance(self, user: Any) -> str:
        return str(user.name)


class TimeForm(HubForm):
    """Time given on a day: a half-day, or a length; the key makes a double click harmless."""

    key = forms.UUIDField(required=False, widget=forms.HiddenInput)
    person = PersonField(label="Personne", queryset=User.objects.none(), empty_label=None)
    day = date_field("Jour")
    period = forms.ChoiceField(label="Demi-journée", choices=HalfDay.choices, required=False)
    minutes = DurationField(label="Durée", required=False, help_text="Pour un temps en heures : 3 h 30, 45 min.")
    work = LineField(
        label="Travail fait", max_length=120, help_text="« Bulletins de paie (31) ». Jamais de nom ni de donnée de paie.",
        validators=[printable],
    )  # fmt: skip

    def __init__(self, *args: Any, people: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, initial={"day": today(), "key": uuid7()} | kwargs.pop("initial", {}), **kwargs)
        row_field(self, "person").queryset = people
        if people.count() == 1:
            self.fields["person"].initial = people[0].pk

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if "minutes" in cleaned and not cleaned.get("period") and not cleaned.get("minutes"):
            self.add_error("minutes", "Choisissez une demi-journée, ou écrivez une durée.")
        if cleaned.get("period") and cleaned.get("minutes"):
            self.add_error("minutes", "L’une ou l’autre : une demi-journée a la durée de la convention, une durée s’écrit sans elle.")
        return cleaned


class RoundForm(HubForm):
    """Which sending of the statement its reader was shown."""

    round = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=1000)


class ReopeningForm(RoundForm, ReasonForm):
    """Why the CAE that sent a statement wants it reopened."""


class ContestForm(RoundForm):
    """One reason per line; an empty one accepts the line."""

    def __init__(self, *args: Any, statement: Statement, lines: list[StatementLine], **kwargs: Any) -> None:
        super().__init__(*args, initial={"round": statement.round}, **kwargs)
        self.lines = lines
        for line in lines:
            self.fields[self.name_of(line)] = LineField(
                label=f"Motif, « {line.work} »", required=False, max_length=500, validators=[printable]
            )

    @staticmethod
    def name_of(line: StatementLine) -> str:
        return f"motif_{line.pk.hex}"

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors and not self.reasons():
            raise ValidationError("Écrivez le motif d’une ligne au moins ; sinon, acceptez le relevé.")
        return cleaned

    def reasons(self) -> dict[UUID, str]:
        return {line.pk: words for line in self.lines if (words := self.cleaned_data.get(self.name_of(line)))}

    def rows(self) -> list[tuple[StatementLine, Any]]:
        return [(line, self[self.name_of(line)]) for line in self.lines]


def typed_reasons(data: Mapping[str, str], lines: Iterable[StatementLine]) -> list[tuple[str, str]]:
    """(line, reason) of a form about a statement that has changed since: its lines may be gone."""
    works = {ContestForm.name_of(line): line.work for line in lines}
    names = [name for name in data if name.startswith("motif_") and data[name].strip()]
    typed = [(works.get(name, "Une ligne qui n’est plus là"), data[name].strip()[:500]) for name in names[:200]]
    asked = data.get("reason", "").strip()[:1000]
    return [*typed, ("Réouverture", asked)] if asked else typed


class SendForm(HubForm):
    """A statement about to be sent, as its sender reads it, and a note for the other CAE."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)
    reply = forms.CharField(
        label="Note pour l’autre CAE", required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3}), validators=[printable]
    )

    def __init__(self, *args: Any, draft: Drafted, **kwargs: Any) -> None:
        super().__init__(*args, initial={"seen": draft.seen}, **kwargs)
        self.draft = draft
        self.is_stale = False

    def facts(self) -> dict[str, str]:
        return {"seen": self.cleaned_data["seen"], "reply": self.cleaned_data["reply"]}

    def show_again(self, draft: Drafted) -> None:
        """The log has changed since the page was shown: sending again is sending what is shown now."""
        self.draft, self.is_stale = draft, True
        reopen(self, "seen", draft.seen)


class ReplyForm(SendForm):
    reply = forms.CharField(
        label="Réponse à l’autre CAE", max_length=1000, widget=forms.Textarea(attrs={"rows": 3}), validators=[printable]
    )
