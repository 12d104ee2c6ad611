"""Whom a cooperative entered until now, and who has accepted none of its invitations: the audit trail says both."""

from django.db import migrations


def mark_them(apps, schema_editor):
    alias = schema_editor.connection.alias
    Membership, User, Line = (apps.get_model(*name) for name in (("accounts", "Membership"), ("accounts", "User"), ("audit", "AuditEntry")))
    lines = Line._base_manager.using(alias).exclude(actor_id=None)
    accepted = set(lines.filter(action="accounts.invitation.accept").values_list("actor_id", "organisation_id"))
    came_by_herself = {actor for actor, _ in accepted}
    given = lines.filter(action="accounts.role.give", object_kind="accounts.membership").values_list("object_id", "actor_id")
    for pk, giver in list(given):
        row = Membership._base_manager.using(alias).filter(pk=pk).exclude(user=giver).first()
        if row is None or (row.user_id, row.organisation_id) in accepted:
            continue
        Membership._base_manager.using(alias).filter(pk=pk).update(awaits_her_yes=True)
        if row.user_id not in came_by_herself:
            User._base_manager.using(alias).filter(pk=row.user_id).update(is_named_by_others=True)


class Migration(migrations.Migration):

    dependencies = [
        ("accounts", "0012_entered_without_her_yes"),
        ("audit", "0001_initial"),
    ]

    operations = [
        migrations.RunPython(mark_them, migrations.RunPython.noop),
    ]
