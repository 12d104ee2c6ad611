from wagtail.models import Page

from hub.core.ui.panels import Personal, personal
from hub.pages.models import ContentPage, HomePage, Visit

WAGTAIL = {field.name for field in Page._meta.concrete_fields}
personal(HomePage, {}, other=WAGTAIL | {"page_ptr", "introduction"})
personal(ContentPage, {}, other=WAGTAIL | {"page_ptr", "body"})
VISITED = Personal("dire à la personne ce qui a changé depuis sa dernière visite", "aussi longtemps que le compte", "delete")
personal(Visit, {"user": VISITED, "seen_at": VISITED, "before_at": VISITED}, other=set())
