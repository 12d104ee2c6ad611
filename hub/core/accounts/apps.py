from django.apps import AppConfig
from django.db.models.signals import post_migrate


class AccountsConfig(AppConfig):
    name = "hub.core.accounts"
    label = "accounts"
    verbose_name = "comptes et organisations"

    def ready(self) -> None:
        from wagtail.models import Page
        from wagtail.permissions import register_permission_policy

        from hub.core.accounts import panels, receivers, roles  # noqa: F401  they register themselves
        from hub.core.accounts.audit_actions import ACTIONS
        from hub.core.accounts.models import Organisation
        from hub.core.accounts.policies import HubPagePolicy, OrganisationPolicy, permissions_for_user
        from hub.core.audit import actions
        from hub.core.audit.services import head_recipients

        register_permission_policy(Organisation, OrganisationPolicy(Organisation))
        register_permission_policy(Page, HubPagePolicy(Page))
        Page.permissions_for_user = permissions_for_user
        actions.register(ACTIONS)
        head_recipients(receivers.coordinators_addresses)
        post_migrate.connect(roles.follow_file, sender=self)
