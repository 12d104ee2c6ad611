"""Shared by all tests; what they obey and may use is in tests/plugins/."""

PLUGINS = ("strict", "lean", "pages", "browser", "quick", "databases")
pytest_plugins = [f"tests.plugins.{name}" for name in PLUGINS]
