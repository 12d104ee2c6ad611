"""Who does what, who needs what: one's own lines, the matrix, offers and needs before the whole federation."""

from dataclasses import replace
from datetime import timedelta
from unittest import mock

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from directory.sharing import reference, services
from directory.sharing.enums import AnnouncementStatus, Practice
from directory.sharing.errors import MoveRefused, RuleBroken, VersionConflict
from directory.sharing.models import Announcement, Inventory, InventoryLine
from directory.sharing.selectors import inventory as selectors
from directory.sharing.selectors.inventory import Declared
from hub.core.accounts.errors import UnscopedQuery
from hub.core.jobs import registry
from hub.core.kit import dates
from hub.core.kit.dates import today
from hub.core.notifications.models import Notification
from tests.builders.accounts import SYSTEM, make_actor, make_coordinator, make_loan, make_member, make_organisation, make_person, sign_in
from tests.builders.sharing import declare, make_announcement

pytestmark = pytest.mark.django_db
HELD = Declared("technique", Practice.HELD, people_count=2)


def marks(actor, organisation, function):
    found = selectors.matrix(actor)
    cells = next(cells for one, cells in found.rows if one.key == function)
    return [(mark.word, mark.small) for mark in next(cell for cell in cells if cell.organisation == organisation).marks]


def test_functions_come_from_the_file_in_its_order():
    keys = list(reference.functions())

    assert keys[:4] == ["gestion_sociale", "comptabilite", "gestion_commerciale", "reglementation"]
    assert len(keys) == 14
    assert reference.functions_edition().source
    assert reference.function_label("une_clef_d_hier") == "une_clef_d_hier"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (Declared("technique", Practice.HELD, people_count=2), [("Tenue", "2 personnes")]),
        (Declared("technique", Practice.HELD, fte_hundredths=150), [("Tenue", "1,5 ETP")]),
        (Declared("technique", Practice.HELD, people_count=1), [("Fragile", "1 personne")]),
        (Declared("technique", Practice.HELD, people_count=1, has_stand_in=True), [("Tenue", "1 personne")]),
        (Declared("technique", Practice.SHARED), [("Déléguée", "à une autre CAE")]),
        (Declared("technique", Practice.EXTERNAL), [("Tenue", "prestataire")]),
        (Declared("technique", Practice.ABSENT), [("Pas tenue", "")]),
        (Declared("technique"), []),
        (Declared("technique", Practice.HELD, people_count=2, offers="2 j par mois"), [("Offre", "2 j par mois")]),
        (Declared("technique", Practice.HELD, people_count=1, needs="ponctuel"), [("Besoin", "ponctuel"), ("Fragile", "")]),
    ],
)
def test_a_cell_says_what_its_line_and_announcements_say(line, expected):
    organisation = make_member()
    declare(organisation, line)

    assert marks(make_actor(make_member()), organisation, "technique") == expected


def test_words_of_the_inventory_publish_change_and_withdraw_an_announcement():
    organisation = make_member()
    declare(organisation, replace(HELD, offers="2 j par mois"))
    first = Announcement.unscoped.get(organisation=organisation)
    assert (first.kind, first.quantity, first.status) == ("offer", "2 j par mois", "open")

    declare(organisation, replace(HELD, offers="3 j par mois"), version=1)
    declare(organisation, replace(HELD, offers="3 j par mois"), version=2)
    first.refresh_from_db()
    assert (first.quantity, first.version, Announcement.unscoped.count()) == ("3 j par mois", 2, 1)

    declare(organisation, HELD, version=3)
    first.refresh_from_db()
    assert first.status == AnnouncementStatus.WITHDRAWN


def test_second_editor_of_an_inventory_overwrites_nothing():
    organisation = make_member()
    declare(organisation, HELD)

    with pytest.raises(VersionConflict):
        declare(organisation, replace(HELD, people_count=9), version=0)

    assert InventoryLine.unscoped.get().people_count == 2


def test_a_function_unknown_to_the_file_is_refused():
    with pytest.raises(RuleBroken):
        declare(make_member(), Declared("astrologie"))
    assert not Inventory.unscoped.exists()


def test_one_open_announcement_per_function_even_for_the_database():
    row = make_announcement()

    assert make_announcement(row.organisation) == row, "the same form, sent twice"
    with pytest.raises(RuleBroken, match="déjà publiée"):
        make_announcement(row.organisation, quantity="1 j par mois")
    with pytest.raises(IntegrityError), transaction.atomic():
        Announcement.unscoped.create(
            organisation=row.organisation, kind=row.kind, function=row.function, quantity="x", published_on=today(), expires_on=today()
        )
    assert make_announcement(row.organisation, kind="need")


def test_an_announcement_past_its_end_leaves_the_lists_and_gives_way_to_a_new_one():
    row = make_announcement(ends_in=3)
    reader = make_actor(make_member())
    later = today() + timedelta(days=4)

    with mock.patch.object(dates.timezone, "localdate", return_value=later):
        assert not Announcement.objects.visible_to(reader).open(later).exists()
        assert make_announcement(row.organisation, quantity="de nouveau").status == "open"
    row.refresh_from_db()
    assert row.status == "expired"


@pytest.mark.parametrize("days", [-1, 400])
def test_an_announcement_ends_within_a_year(days):
    with pytest.raises(RuleBroken):
        make_announcement(ends_in=days)


def test_moves_of_an_announcement():
    row = make_announcement()
    services.withdraw_announcement(row, actor=SYSTEM)

    with pytest.raises(MoveRefused):
        services.withdraw_announcement(row, actor=SYSTEM)
    with pytest.raises(RuleBroken):
        services.change_announcement(
            row, quantity="x", details="", hourly_cost_cents=None, expires_on=today(), version=row.version, actor=SYSTEM
        )


def test_offers_and_needs_are_the_federations_and_withdrawn_ones_the_caes_own():
    row, gone = make_announcement(), make_announcement(function="technique")
    services.withdraw_announcement(gone, actor=SYSTEM)
    seen = {
        "entrepreneur of another CAE": make_actor(make_member(), "entrepreneur"), "own staff": make_actor(row.organisation),
        "outsider": make_actor(make_organisation(), "director"), "own staff of the other": make_actor(gone.organisation),
    }  # fmt: skip

    found = {who: set(Announcement.objects.visible_to(actor)) for who, actor in seen.items()}

    assert found == {
        "entrepreneur of another CAE": {row}, "own staff": {row}, "outsider": set(), "own staff of the other": {row, gone},
    }  # fmt: skip
    with pytest.raises(UnscopedQuery):
        list(Announcement.objects.all())


def formset(organisation, version=0, **changes):
    _, lines = selectors.declaration(make_actor(organisation), organisation)
    data = {"version": str(version), "ligne-TOTAL_FORMS": str(len(lines)), "ligne-INITIAL_FORMS": str(len(lines))}
    for number, line in enumerate(lines):
        data |= {f"ligne-{number}-function": line.function, f"ligne-{number}-practice": line.practice}
    return data | changes


def test_a_cae_enters_its_lines_on_one_page_and_nothing_typed_is_lost():
    organisation = make_member("CAE des Essais")
    client = sign_in(make_person(organisation, "director"))
    url = reverse("sharing:declare")
    assert client.get(url).status_code == 200

    wrong = client.post(
        url, formset(organisation, **{"ligne-0-people_count": "zéro", "ligne-0-practice": "held", "ligne-1-needs": "clôture annuelle"})
    )
    text = wrong.content.decode()
    assert (wrong.status_code, "clôture annuelle" in text, "<title>Erreur" in text) == (200, True, True)
    assert 'href="#id_ligne-0-people_count"' in text

    good = formset(organisation, **{"ligne-0-people_count": "1", "ligne-0-practice": "held", "ligne-1-needs": "clôture annuelle"})
    assert client.post(url, good).status_code == 302
    text = client.get(reverse("sharing:matrix")).content.decode()
    assert "Fragile" in text
    assert "clôture annuelle" in text

    late = client.post(url, good | {"ligne-2-offers": "tapé trop tard"})
    assert late.status_code == 409
    assert "tapé trop tard" in late.content.decode()
    assert not Announcement.unscoped.filter(quantity="tapé trop tard").exists()


def test_a_need_is_offered_for_publication_to_who_may_publish_it():
    cae = make_member()
    declare(cae, Declared("technique", Practice.HELD, people_count=1))
    link = reverse("sharing:new_need") + "?fonction=technique"

    pages = {role: sign_in(make_person(cae, role)).get(reverse("sharing:matrix")).content.decode() for role in ("director", "advisor")}

    assert link in pages["director"]
    assert "Fragile chez nous" in pages["advisor"]
    assert link not in pages["advisor"]


def test_doors_of_the_inventory():
    organisation = make_member()
    answers = {
        role: [
            sign_in(make_person(organisation, role)).get(reverse(f"sharing:{name}")).status_code
            for name in ("matrix", "declare", "new_need")
        ]
        for role in ("director", "shared_staff", "advisor", "entrepreneur")
    }
    answers["coordinator"] = [
        sign_in(make_coordinator()).get(reverse(f"sharing:{name}")).status_code for name in ("matrix", "declare", "new_need")
    ]
    answers["outsider"] = [
        sign_in(make_person(make_organisation(), "director")).get(reverse(f"sharing:{name}")).status_code
        for name in ("matrix", "declare", "new_need")
    ]

    assert answers == {
        "director": [200, 200, 200], "shared_staff": [200, 200, 200], "advisor": [200, 403, 403], "entrepreneur": [200, 403, 403],
        "coordinator": [200, 403, 403], "outsider": [403, 403, 403],
    }  # fmt: skip


def test_shared_staff_acting_for_another_cae_does_not_declare_for_it():
    home, other = make_member(), make_member()
    person = make_person(home, "shared_staff")
    loan = make_loan(person, provider=home, beneficiary=other)

    assert sign_in(person, mandate=f"agreement:{loan.pk}").get(reverse("sharing:declare")).status_code == 403


def test_publishing_changing_and_withdrawing_over_http():
    organisation = make_member()
    client = sign_in(make_person(organisation, "director"))
    data = {
        "function": "technique",
        "quantity": "3 j par mois",
        "details": "Gironde",
        "hourly_cost": "34,80",
        "expires_on": today() + timedelta(30),
    }

    far = data | {"quantity": "", "expires_on": today() + timedelta(400)}
    faults = client.post(reverse("sharing:new_offer"), far).context["form"].errors
    assert faults.keys() == {"quantity", "expires_on"}, "both at once, each under its field"
    assert faults["expires_on"] == ["Une annonce dure un an au plus, et finit aujourd’hui au plus tôt."]

    answer = client.post(reverse("sharing:new_offer"), data)
    row = Announcement.unscoped.get()
    assert answer["Location"] == row.get_absolute_url()
    assert (row.hourly_cost_cents, row.quantity) == (3480, "3 j par mois")

    stale = client.post(reverse("sharing:change_announcement", args=[row.pk]), data | {"version": 0, "quantity": "gardé"})
    assert (stale.status_code, "gardé" in stale.content.decode()) == (409, True)
    assert client.post(reverse("sharing:change_announcement", args=[row.pk]), data | {"version": 1, "quantity": "4 j"}).status_code == 302

    asked = client.get(reverse("sharing:withdraw_announcement", args=[row.pk]))
    assert "Retirer" in asked.content.decode()
    row.refresh_from_db()
    assert (row.status, row.quantity) == ("open", "4 j")
    client.post(reverse("sharing:withdraw_announcement", args=[row.pk]))
    row.refresh_from_db()
    assert row.status == "withdrawn"
    foreign = sign_in(make_person(make_member(), "director"))
    assert foreign.get(reverse("sharing:change_announcement", args=[row.pk])).status_code == 404
    open_row = make_announcement(organisation)
    assert foreign.get(reverse("sharing:change_announcement", args=[open_row.pk])).status_code == 403


def test_lists_json_and_csv_agree():
    row = make_announcement(quantity="2 j par mois", details="=1+1")
    make_announcement(kind="need", function="technique")
    client = sign_in(make_person(make_member(), "advisor"))

    assert "2 j par mois" in client.get(reverse("sharing:offers")).content.decode()
    assert [one["id"] for one in client.get(reverse("sharing:offers_json")).json()["results"]] == [str(row.pk)]
    text = b"".join(client.get(reverse("sharing:offers_csv")).streaming_content).decode()
    assert str(row.pk) in text
    assert "'=1+1" in text
    matrix = client.get(reverse("sharing:matrix_json")).json()
    assert {(one["function"], one["offers"]) for one in matrix["results"] if one["offers"]} == {("gestion_sociale", "2 j par mois")}
    assert [one["id"] for one in client.get(reverse("sharing:offers_json") + "?fonction=technique").json()["results"]] == []
    assert [one["id"] for one in client.get(reverse("sharing:offers_json") + "?q=bulletins").json()["results"]] == [str(row.pk)]


def test_queries_do_not_follow_the_data():
    organisation = make_member()
    client = sign_in(make_person(organisation, "director"))

    def more(number):
        other = make_member()
        declare(
            other,
            *(
                replace(HELD, function=key, people_count=1, needs="un besoin", offers="une offre")
                for key in list(reference.functions())[: number + 2]
            ),
        )

    def counts():
        found = {}
        for name in ("matrix", "matrix_json", "matrix_csv", "offers", "needs", "offers_json", "declare"):
            client.get(reverse(f"sharing:{name}"))
            with CaptureQueriesContext(connection) as captured:
                answer = client.get(reverse(f"sharing:{name}"))
                b"".join(answer.streaming_content) if answer.streaming else answer.content
            found[name] = len(captured)
        return found

    declare(organisation, replace(HELD, people_count=1))
    more(0)
    one = counts()
    more(1)
    more(2)

    assert counts() == one


def test_an_announcement_past_its_end_expires_once_and_its_cae_is_told():
    row = make_announcement(ends_in=3)
    director = make_person(row.organisation, "director")

    assert services.follow_dates(on=row.expires_on) == 0
    assert services.follow_dates(on=row.expires_on + timedelta(days=1)) == 1
    assert services.follow_dates(on=row.expires_on + timedelta(days=1)) == 0
    row.refresh_from_db()
    assert row.status == "expired"
    assert [notice.user for notice in Notification.unscoped.filter(kind="sharing.announcement")] == [director]
    assert registry.periodics["sharing.follow_dates"].every == timedelta(minutes=15)


def test_the_page_of_a_cooperative_shows_its_offers_to_the_federation():
    row = make_announcement(quantity="trois jours par an")
    url = reverse("cooperatives:detail", args=[row.organisation.slug])

    assert "trois jours par an" in sign_in(make_person(make_member(), "entrepreneur")).get(url).content.decode()
    assert "trois jours par an" not in Client().get(url).content.decode()
