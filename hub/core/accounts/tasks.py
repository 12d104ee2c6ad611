from datetime import timedelta

from django.contrib.sessions.backends.db import SessionStore

from hub.core.jobs.services import registry


@registry.periodic("accounts.ended_sessions", every=timedelta(minutes=30))
def remove_ended_sessions() -> None:
    """With what was typed into them (kept.py): nothing else removes their rows."""
    SessionStore.clear_expired()
