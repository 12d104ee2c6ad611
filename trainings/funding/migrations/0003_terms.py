from django.db import migrations, models


def keep_terms(apps, schema_editor):
    """Of the files that are there: what the session is today, but the first day that the accord was given for."""
    for row in apps.get_model("funding", "FundingFile").unscoped.select_related("session"):
        session = row.session
        days = {name: getattr(session, name).isoformat() if getattr(session, name) else None for name in ("starts_on", "ends_on")}
        terms = {**days, "minutes": session.duration_minutes, "price_cents": session.price_cents}
        row.agreed_terms = terms if row.agreement_file_id else {}
        row.filed_terms = {**terms, **({"starts_on": row.granted_for.isoformat()} if row.granted_for else {})} if row.filed_on else {}
        row.save(update_fields=["agreed_terms", "filed_terms"])


def keep_days(apps, schema_editor):
    for row in apps.get_model("funding", "FundingFile").unscoped.filter(status__in=["granted", "partly_granted", "running"]):
        row.granted_for = row.filed_terms.get("starts_on")
        row.save(update_fields=["granted_for"])


class Migration(migrations.Migration):
    dependencies = [("funding", "0002_agreements_for_who_follows_files"), ("training_sessions", "0004_kept_name")]

    operations = [
        migrations.AddField("fundingfile", "agreed_terms", models.JSONField("convenue pour", default=dict, blank=True, editable=False)),
        migrations.AddField("fundingfile", "filed_terms", models.JSONField("demandée pour", default=dict, blank=True, editable=False)),
        migrations.RunPython(keep_terms, keep_days),
    ]
