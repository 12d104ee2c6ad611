"""What the federation and its groups announce."""

from wagtail.models import PageManager

from hub.pages.writing.enums import Writers
from hub.pages.writing.models import WrittenPage, WrittenQuerySet


class NewsPage(WrittenPage):
    """News, in the name of the federation or of a group; a change waits as a draft."""

    noun = "news"
    namespace = "news"
    writers = Writers.NEWSROOM

    objects = PageManager.from_queryset(WrittenQuerySet)()

    class Meta:
        verbose_name = "actualité"
