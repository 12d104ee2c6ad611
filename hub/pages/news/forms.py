from typing import Any

from hub.pages.news.models import NewsPage
from hub.pages.writing.forms import WrittenForm


class NewsForm(WrittenForm):
    model = NewsPage

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["body"].required = False  # a title is enough to begin; publishing asks for the text
