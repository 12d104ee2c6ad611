"""The test settings with the bare page, and a database file of their own (HUB_DATABASE_URL for another engine)."""

import os

from hub.settings.test import *  # noqa: F403
from hub.settings.test import INSTALLED_APPS

INSTALLED_APPS = ["tests.bench.bare", *INSTALLED_APPS]
CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
WHITENOISE_AUTOREFRESH = False
SECRET_KEY = os.environ.get("HUB_BENCH_KEY", "bench" * 12)
# what `wagtail start` writes
STOCK_MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]
