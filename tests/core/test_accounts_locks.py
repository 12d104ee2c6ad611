"""Two who write at once do not wait for each other (PostgreSQL).

What everybody else's rows point to is not locked with its key, and an address, which is one, is written last of all, with the audit trail in
hand. Of a service and its agreement, the service comes first.
"""

from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models.signals import post_delete, post_save, pre_delete, pre_save
from django.urls import reverse
from django.utils import timezone

from directory.people import services as people
from directory.people.models import Profile
from directory.sharing import services as sharing
from directory.sharing.enums import Stage
from directory.sharing.errors import MoveRefused
from hub.core.accounts.errors import InvitationIsUsed, RuleBroken
from hub.core.accounts.models import Agreement, Invitation, Membership, Organisation, Role, User
from hub.core.accounts.models.organisations import SIREN_TAKEN
from hub.core.accounts.selectors import actor_for
from hub.core.accounts.services import end_agreement, first_link, invitations, invite, update_organisation, withdraw_role
from hub.core.accounts.services.identity import TAKEN, correct_identity
from hub.core.accounts.services.opening import open_hub
from hub.core.accounts.signals import organisation_changed, person_renamed
from hub.core.documents import antivirus
from hub.core.documents import services as documents
from hub.core.documents.enums import Scan
from hub.core.documents.models import PrivateFile
from hub.core.kit.dates import today
from hub.core.privacy import services as privacy
from hub.core.privacy.models import Erasure
from hub.pages.events import services as events
from hub.pages.writing.models import FeedKey
from hub.pages.writing.selectors import digest_of
from hub.pages.writing.services import make_feed_key
from tests.builders.accounts import SYSTEM, make_coordinator, make_member, make_organisation, make_person, make_siren, numbers, sign_in
from tests.builders.life import make_event
from tests.builders.people import make_profile
from tests.builders.sharing import directors, make_service
from tests.builders.workgroups import fresh, items_of, make_group, make_roadmap, opened
from tests.core.bad_files import pdf
from tests.core.races import it_ends, it_waits, meanwhile
from workgroups.groups import services as groups
from workgroups.groups.enums import WorkgroupStatus
from workgroups.roadmaps import services as roadmaps
from workgroups.roadmaps.enums import Stance
from workgroups.roadmaps.signals import roadmap_submitted

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def registering_meanwhile(signal, event, person):
    """The person registers within the transaction of the change."""
    actor = actor_for(person)
    with meanwhile(signal, lambda: events.register(event, actor=actor), until=lambda call: call.result(timeout=15)) as registered:
        yield
    assert registered.result(timeout=30).is_new


def test_a_colleague_registers_while_the_name_of_their_organisation_changes():
    event, home = make_event(capacity=3), make_member()
    person = make_person(home)

    with registering_meanwhile(organisation_changed, event, person):
        home.name = "Autre nom"
        update_organisation(home, actor=SYSTEM)


def test_a_person_registers_while_her_name_is_corrected():
    event, person = make_event(capacity=3), make_person(make_member())

    with registering_meanwhile(person_renamed, event, person):
        correct_identity(person, first_name="Autre", last_name="Nom", email="autre@example.org", actor=SYSTEM)
    person.refresh_from_db()
    assert (person.email, person.emailaddress_set.get().email) == ("autre@example.org", "autre@example.org")


def test_a_person_registers_while_she_accepts_a_role():
    event, person, other = make_event(capacity=3), make_person(make_member()), make_member()
    actor = actor_for(person)
    invitation, _ = invite(person.email, organisation=other, role=Role.objects.get(pk="advisor"), actor=SYSTEM)

    with meanwhile(pre_save, lambda: events.register(event, actor=actor), until=it_waits, sender=Invitation) as registered:
        invitations.accept(invitation)

    assert registered.result(timeout=30).is_new


def make_due():
    """Somebody whose erasure has come."""
    person = make_person(make_member())
    Erasure.unscoped.create(user=person, due_at=timezone.now() - timedelta(seconds=1))
    return person


def test_a_person_registers_at_the_moment_when_she_is_erased():
    event, person = make_event(capacity=3), make_due()
    actor = actor_for(person)
    Profile.unscoped.filter(user=person).delete()  # or the trail is held from its line on

    with meanwhile(post_save, lambda: events.register(event, actor=actor), until=it_waits, sender=User) as registered:
        assert privacy.erase_if_due(person, actor=SYSTEM)

    assert registered.result(timeout=30).is_new


def test_a_person_changes_her_mind_at_the_moment_when_she_is_erased():
    person = make_due()

    with meanwhile(pre_delete, lambda: privacy.withdraw(person, actor=SYSTEM), until=it_waits, sender=Membership) as withdrawn:
        assert privacy.erase_if_due(person, actor=SYSTEM)

    assert withdrawn.result(timeout=30) is False
    assert Erasure.unscoped.get(user=person).done_at is not None


@pytest.mark.parametrize("days", [0, 9])
def test_a_role_ends_at_the_moment_when_its_person_is_erased(days):
    person = make_due()
    Membership.unscoped.filter(user=person).update(starts_on=today() - timedelta(days=days))
    role = Membership.unscoped.get(user=person)

    with meanwhile(pre_delete, lambda: withdraw_role(role, actor=SYSTEM), until=it_waits, sender=Membership) as withdrawn:
        assert privacy.erase_if_due(person, actor=SYSTEM)

    withdrawn.result(timeout=30)
    assert not Membership.unscoped.filter(user=person).exists()


def test_a_cae_answers_a_roadmap_while_its_next_version_is_handed_in():
    roadmap, home = make_roadmap(), make_member()
    point = items_of(roadmap)["A1"]
    roadmaps.save_text(roadmap, facts={"title": roadmap.title, "introduction": "Version 2"}, actor=SYSTEM, based_on=opened(roadmap))

    def say():
        facts = {"note": "", "owner": "", "starts_on": None, "ends_on": None}
        return roadmaps.set_answer(
            roadmap, item_id=point, organisation=home, stance=Stance.ADOPTED, facts=facts, actor=SYSTEM, based_on=None
        )

    with meanwhile(roadmap_submitted, say, until=it_waits) as said:
        roadmaps.submit_roadmap(fresh(roadmap), actor=SYSTEM)

    assert said.result(timeout=30).stance == Stance.ADOPTED


def test_a_service_is_ended_while_the_coordination_breaks_its_agreement_off():
    service, coordination = make_service(), actor_for(make_coordinator())
    (director,) = directors(service.beneficiary)

    def end():
        return sharing.end_service(service, reason="Fini", actor=director)

    with meanwhile(post_save, end, until=it_waits) as ended:
        end_agreement(Agreement.unscoped.get(pk=service.agreement_id), actor=coordination)

    with pytest.raises(MoveRefused, match="terminée"):
        ended.result(timeout=30)
    service.refresh_from_db()
    assert (service.stage, service.end_reason) == (Stage.ENDED, "Convention rompue par la coordination.")


def test_a_document_is_removed_while_its_group_is_opened():
    group = make_group(status=WorkgroupStatus.PREPARING)
    note = SimpleUploadedFile("note.txt", b"Des mots simples.\n")
    row = groups.add_document(group, title="Note", upload=note, is_open=True, actor=SYSTEM)

    def open_group():
        return groups.move_group(group, status=WorkgroupStatus.ACTIVE, actor=SYSTEM)

    with meanwhile(post_delete, open_group, until=it_waits, sender=PrivateFile) as opening:
        groups.remove_document(row, actor=SYSTEM)

    assert opening.result(timeout=30).status == WorkgroupStatus.ACTIVE


def test_a_file_is_replaced_at_the_moment_when_the_antivirus_lets_it_out(monkeypatch):
    profile = make_profile()
    people.set_file(profile, "insurance_certificate", SimpleUploadedFile("a.pdf", pdf()), actor=SYSTEM)
    PrivateFile.unscoped.update(scan=Scan.WAITING)
    old = PrivateFile.unscoped.get()
    monkeypatch.setattr(antivirus, "virus_in", lambda data: "")

    with meanwhile(pre_delete, lambda: documents.scan_again(str(old.pk)), until=it_waits, sender=PrivateFile) as scanned:
        people.set_file(profile, "insurance_certificate", SimpleUploadedFile("b.pdf", pdf()), actor=SYSTEM)

    scanned.result(timeout=30)
    assert PrivateFile.unscoped.get().pk != old.pk


def test_of_two_accounts_corrected_to_one_address_at_once_the_second_reads_that_it_is_taken():
    people = [make_person(make_member()) for _ in range(2)]

    def correct(person):
        try:
            return correct_identity(person, first_name="Ada", last_name="Marais", email="une@example.org", actor=SYSTEM)
        except RuleBroken as refusal:
            return str(refusal)

    with meanwhile(pre_save, lambda: correct(people[1]), until=it_ends) as other:
        said = [correct(people[0])]
    said.append(other.result(timeout=30))

    assert said.count(TAKEN) == 1
    (holder,) = User.objects.filter(email="une@example.org")
    assert (holder, holder.emailaddress_set.get().email) == (people[said.index(TAKEN) - 1], "une@example.org")


# -- one SIREN, twice at once --------------------------------------------------------------------------------------------
def entered(siren):
    """On the coordinator's page."""
    client, word = sign_in(make_coordinator()), next(numbers)
    facts = {"kind": "cae", "name": f"Coop {word}", "siren": siren}
    return lambda: client.post(reverse("accounts:new_organisation"), facts), facts["name"]


def changed(siren):
    """On the page of the cooperative."""
    row, word = make_member(), next(numbers)
    client, address = sign_in(make_person(row, "director")), reverse("cooperatives:edit", args=[row.slug])
    facts = {"faits-seen": client.get(address).context["facts"]["seen"].value(), "faits-name": f"Coop {word}", "faits-siren": siren}
    return lambda: client.post(address, facts), facts["faits-name"]


def corrected(siren):
    """In the admin."""
    row, word, client = make_member(), next(numbers), sign_in(make_coordinator())
    address = reverse("organisations:edit", args=[row.pk])
    facts = {"seen": client.get(address).context["form"]["seen"].value(), "name": f"Coop {word}", "siren": siren}
    return lambda: client.post(address, facts), facts["name"]


@pytest.mark.parametrize("screen", [entered, changed, corrected])
def test_of_two_who_write_one_siren_at_once_the_second_reads_that_it_is_taken(screen):
    siren = make_siren()
    (send, name), (send_too, other_name) = screen(siren), screen(siren)

    with meanwhile(pre_save, send_too, until=it_ends, sender=Organisation) as other:
        answer = send()
    pages = {name: answer, other_name: other.result(timeout=30)}

    holder = Organisation.objects.get(siren=siren)
    (refused,) = pages.keys() - {holder.name}
    assert (pages[holder.name].status_code, pages[refused].status_code) == (302, 200)
    page = pages[refused].content.decode()
    assert SIREN_TAKEN in page
    assert f'value="{refused}"' in page, "what was typed stays"


def test_two_organisations_of_one_name_entered_at_once_have_each_their_address():
    with meanwhile(pre_save, lambda: make_organisation("Coop"), until=it_ends, sender=Organisation) as other:
        one = make_organisation("Coop")

    assert {one.slug, other.result(timeout=30).slug} == {"coop", "coop-2"}


def test_two_clicks_for_a_secret_address_make_one():
    person = make_person(make_member())

    with meanwhile(pre_save, lambda: make_feed_key(person, actor=SYSTEM), until=it_ends, sender=FeedKey) as other:
        secret = make_feed_key(person, actor=SYSTEM)

    assert FeedKey.objects.get(user=person).digest in {digest_of(secret), digest_of(other.result(timeout=30))}


@pytest.mark.parametrize("second", ["ada@example.org", "bea@example.org"])
def test_two_clicks_on_the_first_link_open_one_hub(second):
    secret = first_link().rstrip("/").rsplit("/", 1)[1]
    facts = {"first_name": "Ada", "last_name": "Marais", "password": "x" * 12}

    def click(email=second):
        try:
            return open_hub(secret, federation_name="Fédération", email=email, **facts)
        except InvitationIsUsed:
            return None

    with meanwhile(pre_save, click, until=it_ends, sender=User) as other:
        person = click("ada@example.org")

    assert {person, other.result(timeout=30)} == {None, User.objects.get()}
