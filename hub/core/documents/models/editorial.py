"""What editors put in their pages: Wagtail's images and documents, ours from the first migration on.

Images are public by nature and lie under MEDIA_ROOT; documents lie in the private storage, because Wagtail's serving view, which knows
their collection's restrictions, is the only door to them. Names on disk and in addresses are random.
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath
from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse
from wagtail.documents.models import AbstractDocument
from wagtail.documents.models import Document as WagtailDocument
from wagtail.images.models import AbstractImage, AbstractRendition
from wagtail.images.models import Image as WagtailImage

from hub.core.documents.models.private import private_storage
from hub.core.documents.sniff.images import ONE_AT_A_TIME


def random_name(folder: str, filename: str) -> str:
    """`original_images/5f….jpg`: nothing of the name that a person gave, only its extension."""
    return f"{folder}/{uuid.uuid4().hex}{PurePosixPath(filename).suffix.lower()[:6]}"


def document_path(document: "EditorialDocument", filename: str) -> str:
    return random_name("editorial", filename)


class EditorialImage(AbstractImage):
    admin_form_fields = WagtailImage.admin_form_fields

    class Meta(AbstractImage.Meta):
        verbose_name = "image"
        verbose_name_plural = "images"
        permissions = [("choose_image", "Can choose image")]

    def get_upload_to(self, filename: str) -> str:
        return random_name("original_images", filename)

    @contextmanager
    def get_willow_image(self) -> Iterator[Any]:
        """What renditions are made from: examined when it was sent, decoded one at a time."""
        with ONE_AT_A_TIME, super().get_willow_image() as image:
            yield image


class EditorialRendition(AbstractRendition):
    image = models.ForeignKey(EditorialImage, models.CASCADE, related_name="renditions")

    class Meta:
        verbose_name = "image dérivée"
        verbose_name_plural = "images dérivées"
        constraints = [models.UniqueConstraint(fields=["image", "filter_spec", "focal_point_key"], name="editorial_rendition_once")]


class EditorialDocument(AbstractDocument):
    """`public_id` stands in its address: Wagtail's own numbers could be guessed one after the other."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    file = models.FileField("fichier", upload_to=document_path, storage=private_storage)
    # The name that readers download it under; on disk it has none.
    name = models.CharField("nom du fichier", max_length=120, blank=True, editable=False)

    admin_form_fields = WagtailDocument.admin_form_fields

    class Meta(AbstractDocument.Meta):
        verbose_name = "document"
        verbose_name_plural = "documents"
        permissions = [("choose_document", "Can choose document")]

    @property
    def filename(self) -> str:
        return self.name or super().filename

    @property
    def url(self) -> str:
        return reverse("documents:editorial", args=[self.public_id])

    @property
    def full_url(self) -> str:
        return settings.WAGTAILADMIN_BASE_URL + self.url
