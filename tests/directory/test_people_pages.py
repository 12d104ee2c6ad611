"""A person's page, her own form, the form of her CAE's staff, messages carried."""

import re
from datetime import date

import pytest
from django.core import mail
from django.test import Client

from directory.people import services
from directory.people.enums import Audience
from directory.people.fields import FIELDS
from directory.people.models import PersonSkill, Profile
from directory.people.selectors.reading import visible_fields
from directory.people.services import SkillLine
from directory.people.views.person import PER_MINUTE
from hub.core.accounts.selectors import actor_for
from hub.core.audit.models import AuditEntry
from hub.core.notifications.models import Mail
from tests.builders.accounts import make_member, make_organisation, make_person, make_user, sign_in
from tests.builders.people import FEDERATION, PRIVATE, PUBLIC, make_profile, stranger, widest
from tests.builders.vocabularies import make_commune, make_skill, make_trade

pytestmark = pytest.mark.django_db
OWN = "/annuaire/ma-fiche/"


def sent(page, **changes):
    """What a browser would send back from the form of a page, with some fields changed."""
    data = {}
    for form in [page.context[name] for name in ("form", "audiences") if page.context[name]] + [
        form for name in ("trades", "skills", "accreditations") for form in [page.context[name].management_form, *page.context[name]]
    ]:
        for bound in form:
            value = bound.field.widget.format_value(bound.field.prepare_value(bound.value()))
            if isinstance(value, list):
                value = value[0] if value else ""
            if bound.field.widget.input_type == "file" if hasattr(bound.field.widget, "input_type") else False:
                continue
            if value not in (None, ""):
                data[bound.html_name] = value
    return {**data, **changes}


# -- the page ---------------------------------------------------------------------------------------------------------
def test_hidden_person_answers_like_nobody():
    hidden = make_profile(shown=PRIVATE)
    reader = sign_in(make_person(make_member(), "director"))

    def answer(client, pk):
        response = client.get(f"/annuaire/{pk}/")
        body = re.sub(rb'name="csrfmiddlewaretoken" value="\w+"', b"", response.content.replace(str(pk).encode(), b""))
        return response.status_code, body, sorted(response.headers.items())

    for client in (Client(), reader):
        assert answer(client, hidden.pk) == answer(client, "01900000-0000-7000-8000-000000000000")
        assert answer(client, hidden.pk)[0] == 404


def test_page_of_a_person_is_not_for_robots():
    body = Client().get(f"/annuaire/{make_profile().pk}/").content.decode()

    assert '<meta name="robots" content="noindex">' in body


def test_staff_who_opens_anothers_page_leaves_one_line_each_time():
    profile = make_profile()
    advisor = make_person(make_member("Grand Angle"), "advisor")
    client = sign_in(advisor)

    for _ in range(3):
        client.get(f"/annuaire/{profile.pk}/")
    sign_in(profile.user).get(f"/annuaire/{profile.pk}/")
    sign_in(make_person(make_member(), "entrepreneur")).get(f"/annuaire/{profile.pk}/")
    Client().get(f"/annuaire/{profile.pk}/")

    lines = AuditEntry.objects.filter(action="people.profile.view")
    assert [(line.actor_id, line.object_id) for line in lines] == [(advisor.pk, str(profile.pk))] * 3
    assert "Grand Angle, équipe d’appui" in sign_in(profile.user).get(f"/annuaire/{profile.pk}/").content.decode()


def test_staff_who_opens_her_own_page_leaves_no_line():
    profile = make_profile(role="advisor")
    sign_in(profile.user).get(f"/annuaire/{profile.pk}/")

    assert not AuditEntry.objects.filter(action="people.profile.view").exists()


def test_stranger_cannot_read_a_page_a_second():
    from django.core.cache import cache

    cache.clear()
    address = f"/annuaire/{make_profile().pk}/"
    for place, elsewhere in (("203.0.113.7", "203.0.113.8"), ("2001:db8:1:2::{:x}", "2001:db8:1:3::1")):
        answers = [Client(REMOTE_ADDR=place.format(n)).get(address).status_code for n in range(1, PER_MINUTE + 2)]

        assert answers == [200] * PER_MINUTE + [429]
        assert Client(REMOTE_ADDR=elsewhere).get(address).status_code == 200
    cache.clear()


def test_words_of_a_person_are_escaped():
    payload = '"><img src=x onerror=alert(1)><script>alert(2)</script>'
    profile = make_profile(
        first_name=payload[:60], last_name="X", trade_name=payload, presentation=payload, achievements=payload, languages=payload,
        skills=[SkillLine(None, payload, "trained", payload, date(2026, 1, 1))], accreditations=[payload], postal_address=payload,
        stand_in=payload, trainings_followed=payload,
    )  # fmt: skip
    client = sign_in(profile.user)

    for address in ("/annuaire/", f"/annuaire/{profile.pk}/", OWN, f"{OWN}apercu/?comme=cae"):
        body = client.get(address).content.decode()
        assert "&lt;img src=x" in body
        assert "<img src=x" not in body
        assert "<script>alert" not in body


def test_page_queries_do_not_grow_with_what_it_says(django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = sign_in(make_person(make_member(), "entrepreneur"))

    def queries(profile):
        with CaptureQueriesContext(connection) as captured:
            client.get(f"/annuaire/{profile.pk}/")
        return len(captured)

    rich = make_profile(
        trades=[make_trade(), make_trade("Peinture", "F1606")], skills=["Terre", "Chaux", "Bauge"], accreditations=["A", "B"]
    )
    poor = make_profile(trades=[], skills=["Terre"], accreditations=["A"])
    assert queries(rich) == queries(poor) <= 12


# -- what others see --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("shown", [PRIVATE, FEDERATION, PUBLIC])
def test_preview_shows_exactly_what_others_see(shown):
    profile = make_profile(shown=shown, trade_name="Ocre et Lin", phone="01 99 00 11 22", day_rate_cents=32000, presentation="Bonjour")
    client = sign_in(profile.user)
    others = {
        "public": stranger(), "federation": stranger("federation"),
        "cae": actor_for(make_person(profile.organisation, "advisor")),
    }  # fmt: skip

    for word, reader in others.items():
        assert client.get(f"{OWN}apercu/?comme={word}").context["seen"] == visible_fields(profile, reader)


def test_preview_of_an_unknown_audience_is_the_public_one():
    profile = make_profile(shown=FEDERATION)

    assert sign_in(profile.user).get(f"{OWN}apercu/?comme=zzz").context["seen"] == {}


# -- her own form -----------------------------------------------------------------------------------------------------
def test_own_form_round_trip():
    make_commune(), make_trade(), make_skill()
    profile = make_profile(shown=PRIVATE)
    client = sign_in(profile.user)
    page = client.get(OWN)

    answer = client.post(
        OWN,
        sent(
            page,
            **{
                "trade_name": "Terre à terre", "presentation": "Bonjour", "web_site": "terre.example.org", "commune": "Lormont (33)",
                "radius_km": "80", "day_rate": "320,5", "phone": "+33 1 99 00 12 34", "accessibility_needs": "Une rampe",
                f"month_{page.context['form'].months[1]}": "free", "metiers-0-trade": "Maçonnerie", "metiers-0-words": "Maçonne",
                "competences-0-skill": "Enduit maçonnerie", "competences-0-evidence": "trained", "competences-0-evidence_on": "2024-03-22",
                "competences-1-words": "Enduits terre", "habilitations-0-title": "SST", "habilitations-0-ends_on": "2099-05-14",
                "audience-name": "public", "audience-trades": "federation",
            },
        ),
    )  # fmt: skip

    assert answer.status_code == 302, answer.context and [form.errors for form in (answer.context["form"], *answer.context["skills"])]
    held = Profile.unscoped.get(pk=profile.pk)
    assert (held.trade_name, held.web_site, held.radius_km, held.day_rate_cents) == (
        "Terre à terre",
        "https://terre.example.org",
        80,
        32050,
    )
    assert 'value="320,50"' in client.get(OWN).content.decode()
    assert (held.commune_id, held.department_id, held.phone) == ("33249", "33", "+33 1 99 00 12 34")
    assert held.availability == {page.context["form"].months[1]: "free"}
    assert [(row.trade_id, row.words) for row in held.trades.all()] == [("F1703", "Maçonne")]
    assert [(row.skill_id, row.words, row.evidence) for row in held.skills.all()] == [("22301", "", "trained"), (None, "Enduits terre", "")]
    assert [(row.title, row.ends_on) for row in held.accreditations.all()] == [("SST", date(2099, 5, 14))]
    assert held.audiences == {"name": "public", "trades": "federation"}
    assert held.accessibility.words == "Une rampe"
    again = client.get(OWN)
    client.post(OWN, sent(again))
    unchanged = Profile.unscoped.get(pk=profile.pk)
    names = [field.attname for field in Profile._meta.concrete_fields if field.name != "updated_at"]
    assert [getattr(unchanged, name) for name in names] == [getattr(held, name) for name in names]
    assert unchanged.accessibility.words == "Une rampe"


def test_skill_keeps_its_row_when_the_form_is_saved_again():
    profile = make_profile(skills=["Enduits terre"])
    client = sign_in(profile.user)
    before = PersonSkill.unscoped.get().pk

    client.post(OWN, sent(client.get(OWN), **{"competences-0-evidence": "taught"}))

    assert (PersonSkill.unscoped.get().pk, PersonSkill.unscoped.get().evidence) == (before, "taught")


def test_emptied_row_goes():
    profile = make_profile(skills=["Enduits terre", "Bauge"])
    client = sign_in(profile.user)

    client.post(OWN, sent(client.get(OWN), **{"competences-0-words": ""}))

    assert list(PersonSkill.unscoped.values_list("words", flat=True)) == ["Bauge"]


def test_wrong_words_are_kept_and_named():
    make_trade()
    profile = make_profile()
    client = sign_in(profile.user)
    wrong = {
        "presentation": "Ce que j’ai écrit", "commune": "Nulle-Part", "phone": "abc", "web_site": "javascript:alert(1)", "radius_km": "-3",
        "contract_ends_on": "2026-01-01", "metiers-0-trade": "zzzz", "competences-0-evidence_words": "sans compétence",
        "habilitations-0-ends_on": "pas une date", "audience-phone": "public",
    }  # fmt: skip

    answer = client.post(OWN, sent(client.get(OWN), **wrong))
    body = answer.content.decode()

    assert answer.status_code == 200
    assert "Erreur\u00a0:" in body[: body.index("</title>")].replace("&nbsp;", "\u00a0")
    for words in ("Ce que j’ai écrit", "Nulle-Part", "zzzz", "sans compétence", "pas une date"):
        assert words in body
    wrong_controls = ["commune", "phone", "web_site", "radius_km", "contract_starts_on", "metiers-0-trade", "competences-0-skill"]
    for name in wrong_controls:
        assert f'href="#id_{name}"' in body
    assert Profile.unscoped.get(pk=profile.pk).presentation == ""


@pytest.mark.parametrize("key", [key for key, field in FIELDS.items() if field.ceiling == FEDERATION])
def test_audience_beyond_the_ceiling_is_refused_by_the_form(key):
    profile = make_profile(shown=PRIVATE)
    client = sign_in(profile.user)

    answer = client.post(OWN, {**sent(client.get(OWN)), f"audience-{key}": "public"})

    assert answer.status_code == 200
    assert key in answer.context["audiences"].errors
    assert Profile.unscoped.get(pk=profile.pk).audiences == {}


def test_form_takes_no_other_column():
    other = make_member()
    profile = make_profile()
    client = sign_in(profile.user)
    extra = {
        "organisation": str(other.pk),
        "user": str(make_user().pk),
        "kind": "staff",
        "level": "3",
        "left_on": "2020-01-01",
        "photo_id": str(profile.pk),
    }

    client.post(OWN, {**sent(client.get(OWN)), **extra})

    held = Profile.unscoped.get(pk=profile.pk)
    assert [getattr(held, name) for name in ("organisation_id", "user_id", "kind", "left_on", "photo_id")] == [
        getattr(profile, name) for name in ("organisation_id", "user_id", "kind", "left_on", "photo_id")
    ]
    with pytest.raises(KeyError):
        services.update_profile(profile, actor=actor_for(profile.user), values={"level": 3})


def test_first_save_opens_the_profile():
    user = make_person(make_member(), "entrepreneur")
    Profile.unscoped.all().delete()
    client = sign_in(user)

    page = client.get(OWN)
    assert "pas encore de fiche" in page.content.decode()
    assert not Profile.unscoped.exists()
    assert client.post(OWN, sent(page, trade_name="Neuve")).status_code == 302
    assert Profile.unscoped.get(user=user).trade_name == "Neuve"


def test_person_without_organisation_is_told_so():
    body = sign_in(make_user()).get(OWN).content.decode()

    assert "aucune coopérative" in body


def test_photo_follows_the_audience_of_its_field(settings):
    settings.STORAGES = {**settings.STORAGES, "private": {"BACKEND": "django.core.files.storage.InMemoryStorage"}}
    from io import BytesIO

    from django.core.files.uploadedfile import SimpleUploadedFile
    from PIL import Image

    profile = make_profile(shown={"name": PUBLIC})
    client, data = sign_in(profile.user), BytesIO()
    Image.new("RGB", (80, 80), "navy").save(data, "PNG")
    answer = client.post(OWN, {**sent(client.get(OWN)), "photo": SimpleUploadedFile("moi.png", data.getvalue(), "image/png")})
    assert answer.status_code == 302, answer.context["form"].errors
    address = f"/fichiers/{Profile.unscoped.get(pk=profile.pk).photo_id}/"

    assert Client().get(address).status_code == 404
    services.set_audiences(profile, actor=actor_for(profile.user), audiences={"photo": PUBLIC})
    assert Client().get(address).status_code == 200
    services.set_audiences(profile, actor=actor_for(profile.user), audiences={"name": PRIVATE})
    assert Client().get(address).status_code == 404
    assert sign_in(make_person(profile.organisation, "advisor")).get(address).status_code == 200

    client.post(OWN, {**sent(client.get(OWN)), "remove_photo": "on"})
    assert client.get(address).status_code == 404


# -- the form of staff ------------------------------------------------------------------------------------------------
def test_staff_writes_and_opens_nothing():
    profile = make_profile(shown=PRIVATE)
    client = sign_in(make_person(profile.organisation, "advisor"))
    address = f"/annuaire/{profile.pk}/modifier/"
    page = client.get(address)

    answer = client.post(
        address, {**sent(page), "trade_name": "Écrite par l’équipe", "audience-name": "public", "accessibility_needs": "intrus"}
    )

    held = Profile.unscoped.get(pk=profile.pk)
    assert answer.status_code == 302
    assert "accessibility_needs" not in page.context["form"].fields
    assert page.context["audiences"] is None
    assert (held.trade_name, held.audiences) == ("Écrite par l’équipe", profile.audiences)
    assert not hasattr(held, "accessibility")
    line = AuditEntry.objects.filter(action="people.profile.update").order_by("seq").last()
    assert line.details == {"columns": ["trade_name"]}


def test_who_may_edit():
    profile, hidden = make_profile(shown=FEDERATION), make_profile(shown=PRIVATE)

    def answers(user, one):
        client, address = sign_in(user), f"/annuaire/{one.pk}/modifier/"
        return client.get(address).status_code, client.post(address, {}).status_code

    assert answers(make_person(make_member(), "director"), profile) == (403, 403)
    assert answers(make_person(make_member(), "director"), hidden) == (404, 404)
    assert answers(make_person(profile.organisation, "trainer"), profile) == (403, 403)
    assert answers(make_person(profile.organisation, "entrepreneur"), profile) == (403, 403)
    assert answers(make_person(profile.organisation, "advisor"), profile)[0] == 200
    assert Client().get(f"/annuaire/{profile.pk}/modifier/").status_code == 302


# -- messages ---------------------------------------------------------------------------------------------------------
def test_message_reaches_her_without_showing_her_address():
    profile = make_profile(shown=FEDERATION, email="secret@example.org")
    sender = make_person(make_member("Grand Angle"), "advisor", first_name="Maud", last_name="Le Bihan")
    client, address = sign_in(sender), f"/annuaire/{profile.pk}/ecrire/"

    page = client.get(address).content.decode()
    client.post(address, {"text": "Un chantier à Bazas ?"})

    letter = Mail.objects.get(kind="people.relay")
    assert "example.org" not in page
    assert letter.address == profile.user.email
    assert "Un chantier à Bazas" in letter.body
    assert sender.email not in letter.body
    assert not mail.outbox
    client.post(address, {"text": "Encore", "with_address": "on"})
    assert sender.email in Mail.objects.filter(kind="people.relay").order_by("created_at").last().body


def test_one_sender_writes_to_twenty_people_a_day():
    profile = make_profile()
    client, address = sign_in(make_person(make_member(), "advisor")), f"/annuaire/{profile.pk}/ecrire/"

    answers = [client.post(address, {"text": f"Message {n}"}).status_code for n in range(21)]

    assert answers == [302] * 20 + [200]
    assert Mail.objects.filter(kind="people.relay").count() == 20


def test_nobody_writes_to_a_person_she_cannot_see():
    hidden = make_profile(shown=PRIVATE)

    assert sign_in(make_person(make_member(), "director")).post(f"/annuaire/{hidden.pk}/ecrire/", {"text": "a"}).status_code == 404
    assert Client().get(f"/annuaire/{hidden.pk}/ecrire/").status_code == 302


# -- panels -----------------------------------------------------------------------------------------------------------
def test_page_of_a_cooperative_counts_the_people_its_reader_sees():
    from directory.people.panels import people_of

    home = make_member()
    make_profile(home, shown=PUBLIC, last_name="Publique")
    make_profile(home, shown=PRIVATE, last_name="Privée")

    assert people_of(stranger(), home)["count"] == 1
    assert people_of(actor_for(make_person(home, "advisor")), home)["count"] == 3
    assert people_of(stranger(), make_organisation()) is None


def test_first_page_counts_the_people_its_reader_sees():
    from directory.people.panels import area

    home, outside = make_member(), make_organisation()
    make_profile(home, shown=PUBLIC)
    make_profile(home, shown=PRIVATE)

    assert area(stranger(), None)["count"] == 1
    assert area(actor_for(make_person(home, "advisor")), None)["count"] == 3
    assert area(actor_for(make_person(outside, "advisor")), None)["count"] == 2


def test_widest_gives_each_field_its_ceiling():
    assert widest(PUBLIC)["day_rate"] == Audience.FEDERATION


# -- words ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Alter-Bâtir", "Entrepreneur·e d’<a"), ("Cap Lucioles", "Entrepreneur·e de <a"), ("Les Équerres", "Entrepreneur·e\u00a0: <a"),
    ],
)  # fmt: skip
def test_her_cooperative_is_named_as_french_wants(name, said):
    profile = make_profile(make_member(name), shown=PUBLIC)

    page = Client().get(f"/annuaire/{profile.pk}/").content.decode()

    assert said in page


def test_first_page_counts_people_as_people():
    from directory.people import panels
    from hub.core.accounts.actor import Actor

    make_profile(shown=PUBLIC)
    assert panels.area(Actor.anonymous(), None) | {"url": ""} == {
        "title": "Personnes", "url": "", "count": 1, "text": "fiche dans l’annuaire", "area": "a-dir",
    }  # fmt: skip

    make_profile(shown=PUBLIC)
    assert panels.area(Actor.anonymous(), None)["text"] == "fiches dans l’annuaire"


def test_address_of_a_site_is_refused_once_with_an_example():
    profile = make_profile()
    from directory.people.forms.profile import ProfileForm
    from hub.core.accounts.selectors import actor_for

    form = ProfileForm({"web_site": "pas un site"}, instance=profile, actor=actor_for(profile.user), is_own=True)

    assert form.errors["web_site"] == ["Écrivez une adresse de site, comme «\u00a0https://www.example.org\u00a0»."]
    assert "---" not in str(form["contract_status"])
    assert "Choisir…" in str(form["contract_status"])
    assert ProfileForm({"radius_km": "2000"}, instance=profile, actor=actor_for(profile.user), is_own=True).errors["radius_km"] == [
        "Au plus 1\u202f000."
    ]
