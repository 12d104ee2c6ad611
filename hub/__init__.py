import gc

gc.set_threshold(50_000, 20, 100)  # a start makes a million objects that last: looking for garbage after every 700 is an eighth of its time

from hub.celery import app as celery_app  # noqa: E402

__all__ = ["celery_app"]
