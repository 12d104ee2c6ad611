"""Entries: how they follow their organisation, who sees them, who changes them."""

import json
from datetime import date, timedelta

import pytest
from django.urls import reverse

from directory.cooperatives import panels, rules, selectors, services
from directory.cooperatives.models import DirectoryEntry
from hub.core.accounts import services as accounts
from hub.core.accounts.actor import Actor
from hub.core.accounts.errors import UnscopedQuery
from hub.core.accounts.models import Accreditation, Organisation, Succession
from hub.core.audit.models import AuditEntry
from hub.core.jobs.models import Outbox
from hub.core.kit.dates import today
from tests.builders.accounts import make_coordinator
from tests.builders.accounts import sign_in as client_of
from tests.builders.cooperatives import SYSTEM, director_of, make_actor, make_entry, make_network, make_organisation, sign_in
from tests.builders.vocabularies import make_commune, make_department, make_trade

pytestmark = pytest.mark.django_db
ANYONE = Actor.anonymous()


# -- following the organisation ---------------------------------------------------------------------------------------


def test_a_new_organisation_has_an_entry_under_its_own_id():
    organisation = make_organisation("Élan d’essai", department_codes=["33", "2A"])

    entry = DirectoryEntry.unscoped.get()
    assert entry.pk == entry.organisation_id == organisation.pk
    assert entry.sort_key == "elan d'essai"
    assert {row.code for row in entry.departments.all()} == {"33", "2A"}
    assert entry.is_published


def test_an_entry_follows_the_name_and_the_departements_of_its_organisation():
    entry = make_entry("Avant", department_codes=["33"])
    make_department("24")
    entry.organisation.name, entry.organisation.department_codes = "Après", ["24"]

    accounts.update_organisation(entry.organisation, actor=SYSTEM)

    entry = DirectoryEntry.unscoped.get()
    assert entry.sort_key == "apres"
    assert [row.code for row in entry.departments.all()] == ["24"]
    assert " dordogne" in entry.words_key


def test_an_entry_takes_its_commune_from_the_postal_address_only_without_doubt():
    commune = make_commune("Lormont", postal_codes="33310")
    make_commune("Saint-Martin", "32389", "32", "32300")
    make_commune("Saint-Martin", "65392", "65", "65360")

    sure = make_organisation("Sûre", postal_code="33310", city="Lormont")
    vague = make_organisation("Vague", city="Saint-Martin")

    assert sure.entry.commune == commune
    assert (vague.entry.commune, vague.entry.city) == (None, "Saint-Martin")


def test_each_change_asks_for_the_entry_to_be_indexed():
    entry = make_entry("Coop")
    Outbox.objects.all().delete()

    accounts.update_organisation(entry.organisation, actor=SYSTEM)
    entry.website = "https://coop.example.org/"
    services.update_entry(entry, actor=SYSTEM)

    lines = Outbox.objects.filter(topic="search.index")
    assert {line.payload["id"] for line in lines} == {str(entry.pk)}


def test_updating_an_entry_names_the_fields_in_the_audit_and_not_what_they_held():
    entry, trade = make_entry("Coop"), make_trade()
    entry.presentation = "KANARI"

    services.update_entry(entry, actor=SYSTEM, trades=[trade])
    services.update_entry(entry, actor=SYSTEM, trades=[trade])

    lines = AuditEntry.objects.filter(action="cooperatives.entry.update")
    assert len(lines) == 1
    assert "KANARI" not in str(lines[0].data)
    assert "presentation" in str(lines[0].data)
    assert lines[0].organisation_id == entry.organisation_id


# -- who sees, who changes --------------------------------------------------------------------------------------------


def test_reading_entries_for_nobody_is_an_error():
    make_entry()

    with pytest.raises(UnscopedQuery):
        list(DirectoryEntry.objects.all())


def test_a_hidden_entry_is_for_its_own_staff_and_the_coordinator():
    hidden, other = make_entry("Cachée", is_published=False), make_entry("Autre")
    own, stranger = make_actor(hidden.organisation), make_actor(other.organisation)
    member = make_actor(hidden.organisation, is_staff=False)
    coordinator = make_actor(other.organisation, is_coordinator=True)

    seen = {
        who: set(DirectoryEntry.objects.visible_to(actor))
        for who, actor in {"own": own, "stranger": stranger, "member": member, "coordinator": coordinator, "anyone": ANYONE}.items()
    }

    assert seen == {
        "own": {hidden, other}, "coordinator": {hidden, other}, "stranger": {other}, "member": {other}, "anyone": {other},
    }  # fmt: skip


def test_a_hidden_page_answers_like_one_that_does_not_exist(client):
    make_entry("Cachée", is_published=False)

    hidden, absent = client.get("/cooperatives/cachee/"), client.get("/cooperatives/absente/")

    assert hidden.status_code == absent.status_code == 404
    assert hidden.content.replace(b"cachee", b"") == absent.content.replace(b"absente", b"")


def test_only_who_manages_the_organisation_may_edit():
    mine, other = make_entry("La mienne"), make_entry("Une autre")

    assert rules.can_edit_entry(director_of(mine.organisation), mine)
    assert not rules.can_edit_entry(director_of(other.organisation), mine)
    assert not rules.can_edit_entry(make_actor(mine.organisation), mine)
    assert not rules.can_edit_entry(ANYONE, mine)
    assert rules.can_edit_entry(make_actor(other.organisation, is_coordinator=True), mine)


def test_edit_page_is_closed_to_strangers_and_to_those_without_the_right(client):
    mine, other, hidden = make_entry("La mienne"), make_entry("Une autre"), make_entry("Cachée", is_published=False)
    address = reverse("cooperatives:edit", args=[mine.organisation.slug])

    assert client.get(address).url.startswith("/connexion/")
    sign_in(client, other.organisation)
    assert client.get(address).status_code == 403
    assert client.post(address, {}).status_code == 403
    assert client.get(reverse("cooperatives:edit", args=[hidden.organisation.slug])).status_code == 404
    sign_in(client, mine.organisation, role="advisor")
    assert client.get(address).status_code == 403
    sign_in(client, mine.organisation, role="entrepreneur")
    assert client.get(address).status_code == 403
    sign_in(client, mine.organisation)
    assert client.get(address).status_code == 200


FACE = {
    "fiche-is_published": "on", "fiche-presentation": "Texte gardé", "fiche-website": "https://coop.example.org/",
    "fiche-commune": "Lormont", "fiche-building_trade": "True", "fiche-trades": ["Maçonnerie", ""],
}  # fmt: skip
FACTS = {
    "faits-name": "Coop", "faits-short_name": "", "faits-legal_form": "sarl", "faits-cooperative_statute": "scop",
    "faits-siren": "732 829 320", "faits-siret": "732 829 320 00074", "faits-ape_code": "43.22A", "faits-idcc": "1596",
    "faits-nda_number": "75 33 12345 33", "faits-nda_region": "Nouvelle-Aquitaine", "faits-department_codes": "33 ; 24",
    "faits-street": "1 rue de l’Essai", "faits-postal_code": "33310", "faits-city": "Lormont",
    "faits-representative_name": "Ada Exemple", "faits-representative_role": "gérante",
}  # fmt: skip


def test_director_saves_both_halves_of_the_page_at_once(client):
    entry, trade, commune = make_entry("Coop", department_codes=["33"]), make_trade(), make_commune()
    make_department("24")
    sign_in(client, entry.organisation)

    answer = client.post("/cooperatives/coop/modifier/", FACE | FACTS | seen(client))

    assert answer.status_code == 302, answer.context["face"].errors | answer.context["facts"].errors
    entry = DirectoryEntry.unscoped.get(pk=entry.pk)
    organisation = Organisation.objects.get(pk=entry.pk)
    assert (entry.commune, entry.city, entry.building_trade) == (commune, "Lormont", True)
    assert list(entry.trades.all()) == [trade]
    assert (organisation.siren, organisation.siret, organisation.ape_code) == ("732829320", "73282932000074", "4322A")
    assert organisation.department_codes == ["33", "24"]
    assert organisation.nda_number == "75331234533"
    assert {row.code for row in entry.departments.all()} == {"33", "24"}


def test_the_contact_of_an_organisation_is_entered_on_its_page_and_read_there(client):
    entry, _trade, _commune = make_entry("Coop", department_codes=["33"], kind="local_partner"), make_trade(), make_commune()
    make_department("24")
    sign_in(client, entry.organisation)
    contact = {"fiche-email": "accueil@coop.example.org", "fiche-phone": "+33 1 99 00 12 34"}

    assert client.post("/cooperatives/coop/modifier/", FACE | FACTS | contact | seen(client)).status_code == 302

    client.logout()
    page = client.get("/cooperatives/coop/").content.decode()
    assert 'href="mailto:accueil@coop.example.org"' in page
    assert 'href="tel:+33199001234"' in page
    assert "+33\u00a01\u00a099\u00a000\u00a012\u00a034" in page
    assert 'href="/cooperatives/?nature=partenaires-locaux">Partenaires locaux</a>' in page
    line = AuditEntry.objects.get(action="cooperatives.entry.update")
    assert {"email", "phone"} <= set(json.loads(line.data)["fields"])
    assert "accueil" not in line.data


def test_of_two_who_change_the_contact_the_second_reads_the_first(client):
    entry, _trade, _commune = make_entry("Coop", department_codes=["33"]), make_trade(), make_commune()
    make_department("24")
    sign_in(client, entry.organisation)
    opened = FACE | FACTS | seen(client)
    client.post("/cooperatives/coop/modifier/", opened | {"fiche-phone": "01 99 00 12 34"})

    answer = client.post("/cooperatives/coop/modifier/", opened | {"fiche-phone": "01 99 00 56 78"})

    assert answer.status_code == 409
    assert "Téléphone" in {label for label, _html in answer.context["conflict"]}
    assert DirectoryEntry.unscoped.get(pk=entry.pk).phone == "01 99 00 12 34"


def seen(client):
    """The stamp of the page that somebody opens now."""
    return {"faits-seen": client.get("/cooperatives/coop/modifier/").context["facts"]["seen"].value()}


def test_the_second_of_two_people_who_save_the_page_gets_both_texts_and_overwrites_nothing(client):
    entry, _trade, _commune = make_entry("Coop", department_codes=["33"]), make_trade(), make_commune()
    make_department("24")
    sign_in(client, entry.organisation)
    opened = FACE | FACTS | {"fiche-building_trade": ""} | seen(client)
    client.post("/cooperatives/coop/modifier/", opened | {"faits-representative_name": "Nouvelle Gérante", "fiche-is_published": ""})

    answer = client.post("/cooperatives/coop/modifier/", opened | {"faits-city": "Cenon"})

    page, held = answer.content.decode(), Organisation.objects.get(pk=entry.pk)
    assert answer.status_code == 409
    assert "Nouvelle Gérante" in "".join(html for _label, html in answer.context["conflict"])
    assert {"Publier la fiche", "Ville de l’adresse"} <= {label for label, _html in answer.context["conflict"]}
    assert not {"Métiers", "Travaille dans le bâtiment"} & {label for label, _html in answer.context["conflict"]}, (
        "what both say alike is not in the way"
    )
    assert 'value="Cenon"' in page
    assert (held.representative_name, held.city) == ("Nouvelle Gérante", "Lormont")
    again = opened | {"faits-city": "Cenon", "faits-seen": answer.context["facts"]["seen"].value()}
    assert client.post("/cooperatives/coop/modifier/", again).status_code == 302
    assert Organisation.objects.get(pk=entry.pk).city == "Cenon"


@pytest.mark.parametrize("stamp", ["", "autre"])
def test_a_page_that_does_not_say_what_it_showed_overwrites_nothing(client, stamp):
    entry, _trade, _commune = make_entry("Coop"), make_trade(), make_commune()
    make_department("24")
    make_department("33")
    sign_in(client, entry.organisation)

    assert client.post("/cooperatives/coop/modifier/", FACE | FACTS | {"faits-seen": stamp}).status_code == 409
    assert Organisation.objects.get(pk=entry.pk).siren == ""


@pytest.mark.parametrize("building_trade", [True, False, None])
def test_sending_the_page_back_as_it_came_changes_nothing(client, building_trade):
    make_commune()
    entry = make_entry(
        "Coop", department_codes=["33", "2A"], building_trade=building_trade, commune_id="33249", trades=[make_trade()],
        website="https://coop.example.org/", presentation="Deux\nlignes",
    )  # fmt: skip
    sign_in(client, entry.organisation)
    shown = client.get("/cooperatives/coop/modifier/").context
    sent = {}
    for form in (shown["face"], shown["facts"]):
        for bound in form:
            value = bound.value()
            sent[bound.html_name] = "on" if value is True and bound.name == "is_published" else "" if value is None else value
    before, lines = DirectoryEntry.unscoped.values().get(pk=entry.pk), AuditEntry.objects.count()

    answer = client.post("/cooperatives/coop/modifier/", sent)

    assert answer.status_code == 302
    assert DirectoryEntry.unscoped.values().get(pk=entry.pk) == before
    assert list(entry.trades.values_list("pk", flat=True)) == ["F1703"]
    assert AuditEntry.objects.count() == lines


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("faits-siren", "732829321", "clé de contrôle invalide"),
        ("faits-department_codes", "33, 999", "Aucun département ne porte le numéro 999."),
        ("fiche-commune", "Nulle-Part", "Aucune commune ne répond à"),
        ("fiche-trades", ["alchimiste"], "Aucun métier du ROME ne répond à"),
        ("fiche-website", "javascript:alert(1)", "Écrivez une adresse de site"),
        ("fiche-email", "accueil(at)coop", "Écrivez une adresse de courriel"),
        ("fiche-phone", "appelez le matin", "Écrivez un numéro, comme"),
        ("faits-name", "", "à remplir"),
    ],
)
def test_a_wrong_field_saves_nothing_and_keeps_what_was_typed(client, field, value, words):
    entry = make_entry("Coop")
    make_trade()
    make_commune()
    sign_in(client, entry.organisation)

    answer = client.post("/cooperatives/coop/modifier/", FACE | FACTS | {field: value})
    page = answer.content.decode()

    assert answer.status_code == 200
    assert words in page
    assert "Texte gardé" in page
    assert (value[0] if isinstance(value, list) else value) in page
    assert DirectoryEntry.unscoped.get(pk=entry.pk).presentation == ""
    assert Organisation.objects.get(pk=entry.pk).siren == ""


@pytest.fixture
def words():
    """What FACE and FACTS name."""
    return make_commune(), make_trade(), make_department("24"), make_department("33")


def send_facts(client, **facts):
    seen = client.get("/cooperatives/coop/modifier/").context["facts"]["seen"].value()
    return client.post(
        "/cooperatives/coop/modifier/", FACE | FACTS | {"faits-seen": seen} | {f"faits-{name}": facts[name] for name in facts}
    )


def test_the_day_of_the_vat_exemption_is_entered_by_the_organisation_and_read_on_its_page(client, words):
    entry = make_entry("Coop")
    assert "TVA" not in client.get("/cooperatives/coop/").content.decode()
    sign_in(client, entry.organisation)
    assert "3511" in client.get("/cooperatives/coop/modifier/").content.decode()

    assert "Une date entre 1900 et 2099." in send_facts(client, vat_exempt_on="0020-01-01").content.decode()
    assert send_facts(client, vat_exempt_on="2020-01-01").status_code == 302

    assert Organisation.objects.get(pk=entry.pk).vat_exempt_on == date(2020, 1, 1)
    assert "exonérées depuis le 1er\u00a0janv. 2020" in client.get("/cooperatives/coop/").content.decode()


@pytest.mark.parametrize(
    ("number", "reason", "status"),
    [
        ("73282932000075", "", 200),
        ("73282932000075", "Avis Insee du 3 mars 2026", 302),
        ("7328293200007", "Avis Insee du 3 mars 2026", 200),
    ],
)
def test_a_siret_that_breaks_its_key_is_taken_with_the_reason_and_one_that_lacks_a_digit_is_not(client, words, number, reason, status):
    entry = make_entry("Coop")
    sign_in(client, entry.organisation)

    answer = send_facts(client, siret=number, identifier_override=reason)

    held = Organisation.objects.get(pk=entry.pk)
    assert (answer.status_code, held.siret, held.identifier_override) == (status, *((number, reason) if status == 302 else ("", "")))


def test_what_a_cooperative_writes_is_escaped_everywhere(client):
    bad = "<script>window.__x=1</script>"
    entry = make_entry(f"Coop {bad}", presentation=bad, city=bad)
    make_network(f"Réseau {bad}", entry.organisation)

    for address in ("/cooperatives/", entry.get_absolute_url(), "/cooperatives/carte/"):
        assert bad not in client.get(address).content.decode()


# -- the page ---------------------------------------------------------------------------------------------------------


def test_the_page_of_a_member_says_its_facts_networks_and_accreditations(client):
    entry = make_entry("Coop", department_codes=["33"], building_trade=True, trades=[make_trade()], presentation="Nous bâtissons.")
    organisation = entry.organisation
    organisation.legal_form, organisation.cooperative_statute, organisation.siren = "sarl", "scop", "732829320"
    organisation.representative_name = "Ada Exemple"
    accounts.update_organisation(organisation, actor=SYSTEM)
    make_network("Réseau d’essai", organisation)
    yesterday = today() - timedelta(days=1)
    Accreditation.objects.create(organisation=organisation, kind="qualiopi", title="Formation", starts_on=date(2024, 1, 1))
    Accreditation.objects.create(organisation=organisation, kind="rge", title="Périmé", starts_on=date(2020, 1, 1), ends_on=yesterday)
    Succession.objects.create(
        predecessor=make_organisation("Ancienne"), successor=organisation, kind="merger", took_place_on=date(2021, 1, 1)
    )

    page = client.get("/cooperatives/coop/").content.decode()

    facts = [
        "Scop SARL",
        "732\u00a0829\u00a0320",
        "Gironde (33)",
        "Maçonnerie",
        "Nous bâtissons.",
        "Réseau d’essai",
        "Qualiopi",
        "Ancienne",
    ]
    for words in facts:
        assert words in page
    assert "membre depuis le 1er\u00a0janv. 2020" in page
    assert "Périmé" not in page
    assert "Ada Exemple" not in page  # the representative is for papers, not for the public


def test_history_names_no_organisation_whose_page_the_reader_does_not_see(client):
    here, hidden = make_entry("Présente"), make_entry("Cachée", is_published=False)
    accounts.record_succession(
        predecessor=hidden.organisation, successor=here.organisation, kind="merger", took_place_on=date(2024, 1, 1), actor=SYSTEM
    )
    page = here.get_absolute_url()

    assert "Cachée" not in client.get(page).content.decode()
    sign_in(client, hidden.organisation)
    assert "Cachée" in client.get(page).content.decode()


def test_the_page_of_a_network_lists_its_published_members_of_today(client):
    here, gone, hidden = make_entry("Présente"), make_entry("Partie"), make_entry("Cachée", is_published=False)
    network = make_network("Réseau", here.organisation, hidden.organisation)
    affiliation = accounts.affiliate(gone.organisation, network=network, actor=SYSTEM, starts_on=date(2019, 1, 1))
    accounts.update_affiliation(affiliation, actor=SYSTEM, ends_on=today() - timedelta(days=1))

    assert selectors.members(network) == [here.organisation]
    assert "Présente" in client.get("/cooperatives/reseau/").content.decode()


def test_the_page_asks_the_same_number_of_questions_whatever_it_shows(client, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    entry = make_entry("Coop", department_codes=["33"], trades=[make_trade()])
    make_network("Réseau 1", entry.organisation)
    with CaptureQueriesContext(connection) as one:
        client.get("/cooperatives/coop/")
    make_network("Réseau 2", entry.organisation)
    make_network("Réseau 3", entry.organisation)
    services.update_entry(entry, actor=SYSTEM, trades=[make_trade("Plâtrerie", "F1601"), make_trade("Couverture", "F1610")])

    with django_assert_num_queries(len(one)):
        client.get("/cooperatives/coop/")


# -- the search -------------------------------------------------------------------------------------------------------


def test_search_source_publishes_entries_for_those_who_may_read_them():
    shown = make_entry("Montrée", department_codes=["33"], trades=[make_trade()], building_trade=True)
    hidden = make_entry("Cachée", is_published=False)
    rows = {row.pk: panels.SOURCE.entries(row)[0] for row in panels.SOURCE.iterate(None)}

    assert rows[shown.pk].audiences == {"public"}
    assert rows[shown.pk].skills == ("Maçonnerie",)
    assert rows[shown.pk].name == "Montrée"
    assert "Gironde" in rows[shown.pk].body
    assert rows[hidden.pk].audiences == {f"staff:{hidden.organisation_id}"}
    assert [row.pk for row in panels.SOURCE.iterate([str(shown.pk)])] == [shown.pk]


def test_search_source_reads_rows_again_for_the_reader():
    shown, hidden = make_entry("Montrée"), make_entry("Cachée", is_published=False)
    ids = [str(shown.pk), str(hidden.pk)]

    assert panels.SOURCE.visible(ANYONE, ids).keys() == {str(shown.pk)}
    assert panels.SOURCE.visible(make_actor(hidden.organisation), ids).keys() == set(ids)
    assert [row.pk for row in panels.SOURCE.simple(ANYONE, "montr", 5)] == [shown.pk]
    assert panels.SOURCE.simple(ANYONE, "cach", 5) == []


def test_the_page_of_a_collectif_names_who_convenes_it_when_that_one_has_a_page(client):
    convener = make_entry("Fédération du bois").organisation
    collectif = make_organisation("Collectif du bois", kind="collective", convener=convener)
    stray = make_organisation("Coop", convener=convener)
    link = f'Réuni par <a href="/cooperatives/{convener.slug}/">Fédération du bois</a>'

    assert link in client.get(f"/cooperatives/{collectif.slug}/").content.decode()
    assert "Réuni par" not in client.get(f"/cooperatives/{stray.slug}/").content.decode()
    DirectoryEntry.unscoped.filter(organisation=convener).update(is_published=False)
    assert "Réuni par" not in client.get(f"/cooperatives/{collectif.slug}/").content.decode()


def test_the_coordinator_finds_there_what_corrects_the_nature(client):
    organisation = make_entry("Coop").organisation
    address = f'href="/federation/organisations/{organisation.slug}/reseaux/"'

    assert address not in client.get(f"/cooperatives/{organisation.slug}/").content.decode()
    sign_in(client, organisation)
    assert address not in client.get(f"/cooperatives/{organisation.slug}/").content.decode()
    assert address in client_of(make_coordinator()).get(f"/cooperatives/{organisation.slug}/").content.decode()


@pytest.mark.parametrize("page", ["/cooperatives/coop/", "/cooperatives/?nature=partenaires-locaux"])
def test_a_public_address_writes_to_nobody_else_and_a_telephone_is_read_by_pairs(client, page):
    make_entry("Coop", kind="local_partner", email="accueil?bcc=espion@example.org", phone="0199001234")

    html = client.get(page).content.decode()

    assert 'href="mailto:accueil%3Fbcc%3Despion@example.org"' in html
    assert "mailto:accueil?" not in html
    assert "01\u00a099\u00a000\u00a012\u00a034" in html
