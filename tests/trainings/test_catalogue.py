"""A programme is written, previewed, compared, reviewed by its CAE, released: over HTTP, by the people who do it."""

import csv
import io
import re
from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Revision, Site, WorkflowState

from hub.core.accounts.selectors import actor_for
from hub.core.audit.models import AuditEntry
from hub.core.jobs import runner
from hub.core.kit.comparing import pieces
from hub.core.kit.identifiers import uuid7
from hub.core.notifications.models import Notification
from hub.core.ui.panels import collect
from tests.builders.accounts import make_actor, make_coordinator, make_member, make_person, sign_in
from tests.builders.trainings import FULL_PROGRAMME, make_course, make_session
from tests.builders.vocabularies import make_speciality
from tests.core.races import run_together
from trainings.catalogue import services
from trainings.catalogue.errors import CourseIsIncomplete, CourseIsInReview, CourseWasChanged, CourseWasPublished, ReviewNeedsAnother
from trainings.catalogue.forms import SECTIONS, CourseForm
from trainings.catalogue.models import CoursePage
from trainings.catalogue.requirements import REQUIRED

pytestmark = pytest.mark.django_db


def form_of(**changes):
    facts = {name: value for name, value in FULL_PROGRAMME.items() if name != "duration_minutes"}
    return (
        facts
        | {"title": "Enduits terre", "hours": "21", "price": "504", "modality": "in_person", "skill_rows": "", "trade_rows": ""}
        | changes
    )


def url(name, course):
    return reverse(f"catalogue:{name}", args=[course.public_id])


def read(course):
    """The revision that a reviewer who opens the draft now reads."""
    return CoursePage.objects.get(pk=course.pk).latest_revision_id


@pytest.mark.parametrize(("typed", "minutes", "again"), [("3,5", 210, "3,5"), ("0,67", 40, "0,67"), ("1 000", 60_000, "1000")])
def test_hours_and_a_price_are_read_and_shown_again_with_their_comma(typed, minutes, again):
    organisation = make_member()
    trainer = sign_in(make_person(organisation, "trainer"))
    trainer.post(reverse("catalogue:new_course"), {"title": "Enduits", "modality": "in_person"})
    course = CoursePage.objects.get()

    trainer.post(url("edit_course", course), form_of(hours=typed, price="1 049,9 €", revision=course.latest_revision_id))

    draft = CoursePage.objects.get().get_latest_revision_as_object()
    assert (draft.duration_minutes, draft.indicative_price_cents) == (minutes, 104_990)
    page = trainer.get(url("edit_course", course)).content.decode()
    assert f'value="{again}"' in page
    assert 'value="1049,90"' in page


def test_programme_goes_from_a_title_to_the_catalogue():
    organisation = make_member()
    trainer, reviewer = sign_in(make_person(organisation, "trainer")), sign_in(make_person(organisation, "training_manager"))

    trainer.post(reverse("catalogue:new_course"), {"title": "Enduits", "modality": "in_person"})
    course = CoursePage.objects.get()
    assert not course.live
    trainer.post(url("submit", course))
    assert not CoursePage.objects.get().workflow_in_progress, "an incomplete programme stays with its author"
    trainer.post(url("edit_course", course), form_of(revision=course.latest_revision_id))
    trainer.post(url("submit", course))
    page = reviewer.get(url("draft", course)).content.decode()
    assert "(obligatoire pour demander des changements)" in page
    assert "facultatif" not in page
    reviewer.post(url("decide", course), {"approve": "1", "revision": read(course)})

    course = CoursePage.objects.get()
    assert (course.live, course.version, course.duration_minutes, course.indicative_price_cents) == (True, 1, 1260, 50_400)
    page = sign_in(make_person(make_member())).get(course.url)
    assert "Préparer un enduit" in page.content.decode()
    assert list(AuditEntry.objects.filter(action__startswith="trainings.course").values_list("action", flat=True)) == [
        "trainings.course.create", "trainings.course.submit", "trainings.course.publish",
    ]  # fmt: skip


def test_a_change_after_release_is_compared_and_becomes_version_two():
    organisation = make_member()
    course = make_course(organisation)
    trainer, reviewer = sign_in(make_person(organisation, "trainer")), sign_in(make_person(organisation, "director"))

    trainer.post(
        url("edit_course", course), form_of(objectives="Préparer un enduit\nReconnaître un support", revision=course.latest_revision_id)
    )
    compared = trainer.get(url("compare", course)).content.decode()
    assert "Reconnaître" not in trainer.get(course.url).content.decode(), "the released text does not move"
    trainer.post(url("submit", course))
    reviewer.post(url("decide", course), {"approve": "1", "revision": read(course)})

    course.refresh_from_db()
    assert "<ins>" in compared
    assert "<del>" in compared
    assert course.version == 2
    assert "Reconnaître" in course.objectives


def test_a_speciality_is_chosen_compared_and_shown():
    organisation = make_member()
    make_speciality()
    course = make_course(organisation)
    trainer, reviewer = sign_in(make_person(organisation, "trainer")), sign_in(make_person(organisation, "director"))

    trainer.post(url("edit_course", course), form_of(speciality="233", revision=course.latest_revision_id))
    compared, draft = trainer.get(url("compare", course)), trainer.get(url("draft", course)).content.decode()
    trainer.post(url("submit", course))
    reviewer.post(url("decide", course), {"approve": "1", "revision": read(course)})

    assert [(one.name, one.label) for one in compared.context["differences"] if one.name == "nsf_code"] == [
        ("nsf_code", "Spécialité (NSF)")
    ]
    assert "Bâtiment" in compared.content.decode()
    for page in (draft, trainer.get(course.url).content.decode()):
        assert "<dt>Spécialité</dt><dd>233 Bâtiment\u00a0: finitions" in page
    assert '<option value="233" selected>' in trainer.get(url("edit_course", course)).content.decode()


@pytest.mark.parametrize("code", ["999", "23", "234", "233s"])
def test_a_speciality_is_a_current_one_of_the_third_level(code):
    organisation = make_member()
    make_speciality()
    make_speciality(code="23")
    make_speciality("Travail du bois", code="234", is_current=False)
    course = make_course(organisation)

    page = sign_in(make_person(organisation, "trainer")).post(
        url("edit_course", course), form_of(speciality=code, revision=course.latest_revision_id)
    )

    assert "speciality" in page.context["form"].errors
    assert CoursePage.objects.get().get_latest_revision_as_object().nsf_code == ""


def test_a_speciality_that_an_edition_dropped_stays_with_the_programme_that_has_it():
    organisation = make_member()
    make_speciality("Travail du bois", code="234", is_current=False)
    course = make_course(organisation, nsf_code="234")
    trainer = sign_in(make_person(organisation, "trainer"))

    trainer.post(url("edit_course", course), form_of(speciality="234", summary="Autre", revision=course.latest_revision_id))

    draft = CoursePage.objects.get().get_latest_revision_as_object()
    assert (draft.summary, draft.nsf_code) == ("Autre", "234")


def test_a_programme_just_published_opens_sessions_and_is_reviewed_again_once_it_changes():
    organisation = make_member()
    course = make_course(organisation)
    trainer = sign_in(make_person(organisation, "trainer"))
    page = trainer.get(url("draft", course)).content.decode()

    refused = trainer.post(url("submit", course), follow=True)

    assert "Remettre à la relecture" not in page
    assert reverse("sessions:new", args=[course.public_id]) in page
    assert "Rien n’a changé depuis la version publiée" in refused.content.decode()
    assert not CoursePage.objects.get().workflow_in_progress
    trainer.post(url("edit_course", course), form_of(revision=course.latest_revision_id))
    assert "Remettre à la relecture" in trainer.get(url("draft", course)).content.decode()
    trainer.post(url("submit", course))
    assert CoursePage.objects.get().workflow_in_progress


def test_sent_back_with_a_word_that_the_author_reads():
    organisation = make_member()
    course = make_course(organisation, live=False)
    author, reviewer = sign_in(make_person(organisation, "trainer")), sign_in(make_person(organisation, "director"))
    author.post(url("submit", course))

    reviewer.post(url("decide", course), {"send_back": "1", "comment": "Précisez les moyens.", "revision": read(course)})

    course.refresh_from_db()
    assert not course.live
    assert "Précisez les moyens." in author.get(url("draft", course)).content.decode()


def test_what_came_back_awaits_its_author_at_home_until_it_is_handed_in_again():
    organisation = make_member()
    course = make_course(organisation, live=False)
    author, other, boss = (make_person(organisation, role) for role in ("trainer", "trainer", "director"))

    def due(user):
        return f"Reprendre «\u00a0{course.title}" in sign_in(user).get("/moi/").content.decode().replace("&nbsp;", "\u00a0")

    sign_in(author).post(url("submit", course))
    assert not due(author)
    sign_in(boss).post(url("decide", course), {"send_back": "1", "comment": "Précisez les moyens.", "revision": read(course)})
    assert [due(author), due(other), due(boss)] == [True, False, False]

    sign_in(author).post(url("submit", course))
    assert not due(author)


def test_a_programme_sent_back_is_handed_in_again_and_published():
    organisation = make_member()
    course = make_course(organisation, live=False)
    author, reviewer = sign_in(make_person(organisation, "trainer")), sign_in(make_person(organisation, "director"))
    author.post(url("submit", course))
    reviewer.post(url("decide", course), {"send_back": "1", "comment": "Précisez les moyens.", "revision": read(course)})
    course.refresh_from_db()

    author.post(url("edit_course", course), form_of(summary="Plus précis.", revision=course.latest_revision_id))
    author.post(url("submit", course))
    reviewer.post(url("decide", course), {"approve": "1", "revision": read(course)})

    course.refresh_from_db()
    assert (course.live, course.summary) == (True, "Plus précis.")


def test_a_review_is_told_to_those_it_awaits_and_to_nobody_else():
    organisation = make_member()
    author, reader = make_person(organisation, "trainer"), make_person(organisation, "director")
    make_person(organisation, "advisor")
    make_person(make_member(), "director")
    make_coordinator()
    course = make_course(organisation, title="Enduits", live=False)

    sign_in(author).post(url("submit", course))
    told = list(Notification.unscoped.values_list("user", "text"))
    due = sign_in(reader).get("/moi/").content.decode()
    sign_in(reader).post(url("decide", course), {"send_back": "1", "comment": "Précisez les moyens.", "revision": read(course)})
    runner.drain()

    assert told == [(reader.pk, "Programme à relire : Enduits")]
    assert "Relire « Enduits »" in due.replace("\u00a0", " ")
    assert {(letter.to[0], letter.subject) for letter in mail.outbox} == {
        (reader.email, "Programme à relire : Enduits"), (author.email, "Programme à reprendre : Enduits"),
    }  # fmt: skip
    assert "Précisez les moyens." in mail.outbox[-1].body
    assert all("/admin/" not in letter.body for letter in mail.outbox)


def test_sending_back_says_what_to_change():
    organisation = make_member()
    course = make_course(organisation, live=False)
    reviewer = sign_in(make_person(organisation, "director"))
    sign_in(make_person(organisation, "trainer")).post(url("submit", course))

    reviewer.post(url("decide", course), {"send_back": "1", "comment": ""})

    assert CoursePage.objects.get(pk=course.pk).workflow_in_progress


def test_a_refused_decision_keeps_what_was_typed():
    organisation = make_member()
    course = make_course(organisation, live=False)
    manager = make_person(organisation, "training_manager")
    make_person(organisation, "director")
    services.submit_course(course, actor=actor_for(manager))
    client = sign_in(manager)

    too_long = client.post(url("decide", course), {"send_back": "1", "comment": "Précisez " * 300}).content.decode()
    alone = client.post(
        url("decide", course), {"approve": "1", "comment": "C’est bon pour moi.", "revision": read(course)}
    ).content.decode()

    assert "Précisez Précisez" in too_long
    assert "une autre personne de votre équipe l’approuve" in alone
    assert "C’est bon pour moi." in alone
    assert CoursePage.objects.get(pk=course.pk).workflow_in_progress


def handed_in():
    """A programme in review: (programme, author's client, reviewer's client, the revision that the reviewer opened)."""
    course = make_course(live=False)
    author, reviewer = sign_in(make_person(course.organisation, "trainer")), sign_in(make_person(course.organisation, "director"))
    author.post(url("submit", course))
    return course, author, reviewer, reviewer.get(url("draft", course)).context["form"]["revision"].value()


@pytest.mark.parametrize("decision", ["approve", "send_back"])
def test_a_decision_is_about_the_text_that_was_read(decision):
    course, author, reviewer, seen = handed_in()
    author.post(url("take_back", course))
    author.post(url("edit_course", course), form_of(summary="Jamais relu.", revision=seen))
    author.post(url("submit", course))

    answer = reviewer.post(url("decide", course), {decision: "1", "comment": "Bravo à tous.", "revision": seen})

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Ce qui a changé depuis" in page
    assert "En une phrase" in [one.label for one in answer.context["changes"]]
    assert "Bravo à tous." in page
    held = CoursePage.objects.get(pk=course.pk)
    assert (held.live, held.workflow_in_progress) == (False, True)
    again = {decision: "1", "comment": "Bravo à tous.", "revision": answer.context["form"]["revision"].value()}
    assert reviewer.post(url("decide", course), again).status_code == 302
    assert CoursePage.objects.get(pk=course.pk).live is (decision == "approve")


def test_a_decision_without_a_revision_decides_nothing():
    course, _author, reviewer, _seen = handed_in()

    assert reviewer.post(url("decide", course), {"approve": "1"}).status_code == 409
    assert not CoursePage.objects.get(pk=course.pk).live


@pytest.mark.parametrize("decision", ["approve", "send_back"])
def test_a_decision_that_comes_too_late_says_that_nothing_changed_and_keeps_the_word(decision):
    course, author, reviewer, seen = handed_in()
    author.post(url("take_back", course))

    answer = reviewer.post(url("decide", course), {decision: "1", "comment": "Précisez les moyens.", "revision": seen})

    page = answer.content.decode()
    assert answer.status_code == 409
    assert "rien n’a changé" in page
    assert "Précisez les moyens." in page
    assert "Programme publié" not in page
    assert not CoursePage.objects.get(pk=course.pk).live


def test_taking_back_after_the_decision_says_that_nothing_changed():
    course, author, reviewer, seen = handed_in()
    reviewer.post(url("decide", course), {"send_back": "1", "comment": "Précisez les moyens.", "revision": seen})

    page = author.post(url("take_back", course), follow=True).content.decode()

    assert "n’était plus en relecture" in page
    assert "Précisez les moyens." in page, "the word that asks for changes stays"


def test_a_text_saved_while_the_programme_is_in_review_is_a_conflict_and_stays_in_the_form():
    course, author, _reviewer, seen = handed_in()

    answer = author.post(url("edit_course", course), form_of(summary="Écrit trop tard.", revision=seen))

    assert answer.status_code == 409
    assert ("Reprenez-le d’abord" in answer.content.decode(), "Écrit trop tard." in answer.content.decode()) == (True, True)
    author.post(url("take_back", course))
    assert author.post(url("edit_course", course), form_of(summary="Écrit trop tard.", revision=seen)).status_code == 302
    assert services.draft_of(CoursePage.objects.get(pk=course.pk)).summary == "Écrit trop tard."


def test_a_programme_in_review_is_not_changed():
    organisation = make_member()
    course = make_course(organisation, live=False)
    actor = actor_for(make_person(organisation, "trainer"))
    services.submit_course(course, actor=actor)
    course.refresh_from_db()

    with pytest.raises(CourseIsInReview):
        services.save_draft(course, facts={"title": "Autre"}, actor=actor)
    assert services.take_back_course(course, actor=actor)
    assert not services.take_back_course(course, actor=actor)
    line = AuditEntry.objects.get(action="trainings.course.take_back")
    assert (line.actor_id, line.organisation_id, line.object_id) == (actor.user_id, organisation.pk, str(course.public_id))
    course.refresh_from_db()
    services.save_draft(course, facts={"title": "Autre"}, actor=actor)


@pytest.mark.parametrize("is_hers", [True, False])
def test_two_authors_at_once_lose_nothing(is_hers):
    organisation = make_member()
    course = make_course(organisation)
    one, two = make_person(organisation, "trainer"), make_person(organisation, "trainer")
    client = sign_in(one)
    opened = course.latest_revision_id
    sign_in(one if is_hers else two).post(url("edit_course", course), form_of(summary="Le premier", revision=opened))

    answer = client.post(url("edit_course", course), form_of(summary="Le second", revision=opened))

    assert answer.status_code == 409
    assert f"{'Vous avez' if is_hers else f'{two.name} a'} enregistré une autre version" in answer.content.decode()
    assert "Le second" in answer.content.decode(), "what was typed is still there"
    course.refresh_from_db()
    assert services.draft_of(course).summary == "Le premier"


def test_a_form_that_does_not_say_which_draft_it_opened_writes_over_nothing():
    course = make_course()

    answer = sign_in(make_person(course.organisation, "trainer")).post(url("edit_course", course), form_of(summary="Le second"))

    assert answer.status_code == 409
    assert services.draft_of(course).summary != "Le second"


def test_save_draft_over_another_is_refused():
    course = make_course()
    actor = actor_for(make_person(course.organisation, "trainer"))
    opened = course.latest_revision_id
    services.save_draft(course, facts={}, actor=actor, based_on=opened)

    with pytest.raises(CourseWasChanged):
        services.save_draft(course, facts={}, actor=actor, based_on=opened)


def test_whoever_handed_in_does_not_approve_while_another_can():
    organisation = make_member()
    course = make_course(organisation, live=False)
    manager = make_person(organisation, "training_manager")
    services.submit_course(course, actor=actor_for(manager))
    make_person(organisation, "director")

    with pytest.raises(ReviewNeedsAnother):
        services.decide_course(CoursePage.objects.get(pk=course.pk), approve=True, comment="", actor=actor_for(manager))


def test_a_lone_reviewer_may_approve_her_own():
    organisation = make_member()
    course = make_course(organisation, live=False)
    manager = make_person(organisation, "training_manager")
    services.submit_course(course, actor=actor_for(manager))

    services.decide_course(CoursePage.objects.get(pk=course.pk), approve=True, comment="", actor=actor_for(manager))

    assert CoursePage.objects.get(pk=course.pk).live


def test_an_incomplete_programme_names_what_it_lacks():
    course = make_course(live=False, accessibility="", contact="")

    with pytest.raises(CourseIsIncomplete) as refusal:
        services.submit_course(course, actor=actor_for(make_person(course.organisation, "trainer")))

    assert refusal.value.missing == ["accès des personnes en situation de handicap", "contact"]


def test_a_length_is_asked_for_in_hours_as_it_is_written():
    course = make_course(live=False, duration_minutes=None)
    trainer = make_person(course.organisation, "trainer")

    page = sign_in(trainer).get(reverse("catalogue:draft", args=[course.public_id])).content.decode()

    assert "durée en heures" in page
    assert "minutes" not in page.partition("il manque")[2].partition("</ul>")[0]


# -- a draft that is thrown away --------------------------------------------------------------------------------------
def removal(course, client):
    """What its confirm page sends."""
    return {"revision": client.get(url("remove", course)).context["form"]["revision"].value()}


@pytest.mark.parametrize("sent_back", [False, True])
def test_a_draft_that_was_never_published_is_deleted_by_who_writes_after_it_was_asked(sent_back):
    course, author, reviewer, seen = handed_in()
    assert url("remove", course) not in author.get(url("draft", course)).content.decode(), "under a reviewer's eyes"
    if sent_back:
        reviewer.post(url("decide", course), {"send_back": "1", "comment": "Trop court.", "revision": seen})
    else:
        author.post(url("take_back", course))
    assert url("remove", course) in author.get(url("draft", course)).content.decode()
    sent = removal(course, author)
    assert CoursePage.objects.filter(pk=course.pk).exists(), "nothing goes before it is confirmed"

    answer = author.post(url("remove", course), sent, follow=True)

    assert "Brouillon supprimé" in answer.content.decode()
    assert not CoursePage.objects.filter(pk=course.pk).exists()
    assert not Revision.objects.filter(object_id=str(course.pk), content_type__model="coursepage").exists()
    line = AuditEntry.objects.get(action="trainings.course.remove")
    assert (line.object_id, line.object_label) == (str(course.public_id), ""), "a title that the public never read"
    assert author.post(url("remove", course), sent).status_code == 404


@pytest.mark.parametrize("withdrawn", [False, True])
def test_a_programme_that_was_published_is_never_deleted(withdrawn):
    course = make_course()
    client = sign_in(make_person(course.organisation, "trainer"))
    if withdrawn:
        services.unpublish_course(course, actor=make_actor(course.organisation))

    answer = client.post(url("remove", course), {"revision": course.latest_revision_id}, follow=True)

    assert url("remove", course) not in client.get(url("draft", course)).content.decode()
    assert "a été publié" in answer.content.decode()
    with pytest.raises(CourseWasPublished):
        services.remove_course(course, actor=make_actor(course.organisation), seen=course.latest_revision_id)
    assert CoursePage.objects.filter(pk=course.pk).exists()


def test_a_draft_in_review_or_saved_again_since_is_kept():
    course, author, _, seen = handed_in()
    in_review = author.post(url("remove", course), {"revision": seen}, follow=True).content.decode()
    author.post(url("take_back", course))
    sent = removal(course, author)
    services.save_draft(CoursePage.objects.get(pk=course.pk), facts={"content": "Autre"}, actor=make_actor(course.organisation))
    changed = author.post(url("remove", course), sent, follow=True).content.decode()

    assert "Reprenez-le d’abord" in in_review
    assert "Un autre texte a été enregistré" in changed
    assert CoursePage.objects.filter(pk=course.pk).exists()
    assert "rien n’est supprimé" in author.post(url("remove", course), {}, follow=True).content.decode()


def same_for_all(answer):
    """The body without what differs at each request: the token against forged forms, the identifier asked for."""
    return re.sub(rb'value="[A-Za-z0-9]{64}"|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}', b"", answer.content)


SCREENS = ["draft", "edit_course", "compare", "remove"]


@pytest.mark.parametrize("name", SCREENS)
def test_another_cae_s_draft_does_not_exist(name):
    course = make_course(live=False, title="KANB-draft")
    client = sign_in(make_person(make_member(), "training_manager"))

    foreign = client.get(url(name, course))
    unknown = client.get(reverse(f"catalogue:{name}", args=[uuid7()]))

    assert foreign.status_code == unknown.status_code == 404
    assert same_for_all(foreign) == same_for_all(unknown)


@pytest.mark.parametrize("name", ["submit", "take_back", "decide", "unpublish", "edit_course", "remove"])
def test_another_cae_changes_nothing(name):
    course = make_course(title="KANB-live")
    before = CoursePage.objects.get(pk=course.pk).latest_revision_id

    answer = sign_in(make_person(make_member(), "training_manager")).post(url(name, course), form_of(approve="1"))

    assert answer.status_code == 404
    assert CoursePage.objects.get(pk=course.pk).latest_revision_id == before


@pytest.mark.parametrize("role", ["advisor", "facilitator", "entrepreneur"])
def test_roles_without_the_right_do_not_write(role):
    organisation = make_member()
    course = make_course(organisation)
    client = sign_in(make_person(organisation, role))

    assert client.get(reverse("catalogue:new_course")).status_code == 403
    assert client.post(url("edit_course", course), form_of()).status_code in {403, 404}
    assert client.post(url("decide", course), {"approve": "1"}).status_code in {403, 404}
    assert client.post(url("remove", make_course(organisation, live=False)), {}).status_code in {403, 404}


def test_the_list_and_its_suffixes_agree(client):
    make_course(title="Enduits chaux")
    make_course(title="=cmd|' /C calc'!A1")
    make_course(title="Brouillon", live=False)

    page = client.get("/formations/").content.decode()
    data = client.get("/formations.json").json()
    table = b"".join(client.get("/formations.csv").streaming_content).decode("utf-8-sig")

    assert data["count"] == 2
    assert "Brouillon" not in page + table
    assert "'=cmd" in table
    assert [row["title"] for row in data["results"]] == ["=cmd|' /C calc'!A1", "Enduits chaux"]
    assert page.count('class="hit ') == 2


def test_the_table_speaks_french_and_its_addresses_are_whole(client):
    course = make_course(title="Enduits chaux", indicative_price_cents=50_400)

    head, line = csv.reader(io.StringIO(b"".join(client.get("/formations.csv").streaming_content).decode("utf-8-sig")))
    row = dict(zip(head, line, strict=True))

    assert row["id"] == str(course.public_id)
    assert (row["modalité"], row["durée"], row["prix indicatif par personne, hors taxes"]) == ("en présence", "21\u00a0h", "504,00\u00a0€")
    assert row["adresse"] == client.get("/formations.json").json()["results"][0]["url"]
    assert row["adresse"].startswith("http://testserver/")
    assert client.get(row["adresse"]).status_code == 200


LISTS = ["/formations", "/formations/sessions"]


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("query", ["organisation=inconnue", "modalite=autre", "departement=999", "places=peut-être"])
def test_an_unknown_value_is_said_on_the_page_and_refused_to_a_program(client, path, query):
    name, _, value = query.partition("=")
    known = {"/formations": {"organisation", "modalite"}, "/formations/sessions": {"organisation", "departement", "places"}}[path]
    make_session(make_course(title="Enduits chaux"))
    expected = f"ne connaît pas «\u00a0{value}\u00a0»"

    page = client.get(f"{path}/?{query}")
    answers = [client.get(f"{path}.{suffix}?{query}") for suffix in ("json", "csv")]

    assert page.status_code == 200
    assert "Enduits chaux" in page.content.decode(), "the filter is left aside"
    assert (expected in page.content.decode()) == (name in known)
    assert [one.status_code for one in answers] == [400 if name in known else 200] * 2
    if name in known:
        assert answers[0].json()["errors"][0].endswith(f"{expected}."), "nothing is left aside: all is refused"


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize(("page", "sentence"), [("x", "Cette page n’existe pas."), ("77", "Cette page est au-delà de la dernière.")])
def test_programs_are_not_told_of_a_page_that_they_are_not_shown(client, path, page, sentence):
    make_session(make_course(title="Enduits chaux"))

    answer = client.get(f"{path}.json?page={page}")

    assert (answer.status_code, answer.json()["errors"]) == (400, [sentence])


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize(("page", "status"), [("1", 200), ("x", 400), ("-1", 400), ("9999", 400)])
def test_a_page_that_is_not_there_is_refused_to_a_program(client, path, page, status):
    make_session()

    assert client.get(f"{path}.json?page={page}").status_code == status
    assert client.get(f"{path}/?page={page}").status_code == 200


def test_filters_in_force_are_chips_that_take_themselves_away(client):
    home = make_member("Terre et Tuiles")
    make_course(home, title="Enduits chaux")

    page = client.get(f"/formations/?q=enduits&organisation={home.slug}&modalite=in_person")
    assert [(chip["label"], chip["url"]) for chip in page.context["chips"]] == [
        ("« enduits »", f"?organisation={home.slug}&modalite=in_person"), ("Terre et Tuiles", "?q=enduits&modalite=in_person"),
        ("en présence", f"?q=enduits&organisation={home.slug}"),
    ]  # fmt: skip
    sessions = client.get("/formations/sessions/?departement=Gironde&places=1&passees=1")
    assert [chip["label"] for chip in sessions.context["chips"]] == ["Gironde", "Avec des places libres", "Passées et annulées aussi"]


def test_an_empty_list_says_why_and_what_next(client):
    writer = sign_in(make_person(make_member(), "trainer"))

    assert "n’a encore aucun programme" in client.get("/formations/").content.decode()
    assert "Écrire le premier" in writer.get("/formations/").content.decode()
    assert "Aucun programme ne répond à tous ces filtres" in writer.get("/formations/?q=zzz").content.decode()
    assert "Aucune session à venir" in client.get("/formations/sessions/").content.decode()
    assert "Aucune session ne répond à tous ces filtres" in client.get("/formations/sessions/?q=zzz").content.decode()


# -- comparison, form, withdrawal -------------------------------------------------------------------------------------
def said(before, after):
    return [(piece.kind, piece.text) for piece in pieces(before, after)]


def test_words_added_and_removed_are_apart():
    assert said("Préparer un enduit", "Préparer un mortier") == [("same", "Préparer un "), ("removed", "enduit"), ("added", "mortier")]
    assert said("tout public", "les maçons") == [("removed", "tout public"), ("added", "les maçons")]
    assert said("a\nb", "a\nc\nb") == [("same", "a\n"), ("added", "c\n"), ("same", "b")]
    assert said("", "Neuf") == [("added", "Neuf")]


def test_line_endings_and_spaces_at_the_end_are_no_change():
    course = make_course(objectives="Préparer un enduit\nRéparer un enduit")
    client = sign_in(make_person(course.organisation, "trainer"))
    client.post(
        url("edit_course", course),
        form_of(
            objectives="Préparer un enduit  \r\nRéparer un enduit\r\n", content="Matin\nSoir", price="", revision=course.latest_revision_id
        ),
    )

    page = client.get(url("compare", course))

    assert [one.label for one in page.context["differences"]] == ["Contenu"]
    html = page.content.decode().replace("\u00a0", "&nbsp;")
    assert '<del><span class="vh">[retiré&nbsp;: </span>Après-midi<span class="vh">]</span></del>' in html
    assert '<ins><span class="vh">[ajouté&nbsp;: </span>Soir<span class="vh">]</span></ins>' in html


def test_a_conflict_shows_what_differs_and_keeps_the_text():
    course = make_course()
    client = sign_in(make_person(course.organisation, "trainer", first_name="Solène"))
    opened = course.latest_revision_id
    client.post(url("edit_course", course), form_of(summary="Le premier", revision=opened))

    answer = client.post(url("edit_course", course), form_of(summary="Le second", revision=opened))

    assert [one.label for one in answer.context["conflict"]["differences"]] == ["En une phrase"]
    page = answer.content.decode()
    assert 'href="#ecarts"' in page
    assert url("compare", course) in page
    again = re.search(r'name="revision" value="(\d+)"', page)[1]
    client.post(url("edit_course", course), form_of(summary="Le second", revision=again))
    course.refresh_from_db()
    assert services.draft_of(course).summary == "Le second"


def test_the_form_tells_what_review_asks_from_what_is_optional():
    course = make_course(live=False, contact="", access_delay="")
    page = sign_in(make_person(course.organisation, "trainer")).get(url("edit_course", course))

    lacking = {part.key: part.lacking for part in page.context["form"].sections()}
    html = page.content.decode()
    assert lacking == {"bref": 0, "contenu": 0, "public": 0, "moyens": 0, "suivi": 0, "acces": 2, "reperes": 0}
    assert html.count("(demandé à la relecture)") == len(REQUIRED)
    assert "2 à remplir" in html


def test_every_field_of_the_programme_stands_in_one_section():
    names = [name for _, _, fields in SECTIONS for name in fields]

    assert sorted(names) == sorted(set(CourseForm.base_fields) - {"revision", "key"})


def test_withdrawing_a_programme_is_asked_first():
    course = make_course()
    client = sign_in(make_person(course.organisation, "director"))

    page = client.get(url("unpublish", course)).content.decode()
    course.refresh_from_db()
    assert course.live
    assert "Ses sessions, leurs inscriptions et leurs conventions restent." in page
    client.post(url("unpublish", course))
    course.refresh_from_db()
    assert not course.live


@pytest.mark.parametrize(
    "query", ["q=%00", "q=" + "x" * 500, "modalite=autre", "organisation=%27%22", "page=-1", "page=x", "q=enduits&page=9999"]
)
def test_hostile_parameters_answer_plainly(client, query):
    assert client.get(f"/formations/?{query}").status_code in {200, 400}
    assert client.get(f"/formations/sessions/?{query}").status_code in {200, 400}


def test_the_list_costs_the_same_with_one_and_three(client, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    make_course()
    client.get("/formations/")
    with CaptureQueriesContext(connection) as one:
        client.get("/formations/")
    make_course()
    make_course()
    with CaptureQueriesContext(connection) as three:
        client.get("/formations/")

    assert len(one) == len(three)


def test_the_addresses_of_a_list_ask_the_cache_once(client, monkeypatch):
    """The roots of Wagtail's sites lie in the shared cache, which is a table of the database: a question a line, if each asked anew."""
    make_course()
    make_course()
    asked = []
    roots = Site.get_site_root_paths
    monkeypatch.setattr(Site, "get_site_root_paths", staticmethod(lambda: asked.append(1) or roots()))

    for suffix in ("/", ".json", ".csv"):
        asked.clear()
        assert b"".join(client.get(f"/formations{suffix}"))
        assert len(asked) <= 1


@pytest.mark.django_db(transaction=True)
def test_one_form_sent_many_times_at_once_makes_one_programme_and_one_review():
    organisation = make_member()
    actor, key = make_actor(organisation, "training_manager"), uuid7()
    facts = dict(FULL_PROGRAMME)

    made = run_together(
        lambda _: services.create_course(title="Enduits", organisation=organisation, actor=actor, facts=facts, key=key).pk, 8
    )
    other = run_together(lambda n: services.create_course(title="Enduits", organisation=organisation, actor=actor, facts=facts).pk, 8)

    def submit(_):
        try:
            return services.submit_course(CoursePage.objects.get(pk=made[0]), actor=actor).pk
        except CourseIsInReview:
            return None

    submitted = run_together(submit, 8)

    assert len(set(made)) == 1
    assert len(set(other)) == 8
    assert CoursePage.objects.count() == 9
    assert [pk for pk in submitted if pk] == [made[0]]
    assert WorkflowState.objects.count() == 1


def test_other_words_in_the_form_that_the_browser_kept_are_another_programme():
    client, sent = sign_in(make_person(make_member(), "trainer")), {"title": "Enduits", "modality": "in_person", "key": str(uuid7())}

    titles = ("Enduits", "Enduits", "Chaux", "Chaux")
    first, again, other, too = (client.post(reverse("catalogue:new_course"), sent | {"title": title})["Location"] for title in titles)

    assert first == again != other == too
    assert sorted(CoursePage.objects.values_list("title", flat=True)) == ["Chaux", "Enduits"]


def test_a_key_of_another_organisation_gives_nothing_away():
    theirs = make_course(make_member(), live=False)
    client = sign_in(make_person(make_member(), "trainer"))

    answer = client.post(reverse("catalogue:new_course"), {"title": "Enduits", "modality": "in_person", "key": str(theirs.public_id)})

    assert str(theirs.public_id) not in answer["Location"]
    assert CoursePage.objects.count() == 2


def test_programmes_stand_in_the_order_of_a_dictionary(client):
    for title in ("Zinguerie", "Écluses", "Eau chaude", "Œuvre d’art", "Enduits", "ÉTANCHÉITÉ"):
        make_course(title=title)

    shown = [row["title"] for row in client.get("/formations.json").json()["results"]]

    assert shown == ["Eau chaude", "Écluses", "Enduits", "ÉTANCHÉITÉ", "Œuvre d’art", "Zinguerie"]


def test_news_of_a_programme_leads_to_its_page():
    course = make_course(make_member("Qui forme"))
    reader = make_person(make_member("Qui lit"))

    items = [item for found in collect("home.news", actor_for(reader), timezone.now() - timedelta(days=1)) for item in found["items"]]

    (found,) = [item for item in items if course.title in item["text"]]
    page = sign_in(reader).get(found["url"])
    assert page.status_code == 200
    assert course.title in page.content.decode()
