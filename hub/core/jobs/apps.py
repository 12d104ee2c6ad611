from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "hub.core.jobs"
    label = "jobs"
    verbose_name = "tâches de fond"

    def ready(self) -> None:
        from hub.core.jobs import health, tasks  # noqa: F401  tasks registers itself

        health.register_own()
