"""What the hub holds of a person, found through the register of personal columns: nothing is listed by hand."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Field, Model, QuerySet

from hub.core.accounts.models import User
from hub.core.ui.personal import Declaration, Personal, declarations


@dataclass(frozen=True)
class Link:
    """A declared column that leads to a person, straight or through one row of hers: `owner__user`."""

    model: type[Model]
    column: str
    lookup: str
    rule: Personal
    is_many: bool
    declared: Mapping[str, Personal]

    @property
    def is_direct(self) -> bool:
        return self.lookup == self.column

    @property
    def is_hers(self) -> bool:
        """The row is about her; otherwise she only acted on it, and what it says may be about somebody else."""
        return self.rule.erasure != "anonymise" and not self.is_many

    def rows(self, user_id: UUID) -> QuerySet[Any]:
        return self.model._base_manager.filter(**{self.lookup: user_id})


def links() -> list[Link]:
    """Every way from a declared row to a person, the straight ones first."""
    declared = declarations()
    straight = [_link(one, field, field.name) for one, field in _relations(declared) if field.related_model is User]
    owned = {link.model: link.column for link in straight if link.is_hers or link.column == "user"}
    through = [
        _link(one, field, f"{field.name}__{owned[field.related_model]}")
        for one, field in _relations(declared)
        if field.related_model in owned
    ]
    return straight + through


def _relations(declared: list[Declaration]) -> Iterator[tuple[Declaration, Any]]:
    for one in declared:
        for name in one.fields:
            field: Field[Any, Any] = one.model._meta.get_field(name)  # type: ignore[assignment]  # a column of the model itself
            if field.is_relation:
                yield one, field


def _link(one: Declaration, field: Any, lookup: str) -> Link:
    return Link(one.model, field.name, lookup, one.fields[field.name], bool(field.many_to_many), one.fields)


@dataclass(frozen=True)
class Holding:
    """How many rows of one kind the hub holds of a person, why, how long, and what erasure does to them."""

    label: str
    count: int
    purpose: str
    retention: str
    erasure: str


def holdings(user: User) -> list[Holding]:
    """For the person herself: one line per kind of row and reason; two queries at most per link, whatever the number of rows."""
    found = [Holding("Compte : nom, adresse, empreinte du mot de passe", 1, *_words(_account()))]
    for link in links():
        count = link.rows(user.pk).count()
        if count:
            label = str(link.model._meta.verbose_name)
            found.append(Holding(f"{label[:1].upper()}{label[1:]}", count, *_words(link.rule)))
    return found


def _account() -> Personal:
    return next(one.fields["email"] for one in declarations() if one.model is User)


def _words(rule: Personal) -> tuple[str, str, str]:
    kept, _, ground = rule.erasure.partition(": ")
    done = {"delete": "supprimé", "anonymise": "rendu anonyme", "keep": f"gardé : {ground}"}[kept]
    return rule.purpose, rule.retention, done
