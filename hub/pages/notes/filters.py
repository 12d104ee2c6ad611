from hub.pages.notes.models import NotePage
from hub.pages.writing.filters import TaggedFilter


class NoteFilter(TaggedFilter):
    class Meta:
        model = NotePage
        fields: list[str] = []
