from typing import Any

from django import forms

from hub.core.kit.identifiers import uuid7
from hub.core.ui.conflicts import VersionField
from hub.core.ui.forms import HubForm, LineField
from hub.pages.questions.models import Answer, QuestionPage
from hub.pages.writing.forms import LONGEST, TaggedForm


class QuestionForm(TaggedForm):
    title = LineField(label="Votre question", max_length=160, help_text="En une phrase, comme vous la diriez à une collègue.")

    model = QuestionPage

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        body = self.fields["body"]
        body.label, body.help_text = "Précisions", "Ce que vous avez déjà essayé, ce qui bloque. Pas de nom de personne accompagnée."
        body.required = False


class AnswerForm(HubForm):
    body = forms.CharField(label="Votre réponse", max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 6}))
    key = forms.UUIDField(required=False, initial=uuid7, widget=forms.HiddenInput)
    version = VersionField()

    def __init__(self, *args: Any, answer: Answer | None = None, **kwargs: Any) -> None:
        super().__init__(*args, initial={"body": answer.body, "version": answer.version} if answer else {}, **kwargs)

    def clean_body(self) -> str:
        return str(self.cleaned_data["body"]).replace("\r\n", "\n").strip()
