"""People of the demo: support teams with a role each, entrepreneurs in volume, all with a profile of their own."""

import base64
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import encrypt
from django.contrib.auth.hashers import make_password

from directory.people import services as people
from directory.people.enums import Audience, ContractStatus, Evidence, PersonKind
from directory.people.fields import FIELDS
from directory.people.services import AccreditationLine, Lines, NewPerson, SkillLine, TradeLine
from directory.vocabularies.models import Commune, Skill, Trade
from hub.core.accounts.models import Membership, Organisation, User
from hub.core.kit.dates import today
from hub.core.kit.text import slug
from hub.demo import names
from hub.demo.federation import SYSTEM, Federation

BATCH = 500
TEAM = ["director", "training_manager", "trainer", "advisor", "shared_staff", "facilitator"]
BODY_TEAM = ["director", "training_manager", "trainer", "trainer"]


@dataclass
class Account:
    """One line of accounts.json, and the rows behind it."""

    user: User
    organisation: Organisation
    roles: list[str]
    totp_secret: str | None = None
    password: str | None = None


@dataclass
class Crowd:
    die: random.Random
    password: str
    accounts: list[Account] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)

    def add(self, organisation: Organisation, role: str) -> Account:
        first, last = self.die.choice(names.FIRST_NAMES), self.die.choice(names.LAST_NAMES)
        base = slug(f"{first} {last}").replace("-", ".")
        host = f"{organisation.slug[:40]}.example.org"
        email = next(e for e in (f"{base}@{host}", *(f"{base}{n}@{host}" for n in range(2, 999))) if e not in self.taken)
        self.taken.add(email)
        user = User(email=email, first_name=first, last_name=last, sort_name=User.sorted_by(first, last))
        account = Account(user, organisation, [role])
        if role != "entrepreneur":
            account.password = self.password
            account.totp_secret = base64.b32encode(self.die.randbytes(20)).decode()
        self.accounts.append(account)
        return account


def gather(federation: Federation, *, count: int, password: str, progress: Callable[[str, int, int], None]) -> Crowd:
    """Make `count` people in all: teams first, then entrepreneurs spread over the cooperatives."""
    crowd = Crowd(random.Random(2026), password)  # noqa: S311  a fixed die, so that two demos look alike
    crowd.add(federation.hub, "coordinator")
    crowd.add(federation.hub, "facilitator")
    for role in BODY_TEAM:
        crowd.add(federation.training_body, role)
    crowd.add(federation.second, "facilitator")
    for partner in federation.partners:
        crowd.add(partner, "advisor")
    for organisation in federation.cooperatives:
        for role in TEAM:
            crowd.add(organisation, role)
    homes = federation.cooperatives
    weights = [3 if organisation in federation.building else 2 for organisation in homes]
    for organisation in crowd.die.choices(homes, weights, k=max(0, count - len(crowd.accounts))):
        crowd.add(organisation, "entrepreneur")
    _save(crowd, progress)
    return crowd


def _save(crowd: Crowd, progress: Callable[[str, int, int], None]) -> None:
    hashed, closed = make_password(crowd.password), make_password(None)  # one hash for the demo: a thousand would take minutes
    total, since = len(crowd.accounts), today() - timedelta(days=700)
    for start in range(0, total, BATCH):
        batch = crowd.accounts[start : start + BATCH]
        for account in batch:
            account.user.password = hashed if account.password else closed
            account.user.is_superuser = "coordinator" in account.roles
        User.objects.bulk_create([account.user for account in batch])
        EmailAddress.objects.bulk_create(
            EmailAddress(user=account.user, email=account.user.email, verified=True, primary=True) for account in batch
        )
        Authenticator.objects.bulk_create(
            Authenticator(user=account.user, type=Authenticator.Type.TOTP, data={"secret": encrypt(account.totp_secret)})
            for account in batch
            if account.totp_secret
        )
        Membership.unscoped.bulk_create(
            Membership(user=account.user, organisation=account.organisation, role_id=role, starts_on=since)
            for account in batch
            for role in account.roles
        )
        progress("Comptes", min(start + BATCH, total), total)


@dataclass
class Palette:
    """What profiles are drawn from."""

    die: random.Random
    towns: list[Commune]
    building: list[Trade]
    other: list[Trade]
    building_skills: list[Skill]
    other_skills: list[Skill]


def palette(die: random.Random) -> Palette:
    codes = [code for _, code in names.TOWNS]
    towns = list(Commune.objects.filter(department__in=codes, population__gte=8000).select_related("department").order_by("pk"))
    skills = Skill.objects.order_by("pk")
    return Palette(
        die=die,
        towns=towns,
        building=list(Trade.objects.filter(pk__in=names.BUILDING_TRADES)),
        other=list(Trade.objects.filter(pk__in=names.OTHER_TRADES)),
        building_skills=list(skills.filter(field_code__in=["220", "222", "223", "224", "226"])),
        other_skills=list(skills.filter(field_code__in=["320", "326", "324", "413", "314", "312", "450", "451"])) or list(skills[:80]),
    )


def profiles(crowd: Crowd, federation: Federation, progress: Callable[[str, int, int], None]) -> None:
    """A profile each; most show themselves to the federation, some to everybody, some to nobody."""
    colours, building = palette(crowd.die), set(federation.building)
    new = [_profile(account, colours, account.organisation in building) for account in crowd.accounts if account.organisation.kind == "cae"]
    people.bulk_create(new, actor=SYSTEM, progress=lambda done: progress("Fiches", done, len(new)))


def _profile(account: Account, colours: Palette, is_building: bool) -> NewPerson:
    die, is_staff = colours.die, "entrepreneur" not in account.roles
    town = die.choice(colours.towns)
    trades = die.sample(colours.building if is_building else colours.other, k=1 if die.random() < 0.7 else 2)
    skills = die.sample(colours.building_skills if is_building else colours.other_skills, k=die.randint(1, 4))
    values: dict[str, object] = {
        "commune": town,
        "radius_km": die.choice([20, 30, 50, 80]),
        "email": account.user.email,
        "phone": _phone(die),
    }
    if not is_staff:
        values |= {
            "trade_name": f"{die.choice(names.SHOP_WORDS)} {die.choice(names.SHOP_THINGS)}",
            "presentation": f"{trades[0].label}. Fiche inventée pour la démonstration.",
            "contract_status": die.choice([ContractStatus.CAPE, ContractStatus.CESA, ContractStatus.SHAREHOLDER]),
            "contract_starts_on": today() - timedelta(days=die.randint(60, 1500)),
            "languages": "français",
        }
        if is_building:
            values["decennale_ends_on"] = date(today().year + die.choice([-1, 0, 0, 1, 1]), 12, 31)
    lines = Lines(
        trades=[] if is_staff else [TradeLine(trade) for trade in trades],
        skills=[_skill(skill, die) for skill in skills],
        accreditations=[AccreditationLine("Sauveteur secouriste du travail", date(today().year + 1, 6, 30))] if die.random() < 0.2 else [],
    )
    kind = PersonKind.STAFF if is_staff else PersonKind.ENTREPRENEUR
    return NewPerson(account.user, account.organisation, kind, values, lines, _audiences(die, is_staff))


def _phone(die: random.Random) -> str:
    return f"01 99 00 {die.randint(0, 99):02d} {die.randint(0, 99):02d}"  # numbers kept for fiction


def _skill(skill: Skill, die: random.Random) -> SkillLine:
    evidence = die.choice(["", "", Evidence.TRAINED, Evidence.DELIVERED, Evidence.ENDORSED, Evidence.TAUGHT])
    on = today() - timedelta(days=die.randint(20, 1400)) if evidence else None
    return SkillLine(skill=skill, evidence=evidence, evidence_on=on)


SHOWN = [
    "name",
    "trade_name",
    "trades",
    "skills",
    "presentation",
    "department",
    "commune",
    "radius",
    "languages",
    "accreditations",
    "decennale",
    "evidence",
]


def _audiences(die: random.Random, is_staff: bool) -> dict[str, Audience]:
    draw = die.random()
    if draw < 0.12 and not is_staff:
        return {}
    widest = Audience.PUBLIC if draw > 0.72 and not is_staff else Audience.FEDERATION
    return {key: min(widest, FIELDS[key].ceiling) for key in SHOWN}
