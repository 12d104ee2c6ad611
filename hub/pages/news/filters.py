from hub.pages.news.models import NewsPage
from hub.pages.writing.filters import WrittenFilter


class NewsFilter(WrittenFilter):
    class Meta:
        model = NewsPage
        fields: list[str] = []
