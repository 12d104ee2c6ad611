"""Wagtail's upload forms, with the same examination as members' files: an editor's laptop is no safer than another.

Named by WAGTAILIMAGES_IMAGE_FORM_BASE and WAGTAILDOCS_DOCUMENT_FORM_BASE.
"""

from typing import Any

from django import forms
from django.core.files.base import ContentFile
from wagtail.documents.forms import BaseDocumentForm
from wagtail.images.forms import BaseImageForm

from hub.core.accounts.actor import Actor
from hub.core.documents import services
from hub.core.documents.errors import UploadRefused
from hub.core.documents.sniff import Examined

IMAGE, DOCUMENT = "editorial.image", "editorial.document"


class EditorialImageForm(BaseImageForm):
    """A picture is drawn anew: without place, camera or comments, on the page as in what the page is made from."""

    def clean_file(self) -> Any:
        if "file" not in self.changed_data:
            return self.cleaned_data["file"]
        good = _examined(self, IMAGE)
        return ContentFile(good.data, name=good.name)


class EditorialDocumentForm(BaseDocumentForm):
    def clean_file(self) -> Any:
        if "file" not in self.changed_data:
            return self.cleaned_data["file"]
        good = _examined(self, DOCUMENT)
        self.instance.name = good.name
        return ContentFile(good.data, name=good.name)


def _examined(form: Any, kind: str) -> Examined:
    editor = getattr(form, "user", None)
    actor = Actor(user_id=editor.pk, name=editor.name) if editor is not None else Actor.system()
    try:
        return services.check(form.cleaned_data["file"], kind=kind, actor=actor)
    except UploadRefused as refusal:
        raise forms.ValidationError(refusal.sentence, code=refusal.code) from None
