"""The audit chain. No foreign key: a line outlives what it tells, and nothing can cascade into it."""

import json
from typing import Any, NoReturn, Self

from django.db import models
from django.db.models import Q

from hub.core.audit.errors import AppendOnly


def _refuse(*args: Any, **kwargs: Any) -> NoReturn:
    raise AppendOnly("La chaîne d’audit ne se modifie pas.")


class AuditQuerySet(models.QuerySet["AuditEntry"]):
    update = delete = create = bulk_create = bulk_update = get_or_create = update_or_create = _refuse

    def visible_to(self, actor: Any) -> Self:
        """All for the coordinator; for staff, the lines of the organisation acted for; for anyone signed in, his own acts."""
        if actor.is_coordinator:
            return self.all()
        if actor.user_id is None:
            return self.none()
        seen = Q(actor_id=actor.user_id)
        if actor.is_staff and actor.organisation_id:
            seen |= Q(organisation_id=actor.organisation_id) | Q(on_behalf_id=actor.organisation_id)
        return self.filter(seen)


class AuditEntry(models.Model):
    """One line of the chain. `previous` is the digest of the line before, `digest` covers every other column (see chain.py)."""

    seq = models.BigIntegerField("rang", primary_key=True)
    at = models.DateTimeField("le")
    action = models.CharField("action", max_length=80)
    actor_id = models.UUIDField("personne", null=True)
    on_behalf_id = models.UUIDField("agissant pour", null=True)
    agreement_id = models.UUIDField("convention", null=True)
    organisation_id = models.UUIDField("organisation concernée", null=True)
    organisation_label = models.CharField("nom de l’organisation", max_length=200, blank=True)
    object_kind = models.CharField("sorte d’objet", max_length=80, blank=True)
    object_id = models.CharField("identifiant de l’objet", max_length=80, blank=True)
    object_label = models.CharField("nom de l’objet", max_length=200, blank=True)
    data = models.TextField("détails (JSON canonique)", default="{}")
    previous = models.CharField("empreinte précédente", max_length=64)
    digest = models.CharField("empreinte", max_length=64)

    objects = AuditQuerySet.as_manager()

    class Meta:
        verbose_name = "ligne d’audit"
        verbose_name_plural = "lignes d’audit"
        base_manager_name = "objects"
        indexes = [
            models.Index(fields=["object_kind", "object_id"], name="audit_object"),
            models.Index(fields=["organisation_id"], name="audit_organisation"),
            models.Index(fields=["on_behalf_id"], name="audit_on_behalf"),
            models.Index(fields=["actor_id"], name="audit_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.seq} {self.action}"

    save = delete = _refuse

    def append(self) -> None:
        """For record() alone."""
        super().save(force_insert=True)

    @property
    def details(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.data)
        return found


class AuditHead(models.Model):
    """How long the chain is and its last digest: the one row that appends wait for."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    count = models.BigIntegerField("nombre de lignes", default=0)
    digest = models.CharField("dernière empreinte", max_length=64, default="0" * 64)

    class Meta:
        verbose_name = "tête de la chaîne"
        verbose_name_plural = "têtes de la chaîne"
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="audit_one_head")]

    def __str__(self) -> str:
        return f"{self.count} {self.digest[:8]}"
