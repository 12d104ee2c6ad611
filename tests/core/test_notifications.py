"""People are told the way they chose; letters leave once, after the commit, and say no more than needed."""

from dataclasses import dataclass
from datetime import timedelta
from smtplib import SMTPRecipientsRefused

import pytest
from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives
from django.db import IntegrityError, transaction
from django.template import loader
from django.utils import timezone

from hub.core.accounts.actor import Actor
from hub.core.accounts.errors import UnscopedQuery
from hub.core.accounts.models import Role
from hub.core.accounts.permissions import Permission
from hub.core.accounts.selectors import actor_for
from hub.core.accounts.services import invite
from hub.core.accounts.signals import security_event
from hub.core.jobs.errors import TryLater
from hub.core.jobs.models import Outbox
from hub.core.jobs.services import drain
from hub.core.kit.dates import today
from hub.core.notifications import kinds, letters, services
from hub.core.notifications.kinds import Category, NotificationKind
from hub.core.notifications.models import Mail, Notification, Preference
from hub.core.notifications.selectors import Channels, settings_of, unread_count
from hub.core.privacy.services import purge
from tests.builders.accounts import SYSTEM, make_coordinator, make_loan, make_member, make_organisation, make_person, make_user, sign_in

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Told(NotificationKind):
    code = "tests.told"
    label = "Avis d’essai"
    category = Category.HUB
    words: str = "Il se passe quelque chose"
    address: str = "/annuaire/"
    whose: tuple = ()

    @property
    def template(self) -> str:
        return "notifications/accounts.security.txt"

    @property
    def event_label(self) -> str:
        return self.words

    def subject(self) -> str:
        return self.words

    def url(self) -> str:
        return self.address

    def data(self) -> dict:
        return {"thing": 12, **(kinds.concerning(*self.whose) if self.whose else {})}


@dataclass(frozen=True)
class Imposed(Told):
    code = "tests.imposed"
    label = "Avis qui s’impose"
    may_be_disabled = False


@pytest.fixture(autouse=True)
def _kinds(monkeypatch):
    monkeypatch.setattr(kinds, "_kinds", dict(kinds._kinds))
    kinds.register(Told)
    kinds.register(Imposed)


def choose(user, *, by_mail, on_screen, kind=Told):
    Preference.objects.create(user=user, kind=kind.code, by_mail=by_mail, on_screen=on_screen)


def sent(mailoutbox):
    drain()
    return list(mailoutbox)


# -- who is told, and how ---------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("by_mail", "on_screen"), [(True, True), (True, False), (False, True), (False, False)])
def test_person_is_told_the_way_she_chose(mailoutbox, by_mail, on_screen):
    user = make_user()
    choose(user, by_mail=by_mail, on_screen=on_screen)

    told = services.send(Told(), to=[user])

    assert told == int(by_mail or on_screen)
    assert unread_count(actor_for(user)) == int(on_screen)
    assert [letter.to for letter in sent(mailoutbox)] == [[user.email]] * int(by_mail)


def test_without_choice_the_kind_decides(mailoutbox, monkeypatch):
    monkeypatch.setattr(Told, "by_mail", False)
    user = make_user()

    services.send(Told(), to=[user])

    assert unread_count(actor_for(user)) == 1
    assert sent(mailoutbox) == []


def test_kind_that_may_not_be_disabled_ignores_the_choice(mailoutbox):
    user = make_user()
    choose(user, by_mail=False, on_screen=False, kind=Imposed)

    services.send(Imposed(), to=[user])

    assert unread_count(actor_for(user)) == 1
    assert len(sent(mailoutbox)) == 1


def test_person_named_twice_is_told_once_and_who_left_not_at_all(mailoutbox):
    user, gone = make_user(), make_user()
    gone.is_active = False
    gone.save()

    assert services.send(Told(), to=[user, user, gone]) == 1
    assert Notification.unscoped.count() == 1
    assert len(sent(mailoutbox)) == 1


def test_nothing_is_told_when_the_change_is_undone(mailoutbox):
    user = make_user()

    with transaction.atomic():
        services.send(Told(), to=[user])
        transaction.set_rollback(True)

    assert sent(mailoutbox) == []
    assert unread_count(actor_for(user)) == 0
    assert not Mail.objects.exists()


@pytest.mark.parametrize("number", [1, 3])
def test_telling_many_costs_one_outbox_line_more_each(django_assert_num_queries, number):
    users = [make_user() for _ in range(number)]

    with django_assert_num_queries(2 + 4 + number):  # a savepoint, choices, rows, who gathers, letters, then one line per letter
        services.send(Told(), to=users)


def test_outbox_and_line_hold_identifiers_only():
    user = make_user()

    services.send(Told(), to=[user])

    line = Outbox.objects.get(topic=services.MAIL)
    assert line.payload == {"mail": str(Mail.objects.get().pk)}
    assert user.email not in str(line.payload) + str(line.key)
    assert Notification.unscoped.get().data == {"thing": "12"}


# -- letters ----------------------------------------------------------------------------------------------------------
def test_letter_leaves_once_and_is_emptied(mailoutbox):
    user = make_user()
    services.send(Told(), to=[user])
    mail = Mail.objects.get()
    assert mail.address == user.email

    assert len(sent(mailoutbox)) == 1
    assert services.deliver(str(mail.pk)) is False

    mail.refresh_from_db()
    assert len(mailoutbox) == 1
    assert mail.mailed_at is not None
    assert (mail.address, mail.subject, mail.body) == ("", "", "")


def test_sent_letter_cannot_keep_its_words():
    with pytest.raises(IntegrityError):
        Mail.objects.create(kind="a", address="a@example.org", mailed_at=timezone.now())


def test_two_workers_send_one_letter(mailoutbox):
    services.send(Told(), to=[make_user()])
    Mail.objects.update(claimed_until=timezone.now() + timedelta(seconds=30))  # the other one has it

    with pytest.raises(TryLater):
        services.deliver(str(Mail.objects.get().pk))

    assert mailoutbox == []


def test_claim_is_taken_before_the_letter_is_handed_over(monkeypatch):
    services.send(Told(), to=[make_user()])
    mail = Mail.objects.get()

    def second_worker(self):
        with pytest.raises(TryLater):
            services.deliver(str(mail.pk))

    monkeypatch.setattr(EmailMultiAlternatives, "send", second_worker)

    assert services.deliver(str(mail.pk)) is True


def test_letter_of_a_killed_worker_still_leaves(mailoutbox):
    services.send(Told(), to=[make_user()])
    Mail.objects.update(claimed_until=timezone.now() - timedelta(seconds=1))

    assert len(sent(mailoutbox)) == 1


def test_claim_ends_before_the_lease_of_the_job():
    from hub.core.jobs.registry import LEASE

    assert services.CLAIM < LEASE


def test_letter_that_the_server_did_not_take_is_kept_and_leaves_later(monkeypatch, mailoutbox, caplog):
    user = make_user("kanb@example.org")
    services.send(Told(), to=[user])

    def down(self):
        raise ConnectionRefusedError(user.email)

    with monkeypatch.context() as broken:
        broken.setattr(EmailMultiAlternatives, "send", down)
        drain()
    mail = Mail.objects.get()
    assert (mail.mailed_at, mail.claimed_until, mail.address) == (None, None, user.email)
    assert user.email not in caplog.text
    assert user.email not in Outbox.objects.get(topic=services.MAIL).last_error

    assert services.deliver(str(mail.pk)) is True
    assert len(mailoutbox) == 1


def test_refused_address_is_parked_without_naming_it(monkeypatch, caplog):
    user = make_user("kanb@example.org")
    services.send(Told(), to=[user])

    def refuse(self):
        raise SMTPRecipientsRefused({user.email: (550, b"unknown")})

    monkeypatch.setattr(EmailMultiAlternatives, "send", refuse)
    drain()

    line = Outbox.objects.get(topic=services.MAIL)
    assert line.parked_at is not None
    assert line.last_error == "Le serveur de courrier refuse cette adresse."
    assert user.email not in caplog.text


def test_address_refused_for_now_is_tried_again(monkeypatch):
    services.send(Told(), to=[make_user()])

    def busy(self):
        raise SMTPRecipientsRefused({"a@example.org": (450, b"later")})

    monkeypatch.setattr(EmailMultiAlternatives, "send", busy)
    drain()

    line = Outbox.objects.get(topic=services.MAIL)
    assert line.parked_at is None
    assert line.done_at is None


def test_letter_has_two_forms_absolute_links_and_the_way_to_the_settings(mailoutbox, settings):
    settings.WAGTAILADMIN_BASE_URL = "https://hub.example.org"
    user = make_user(first_name="Kanbelle")
    services.send(Told(), to=[user])

    (letter,) = sent(mailoutbox)

    html = letter.alternatives[0].content
    for text in (letter.body, html):
        assert "https://hub.example.org/annuaire/" in text
        assert "https://hub.example.org/moi/avis/reglages/" in text
        assert "Kanbelle" not in text
    assert '<a href="https://hub.example.org/annuaire/">' in html
    assert '<html lang="fr">' in html
    assert letter.body.startswith("Bonjour,\n\nIl se passe quelque chose.\n")
    assert "Choisir mes avis\u00a0:" in letter.body.replace("avis :", "avis\u00a0:")
    assert letter.to == [user.email]
    assert letter.cc == letter.bcc == []


def test_letter_carries_its_appointments_byte_for_byte_and_then_keeps_none(mailoutbox, monkeypatch):
    dates = "BEGIN:VCALENDAR\r\nSUMMARY:Enduits à la chaux\r\nEND:VCALENDAR\r\n"
    monkeypatch.setattr(Told, "calendar", lambda self: dates)

    services.send(Told(), to=[make_user()])
    drain()

    (attachment,) = mailoutbox[0].attachments
    assert attachment[0] == "rendez-vous.ics"
    assert attachment[1] in (dates, dates.encode())
    assert attachment[2].startswith("text/calendar")
    assert dates.encode().split(b"\r\n")[1] in mailoutbox[0].message().get_payload()[-1].get_payload(decode=True)
    assert Mail.objects.get().calendar == ""


def test_letter_of_the_same_row_is_the_same_letter(mailoutbox):
    services.send(Told(), to=[make_user()])
    mail = Mail.objects.get()

    (letter,) = sent(mailoutbox)

    assert letter.message()["Message-ID"] == f"<{mail.pk}@127.0.0.1>"
    assert letter.message()["Auto-Submitted"] == "auto-generated"


def test_words_of_people_are_text_in_both_forms(mailoutbox):
    words = "L'été <script>alert(1)</script> & « http://x.example.org/?a=1&b=2 » {{ settings.SECRET_KEY }}"

    services.send(Told(words=words), to=[make_user()])

    (letter,) = sent(mailoutbox)
    html = letter.alternatives[0].content
    assert "<script>alert(1)</script> &" in letter.body
    assert "{{ settings.SECRET_KEY }}" in letter.body
    assert "<script>" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp;" in html
    assert '<a href="http://x.example.org/?a=1&amp;b=2">' in html


@pytest.mark.parametrize(
    "words", ["Objet\r\nBcc: kanb@example.org", "Objet\nBcc: kanb@example.org", "Objet\u2028Bcc: a", "Objet\x00\x0bBcc: a", "x" * 400]
)
def test_no_word_adds_a_header(mailoutbox, words):
    services.send(Told(words=words), to=[make_user()])

    (letter,) = sent(mailoutbox)

    message = letter.message()
    assert message["Bcc"] is None
    assert "\n" not in letter.subject
    assert len(letter.subject) <= 150
    assert len(letter.recipients()) == 1


@pytest.mark.parametrize("address", ["", "lou", "a@example.org\nBcc: b@example.org", "a@example.org, b@example.org", "Lou <a@example.org>"])
def test_letter_goes_to_one_plain_address(address):
    with pytest.raises(ValidationError):
        services.send_mail_to(address, Told())

    assert not Mail.objects.exists()


@pytest.mark.parametrize(
    ("url", "leads"),
    [
        ("/annuaire/", "https://hub.example.org/annuaire/"),
        ("https://hub.example.org/a/", "https://hub.example.org/a/"),
        ("https://evil.example.org/", "https://hub.example.org/"),
        ("//evil.example.org/", "https://hub.example.org/"),
        ("/\\evil.example.org/", "https://hub.example.org/"),
        ("https://hub.example.org.evil.example.org/", "https://hub.example.org/"),
        ("javascript:alert(1)", "https://hub.example.org/"),
    ],
)
def test_letter_leads_to_the_hub_and_nowhere_else(settings, url, leads):
    settings.WAGTAILADMIN_BASE_URL = "https://hub.example.org"

    assert letters.absolute(url) == leads


def test_every_kind_has_its_template_and_its_words():
    for kind in kinds.registered():
        assert loader.get_template(kind.__new__(kind).template)
        assert kind.label
        assert kind.category in list(Category)
        assert kind.by_mail or kind.on_screen


def test_two_kinds_cannot_share_a_code():
    @dataclass(frozen=True)
    class Again(Told):
        pass

    with pytest.raises(ValueError):
        kinds.register(Again)


# -- what accounts announce -------------------------------------------------------------------------------------------
def test_invitation_is_written_to_an_address_without_account(mailoutbox):
    actor = Actor(user_id=make_coordinator().pk, name="Co")
    organisation = make_organisation("Coop <b>Élan</b>")
    drain()
    mailoutbox.clear()

    _, link = invite("nouvelle@example.org", organisation=organisation, role=Role.objects.get(pk="trainer"), actor=actor)

    (letter,) = sent(mailoutbox)
    assert letter.to == ["nouvelle@example.org"]
    assert letter.subject == "Coop <b>Élan</b> vous invite sur le hub inter-CAE"
    assert letter.body.count(link) == 1
    assert "formatrice ou formateur" in letter.body
    assert "réglages" not in letter.body
    assert "Coop &lt;b&gt;Élan" in letter.alternatives[0].content
    secret = link.rstrip("/").rpartition("/")[2]
    assert not any(secret in str(row) for model in (Mail, Notification, Outbox) for row in model._base_manager.values())


def test_invitation_that_is_undone_is_not_written(mailoutbox):
    with transaction.atomic():
        invite("nouvelle@example.org", organisation=make_organisation(), role=Role.objects.get(pk="trainer"), actor=SYSTEM)
        transaction.set_rollback(True)

    assert sent(mailoutbox) == []


def test_change_of_security_is_told_by_both_ways(mailoutbox):
    user = make_user()
    choose(user, by_mail=False, on_screen=False, kind=kinds.get("accounts.security"))

    security_event.send(sender=type(user), user=user, event="password_changed", label="Mot de passe changé")

    (letter,) = sent(mailoutbox)
    assert letter.subject.startswith("Mot de passe changé")
    assert "/compte/" in letter.body
    assert "ne peut pas être désactivé" in letter.body
    assert Notification.unscoped.get(user=user).text.startswith("Mot de passe changé.")


# -- reading, choosing, forgetting ------------------------------------------------------------------------------------
def test_reading_names_its_reader_first():
    with pytest.raises(UnscopedQuery):
        list(Notification.objects.all())


def test_visitor_sees_and_marks_nothing():
    services.send(Told(), to=[make_user()])

    assert not Notification.objects.visible_to(Actor.anonymous()).exists()
    assert services.mark_read(Actor.anonymous()) == 0


def test_what_concerns_a_cae_is_shown_to_who_acts_for_it_and_counted_there():
    """A person lent by one to another: two CAEs are never on one screen, and nothing is lost from sight."""
    home, other, third = make_member("Alter"), make_member("Bâti"), make_member("Cigales")
    person = make_person(home, "shared_staff")
    loan = make_loan(person, provider=home, beneficiary=other)
    for words, whose in {
        "de soi": (),
        "d’Alter": (home.pk,),
        "de Bâti": (other.pk,),
        "des deux": (home.pk, other.pk),
        "d’ailleurs": (third.pk,),
    }.items():
        services.send(Told(words, whose=whose), to=[person])

    def shown(mandate):
        page = sign_in(person, mandate=mandate).get("/moi/avis/")
        return {one.text for one in page.context["page"]}, page.context["elsewhere"]

    own, lent = f"organisation:{home.pk}", f"agreement:{loan.root_id}"
    assert shown(own) == ({"de soi", "d’Alter", "des deux"}, "Bâti")
    assert shown(lent) == ({"de soi", "de Bâti", "des deux"}, "Alter")
    assert "Des avis non lus concernent Bâti" in sign_in(person, mandate=own).get("/moi/avis/").content.decode()

    assert services.mark_read(actor_for(person, lent)) == 3
    assert (unread_count(actor_for(person, own)), shown(lent)[1], shown(own)[1]) == (1, "Alter", "")
    assert unread_count(Actor(user_id=person.pk)) == 0


def test_every_kind_told_to_a_team_names_the_organisations_that_it_concerns():
    apart = {
        "accounts.recovery_asked", "accounts.second_factor_reset",  # an account to save comes before whom one acts for
        "trainings.session_moved", "trainings.session_cancelled",  # of several employers, who do not know of each other
    }  # fmt: skip
    told = [kind for kind in kinds.registered() if kind.told_to and kind.told_to != Permission.FEDERATION_MANAGE and kind.code not in apart]
    silent = [kind.code for kind in told if "concerning" not in kind.data.__code__.co_names and not kind.code.startswith("tests.")]

    assert len(told) > 10
    assert silent == []


def test_marking_concerns_the_actor_alone():
    mine, other = make_user(), make_user()
    for _ in range(2):
        services.send(Told(), to=[mine, other])

    assert services.mark_read(Actor(user_id=mine.pk)) == 2
    assert services.mark_read(Actor(user_id=mine.pk)) == 0
    assert (unread_count(actor_for(mine)), unread_count(actor_for(other))) == (0, 2)
    foreign = Notification.unscoped.filter(user=other).first()
    assert services.mark_read(Actor(user_id=mine.pk), only=str(foreign.pk)) == 0
    assert services.mark_read(Actor(user_id=other.pk), only=str(foreign.pk)) == 1


def test_choice_replaces_the_one_before_and_never_silences_what_must_be_said():
    user = make_user()

    services.choose(
        user, {"tests.told": Channels(True, False), "tests.imposed": Channels(False, False), "tests.unknown": Channels(True, True)}
    )
    services.choose(user, {"tests.told": Channels(False, True)})

    assert list(Preference.objects.values_list("kind", "by_mail", "on_screen")) == [("tests.told", False, True)]
    assert settings_of(user)["tests.told"] == Channels(False, True)
    assert settings_of(user)["tests.imposed"] == Channels(True, True)


def test_unread_count_costs_one_query_and_none_for_a_visitor(django_assert_num_queries):
    user = make_user()
    actor = actor_for(user)
    for _ in range(3):
        services.send(Told(), to=[user])

    with django_assert_num_queries(1):
        assert unread_count(actor) == 3
    with django_assert_num_queries(0):
        assert unread_count(Actor.anonymous()) == 0


def test_old_rows_are_forgotten_and_nothing_else(mailoutbox):
    user = make_user()
    now = timezone.now()
    for _ in range(4):
        services.send(Told(), to=[user])
    read_long_ago, read_lately, unread, _ = Notification.unscoped.all()
    Notification.unscoped.filter(pk=read_long_ago.pk).update(read_at=now - timedelta(days=366))
    Notification.unscoped.filter(pk=read_lately.pk).update(read_at=now - timedelta(days=364))
    Notification.unscoped.filter(pk=unread.pk).update(created_at=now - timedelta(days=900))
    sent_long_ago, stuck, waiting, _ = Mail.objects.all()
    Mail.objects.filter(pk=sent_long_ago.pk).update(mailed_at=now - timedelta(days=31), **services.EMPTIED)
    Mail.objects.filter(pk=stuck.pk).update(created_at=now - timedelta(days=91))
    Mail.objects.filter(pk=waiting.pk).update(created_at=now - timedelta(days=89))

    assert purge(today()) == 3

    assert Notification.unscoped.count() == 3
    assert not Mail.objects.filter(pk__in=[sent_long_ago.pk, stuck.pk]).exists()
    assert Mail.objects.count() == 2


def test_what_was_told_goes_with_the_person():
    user = make_user()
    services.send(Told(), to=[user])
    choose(user, by_mail=True, on_screen=True)

    user.delete()

    assert not Notification.unscoped.exists()
    assert not Preference.objects.exists()
    assert not Mail.objects.exists()


@pytest.mark.parametrize(("coordinates", "helper"), [(False, "la personne qui coordonne le hub"), (True, "l’hébergeur du serveur")])
def test_who_coordinates_is_not_told_to_warn_herself(coordinates, helper):
    person = make_coordinator() if coordinates else make_user()

    security_event.send(sender=type(person), user=person, event="rescued", label="Compte rouvert")

    assert f"prévenez {helper}." in Notification.unscoped.get(user=person).text
    assert f"prévenez {helper} :" in Mail.objects.get(user=person).body.replace("\xa0", " ").replace("\u202f", " ")
