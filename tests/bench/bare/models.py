from wagtail.models import Page


class BarePage(Page):
    """The least that Wagtail can show: the unit in which the pages of the hub are priced."""

    template = "bare/page.html"
