"""Resources: every version kept, the newest served, files read by those who read the page and by nobody else."""

import hashlib
from importlib import import_module

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from hub.core.accounts.audiences import person
from hub.core.accounts.errors import UnscopedQuery
from hub.core.accounts.selectors import actor_for
from hub.core.audit.models import AuditEntry
from hub.core.documents.models import FileAudience, PrivateFile
from hub.core.documents.models.private import private_storage
from hub.core.jobs import runner
from hub.core.kit.dates import date_fr, today
from hub.core.privacy.services import erase
from hub.pages.library import services
from hub.pages.library.licences import licences
from hub.pages.library.models import ResourcePage, ResourceUse, ResourceVersion
from hub.pages.writing import services as writing
from tests.builders.accounts import SYSTEM, join, make_coordinator, make_member, sign_in
from tests.builders.life import make_resource, text_file, writer
from tests.builders.workgroups import facilitator_of, join_group, make_group
from workgroups.groups.errors import NotPossible

pytestmark = pytest.mark.django_db


def url(name, page, *more):
    return reverse(f"library:{name}", args=[page.public_id, *more])


def body_of(response):
    return b"".join(response.streaming_content)


def test_a_resource_is_shared_with_its_licence_and_its_digest():
    author = writer()
    typed = {"title": "Convention type", "body": "À adapter.", "theme": "juridique", "audience": "federation", "licence_key": "cc-by-sa"}

    sign_in(author).post(reverse("library:new"), typed | {"file": text_file("mots de la convention")})

    page = ResourcePage.objects.get()
    shown = sign_in(writer()).get(page.get_absolute_url()).content.decode()
    assert hashlib.sha256(b"mots de la convention").hexdigest() in shown
    assert ("CC BY-SA 4.0" in shown, "Non vérifié" in shown) == (True, True)


def test_a_resource_sent_twice_is_one_and_another_file_is_another():
    client = sign_in(writer())
    typed = {"title": "Convention type", "body": "À adapter.", "audience": "federation", "licence_key": "cc-by-sa"}
    key = "0193a000-0000-7000-8000-000000000001"

    for content in ("mots de la convention", "mots de la convention", "le bon fichier"):
        client.post(reverse("library:new"), typed | {"file": text_file(content), "key": key})

    digests = {row.file.sha256 for row in ResourceVersion.unscoped.select_related("file")}
    assert digests == {hashlib.sha256(content).hexdigest() for content in (b"mots de la convention", b"le bon fichier")}
    assert ResourcePage.objects.count() == 2


def test_the_same_resource_in_a_form_that_back_fetched_anew_is_the_same():
    client = sign_in(writer())
    typed = {"title": "Convention type", "body": "À adapter.", "audience": "federation", "licence_key": "cc-by-sa"}

    for number, content in enumerate(("mots de la convention", "mots de la convention", "le bon fichier")):
        key = f"0193a000-0000-7000-8000-00000000000{number}"
        client.post(reverse("library:new"), typed | {"file": text_file(content), "key": key})

    assert (ResourcePage.objects.count(), ResourceVersion.unscoped.count()) == (2, 2)


def test_every_version_is_kept_and_the_newest_is_served():
    author = writer()
    page = make_resource(author=author, content="un")
    sign_in(author).post(url("new_version", page), {"file": text_file("deux"), "note": "Article 4 ajouté"})
    reader = sign_in(writer())

    newest = reader.get(url("newest", page), follow=True)
    first = reader.get(ResourceVersion.unscoped.get(number=1).file.get_absolute_url())

    assert (body_of(newest), body_of(first)) == (b"deux", b"un")
    assert "Article 4 ajouté" in reader.get(page.get_absolute_url()).content.decode()


def test_the_same_bytes_are_no_version_and_the_store_keeps_nothing_of_them():
    author = writer()
    page = make_resource(author=author, content="un")

    again = sign_in(author).post(url("new_version", page), {"file": text_file("un"), "note": "x"})

    assert "exactement celui de la version 1" in again.content.decode()
    assert (ResourceVersion.unscoped.count(), PrivateFile.unscoped.count()) == (1, 1)


def test_the_file_of_an_older_version_is_removed_and_its_line_stays():
    author = writer()
    page = make_resource(author=author, content="des noms")
    services.add_version(page, file=text_file("deux"), note="Sans les noms", actor=actor_for(author))
    old, client, reader = ResourceVersion.unscoped.get(number=1), sign_in(author), sign_in(writer())
    file, asked = old.file, url("remove_file", page, page.versions.get(number=1).pk)
    stored = private_storage()

    assert (asked in client.get(page.get_absolute_url()).content.decode(), asked in reader.get(page.get_absolute_url()).content.decode()) == (
        True, False,
    )  # fmt: skip
    assert "effacé du hub" in client.get(asked).content.decode()
    assert (reader.get(file.get_absolute_url()).status_code, stored.exists(file.storage_name)) == (200, True)
    assert [client.post(asked).status_code for _ in range(2)] == [302, 302]
    runner.drain()

    shown = reader.get(page.get_absolute_url()).content.decode()
    assert f"fichier retiré le {date_fr(today())}" in shown
    assert file.sha256 not in shown
    assert reader.get(file.get_absolute_url()).status_code == 404
    assert not stored.exists(file.storage_name)
    assert body_of(reader.get(url("newest", page), follow=True)) == b"deux"
    assert AuditEntry.objects.filter(action="life.resource.remove_file").count() == 1
    writing.save(page, facts={"audience": "public"}, actor=actor_for(author))
    assert Client().get(url("newest", page), follow=True).status_code == 200, "the other files follow the page"


def test_the_version_that_is_served_keeps_its_file_until_another_replaces_it():
    author = writer()
    page = make_resource(author=author)
    client, asked = sign_in(author), url("remove_file", page, page.versions.get(number=1).pk)

    assert asked not in client.get(page.get_absolute_url()).content.decode()
    for answer in (client.get(asked), client.post(asked)):
        assert answer.url == page.get_absolute_url()
    with pytest.raises(NotPossible, match="version servie"):
        services.remove_file(ResourceVersion.unscoped.get(), actor=SYSTEM)
    services.add_version(page, file=text_file("deux"), note="x", actor=actor_for(author))
    old = ResourceVersion.unscoped.get(number=1)
    for _ in range(2):
        services.remove_file(old, actor=SYSTEM)

    assert AuditEntry.objects.filter(action="life.resource.remove_file").count() == 1
    assert [row.file is None for row in page.versions.all()] == [False, True]
    again = services.add_version(page, file=text_file("Modèle"), note="Revenue", actor=actor_for(author))
    assert again.number == 3


def test_only_who_writes_a_resource_removes_a_file_of_it():
    home = make_member()
    page = make_resource(author=writer(home))
    services.add_version(page, file=text_file("deux"), note="x", actor=SYSTEM)
    asked = url("remove_file", page, page.versions.get(number=1).pk)
    people = {"team": writer(home), "other": writer(), "coordinator": make_coordinator()}

    assert {name: sign_in(user).get(asked).status_code for name, user in people.items()} == {"team": 200, "other": 403, "coordinator": 403}
    assert sign_in(people["other"]).post(asked).status_code == 403
    assert sign_in(people["team"]).get(url("remove_file", page, make_resource().newest.pk)).status_code == 404
    assert ResourceVersion.unscoped.filter(file=None).count() == 0


def test_files_follow_the_readers_of_the_page():
    group = make_group()
    author = facilitator_of(group)
    page = make_resource(author=author, content="secret")
    services.add_version(page, file=text_file("secret deux"), note="x", actor=actor_for(author))
    files = [row.file.get_absolute_url() for row in ResourceVersion.unscoped.all()]
    people = {"author": author, "member": join_group(group), "other": writer()}

    def readers():
        return [{name for name, user in people.items() if sign_in(user).get(file).status_code == 200} for file in files]

    before = readers()
    writing.save(page, facts={"audience": group.token, "workgroup_id": group.pk}, actor=actor_for(author))
    inside = readers()
    writing.take_down(page, actor=actor_for(author))
    down = readers()
    writing.publish(page, actor=actor_for(author))

    assert before == [{"author", "member", "other"}] * 2
    assert inside == [{"author", "member"}] * 2
    assert down[0] >= {"author"}
    assert "other" not in down[0] | down[1]
    assert readers() == inside
    assert Client().get(files[0]).status_code == 404


def test_a_withdrawn_resource_s_files_leave_with_it_and_come_back_with_it():
    page, reader = make_resource(audience="public", author=writer()), Client()
    file = ResourceVersion.unscoped.get().file.get_absolute_url()
    coordinator = actor_for(make_coordinator())

    before = reader.get(file).status_code
    writing.withdraw(page, reason="Droits", actor=coordinator)
    during = reader.get(file).status_code
    writing.restore(page, actor=coordinator)

    assert (before, during, reader.get(file).status_code) == (200, 404, 200)


def test_only_its_team_adds_a_version_and_not_to_a_withdrawn_page():
    home = make_member()
    page = make_resource(author=writer(home))

    assert sign_in(writer()).get(url("new_version", page)).status_code == 403
    assert sign_in(writer(home)).get(url("new_version", page)).status_code == 200
    writing.withdraw(page, reason="x", actor=actor_for(make_coordinator()))
    with pytest.raises(NotPossible):
        services.add_version(page, file=text_file("trois"), note="x", actor=actor_for(page.author))
    with pytest.raises(UnscopedQuery):
        list(ResourceVersion.objects.all())


def test_a_refused_file_is_said_and_what_was_typed_stays():
    typed = {"title": "Mes mots", "body": "x", "theme": "", "audience": "federation", "licence_key": "cc-by"}

    answer = sign_in(writer()).post(reverse("library:new"), typed | {"file": text_file("MZ\x90", name="outil.exe")})

    assert "<title>Erreur" in answer.content.decode()
    assert "Mes mots" in answer.content.decode()
    assert not ResourcePage.objects.exists()


def test_resources_are_filtered_by_licence():
    make_resource("Libre", licence_key="cc-by")
    make_resource("Interne", licence_key="interne", content="autre")
    client = sign_in(writer())

    assert [page.title for page in client.get(reverse("library:list") + "?licence=interne").context["page"]] == ["Interne"]
    assert [page.title for page in client.get(reverse("library:list") + "?licence=CC+BY+4.0").context["page"]] == ["Libre"]


def test_every_licence_says_what_it_allows_and_where_its_text_is():
    assert all(one.label and one.says for one in licences().values())
    assert all(one.url.startswith("https://") for key, one in licences().items() if key != "interne")


# -- what an author's leaving leaves ------------------------------------------------------------------------------------
def test_files_stored_when_their_author_was_a_reader_of_her_own_are_the_team_s_after_the_migration():
    author = writer()
    make_resource(author=author)
    file = ResourceVersion.unscoped.get().file
    other = make_resource("Autre nature", author=author, content="autre").newest.file
    PrivateFile.unscoped.filter(pk=other.pk).update(kind="people.certificate")
    hers = person(author.pk)
    for one in (file, other):
        FileAudience.objects.create(file=one, token=hers)

    import_module("hub.pages.library.migrations.0002_files_of_the_team").take_authors_out(apps, None)

    assert not FileAudience.objects.filter(file=file, token=hers).exists()
    assert FileAudience.objects.filter(file=file).exists()
    assert FileAudience.objects.filter(file=other, token=hers).exists(), "only those of resources"


def test_who_is_erased_is_no_reader_of_any_file():
    author = writer()
    make_resource(author=author)
    file = ResourceVersion.unscoped.get().file
    FileAudience.objects.create(file=file, token=person(author.pk))

    erase(author, actor=SYSTEM)

    assert not FileAudience.objects.filter(token=person(author.pk)).exists()
    assert PrivateFile.unscoped.filter(pk=file.pk).exists()


# -- who uses it -------------------------------------------------------------------------------------------------------
def test_a_team_says_that_its_cae_uses_a_resource_and_takes_it_back():
    page, home = make_resource(), make_member("L’Étançon")
    client = sign_in(writer(home))
    assert "L’Étançon s’en sert" in client.get(page.get_absolute_url()).content.decode()

    for _ in range(2):
        client.post(url("use", page), {"on": "1"})
    sign_in(writer(home)).post(url("use", page), {"on": "1"})

    shown = sign_in(writer()).get(page.get_absolute_url()).content.decode()
    assert "<li>L’Étançon</li>" in shown
    assert ResourceUse.unscoped.count() == 1, "once per organisation"
    assert "L’Étançon ne s’en sert plus" in client.get(page.get_absolute_url()).content.decode()
    client.post(url("use", page), {"on": "0"})
    assert not ResourceUse.unscoped.exists()
    assert list(AuditEntry.objects.filter(action__in=["life.resource.use", "life.resource.unuse"]).values_list("action", flat=True)) == [
        "life.resource.use", "life.resource.unuse",
    ]  # fmt: skip


def test_who_uses_it_is_said_inside_the_federation():
    page, home = make_resource(audience="public", author=writer()), make_member("L’Étançon")
    sign_in(writer(home)).post(url("use", page))

    assert "L’Étançon" not in Client().get(page.get_absolute_url()).content.decode()
    with pytest.raises(UnscopedQuery):
        list(ResourceUse.objects.all())


def test_an_entrepreneur_does_not_speak_for_her_cae_and_nobody_of_what_she_does_not_read():
    group = make_group()
    page, hidden = make_resource(), make_resource("Du groupe", author=facilitator_of(group), group=group, content="autre")

    entrepreneur = writer(role="entrepreneur")
    join(entrepreneur, make_member(), "advisor")  # of the team elsewhere: the door lets her through
    mandate = f"organisation:{entrepreneur.memberships(manager='unscoped').get(role='entrepreneur').organisation_id}"
    assert sign_in(entrepreneur, mandate=mandate).post(url("use", page)).status_code == 403
    assert sign_in(writer()).post(url("use", hidden)).status_code == 404
    writing.take_down(page, actor=actor_for(page.author))
    assert sign_in(page.author).post(url("use", page)).status_code == 403
    assert not ResourceUse.unscoped.exists()
