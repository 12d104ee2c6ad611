from directory.people.services.audiences import set_audiences
from directory.people.services.bulk import NewPerson, bulk_create
from directory.people.services.counts import follow_organisation, rebuild, rebuild_counts
from directory.people.services.erasure import erase_profile
from directory.people.services.files import set_file
from directory.people.services.lines import AccreditationLine, Lines, SkillLine, TradeLine
from directory.people.services.memberships import follow_everyone, follow_memberships
from directory.people.services.profiles import create_profile, update_profile
from directory.people.services.views import note_export, note_view

__all__ = [
    "AccreditationLine",
    "Lines",
    "NewPerson",
    "SkillLine",
    "TradeLine",
    "bulk_create",
    "create_profile",
    "erase_profile",
    "follow_everyone",
    "follow_memberships",
    "follow_organisation",
    "note_export",
    "note_view",
    "rebuild",
    "rebuild_counts",
    "set_audiences",
    "set_file",
    "update_profile",
]
