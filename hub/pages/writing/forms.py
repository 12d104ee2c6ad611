from typing import Any
from uuid import UUID

from django import forms

from directory.vocabularies.forms import SkillsField, TradesField
from hub.core.accounts.actor import Actor
from hub.core.accounts.audiences import FEDERATION
from hub.core.documents.forms import PrivateFileField
from hub.core.kit.identifiers import uuid7
from hub.core.ui.forms import HubForm, LineField, choice_field
from hub.pages.writing import selectors, themes
from hub.pages.writing.enums import Writers
from hub.pages.writing.models import WrittenPage
from workgroups.groups.models import groups_run_by

LONGEST = 20_000


class WrittenForm(HubForm):
    """What every page asks: title, theme, text, readers; of a team's page also in whose name. `facts()` are field values of the page."""

    title = LineField(label="Titre", max_length=160)
    body = forms.CharField(
        label="Texte", max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 10}), help_text="Une ligne vide sépare deux paragraphes."
    )
    theme = forms.ChoiceField(label="Thème", required=False)
    audience = forms.ChoiceField(label="Lu par", widget=forms.RadioSelect)
    workgroup = forms.ChoiceField(label="Au nom de", required=False)
    revision = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=0, max_value=2_000_000_000)
    key = forms.UUIDField(required=False, initial=uuid7, widget=forms.HiddenInput)  # of a new page: sent twice, it makes one

    model: type[WrittenPage]
    PLAIN: tuple[str, ...] = ("title", "body", "theme", "audience")
    COMPARED: tuple[str, ...] = ("title", "body", "theme", "audience")
    FIRST: tuple[str, ...] = ("title", "body", "theme")
    LAST: tuple[str, ...] = ("audience", "workgroup", "revision", "key")

    def __init__(self, *args: Any, actor: Actor, page: WrittenPage | None = None, **kwargs: Any) -> None:
        self.actor, self.page = actor, page
        initial = self.as_typed(page) if page is not None else {"audience": FEDERATION}
        super().__init__(*args, initial=initial | kwargs.pop("initial", {}), **kwargs)
        PrivateFileField.bind(self, actor)
        self._choices("theme", [("", "Aucun en particulier"), *((one.value, one.label) for one in themes.themes().values())])
        readers = selectors.audience_choices(actor, self.model)
        if page is not None and page.audience not in dict(readers):
            readers.append((page.audience, selectors.audience_words(page)))
        self._choices("audience", readers)
        self._sign(actor, page)
        own = [name for name in self.fields if name not in {*self.FIRST, *self.LAST}]
        self.order_fields([*self.FIRST, *own, *self.LAST])

    def _choices(self, name: str, choices: list[tuple[str, str]]) -> None:
        choice_field(self, name).choices = choices

    def _sign(self, actor: Actor, page: WrittenPage | None) -> None:
        """In whose name: asked of a new page only, where there is a choice."""
        groups = selectors.groups_to_sign_for(actor) if page is None and self.model.writers != Writers.EVERYONE else []
        home = [("", actor.organisation_name)] if self.model.writers == Writers.TEAM or actor.is_coordinator else []
        if not groups:
            del self.fields["workgroup"]
            return
        self._choices("workgroup", [*home, *groups])
        self.fields["workgroup"].required = not home

    @classmethod
    def as_typed(cls, page: WrittenPage) -> dict[str, Any]:
        """A page in the controls of its form."""
        return {name: getattr(page, name) for name in cls.PLAIN} | {"revision": page.latest_revision_id}

    def clean_body(self) -> str:
        return str(self.cleaned_data["body"]).replace("\r\n", "\n").strip()

    def facts(self) -> dict[str, Any]:
        data = self.cleaned_data
        found = {name: data[name] for name in self.PLAIN}
        kind, _, pk = found["audience"].partition(":")
        if kind == "workgroup":
            found["workgroup_id"] = UUID(pk)
        elif data.get("workgroup"):
            found["workgroup_id"] = UUID(data["workgroup"])
        elif (
            self.page is not None
            and self.page.audience.startswith("workgroup:")
            and self.page.workgroup_id not in groups_run_by(self.actor)
        ):
            found["workgroup_id"] = None  # what leaves a group for other readers is signed by it only if who sends it runs it
        return found


class TaggedForm(WrittenForm):
    """With trades (ROME) and skills (Formacode)."""

    trade_rows = TradesField(label="Métiers (ROME)", item_label="Métier", required=False, max_items=6)
    skill_rows = SkillsField(label="Compétences (Formacode)", item_label="Compétence", required=False, max_items=6)

    @classmethod
    def as_typed(cls, page: Any) -> dict[str, Any]:
        return super().as_typed(page) | {"trade_rows": page.trades, "skill_rows": page.skills}

    def facts(self) -> dict[str, Any]:
        data = self.cleaned_data
        tags = {"trades": [row.code for row in data["trade_rows"] or []], "skills": [row.code for row in data["skill_rows"] or []]}
        return super().facts() | tags


class ReasonForm(HubForm):
    reason = LineField(label="Motif", max_length=500, help_text="Son auteur ou son autrice le lit.")
