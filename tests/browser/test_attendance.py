"""Signing on a trainer's telephone: by hand, by keyboard, without script, and without network."""

from datetime import timedelta

import pytest

from hub.core.accounts.models import User
from hub.core.kit.dates import local
from hub.core.kit.identifiers import uuid7
from hub.core.kit.text import of
from tests.browser import village
from tests.browser.signing import address, cancelled_meanwhile, draw, session_of_now, type_name, unfold_keyboard
from tests.builders.attendance import people_of, trainer_of
from trainings.attendance import rules, services
from trainings.attendance.codes import code_of
from trainings.attendance.models import Presence

# The signature that was kept first is of another sheet.
FIRST_GOES_TO = """(path) => { const kept = JSON.parse(localStorage.getItem("hub-signatures")); kept[0].url = location.origin + path;
  localStorage.setItem("hub-signatures", JSON.stringify(kept)); }"""
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def session():
    return session_of_now()


@pytest.fixture
def sheet(session, new_page, live_server):
    page = new_page()
    village.enter(page, live_server.url, session.trainers.get())
    page.goto(live_server.url + address(session))
    return page


def test_trainee_draws_her_signature_under_her_name(session, sheet):
    row = people_of(session)[0]

    sheet.get_by_role("link", name=f"Signer : {row.trainee.name}").click()
    assert sheet.locator("dialog h2").inner_text() == row.trainee.name
    draw(sheet)
    sheet.get_by_role("button", name="Signer ma présence").click()
    sheet.locator(f"[data-hub-line='{row.pk}'] .st.ok").wait_for()

    found = Presence.objects.get()
    assert (found.registration_id, found.method, found.device_at) == (row.pk, "drawn", None)
    assert sheet.evaluate("localStorage.getItem('hub-signatures')") == "[]"


def test_keyboard_is_enough(session, sheet):
    row = people_of(session)[0]

    sheet.get_by_role("link", name=f"Signer : {row.trainee.name}").focus()
    sheet.keyboard.press("Enter")
    type_name(sheet, row)
    sheet.keyboard.press("Enter")
    sheet.locator(f"[data-hub-line='{row.pk}'] .st.ok").wait_for()

    assert Presence.objects.get().method == "coded"


def test_what_is_signed_without_network_is_kept_and_sent_later(session, sheet):
    one, two = people_of(session)
    sheet.context.set_offline(True)
    for row in (one, two):
        sheet.get_by_role("link", name=f"Signer : {row.trainee.name}").click()
        draw(sheet)
        sheet.get_by_role("button", name="Signer ma présence").click()
        sheet.locator("[data-hub-kept]").wait_for()
    assert "2 signatures gardées" in sheet.locator("[data-hub-kept]").inner_text()
    assert not Presence.objects.exists()

    sheet.context.set_offline(False)
    sheet.reload()
    sheet.locator(f"[data-hub-line='{two.pk}'] .st.ok").wait_for()

    sheet.complaints.clear()  # what the browser says of a network that was cut
    assert Presence.objects.count() == 2
    assert Presence.objects.filter(device_at__isnull=False).exists(), "the hour of the telephone stands beside that of the hub"
    assert sheet.evaluate("localStorage.getItem('hub-signatures')") == "[]"


def test_what_comes_back_after_the_end_says_why_by_itself(session, sheet, monkeypatch):
    row = people_of(session)[0]
    sheet.context.set_offline(True)
    sheet.get_by_role("link", name=f"Signer : {row.trainee.name}").click()
    draw(sheet)
    sheet.get_by_role("button", name="Signer ma présence").click()
    sheet.locator("[data-hub-kept]").wait_for()

    monkeypatch.setattr(rules, "GRACE", -timedelta(hours=2))  # the half-day was over long ago
    sheet.context.set_offline(False)
    sheet.locator(f"[data-hub-line='{row.pk}'] .st.ok").wait_for()

    sheet.complaints.clear()  # what the browser says of a network that was cut
    assert Presence.objects.get().late_reason.startswith("Signé sans réseau, transmis à ")
    assert "Reçue après la fin" in sheet.locator(f"[data-hub-line='{row.pk}']").inner_text()


@pytest.mark.parametrize(
    ("other_half_day", "said"), [(True, "ses jours ont changé"), (False, "")], ids=["a half-day that is gone", "an organisation left"]
)
def test_signature_that_cannot_leave_does_not_hold_the_others(session, sheet, other_half_day, said):
    one, two = people_of(session)
    other = session.half_days.get() if other_half_day else session_of_now().half_days.get()
    path = f"/formations/sessions/{other.session_id}/emargement/{uuid7() if other_half_day else other.pk}/signer/{one.pk}/"
    sheet.context.set_offline(True)
    for row in (one, two):
        sheet.get_by_role("link", name=f"Signer : {row.trainee.name}").click()
        draw(sheet)
        sheet.get_by_role("button", name="Signer ma présence").click()
        sheet.get_by_text("Pas de réseau").wait_for()
    sheet.evaluate(FIRST_GOES_TO, path)

    sheet.context.set_offline(False)
    sheet.locator(f"[data-hub-line='{two.pk}'] .st.ok").wait_for()

    assert Presence.objects.get().registration_id == two.pk
    if said:
        assert said in sheet.locator("[data-hub-refused] li").inner_text()
    else:
        sheet.get_by_text("que vous agissiez pour l’organisme").wait_for()
        assert "1 signature gardée" in sheet.locator("[data-hub-kept]").inner_text()
    sheet.complaints.clear()  # the network that was cut, and the refusal


def test_a_hub_that_does_not_answer_is_said_and_the_signature_waits(session, sheet):
    row = people_of(session)[0]
    sheet.route("**/signer/**", lambda route: route.fulfill(status=503, content_type="text/html", body="<p>503</p>"))
    sheet.get_by_role("link", name=f"Signer : {row.trainee.name}").click()
    draw(sheet)
    sheet.get_by_role("button", name="Signer ma présence").click()
    sheet.get_by_text("Le hub ne répond pas pour le moment").wait_for()
    assert "1 signature gardée" in sheet.locator("[data-hub-kept]").inner_text()

    sheet.unroute("**/signer/**")
    sheet.evaluate("dispatchEvent(new Event('online'))")
    sheet.locator(f"[data-hub-line='{row.pk}'] .st.ok").wait_for()

    assert Presence.objects.count() == 1
    sheet.complaints.clear()  # what the browser says of a 503


def sign_late(sheet, row, reason):
    """Sign with the reason that the pad asks for, once it has said that it is lacking."""
    type_name(sheet, row)
    sheet.get_by_role("button", name="Signer ma présence").click()
    assert "dites pourquoi la signature vient après" in sheet.locator("[data-hub-pad-wrong]").inner_text()
    sheet.get_by_label("Motif de la signature après la fin").fill(reason)
    sheet.get_by_role("button", name="Signer ma présence").click()


def test_pad_left_open_past_the_end_asks_why_without_network_too(session, sheet, monkeypatch):
    row = people_of(session)[0]
    late = sheet.get_by_label("Motif de la signature après la fin")
    open_pad(sheet, row)
    assert not late.is_visible()
    sheet.get_by_role("button", name="Ce n’est pas moi").click()

    sheet.context.set_offline(True)
    sheet.clock.set_fixed_time(session.half_days.get().finishes_at + timedelta(minutes=16))
    open_pad(sheet, row)
    assert late.is_visible()
    sign_late(sheet, row, "Bus en panne")
    sheet.locator("[data-hub-kept]").wait_for()
    monkeypatch.setattr(rules, "GRACE", -timedelta(hours=2))  # the hub's clock says so too
    sheet.context.set_offline(False)
    sheet.locator(f"[data-hub-line='{row.pk}'] .st.ok").wait_for()

    sheet.complaints.clear()  # what the browser says of a network that was cut
    assert Presence.objects.get().late_reason == "Bus en panne"


def test_pad_whose_clock_is_slow_asks_why_once_the_hub_does(session, sheet, monkeypatch):
    row = people_of(session)[0]
    open_pad(sheet, row)
    monkeypatch.setattr(rules, "GRACE", -timedelta(hours=2))  # the hub's clock is ahead of the pad's
    type_name(sheet, row)
    sheet.get_by_role("button", name="Signer ma présence").click()
    sheet.locator("[data-hub-refused] li").wait_for()
    sheet.complaints.clear()  # the refusal itself, 422

    open_pad(sheet, row)
    sign_late(sheet, row, "Batterie vide")
    sheet.locator(f"[data-hub-line='{row.pk}'] .st.ok").wait_for()

    assert Presence.objects.get().late_reason == "Batterie vide"
    assert not sheet.locator("[data-hub-refused]").is_visible()


def test_signature_refused_by_the_hub_stays_until_somebody_has_seen_it(session, sheet):
    row = people_of(session)[0]
    open_pad(sheet, row)
    type_name(sheet, row)
    cancelled_meanwhile(session)
    sheet.get_by_role("button", name="Signer ma présence").click()

    sheet.locator("[data-hub-refused] li").wait_for()
    sheet.complaints.clear()  # the refusal itself, 422

    assert "personne ne signe" in sheet.locator("[data-hub-refused]").inner_text()
    assert not Presence.objects.exists()


def test_who_mistyped_her_code_finds_her_words_again_and_the_next_one_does_not(session, sheet):
    row, other = people_of(session)
    open_pad(sheet, row)
    type_name(sheet, row)
    right = sheet.get_by_label("Code à quatre chiffres").input_value()
    sheet.get_by_label("Code à quatre chiffres").fill(f"{(int(right) + 1) % 10_000:04d}")
    sheet.get_by_text("Retard, départ avant la fin").click()
    sheet.get_by_label("Motif du retard ou du départ").fill("Panne de bus")
    sheet.get_by_role("button", name="Signer ma présence").click()
    sheet.locator("[data-hub-refused] li").wait_for()
    sheet.complaints.clear()  # the refusal itself, 422

    open_pad(sheet, other)
    assert sheet.locator("dialog [name=reason]").input_value() == ""
    assert not sheet.locator("[data-hub-pad-wrong]").is_visible()
    sheet.get_by_role("button", name="Ce n’est pas moi").click()
    open_pad(sheet, row)

    assert "code" in sheet.locator("[data-hub-pad-wrong]").inner_text()
    assert sheet.get_by_label("Motif du retard ou du départ").input_value() == "Panne de bus"
    assert sheet.get_by_label("Motif du retard ou du départ").is_visible()
    assert sheet.locator("dialog [name=code]").input_value() == ""
    sheet.get_by_label("Code à quatre chiffres").fill(right)
    sheet.get_by_role("button", name="Signer ma présence").click()
    sheet.locator(f"[data-hub-line='{row.pk}'] .st.ok").wait_for()
    assert not sheet.locator("[data-hub-refused]").is_visible()


IN_SIGHT = """(e) => { const box = e.getBoundingClientRect(); return e === document.activeElement && box.top >= 0 && box.bottom <= innerHeight; }"""


def open_pad(sheet, row):
    sheet.get_by_role("link", name=f"Signer : {row.trainee.name}").click()
    sheet.locator("dialog").wait_for()


@pytest.mark.parametrize(
    ("typed", "arrived", "said"),
    [
        ("Quelqu’un d’autre", "", "écrivez le nom en entier"),
        ("", "23:59", "L’arrivée est entre"),
        ("", "a minute before the end", "Cette heure n’est pas encore là."),
    ],
)
def test_what_the_hub_would_refuse_is_said_on_the_pad_and_nothing_is_lost(session, sheet, typed, arrived, said):
    row = people_of(session)[0]
    end = local(session.half_days.get().finishes_at - timedelta(minutes=1))
    open_pad(sheet, row)
    type_name(sheet, row, typed)
    sheet.get_by_text("Retard, départ avant la fin").click()
    sheet.get_by_label("Arrivée en retard, à").fill(f"{end:%H:%M}" if "end" in arrived else arrived)
    sheet.get_by_label("Motif du retard").fill("Train")
    sheet.get_by_role("button", name="Signer ma présence").click()

    assert said in sheet.locator("[data-hub-pad-wrong]").inner_text()
    assert sheet.get_by_label("Motif du retard").input_value() == "Train"
    assert sheet.evaluate("localStorage.getItem('hub-signatures')") in (None, "[]")


def test_name_typed_on_the_pad_is_compared_as_the_hub_does(session, sheet):
    row = people_of(session)[0]
    User.objects.filter(pk=row.trainee_id).update(first_name="Zoé-Maëlle", last_name="D’Œuvre")
    sheet.reload()
    sheet.get_by_role("link", name="Signer : Zoé-Maëlle D’Œuvre").click()
    type_name(sheet, row, "  d'oeuvre   ZOE maelle ")
    sheet.get_by_role("button", name="Signer ma présence").click()
    sheet.locator(".st.ok").wait_for()

    assert Presence.objects.get().method == "coded"


def test_name_asks_for_her_code_which_is_sent_to_her_alone(session, sheet):
    row = people_of(session)[0]
    open_pad(sheet, row)
    unfold_keyboard(sheet)
    sheet.get_by_label("Prénom et nom en entier").fill(row.trainee.name)
    sheet.get_by_role("button", name="Signer ma présence").click()
    assert "aussi le code à quatre chiffres" in sheet.locator("[data-hub-pad-wrong]").inner_text()

    sheet.get_by_role("button", name="L’envoyer par courriel").click()
    said = sheet.get_by_text(f"Code envoyé à l’adresse{of(row.trainee.name)}{row.trainee.name}.")
    said.wait_for()
    assert code_of(row, session.half_days.get()) not in sheet.locator("body").inner_text()
    sheet.get_by_label("Code à quatre chiffres").fill(code_of(row, session.half_days.get()))
    sheet.get_by_role("button", name="Signer ma présence").click()
    sheet.locator(".st.ok").wait_for()

    assert Presence.objects.get().method == "coded"


@pytest.mark.parametrize("is_gone", [False, True], ids=["no longer hers", "no longer planned"])
def test_pad_that_gets_no_code_says_why_and_not_to_sign_in_again(session, sheet, is_gone):
    row, other = people_of(session)[0], session_of_now().half_days.get()
    where = address(session) if is_gone else f"/formations/sessions/{other.session_id}/emargement/{other.pk}/"
    sheet.locator("[data-hub-sign]").first.evaluate("(link, path) => { link.href = path; }", f"{where}signer/{row.pk}/")
    open_pad(sheet, row)
    unfold_keyboard(sheet)
    if is_gone:
        session.half_days.all().delete()

    sheet.get_by_role("button", name="L’envoyer par courriel").click()
    said = sheet.get_by_text("Le code n’est pas parti")
    said.wait_for()
    sheet.complaints.clear()  # the refusal itself, 403 or 404

    assert ("n’est plus au programme" if is_gone else "vous n’agissez plus pour l’organisme") in said.inner_text()
    assert "reconnectez-vous" not in said.inner_text()


def test_refusal_of_the_hub_comes_into_sight_on_a_telephone(session, sheet):
    sheet.set_viewport_size({"width": 320, "height": 480})
    row = people_of(session)[-1]
    sheet.evaluate("document.querySelector('[data-hub-board]').style.paddingTop = '60rem'")  # as under a long list
    open_pad(sheet, row)
    type_name(sheet, row)
    cancelled_meanwhile(session)
    sheet.get_by_role("button", name="Signer ma présence").click()

    said = sheet.locator("[data-hub-refused] li")
    said.wait_for()
    sheet.wait_for_function("document.activeElement.matches('[data-hub-refused] li')")
    sheet.complaints.clear()  # the refusal itself, 422

    assert said.evaluate(IN_SIGHT)


def test_fault_of_the_pad_comes_into_sight_on_a_telephone(session, sheet):
    sheet.set_viewport_size({"width": 320, "height": 480})
    open_pad(sheet, people_of(session)[0])
    sheet.get_by_text("Retard, départ avant la fin").click()

    sheet.get_by_role("button", name="Signer ma présence").click()

    assert sheet.locator("[data-hub-pad-wrong]").evaluate(IN_SIGHT)
    assert "Signez dans le cadre" in sheet.locator("[data-hub-pad-wrong]").inner_text()
    assert "demandé avec une heure d’arrivée ou de départ" in sheet.locator("dialog details").last.inner_text()


def test_button_that_signs_is_in_sight_of_the_pad_on_a_small_telephone(session, sheet):
    sheet.set_viewport_size({"width": 320, "height": 568})

    open_pad(sheet, people_of(session)[0])

    button = sheet.get_by_role("button", name="Signer ma présence")
    box, frame = button.bounding_box(), sheet.locator("dialog").bounding_box()
    assert box["y"] + box["height"] <= frame["y"] + frame["height"] <= 568, (box, frame)
    assert not sheet.get_by_label("Prénom et nom en entier").is_visible()
    sheet.get_by_text("Signer au clavier").click()
    assert sheet.get_by_label("Code à quatre chiffres").is_visible()


@pytest.mark.parametrize("height", [568, 640])
def test_button_keeps_its_margin_on_a_small_telephone_when_the_half_day_is_over(session, sheet, height):
    sheet.set_viewport_size({"width": 320, "height": height})
    sheet.clock.set_fixed_time(session.half_days.get().finishes_at + timedelta(minutes=16))
    open_pad(sheet, people_of(session)[0])
    assert sheet.get_by_label("Motif de la signature après la fin").is_visible()

    box, frame = sheet.get_by_role("button", name="Signer ma présence").bounding_box(), sheet.locator("dialog").bounding_box()
    assert box["y"] + box["height"] + 8 <= frame["y"] + frame["height"] <= height, (box, frame)


@pytest.mark.parametrize("height", [480, 568, 640])
def test_reason_of_a_half_day_that_is_over_is_never_under_the_button(session, sheet, height):
    sheet.set_viewport_size({"width": 320, "height": height})
    sheet.clock.set_fixed_time(session.half_days.get().finishes_at + timedelta(minutes=16))

    open_pad(sheet, people_of(session)[0])

    why, button = sheet.get_by_label("Motif de la signature après la fin"), sheet.get_by_role("button", name="Signer ma présence")
    box, frame = why.bounding_box(), sheet.locator("dialog").bounding_box()
    assert box["y"] + box["height"] < button.bounding_box()["y"]
    assert height == 480 or box["y"] + box["height"] < frame["y"] + frame["height"], "in sight without scrolling"


def test_next_person_finds_the_pad_as_new(session, sheet):
    one, two = people_of(session)
    open_pad(sheet, one)
    sheet.get_by_text("Retard, départ avant la fin").click()
    sheet.get_by_label("Arrivée en retard, à").fill("09:10")
    sheet.get_by_role("button", name="Ce n’est pas moi").click()

    open_pad(sheet, two)

    assert sheet.locator("dialog details[open]").count() == 0
    assert sheet.locator("dialog [name=arrived_at]").input_value() == ""


def test_everything_to_touch_on_the_sheet_is_large_enough_for_a_finger(session, sheet):
    close_to = people_of(session)[0]
    services.mark_absent(session.half_days.first(), close_to, reason="Malade", actor=trainer_of(session))
    sheet.set_viewport_size({"width": 320, "height": 640})
    sheet.reload()
    heights = (
        "(all) => all.map((e) => [e.innerText, Math.round(e.getBoundingClientRect().height)]).filter(([, height]) => height && height < 44)"
    )

    assert sheet.eval_on_selector_all("[data-hub-board] a, [data-hub-board] button", heights) == []
    open_pad(sheet, people_of(session)[1])
    assert sheet.eval_on_selector_all("dialog button, dialog summary, dialog input", heights) == []


def test_without_script_the_name_is_typed(session, new_page, live_server):
    row = people_of(session)[0]
    page = new_page(java_script_enabled=False)
    village.enter(page, live_server.url, session.trainers.get())
    page.goto(live_server.url + address(session))

    page.get_by_role("link", name=f"Signer : {row.trainee.name}").click()
    type_name(page, row)
    page.get_by_role("button", name="Signer ma présence").click()

    said = page.locator("main").inner_text().replace("\u00a0", " ")
    assert f"{row.trainee.name} : présence signée." in said
