from django.apps import AppConfig


class GroupsConfig(AppConfig):
    name = "workgroups.groups"
    label = "workgroups"
    verbose_name = "groupes de travail"

    def ready(self) -> None:
        from hub.core.accounts import audiences
        from hub.core.audit import actions
        from hub.core.documents import formats, kinds
        from workgroups.groups import notifications, panels, selectors  # noqa: F401  they register themselves
        from workgroups.groups.services.documents import KIND

        audiences.provider(selectors.tokens_of)
        kinds.register(
            KIND, "document d’un groupe de travail", formats.PDF | formats.OFFICE | formats.IMAGES | formats.TEXT, 10 * formats.MB
        )
        actions.register(
            {
                "workgroups.group.create": "Groupe de travail créé",
                "workgroups.group.update": "Présentation ou charte d’un groupe modifiée",
                "workgroups.group.open": "Groupe de travail ouvert à la fédération",
                "workgroups.group.end": "Groupe de travail terminé",
                "workgroups.group.abandon": "Préparation d’un groupe abandonnée",
                "workgroups.group.resume": "Préparation d’un groupe reprise",
                "workgroups.group.delete": "Groupe effacé avant d’avoir rien écrit",
                "workgroups.member.add": "Membre ajouté à un groupe",
                "workgroups.member.role": "Rôle d’un membre de groupe changé",
                "workgroups.member.remove": "Membre sorti d’un groupe",
                "workgroups.document.add": "Document déposé dans un groupe",
                "workgroups.document.audience": "Lecteurs d’un document de groupe changés",
                "workgroups.document.remove": "Document retiré d’un groupe",
            }
        )
