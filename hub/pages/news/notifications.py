from dataclasses import dataclass

from hub.core.notifications.kinds import Category, NotificationKind, register
from hub.pages.news.models import NewsPage


@register
@dataclass(frozen=True)
class GroupNews(NotificationKind):
    code = "life.group_news"
    label = "Un de mes groupes publie une actualité"
    category = Category.GROUPS
    by_mail = False
    page: NewsPage

    def subject(self) -> str:
        return f"{self.page.signature} : {self.page.title}"

    def audience(self) -> str:
        return self.page.audience

    def url(self) -> str:
        return self.page.get_absolute_url()

    def data(self) -> dict[str, str]:
        return {"page": str(self.page.public_id)}
