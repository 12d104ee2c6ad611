from django.apps import AppConfig


class AttendanceConfig(AppConfig):
    name = "trainings.attendance"
    label = "attendance"
    verbose_name = "émargement"

    def ready(self) -> None:
        from hub.core.audit import actions
        from trainings.attendance import kinds, notifications, panels  # noqa: F401  they register themselves

        actions.register(
            {
                "trainings.attendance.sign": "Présence signée",
                "trainings.attendance.absent": "Absence notée",
                "trainings.attendance.left": "Départ noté après la signature",
                "trainings.attendance.clear": "Ligne d’émargement retirée",
                "trainings.attendance.close": "Feuille d’émargement close",
                "trainings.attendance.correct": "Feuille d’émargement corrigée",
                "trainings.attendance.code": "Code de signature envoyé",
                "trainings.attendance.read": "Feuille d’émargement lue",
            }
        )
