from django.apps import AppConfig


class DecisionsConfig(AppConfig):
    name = "workgroups.decisions"
    label = "decisions"
    verbose_name = "décisions et actions"

    def ready(self) -> None:
        from hub.core.audit import actions
        from workgroups.decisions import notifications, panels  # noqa: F401  they register themselves

        actions.register(
            {
                "workgroups.decision.record": "Décision d’un groupe notée",
                "workgroups.decision.update": "Décision d’un groupe récrite",
                "workgroups.decision.withdraw": "Décision d’un groupe retirée",
                "workgroups.action.create": "Action d’un groupe notée",
                "workgroups.action.update": "Action d’un groupe changée",
                "workgroups.action.close": "Action d’un groupe close",
                "workgroups.action.reopen": "Action d’un groupe rouverte",
            }
        )
