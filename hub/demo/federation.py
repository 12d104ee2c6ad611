"""The invented federation: 16 CAEs of which 6 building ones, two networks, a collectif, a training body, local partners."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta

from directory.cooperatives.services import add_accreditation
from directory.vocabularies.models import Commune
from hub.core.accounts.actor import Actor
from hub.core.accounts.enums import CooperativeStatute, LegalForm, OrganisationKind
from hub.core.accounts.models import Accreditation, Organisation
from hub.core.accounts.services import affiliate, create_organisation
from hub.core.kit.dates import today
from hub.core.kit.identifiers import luhn
from hub.core.kit.text import slug
from hub.demo import names
from hub.demo.sheets import sheet

SYSTEM = Actor.system()
# what the first CAEs hold beside Qualiopi, with its proof: nature, title, years of validity
HELD = (
    ("rge", "RGE, isolation des parois", 4),
    ("esus", "Entreprise solidaire d’utilité sociale", 5),
    ("sap", "Services à la personne", 5),
)
INVENTED = "Organisation inventée pour la démonstration."


@dataclass
class Federation:
    hub: Organisation
    second: Organisation
    collective: Organisation
    training_body: Organisation
    partners: list[Organisation]
    building: list[Organisation] = field(default_factory=list)
    general: list[Organisation] = field(default_factory=list)

    @property
    def cooperatives(self) -> list[Organisation]:
        return self.building + self.general


def sirens() -> Iterator[str]:
    """Example numbers that pass the key, from 900 000 001 up."""
    for base in range(90_000_000, 99_999_999):
        yield next(f"{base}{key}" for key in range(10) if luhn(f"{base}{key}"))


def siret_of(siren: str) -> str:
    return next(f"{siren}{nic:05d}" for nic in range(1, 100) if luhn(f"{siren}{nic:05d}"))


def found(count: int) -> Federation:
    """Create the organisations; `count` CAEs in all, 16 at least."""
    numbers, towns = sirens(), {town.pk: town for town in Commune.objects.filter(pk__in=[code for code, _ in names.TOWNS])}
    since = today() - timedelta(days=5 * 365)
    maker = _Maker(numbers, towns)
    federation = Federation(
        hub=maker.make("Fédération d’exemple des CAE", OrganisationKind.NETWORK, is_federation=True),
        second=maker.make("Réseau Alizé, exemple", OrganisationKind.NETWORK),
        collective=create_organisation(
            Organisation(kind=OrganisationKind.COLLECTIVE, name="Collectif d’exemple des CAE du bâtiment"), actor=SYSTEM
        ),
        training_body=maker.make("L’Atelier-école, organisme d’exemple", OrganisationKind.TRAINING_BODY, legal_form=LegalForm.ASSOCIATION),
        partners=[maker.make(name, OrganisationKind.LOCAL_PARTNER) for name in names.PARTNERS],
    )
    federation.collective.convener = federation.hub
    federation.collective.save(update_fields=["convener", "updated_at"])
    for name in names.BUILDING:
        federation.building.append(maker.cooperative(name, idcc="1597", ape_code="4120A"))
    for name in _general_names(count - len(names.BUILDING)):
        federation.general.append(maker.cooperative(name, idcc="1486", ape_code="7022Z"))
    for organisation in [*federation.cooperatives, federation.training_body, federation.collective, federation.second]:
        affiliate(organisation, network=federation.hub, starts_on=since, charter_on=since, actor=SYSTEM)
    for organisation in federation.building:
        affiliate(organisation, network=federation.collective, starts_on=since + timedelta(days=200), actor=SYSTEM)
    for organisation in federation.general[:6]:
        affiliate(organisation, network=federation.second, starts_on=since + timedelta(days=90), actor=SYSTEM)
    return federation


def accredit(federation: Federation) -> None:
    """Two building CAEs and a general one show an agrément, and the paper that proves it."""
    for number, (organisation, (kind, title, years)) in enumerate(
        zip([*federation.building[:2], federation.general[0]], HELD, strict=True), start=1
    ):
        begun = today() - timedelta(days=200 * number)
        facts = {
            "kind": kind,
            "title": title,
            "number": f"EX-{kind.upper()}-{number}",
            "starts_on": begun,
            "ends_on": begun + timedelta(days=365 * years),
        }
        proof = sheet(f"agrement-{kind}.pdf", f"{title} : {organisation.name}, exemple de la démonstration")
        add_accreditation(organisation, facts=facts, proof=proof, actor=SYSTEM)


def _general_names(count: int) -> list[str]:
    more = [f"{first} {last}" for last in names.LAST_WORDS for first in names.FIRST_WORDS]
    rounds = [*names.GENERAL, *more, *(f"{name} {number}" for number in range(2, 40) for name in more)]
    return rounds[:count]


@dataclass
class _Maker:
    numbers: Iterator[str]
    towns: dict[str, Commune]
    made: int = 0

    def make(self, name: str, kind: OrganisationKind, **facts: object) -> Organisation:
        town = self.towns[names.TOWNS[self.made % len(names.TOWNS)][0]]
        self.made += 1
        siren = next(self.numbers)
        organisation = Organisation(
            kind=kind, name=name, slug=slug(name)[:60], siren=siren, siret=siret_of(siren), department_codes=[town.department_id],
            street=f"{self.made} rue de l’Exemple", postal_code=town.postal_codes.replace(";", " ").split()[0], city=town.label, **facts,
        )  # fmt: skip
        if kind in {OrganisationKind.CAE, OrganisationKind.TRAINING_BODY}:
            organisation.nda_number = f"75{town.department_id:0>2}{10000 + self.made}{town.department_id:0>2}"
            organisation.nda_region = town.department.region
            organisation.vat_exempt_on = date(2020, 1, 1)
        first, role = names.HEADS[self.made % len(names.HEADS)]
        organisation.representative_name = f"{first} {names.LAST_NAMES[(self.made * 7) % 40]}"
        organisation.representative_role = role
        create_organisation(organisation, actor=SYSTEM)
        if organisation.nda_number:
            Accreditation.objects.create(
                organisation=organisation, kind="qualiopi", title="Qualiopi, actions de formation", number=f"EX-{self.made:04d}",
                starts_on=today() - timedelta(days=400), ends_on=today() + timedelta(days=695),
            )  # fmt: skip
        return organisation

    def cooperative(self, name: str, *, idcc: str, ape_code: str) -> Organisation:
        statute = CooperativeStatute.SCIC if self.made % 3 == 0 else CooperativeStatute.SCOP
        form = LegalForm.SARL if self.made % 2 else LegalForm.SAS
        return self.make(name, OrganisationKind.CAE, legal_form=form, cooperative_statute=statute, idcc=idcc, ape_code=ape_code)
