"""Who acts, for which organisation, with which rights, now: one immutable value per request."""

from dataclasses import dataclass, field
from typing import Self
from uuid import UUID

from django.http import HttpRequest

from hub.core.accounts.audiences import PUBLIC


@dataclass(frozen=True)
class Mandate:
    """One way a person can act: for an organisation of hers, or for another CAE under an agreement.

    `covers`: values of her other agreements with that CAE, which open nothing that this one does not.
    """

    value: str
    organisation_id: UUID
    name: str
    slug: str
    detail: str
    permissions: frozenset[str]
    is_staff: bool
    agreement_id: UUID | None = None
    purposes: tuple[str, ...] = ()
    covers: tuple[str, ...] = ()

    def answers_to(self, value: str) -> bool:
        return value == self.value or value in self.covers


@dataclass(frozen=True)
class Actor:
    user_id: UUID | None = None
    name: str = ""
    mandate: Mandate | None = None
    mandates: tuple[Mandate, ...] = ()
    audiences: frozenset[str] = frozenset({PUBLIC})
    is_coordinator: bool = False
    is_staff: bool = False
    is_system: bool = False
    is_held_to_one: bool = False  # she has more mandates, which her organisation's identity provider does not open
    roles: frozenset[str] = field(default=frozenset())

    @classmethod
    def anonymous(cls) -> Self:
        return cls()

    @classmethod
    def system(cls) -> Self:
        """The hub itself, in jobs and commands: it may write, and reads nothing by itself."""
        return cls(name="Hub", is_system=True)

    def without_rights(self) -> Self:
        """The same person before her second factor: known by name, allowed what any visitor is."""
        return type(self)(user_id=self.user_id, name=self.name, is_staff=self.is_staff)

    @property
    def is_signed_in(self) -> bool:
        return self.user_id is not None

    @property
    def organisation_id(self) -> UUID | None:
        return self.mandate.organisation_id if self.mandate else None

    @property
    def team_id(self) -> UUID | None:
        """The organisation of whose support team she acts: what that team publishes is no news to her, as it is to an entrepreneur."""
        return self.organisation_id if self.mandate and self.mandate.is_staff else None

    @property
    def organisation_name(self) -> str:
        return self.mandate.name if self.mandate else ""

    @property
    def organisation_slug(self) -> str:
        return self.mandate.slug if self.mandate else ""

    @property
    def permissions(self) -> frozenset[str]:
        return self.mandate.permissions if self.mandate else frozenset()

    @property
    def agreement_id(self) -> UUID | None:
        return self.mandate.agreement_id if self.mandate else None

    def can(self, permission: str, organisation_id: UUID | None = None) -> bool:
        """A right holds for the organisation acted for and no other; the coordinator's federation rights hold everywhere."""
        if self.mandate is None or permission not in self.mandate.permissions:
            return False
        return organisation_id is None or organisation_id == self.mandate.organisation_id

    def is_staff_of(self, organisation_id: UUID | None) -> bool:
        return f"staff:{organisation_id}" in self.audiences


def actor_of(request: HttpRequest) -> Actor:
    """Who acts in this request: set by the middleware, read from the database when first used."""
    actor: Actor = request.actor  # type: ignore[attr-defined]  # ours, on the request
    return actor
