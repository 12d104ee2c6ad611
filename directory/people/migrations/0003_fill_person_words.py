from django.db import migrations

AUDIENCES = {"private": 1, "federation": 2, "public": 3}
BATCH = 500


def fill(apps, schema_editor):
    """What services write from now on (derived.found_by), from the columns as they are."""
    Profile, PersonWords = apps.get_model("people", "Profile"), apps.get_model("people", "PersonWords")
    rows = Profile.unscoped.prefetch_related("trades", "skills").order_by("pk")
    batch = []
    for profile in rows.iterator(chunk_size=BATCH):
        held = [(profile.department_level, f"department:{profile.department_id}")] if profile.department_id else []
        held += [(row.level, f"trade:{row.trade_id}") for row in profile.trades.all()]
        held += [(row.level, f"skill:{row.value}") for row in profile.skills.all()]
        home = f"organisation:{profile.organisation_id}"
        row = PersonWords(profile=profile, organisation_id=profile.organisation_id, level=profile.level)
        for word, least in AUDIENCES.items():
            setattr(row, f"words_{word}", getattr(profile, f"words_{word}"))
            setattr(row, f"values_{word}", " ".join([home, *(value for level, value in held if level >= least)]))
        batch.append(row)
        if len(batch) == BATCH:
            PersonWords.unscoped.bulk_create(batch)
            batch = []
    PersonWords.unscoped.bulk_create(batch)


def bring_back(apps, schema_editor):
    Profile, PersonWords = apps.get_model("people", "Profile"), apps.get_model("people", "PersonWords")
    for row in PersonWords.unscoped.iterator(chunk_size=BATCH):
        words = {f"words_{word}": getattr(row, f"words_{word}") for word in AUDIENCES}
        Profile.unscoped.filter(pk=row.pk).update(**words)
    PersonWords.unscoped.all().delete()


class Migration(migrations.Migration):
    dependencies = [("people", "0002_person_words")]
    operations = [migrations.RunPython(fill, bring_back)]
