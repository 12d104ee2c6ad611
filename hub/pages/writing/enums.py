from enum import StrEnum


class Writers(StrEnum):
    """Who writes pages of a kind, and who may change one."""

    EVERYONE = "everyone"  # every member of the federation; the author alone changes hers
    TEAM = "team"  # support teams; a page belongs to the team, or to the group, in whose name it was written
    NEWSROOM = "newsroom"  # the coordinator, and whoever runs a working group
