"""Shared by all tests; what they obey and may use is in tests/plugins/."""

pytest_plugins = ["tests.plugins.strict", "tests.plugins.pages", "tests.plugins.browser", "tests.plugins.quick", "tests.plugins.databases"]
