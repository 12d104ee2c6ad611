"""People with profiles, shown as far as a test needs; many people at once for the benches."""

import random
from collections.abc import Mapping
from datetime import date

from directory.people import services
from directory.people.enums import Audience, PersonKind
from directory.people.fields import FIELDS
from directory.people.models import Profile
from directory.people.services import AccreditationLine, Lines, NewPerson, SkillLine, TradeLine
from directory.vocabularies.models import Commune, Skill, Trade
from hub.core.accounts.actor import Actor
from hub.core.accounts.models import Affiliation, Membership, Organisation, User
from hub.core.accounts.selectors import actor_for
from hub.core.kit.text import slug
from tests.builders.accounts import SYSTEM, make_federation, make_member, make_person
from tests.builders.kept import kept

PUBLIC, FEDERATION, PRIVATE = Audience.PUBLIC, Audience.FEDERATION, Audience.PRIVATE


def widest(level: Audience) -> dict[str, Audience]:
    """Every field as far as that level, or as its ceiling lets it."""
    return {key: min(level, field.ceiling) for key, field in FIELDS.items() if len(field.choices) > 1}


@kept
def make_profile(
    organisation: Organisation | None = None, *, role: str = "entrepreneur", shown: Audience | Mapping[str, Audience] = PUBLIC,
    trades=(), skills=(), accreditations=(), first_name: str = "Ada", last_name: str = "", **values,
) -> Profile:  # fmt: skip
    """A person of a CAE and her profile; trades and skills are rows, words, or lines."""
    user = make_person(organisation or make_member(), role, first_name=first_name, last_name=last_name)
    lines = Lines(
        [line if isinstance(line, TradeLine) else TradeLine(line) for line in trades],
        [_skill(line) for line in skills],
        [line if isinstance(line, AccreditationLine) else AccreditationLine(line) for line in accreditations],
    )
    services.update_profile(Profile.unscoped.get(user=user), actor=actor_for(user), values=values, lines=lines)
    return show(Profile.unscoped.get(user=user), shown)


def _skill(line) -> SkillLine:
    if isinstance(line, SkillLine):
        return line
    return SkillLine(skill=line) if isinstance(line, Skill) else SkillLine(words=line)


def show(profile: Profile, shown: Audience | Mapping[str, Audience]) -> Profile:
    """Choose audiences in the place of the person."""
    wanted = widest(shown) if isinstance(shown, Audience) else shown
    services.set_audiences(profile, actor=actor_for(profile.user), audiences=wanted)
    return Profile.unscoped.select_related("user", "organisation", "commune").get(pk=profile.pk)


def stranger(*tokens: str) -> Actor:
    return Actor(audiences=frozenset({"public", *tokens}))


# -- in volume --------------------------------------------------------------------------------------------------------
FIRST = ["Solène", "Idriss", "Clarisse", "Gwenaël", "Aude", "Mathurin", "Maud", "Yann", "Aïcha", "Inès", "Kofi", "Lou", "Marius", "Oumar"]
LAST = ["Marchais", "Belkacem", "Okou", "Tanguy", "Lhermitte", "Lesage", "Haddad", "Macé", "Fournier", "Kaba", "Delmas", "Vidal"]


def many_people(count: int, cooperatives: int, *, start: int = 0) -> User:
    """Invented people over invented cooperatives of the federation, drawn with a fixed die; returns one of the staff.

    `start` numbers them, so that a second crowd may join the first.

    Needs some trades, skills and communes in the vocabularies.
    """
    die = random.Random(7)
    homes = [Organisation(kind="cae", name=f"Coopérative {n}", slug=slug(f"cooperative-{n}")) for n in range(start, start + cooperatives)]
    Organisation.objects.bulk_create(homes)
    federation = make_federation()
    Affiliation.objects.bulk_create(Affiliation(organisation=home, network=federation, starts_on=date(2020, 1, 1)) for home in homes)
    users = [_user(n, die) for n in range(start, start + count)]
    User.objects.bulk_create(users, batch_size=500)
    roles = ["advisor" if n < cooperatives else "entrepreneur" for n in range(count)]
    places = [homes[n % cooperatives] for n in range(count)]
    Membership.unscoped.bulk_create(
        [
            Membership(user=user, organisation=home, role_id=role, starts_on=date(2022, 1, 1))
            for user, home, role in zip(users, places, roles, strict=True)
        ],
        batch_size=500,
    )
    palette = (
        list(Trade.objects.order_by("pk")[:120]), list(Skill.objects.order_by("pk")[:600]),
        list(Commune.objects.select_related("department").order_by("pk")[:3000]),
    )  # fmt: skip
    people = (_new_person(user, home, role, palette, die) for user, home, role in zip(users, places, roles, strict=True))
    services.bulk_create(people, actor=SYSTEM)
    return users[0]


def _user(number: int, die: random.Random) -> User:
    user = User(
        email=f"foule{number}@example.org", first_name=die.choice(FIRST), last_name=f"{die.choice(LAST)} {number % 97}", password="!"
    )
    user.sort_name = User.sorted_by(user.first_name, user.last_name)
    return user


def _new_person(user: User, home: Organisation, role: str, palette, die: random.Random) -> NewPerson:
    trades, skills, communes = palette
    chance = die.random()
    level = PUBLIC if chance < 0.3 else FEDERATION if chance < 0.85 else PRIVATE
    values = {
        "trade_name": f"Atelier {die.choice(LAST)}", "presentation": "Je travaille dans le bâti ancien. " * die.randint(1, 9),
        "commune": die.choice(communes), "radius_km": die.choice([20, 40, 80]), "availability": {"2099-01": "free"},
    }  # fmt: skip
    lines = Lines(
        trades=[TradeLine(trade) for trade in die.sample(trades, die.randint(1, 2))],
        skills=[
            SkillLine(skill, evidence=die.choice(["", "trained", "taught"]), evidence_on=date(2025, 1, 1))
            for skill in die.sample(skills, die.randint(1, 4))
        ],
    )
    kind = PersonKind.STAFF if role == "advisor" else PersonKind.ENTREPRENEUR
    return NewPerson(user, home, kind, values, lines, widest(level) if level > PRIVATE else {})
