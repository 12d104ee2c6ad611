"""Fast and closed: cheap passwords, mail and cache in memory, a data folder of its own, and nothing taken from the developer's environment.

HUB_TEST_DATABASE_URL (set by bin/test) runs the same tests on PostgreSQL.
"""

import atexit
import os
import shutil
import tempfile

for _name in (
    "HUB_PUBLIC_URL",
    "HUB_DATABASE_URL",
    "HUB_BROKER_URL",
    "HUB_EMAIL_URL",
    "HUB_SEARCH_URL",
    "HUB_STORAGE_URL",
    "HUB_CLAMAV_URL",
):
    os.environ.pop(_name, None)
    os.environ.pop(f"{_name}_FILE", None)
os.environ["HUB_DATA"] = tempfile.mkdtemp(prefix="hub-test-")
atexit.register(shutil.rmtree, os.environ["HUB_DATA"], ignore_errors=True)
if _database := os.environ.get("HUB_TEST_DATABASE_URL"):
    os.environ["HUB_DATABASE_URL"] = _database

from hub.settings.base import *  # noqa: E402, F403
from hub.settings.base import ALLOWED_HOSTS, DATABASES, PRIVATE_ROOT  # noqa: E402

if not _database:  # a file: in memory, threads would share one connection and no write lock would be seen
    DATABASES["default"]["TEST"] = {"NAME": os.path.join(os.environ["HUB_DATA"], "test.sqlite3")}
elif _template := os.environ.get("HUB_TEST_TEMPLATE"):
    DATABASES["default"]["TEST"] = {"TEMPLATE": _template}
ALLOWED_HOSTS += ["testserver", "localhost"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
PRIVATE_ROOT.mkdir()
BROKER_URL = "memory://"
WHITENOISE_AUTOREFRESH = True
