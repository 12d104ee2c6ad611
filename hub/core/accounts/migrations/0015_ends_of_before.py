"""Who noted the ends that are there already, and when: the last line of the audit trail says both."""

from django.db import migrations
from django.utils import timezone


def name_them(apps, schema_editor):
    alias = schema_editor.connection.alias
    Membership, Organisation, Line = (
        apps.get_model(*name)._base_manager.using(alias)
        for name in (("accounts", "Membership"), ("accounts", "Organisation"), ("audit", "AuditEntry"))
    )
    federation = Organisation.filter(is_federation=True).values_list("pk", flat=True).first()
    lines = Line.filter(action__in=["accounts.role.withdraw", "accounts.role.last_day"], object_kind="accounts.membership").order_by("seq")
    for pk, at, actor, on_behalf in list(lines.values_list("object_id", "at", "actor_id", "on_behalf_id")):  # of two, the last one stays
        by = "" if actor is None else "coordination" if on_behalf == federation else "organisation"
        Membership.filter(pk=pk).exclude(ends_on=None).update(ended_by=by, end_noted_on=timezone.localtime(at).date())


class Migration(migrations.Migration):

    dependencies = [
        ("accounts", "0014_who_ended_a_membership"),
        ("audit", "0001_initial"),
    ]

    operations = [
        migrations.RunPython(name_them, migrations.RunPython.noop),
    ]
