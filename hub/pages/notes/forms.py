from typing import Any

from hub.pages.notes.models import NotePage
from hub.pages.writing.forms import TaggedForm


class NoteForm(TaggedForm):
    model = NotePage

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        body = self.fields["body"]
        body.help_text = "La situation, ce que vous avez fait, ce que cela a donné, ce que vous feriez autrement."
        body.required = False  # a title is enough to begin; publishing asks for the text
