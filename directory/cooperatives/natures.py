"""What an organisation is, as the list sorts it: in its address, and in the sentences of its pages."""

from dataclasses import dataclass

from hub.core.accounts.enums import OrganisationKind


@dataclass(frozen=True)
class Nature:
    """`word` stands in the address; `noun` and `whole` are "one,many", `whole` as the heading of a list without filters says it."""

    word: str
    kind: OrganisationKind | None
    noun: str
    whole: str
    is_feminine: bool = False

    @property
    def one(self) -> str:
        return self.noun.partition(",")[0]

    @property
    def many(self) -> str:
        return self.noun.partition(",")[2]

    @property
    def label(self) -> str:
        return self.many.capitalize()

    @property
    def found(self) -> str:
        return f"{self.one} trouvé{self._e},{self.many} trouvé{self._e}s"

    @property
    def none(self) -> str:
        return f"aucun{self._e}"

    @property
    def nothing_found(self) -> str:
        return f"{self.none.capitalize()} {self.one} ne répond à ces filtres"

    @property
    def none_yet(self) -> str:
        return f"{self.none.capitalize()} {self.one} n’est encore inscrit{self._e}"

    @property
    def see_all(self) -> str:
        return f"Voir {'toutes' if self.is_feminine else 'tous'} les {self.many}"

    @property
    def _e(self) -> str:
        return "e" if self.is_feminine else ""


def _masculine(word: str, kind: OrganisationKind, noun: str) -> Nature:
    return Nature(word, kind, noun, noun)


COOPERATIVES = Nature(
    "cooperatives", OrganisationKind.CAE, "coopérative,coopératives",
    "coopérative d’activité et d’emploi,coopératives d’activité et d’emploi", is_feminine=True,
)  # fmt: skip
PARTNERS = _masculine("partenaires-locaux", OrganisationKind.LOCAL_PARTNER, "partenaire local,partenaires locaux")
BODIES = _masculine("organismes-de-formation", OrganisationKind.TRAINING_BODY, "organisme de formation,organismes de formation")
NETWORKS = _masculine("reseaux", OrganisationKind.NETWORK, "réseau,réseaux")
COLLECTIVES = _masculine("collectifs", OrganisationKind.COLLECTIVE, "collectif,collectifs")
SEVERAL = Nature("", None, "organisation,organisations", "organisation,organisations", is_feminine=True)  # more than one at once
BY_WORD = {one.word: one for one in (COOPERATIVES, PARTNERS, BODIES, NETWORKS, COLLECTIVES)}
BY_KIND: dict[str, Nature] = {one.kind: one for one in BY_WORD.values() if one.kind}
