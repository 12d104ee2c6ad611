"""Who may read and change a profile."""

from directory.people.enums import Audience
from directory.people.models import Profile
from directory.people.models.profiles import audience_of_reader, staffed_organisation
from hub.core.accounts import audiences
from hub.core.accounts.actor import Actor, Mandate
from hub.core.accounts.permissions import Permission


def is_own(actor: Actor, profile: Profile) -> bool:
    return actor.user_id is not None and actor.user_id == profile.user_id


def reading_level(actor: Actor, profile: Profile) -> Audience:
    """The level at which an actor reads a profile: she sees the fields of that level and of the wider ones."""
    if is_own(actor, profile):
        return Audience.REFERENT
    if profile.organisation_id == staffed_organisation(actor):
        return Audience.PRIVATE
    return audience_of_reader(actor)


def can_edit(actor: Actor, profile: Profile) -> bool:
    """Herself, or whoever manages the people of her CAE."""
    return is_own(actor, profile) or (profile.left_on is None and actor.can(Permission.PEOPLE_MANAGE, profile.organisation_id))


def can_choose_audiences(actor: Actor, profile: Profile) -> bool:
    """Showing is consent, and consent is hers."""
    return is_own(actor, profile)


def stranger(profile: Profile, level: Audience) -> Actor:
    """Someone who reads a profile at one level and is not its person: for showing her what others see."""
    tokens = {audiences.PUBLIC}
    if level <= Audience.FEDERATION:
        tokens.add(audiences.FEDERATION)
    if level > Audience.PRIVATE:
        return Actor(audiences=frozenset(tokens))
    home = profile.organisation
    tokens.add(audiences.staff(home.pk))
    mandate = Mandate(f"organisation:{home.pk}", home.pk, home.name, home.slug, "", frozenset(), True)
    return Actor(audiences=frozenset(tokens), mandate=mandate, is_staff=True)
