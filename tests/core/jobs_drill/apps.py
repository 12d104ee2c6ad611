from django.apps import AppConfig


class DrillConfig(AppConfig):
    name = "tests.core.jobs_drill"
    label = "jobs_drill"

    def ready(self) -> None:
        from tests.core.jobs_drill import tasks  # noqa: F401  it registers itself
