from dataclasses import dataclass

from hub.core.notifications.kinds import Category, NotificationKind, register
from hub.pages.writing.models import WrittenPage


@register
@dataclass(frozen=True)
class PageWithdrawn(NotificationKind):
    """What somebody wrote was taken away by a moderator, who says why."""

    code = "life.withdrawn"
    label = "Ce que j’ai écrit est retiré par la modération"
    category = Category.HUB
    may_be_disabled = False
    page: WrittenPage
    reason: str

    def subject(self) -> str:
        return f"« {self.page.title} » est retiré du hub"

    def text(self) -> str:
        return f"« {self.page.title} » est retiré du hub : {self.reason}"

    def url(self) -> str:
        return self.page.get_absolute_url()

    def data(self) -> dict[str, str]:
        return {"page": str(self.page.public_id)}
