from typing import Any

from django import forms

from hub.core.accounts.actor import Actor
from hub.core.documents.forms import PrivateFileField
from hub.core.kit.text import typo
from hub.core.ui.forms import HubForm, LineField
from hub.pages.library.licences import licences
from hub.pages.library.models import ResourcePage
from hub.pages.library.services import KIND
from hub.pages.writing.forms import WrittenForm


class ResourceForm(WrittenForm):
    licence_key = forms.ChoiceField(label="Licence")
    file = PrivateFileField(label="Fichier", kind=KIND)
    note = LineField(
        label="Origine ou version d’origine", max_length=300, required=False, help_text="« Tiré du modèle de la DREETS, 2025 »"
    )

    model = ResourcePage
    PLAIN = ("title", "body", "theme", "audience", "licence_key")
    COMPARED = PLAIN

    def __init__(self, *args: Any, page: ResourcePage | None = None, **kwargs: Any) -> None:
        super().__init__(*args, page=page, **kwargs)
        self._choices("licence_key", [(one.value, typo(f"{one.label} : {one.says}")) for one in licences().values()])
        body = self.fields["body"]
        body.label, body.help_text = "À quoi elle sert", "Pour qui, comment l’employer, ce qu’il faut adapter."
        if page is not None:  # a file is never replaced: another version has a screen of its own
            del self.fields["file"], self.fields["note"]

    def facts(self) -> dict[str, Any]:
        data = self.cleaned_data
        return super().facts() | {name: data[name] for name in ("file", "note") if name in self.fields}


class VersionForm(HubForm):
    file = PrivateFileField(label="Fichier", kind=KIND)
    note = LineField(label="Ce qui change", max_length=300)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        PrivateFileField.bind(self, actor)
