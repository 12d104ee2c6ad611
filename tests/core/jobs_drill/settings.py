"""Read by the drill's processes only; the folder and the broker come from the environment as for any hub."""

from hub.settings.base import *  # noqa: F403

INSTALLED_APPS = ["tests.core.jobs_drill.apps.DrillConfig", "hub.core.jobs"]
MIDDLEWARE: list[str] = []
ROOT_URLCONF = "tests.core.jobs_drill.urls"
WSGI_APPLICATION = None
AUTH_USER_MODEL = "auth.User"
TEMPLATES: list[object] = []
