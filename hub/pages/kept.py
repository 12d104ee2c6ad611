"""The pages whose address the hub itself names (foot of every page, letters, law): their text changes, their place does not."""

from pathlib import Path

from django.core.exceptions import ValidationError
from django.utils import timezone
from wagtail.models import Page

from hub.core.kit.text import typo

LEGAL = {path.stem: path for path in sorted((Path(__file__).parent / "legal").glob("*.html"))}
KEPT = "« {title} » reste à sa place et en ligne : chaque page du hub y mène, et la loi demande ces pages. Seul son texte se change."


def kept_sentence(page: Page) -> str:
    """Why the home page or a legal page is neither removed, withdrawn nor moved; empty for all others."""
    stored = Page.objects.filter(pk=page.pk).select_related("content_type").first()
    if stored is None:
        return ""
    is_home = stored.content_type.model == "homepage"
    is_legal = stored.content_type.model == "contentpage" and stored.depth == 3 and stored.slug in LEGAL
    return typo(KEPT.format(title=stored.title)) if is_home or is_legal else ""


def refuse_another_place(page: Page) -> None:
    """Raises: ValidationError for another address, or a day on which the page would leave the site, or come back to it."""
    sentence = kept_sentence(page)
    if sentence and (page.expire_at or _would_wait(page)):
        raise ValidationError(sentence)
    if sentence and not Page.objects.filter(pk=page.pk, slug=page.slug).exists():
        raise ValidationError({"slug": sentence})


def _would_wait(page: Page) -> bool:
    """Wagtail takes a page off line until the day set, when no publication of it is known: the hub made these pages itself."""
    is_later = page.go_live_at is not None and page.go_live_at > timezone.now()
    return is_later and Page.objects.filter(pk=page.pk, live_revision=None).exists()
