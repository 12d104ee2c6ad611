from wagtail.models import Page

from hub.core.ui.panels import personal
from hub.pages.models import ContentPage, HomePage

WAGTAIL = {field.name for field in Page._meta.concrete_fields}
personal(HomePage, {}, other=WAGTAIL | {"page_ptr", "introduction"})
personal(ContentPage, {}, other=WAGTAIL | {"page_ptr", "body"})
