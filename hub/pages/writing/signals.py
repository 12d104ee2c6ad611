from django.dispatch import Signal

page_published = Signal()  # page, actor, is_first (never published before)
page_unpublished = Signal()  # page, actor
