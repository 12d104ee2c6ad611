from django.db import models

from hub.core.kit.identifiers import uuid7


class Row(models.Model):
    """What every own row has: an identifier that can stand in an address, and its two moments."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    created_at = models.DateTimeField("créé le", auto_now_add=True, editable=False)
    updated_at = models.DateTimeField("modifié le", auto_now=True, editable=False)

    class Meta:
        abstract = True

    @property
    def stamp(self) -> str:
        """When it was last saved, as a word: what was opened is compared with what stands."""
        return self.updated_at.isoformat()
