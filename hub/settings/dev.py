"""For whoever changes the hub: errors with their frames."""

from hub.settings.base import *  # noqa: F403

DEBUG = True
