"""Shared by all tests; what they obey and may use is in tests/plugins/."""

PLUGINS = ("strict", "databases", "lean", "pages", "browser", "quick")
pytest_plugins = [f"tests.plugins.{name}" for name in PLUGINS]
