"""Wagtail's upload forms, with the same examination as members' files: an editor's laptop is no safer than another.

Named by WAGTAILIMAGES_IMAGE_FORM_BASE and WAGTAILDOCS_DOCUMENT_FORM_BASE. The examination comes before Wagtail's own look: that one
decodes a picture before it measures it, and fails on a truncated one.
"""

from typing import Any

from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from wagtail.documents.fields import WagtailDocumentField
from wagtail.documents.forms import BaseDocumentForm
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm

from hub.core.accounts.actor import Actor
from hub.core.documents import services
from hub.core.documents.errors import UploadRefused
from hub.core.documents.sniff.images import ONE_AT_A_TIME

IMAGE, DOCUMENT = "editorial.image", "editorial.document"


def examined(upload: UploadedFile, kind: str, actor: Actor) -> UploadedFile:
    """The upload as the hub would keep it: a picture drawn anew, a name cleaned. Raises ValidationError with the sentence."""
    try:
        good = services.check(upload, kind=kind, actor=actor)
    except UploadRefused as refusal:
        raise forms.ValidationError(refusal.sentence, code=refusal.code) from None
    return SimpleUploadedFile(good.name, good.data, content_type=good.format.content_type)


class EditorialImageField(WagtailImageField):
    actor = Actor.system()

    def to_python(self, data: Any) -> Any:
        good = examined(data, IMAGE, self.actor) if data else data
        with ONE_AT_A_TIME:  # Wagtail decodes it to measure it
            return super().to_python(good)


class EditorialDocumentField(WagtailDocumentField):
    actor = Actor.system()

    def to_python(self, data: Any) -> Any:
        return super().to_python(examined(data, DOCUMENT, self.actor) if data else data)


def _replace(form: Any, field_class: type[Any]) -> None:
    """Put our field in place of Wagtail's, whose forms cannot be told which one to use."""
    old = form.fields.get("file")
    if old is None:
        return
    field = field_class(label=old.label, required=old.required, widget=old.widget, initial=old.initial)
    editor = getattr(form, "user", None)
    if editor is not None:
        field.actor = Actor(user_id=editor.pk, name=editor.name)
    form.fields["file"] = field


class EditorialImageForm(BaseImageForm):
    """A picture without place, camera or comments, on the page as in what the page is made from."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _replace(self, EditorialImageField)


class EditorialDocumentForm(BaseDocumentForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _replace(self, EditorialDocumentField)

    def clean_file(self) -> Any:
        if "file" in self.changed_data:
            self.instance.name = self.cleaned_data["file"].name
        return self.cleaned_data["file"]
