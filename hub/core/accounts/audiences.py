"""One vocabulary of who may read a row, a file or an index entry.

`public`, `federation` (whoever acts for an organisation affiliated to this hub), `network:<id>`, `organisation:<id>` (every member),
`staff:<id>` (its members but the entrepreneurs: docs/decisions/0001-staff-audience.md), `funding:<id>` (those who follow its OPCO files now, lent
for it or its own), `workgroup:<id>`, `person:<id>`.
"""

from collections.abc import Callable, Collection, Iterable
from uuid import UUID

PUBLIC = "public"
FEDERATION = "federation"


def network(pk: UUID) -> str:
    return f"network:{pk}"


def organisation(pk: UUID) -> str:
    return f"organisation:{pk}"


def staff(pk: UUID) -> str:
    return f"staff:{pk}"


def funding(pk: UUID) -> str:
    return f"funding:{pk}"


def person(pk: UUID) -> str:
    return f"person:{pk}"


Provider = Callable[[UUID, Collection[UUID]], Iterable[str]]  # from a person and the organisations of whose support team she is today
_providers: list[Provider] = []


def provider(function: Provider) -> Provider:
    """Let an upper package add tokens of its own to every signed-in person, as working groups do."""
    _providers.append(function)
    return function


def provided(user_id: UUID, teams: Collection[UUID]) -> set[str]:
    return {token for function in _providers for token in function(user_id, teams)}
