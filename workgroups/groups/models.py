"""Groups, the people in them with the organisation that each speaks for, and their documents."""

from datetime import date
from typing import Any, Self
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery

from hub.core.accounts.actor import Actor
from hub.core.accounts.audiences import FEDERATION
from hub.core.accounts.models import Membership
from hub.core.accounts.models.organisations import in_force
from hub.core.accounts.scoping import ScopedQuerySet
from hub.core.documents.formats import BY_CONTENT_TYPE, size_fr
from hub.core.kit.asking import once
from hub.core.kit.dates import today
from hub.core.kit.models import Row
from workgroups.groups.enums import MOVES, OVER, UNSEEN, GroupRole, Reach, WorkgroupStatus
from workgroups.groups.errors import NotPossible, WasChanged

TOKEN = "workgroup:"  # noqa: S105  an audience, see hub.core.accounts.audiences


def token(pk: UUID) -> str:
    return f"{TOKEN}{pk}"


def own_group_ids(actor: Actor) -> list[UUID]:
    """The groups whose inside is open to the actor now; none while she acts for another CAE under an agreement."""
    if actor.agreement_id is not None:
        return []
    return [UUID(one.removeprefix(TOKEN)) for one in sorted(actor.audiences) if one.startswith(TOKEN)]


@once
def groups_run_by(actor: Actor) -> list[UUID]:
    """The groups at work that the actor facilitates, in whose name she may write. No query for somebody without a group."""
    if actor.user_id is None or not (own := own_group_ids(actor)):
        return []
    held = GroupMember.unscoped.filter(in_force(), user=actor.user_id, role=GroupRole.FACILITATOR, workgroup__in=own)
    return list(held.exclude(workgroup__status__in=OVER).values_list("workgroup", flat=True))


def speaking(prefix: str = "") -> Q:
    """The condition on a member in force: her account is open and she is of the support team for which she speaks; or a guest by name alone.

    `selectors.tokens_of` asks it of one person: who reads nothing more of the group is told nothing more of it, nor counted in it.
    """
    homes = Membership.unscoped.filter(
        in_force(), user=OuterRef(f"{prefix}user"), organisation=OuterRef(f"{prefix}organisation"), role__is_staff=True
    )
    named = Q(**{f"{prefix}user": None}) & ~Q(**{f"{prefix}guest_name": ""})
    return in_force(prefix=prefix) & (named | Q(Exists(homes), **{f"{prefix}user__is_active": True}))


class VersionedQuerySet(models.QuerySet[Any]):
    """For services: the row under its lock, if nobody saved it since it was opened."""

    def as_opened(self, pk: UUID, based_on: int | None) -> Any:
        """Raises WasChanged with the row as it stands. `based_on` None: the caller opened it under the same lock."""
        row = self.select_for_update(of=("self",), no_key=True).get(pk=pk)
        if based_on is not None and row.version != based_on:
            raise WasChanged(row)
        row.version += 1
        return row


class Versioned(models.Model):
    """A row that two people may write at once: the second is told, nothing is overwritten."""

    version = models.PositiveIntegerField("version", default=1, editable=False)

    class Meta:
        abstract = True


class WorkgroupQuerySet(ScopedQuerySet["Workgroup"]):
    def visible_to(self, actor: Actor) -> Self:
        """A group at work is seen by the federation, or by anybody when it says so; one that never opened by its people and the coordinator."""
        mine = Q(pk__in=own_group_ids(actor))
        if actor.is_coordinator:
            seen = Q()
        elif FEDERATION in actor.audiences:
            seen = ~Q(status__in=UNSEEN) | mine
        else:
            seen = Q(reach=Reach.PUBLIC) & ~Q(status__in=UNSEEN) | mine
        return self.scoped(seen).with_role(actor)

    def with_role(self, actor: Actor) -> Self:
        """`own_role`: what the actor is in the group, empty outside it or under an agreement."""
        held = GroupMember.unscoped.filter(in_force(), workgroup=OuterRef("pk"), workgroup__in=own_group_ids(actor), user=actor.user_id)
        return self.annotate(own_role=Subquery(held.values("role")[:1]))


class Workgroup(Versioned, Row):
    """A working group: what it is for, its charter, who convenes it. Its people are GroupMember rows."""

    acronym = models.SlugField("acronyme", max_length=30, unique=True)
    name = models.CharField("nom", max_length=160)
    purpose = models.CharField("en une phrase", max_length=300)
    charter = models.TextField("charte", blank=True)
    convener = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, null=True, blank=True, related_name="workgroups", verbose_name="réuni par"
    )
    status = models.CharField("état", max_length=10, choices=WorkgroupStatus, default=WorkgroupStatus.PREPARING)
    reach = models.CharField("ce que le groupe publie est lu par", max_length=10, choices=Reach, default=Reach.FEDERATION)

    objects = WorkgroupQuerySet.as_manager()
    unscoped = models.Manager.from_queryset(VersionedQuerySet)()

    class Meta:
        verbose_name = "groupe de travail"
        verbose_name_plural = "groupes de travail"
        default_manager_name = base_manager_name = "unscoped"
        ordering = ["name", "id"]
        constraints = [models.CheckConstraint(condition=~Q(name="") & ~Q(purpose=""), name="workgroup_says_its_name_and_purpose")]

    def __str__(self) -> str:
        return self.name

    @property
    def audit_label(self) -> str:
        return self.acronym

    @property
    def token(self) -> str:
        return token(self.pk)

    @property
    def audience(self) -> str:
        """Who reads its presentation: its people only until it opens."""
        return self.token if self.status in UNSEEN else self.reach

    @classmethod
    def acronym_is_taken(cls, acronym: str, *, form: UUID | None = None) -> bool:
        """Whether an address is taken, by a group that the asker may not see too. `form` is the key of one that has perhaps served already:
        then the service says whose address it is."""
        has_served = form is not None and cls.unscoped.filter(pk=form).exists()
        return not has_served and cls.unscoped.filter(acronym=acronym).exists()

    def role_of(self, actor: Actor) -> str:
        """The actor's role here, as `visible_to` found it; asked of the database for a row that came another way."""
        if not hasattr(self, "own_role"):
            inside = self.pk in own_group_ids(actor)
            held = GroupMember.unscoped.filter(in_force(), workgroup=self.pk, user=actor.user_id).values_list("role", flat=True)
            self.own_role = held.first() if inside else None
        return self.own_role or ""

    def move_to(self, status: WorkgroupStatus) -> None:
        if status not in MOVES[self.status]:
            raise NotPossible(f"Un groupe « {self.get_status_display().lower()} » ne devient pas « {status.label.lower()} ».")
        self.status = status


class MemberQuerySet(ScopedQuerySet["GroupMember"]):
    def visible_to(self, actor: Actor) -> Self:
        """Who is in a group is known to its people and to the coordinator; who runs it, to all who see it."""
        inside = Q(workgroup__in=own_group_ids(actor))
        if actor.is_coordinator:
            return self.scoped()
        seen = Workgroup.objects.visible_to(actor).values("pk")
        return self.scoped(inside | Q(role=GroupRole.FACILITATOR, workgroup__in=seen))

    def in_force(self, on: date | None = None) -> Self:
        return self.filter(in_force(on))


class GroupMember(Row):
    """A person in a group, with the organisation that she speaks for; a partner's guest may be a name without account."""

    workgroup = models.ForeignKey(Workgroup, models.PROTECT, related_name="members", verbose_name="groupe")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="workgroups", verbose_name="personne"
    )
    organisation = models.ForeignKey(
        "accounts.Organisation", models.PROTECT, null=True, blank=True, related_name="+", verbose_name="parle pour"
    )
    guest_name = models.CharField("nom de la personne invitée", max_length=120, blank=True)
    guest_of = models.CharField("organisation de la personne invitée", max_length=160, blank=True)
    role = models.CharField("rôle", max_length=12, choices=GroupRole, default=GroupRole.MEMBER)
    starts_on = models.DateField("depuis le", default=today)
    ends_on = models.DateField("jusqu’au", null=True, blank=True)

    objects = MemberQuerySet.as_manager()
    unscoped = models.Manager()

    class Meta:
        verbose_name = "membre d’un groupe"
        verbose_name_plural = "membres d’un groupe"
        default_manager_name = base_manager_name = "unscoped"
        ordering = ["starts_on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["workgroup", "user"], condition=Q(ends_on=None), name="once_in_a_workgroup"),
            models.CheckConstraint(condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")), name="group_member_ends_after_start"),
            models.CheckConstraint(condition=Q(guest_name="") | Q(user=None, role=GroupRole.GUEST), name="only_a_guest_has_no_account"),
            models.CheckConstraint(condition=Q(user=None) | Q(organisation__isnull=False), name="an_account_speaks_for_somebody"),
        ]
        indexes = [models.Index(fields=["user", "workgroup"])]

    def __str__(self) -> str:
        return f"{self.workgroup_id} · {self.role}"

    @property
    def name(self) -> str:
        return self.user.name if self.user else self.guest_name or "ancien membre"

    @property
    def is_over(self) -> bool:
        """Whether she was taken out, or left."""
        return self.ends_on is not None and self.ends_on < today()

    @property
    def speaks_for(self) -> str:
        return self.organisation.name if self.organisation else self.guest_of

    @property
    def label(self) -> str:
        """«Maud Le Bihan, Bâti Commun»"""
        return ", ".join(part for part in (self.name, self.speaks_for) if part)


class GroupRowQuerySet(ScopedQuerySet[Any]):
    """Rows of a group that only its people see; other packages of working groups use it for theirs."""

    def visible_to(self, actor: Actor) -> Self:
        return self.scoped(workgroup__in=own_group_ids(actor))


class DocumentQuerySet(ScopedQuerySet["GroupDocument"]):
    def visible_to(self, actor: Actor) -> Self:
        """Its people's; those that the group opened, also the federation's, once the group is at work."""
        seen = Q(workgroup__in=own_group_ids(actor))
        if FEDERATION in actor.audiences:
            seen |= Q(is_open=True) & ~Q(workgroup__status__in=UNSEEN)
        return self.scoped(seen)


class GroupDocument(Row):
    """A file of the group; the private file behind it carries the same readers."""

    workgroup = models.ForeignKey(Workgroup, models.PROTECT, related_name="documents", verbose_name="groupe")
    title = models.CharField("titre", max_length=160)
    file = models.OneToOneField("documents.PrivateFile", models.PROTECT, related_name="+", verbose_name="fichier")
    is_open = models.BooleanField("ouvert à la fédération", default=False)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="déposé par"
    )

    objects = DocumentQuerySet.as_manager()
    unscoped = models.Manager()

    class Meta:
        verbose_name = "document d’un groupe"
        verbose_name_plural = "documents d’un groupe"
        default_manager_name = base_manager_name = "unscoped"
        ordering = ["-created_at", "id"]

    def __str__(self) -> str:
        return self.title

    @property
    def sha256(self) -> str:
        return self.file.sha256

    @property
    def file_words(self) -> str:
        """«PDF, 1,4 Mo»: what a reader knows before she opens it."""
        known = BY_CONTENT_TYPE.get(self.file.content_type)
        return ", ".join([known.extensions[0].upper() if known else "fichier", size_fr(self.file.size_bytes)])
