"""The field through which people send files."""

import json
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ImproperlyConfigured
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.utils.text import capfirst

from hub.core.accounts.actor import Actor
from hub.core.documents import kinds, services
from hub.core.documents.errors import UploadRefused
from hub.core.documents.formats import FORMATS, advice, size_fr, spoken
from hub.core.documents.kinds import FileKind
from hub.core.documents.sniff import Examined

WAITS = (
    "L’antivirus ne répond pas pour le moment : votre fichier est gardé, et personne ne peut l’ouvrir avant son analyse. "
    "Elle se fera d’elle-même, vous n’avez rien à renvoyer."
)


def _said_before_sending(kind: FileKind) -> dict[str, str]:
    """What hub/core/ui/static/ui/forms.js tells of a file that is too heavy: the sentence of its refusal, and the advice by extension."""
    sentence = UploadRefused("too_big", size="{size}", limit=size_fr(kind.max_bytes), advice="{advice}").sentence
    advices = {"": advice(None)} | {extension: advice(code) for code in sorted(kind.formats) for extension in FORMATS[code].extensions}
    return {
        "data-hub-heaviest": str(kind.max_bytes),
        "data-hub-too-heavy": sentence,
        "data-hub-advice": json.dumps(advices, ensure_ascii=False),
    }


class PrivateFileField(forms.FileField):
    """Gives an `Examined` for `services.store`, or the sentence of the refusal as the error of the field.

    The view says for whom: `PrivateFileField.bind(form, actor, organisation)`, before the form is validated.
    """

    def __init__(self, *, kind: str, **kwargs: Any) -> None:
        self.kind = kind
        self.actor: Actor | None = None
        self.organisation: Any = None
        wanted = kinds.get(kind)
        kwargs.setdefault("help_text", f"{capfirst(spoken(wanted.formats))}, {size_fr(wanted.max_bytes)} au plus.")
        kwargs.setdefault("widget", forms.FileInput)
        super().__init__(**kwargs)
        extensions = sorted(f".{extension}" for code in wanted.formats for extension in FORMATS[code].extensions)
        self.widget.attrs.setdefault("accept", ",".join(extensions))
        self.widget.attrs.update(_said_before_sending(wanted))

    @staticmethod
    def bind(form: forms.BaseForm, actor: Actor, organisation: Any = None) -> None:
        for field in form.fields.values():
            if isinstance(field, PrivateFileField):
                field.actor, field.organisation = actor, organisation

    @staticmethod
    def say_waiting(request: HttpRequest, form: forms.BaseForm) -> None:
        """Tell who sent a file that it was kept in quarantine, beside the words of the view's own success."""
        sent = [form.cleaned_data.get(name) for name, field in form.fields.items() if isinstance(field, PrivateFileField)]
        if any(services.must_wait(good) for good in sent if good is not None):
            messages.warning(request, WAITS)

    def to_python(self, data: UploadedFile | None) -> Examined | None:  # type: ignore[override]  # another type than the field it stands on
        if data is None:
            return None
        if self.actor is None:
            raise ImproperlyConfigured("PrivateFileField.bind(form, actor) comes before validation")
        try:
            return services.check(data, kind=self.kind, actor=self.actor, organisation=self.organisation)
        except UploadRefused as refusal:
            raise forms.ValidationError(refusal.sentence, code=refusal.code) from None
