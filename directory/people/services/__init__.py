from directory.people.services.audiences import set_audiences
from directory.people.services.bulk import NewPerson, bulk_create
from directory.people.services.counts import follow_organisation, rebuild, rebuild_counts
from directory.people.services.erasure import erase_profile
from directory.people.services.files import set_file
from directory.people.services.lines import AccreditationLine, Lines, SkillLine, TradeLine
from directory.people.services.memberships import erase_departed, follow_everyone, follow_memberships, follow_name
from directory.people.services.profiles import Needs, create_profile, update_profile
from directory.people.services.relay import relay
from directory.people.services.saving import save_profile
from directory.people.services.views import note_export, note_view

__all__ = [
    "AccreditationLine",
    "Lines",
    "Needs",
    "NewPerson",
    "SkillLine",
    "TradeLine",
    "bulk_create",
    "create_profile",
    "erase_departed",
    "erase_profile",
    "follow_everyone",
    "follow_memberships",
    "follow_name",
    "follow_organisation",
    "note_export",
    "note_view",
    "rebuild",
    "rebuild_counts",
    "relay",
    "save_profile",
    "set_audiences",
    "set_file",
    "update_profile",
]
