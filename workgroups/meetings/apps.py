from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    name = "workgroups.meetings"
    label = "meetings"
    verbose_name = "réunions"

    def ready(self) -> None:
        from hub.core.audit import actions
        from workgroups.meetings import notifications, panels  # noqa: F401  they register themselves

        actions.register(
            {
                "workgroups.meeting.create": "Réunion de groupe fixée",
                "workgroups.meeting.update": "Réunion de groupe modifiée",
                "workgroups.meeting.minutes": "Compte rendu de réunion écrit",
                "workgroups.meeting.cancel": "Réunion de groupe annulée",
            }
        )
