"""Two cooperatives, A and B: whatever of B its policy does not share bears a canary («KANB-<model>-<field>»), and the actors are A's."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.contrib.auth.models import Group
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from directory.cooperatives.models import DirectoryEntry
from directory.people import services as people
from directory.people.models import AccessibilityNeed, Profile
from directory.people.services import AccreditationLine, Lines, SkillLine, TradeLine
from directory.sharing import services as sharing
from directory.sharing.enums import AnnouncementKind
from directory.vocabularies.models import Trade
from hub.core.accounts.models import Agreement, Membership, Organisation, Role, User
from hub.core.accounts.selectors import actor_for
from hub.core.accounts.services import ask_recovery, invite, withdraw_role
from hub.core.documents import services as documents
from hub.core.kit.dates import today
from hub.core.kit.identifiers import luhn, uuid7
from hub.core.notifications.models import Mail, Notification
from hub.pages.writing import services as writing
from tests.builders.accounts import SYSTEM, join, make_coordinator, make_loan, make_member, make_person, make_siren, sign_in
from tests.builders.attendance import close, make_attended, people_of, trainer_of
from tests.builders.kept import kept
from tests.builders.life import add_guest, attend, make_answer, make_event, make_news, make_note, make_question, make_resource
from tests.builders.people import FEDERATION, PRIVATE, PUBLIC, make_profile
from tests.builders.trainings import make_course, make_session, register
from tests.builders.vocabularies import make_commune, make_skill, make_trade
from tests.builders.workgroups import (
    add_piece,
    answer,
    facilitator_of,
    items_of,
    make_action,
    make_decision,
    make_group,
    make_meeting,
    make_roadmap,
    member_row,
)  # fmt: skip
from trainings.attendance import services as attendance
from trainings.catalogue import services as catalogue
from trainings.funding import services as funding
from trainings.funding.models import FundingFile
from trainings.paperwork import services as paperwork
from trainings.sessions.enums import SessionStatus
from trainings.sessions.models import HalfDay, TrainingSession
from trainings.wishes import services as wishes
from workgroups.groups import services as groups
from workgroups.roadmaps.enums import PieceKind

MARK = "KANB"
COURSE_TEXTS = (
    "summary", "objectives", "public", "prerequisites", "content", "teaching_means", "technical_means", "supervision", "follow_up",
    "assessment", "outcome", "accessibility", "access_delay", "contact",
)  # fmt: skip
SESSION_TEXTS = (
    "payment_terms", "cancellation_terms", "remote_assistance", "remote_activities", "place_name", "street", "city", "access_notes"
)  # fmt: skip
PRIVATE_TEXTS = ("postal_address", "trainings_followed")
PROFILE_TEXTS = ("trade_name", "presentation", "achievements", "languages", "stand_in", *PRIVATE_TEXTS)
ACTORS = (
    "anonymous", "entrepreneur", "advisor", "director", "trainer", "shared_live", "shared_expired", "coordinator", "editor"
)  # fmt: skip


def canary(model: str, name: str) -> str:
    return f"{MARK}-{model}-{name}"


def siret_of(siren: str) -> str:
    return next(f"{siren}0001{key}" for key in range(10) if luhn(f"{siren}0001{key}"))


@dataclass
class Side:
    """One object of each kind of one cooperative; for B, those that nobody else may see."""

    organisation: Organisation
    hidden: Organisation
    draft: Any
    live: Any
    draft_session: Any
    session: Any
    registration: Any
    profile: Profile
    shown: Profile
    file: Any
    notification: Notification
    invitation: Any
    secret: str
    membership: Any
    agreement: Agreement
    employer: Organisation
    withdrawn: Any
    announcement: Any
    service: Any
    entry: Any
    statement: Any
    amendment: Any
    funding_file: Any = None
    own_file: Any = None
    wish: Any = None
    withdrawn_wish: Any = None
    preparing: Any = None
    group: Any = None
    group_member: Any = None
    group_document: Any = None
    hidden_item: Any = None
    item: Any = None
    decision: Any = None
    action: Any = None
    meeting: Any = None
    hidden_pages: Any = None  # by namespace: of the group alone
    pages: Any = None  # by namespace: of the federation
    answer: Any = None
    event_registration: Any = None
    held: Any = None
    half_day: Any = None
    attendee: Any = None
    recovery: Any = None

    @property
    def draft_half_day(self) -> Any:
        return self.draft_session.half_days.first()


@dataclass
class World:
    a: Side
    b: Side
    users: dict[str, User | None]
    mandates: dict[str, str] = field(default_factory=dict)

    def client(self, actor: str) -> Client:
        """A fresh client, its second factor shown. Rate limits begin anew."""
        cache.clear()
        user = self.users[actor]
        client = Client() if user is None else sign_in(user, mandate=self.mandates.get(actor, ""))
        client.raise_request_exception = False
        return client


def _side(letter: str, employer: Organisation, lender: Organisation) -> Side:
    """The words of side A are plain, those of side B are canaries."""

    def said(model: str, name: str) -> str:
        return canary(model, name) if letter == "B" else f"A-{model}-{name}"

    siren = make_siren()
    organisation = make_member(
        f"Coopérative {letter}", legal_form="sarl", siren=siren, siret=siret_of(siren), street="3 rue du Four", postal_code="33310",
        city="Lormont", representative_name=said("organisation", "representative"), representative_role="directrice",
        nda_number="75330123433", nda_region="Nouvelle-Aquitaine", identifier_override=said("organisation", "override"),
        vat_exempt_on=today() - timedelta(days=900),
    )  # fmt: skip
    hidden = make_member(said("hidden", "name"))
    DirectoryEntry.unscoped.filter(organisation=hidden).update(is_published=False, presentation=said("hidden", "presentation"))
    director = make_person(
        organisation, "director", first_name=said("director", "first"), last_name=said("director", "last"),
        email=f"{said('director', 'email')}@example.org".lower(),
    )  # fmt: skip
    draft = make_course(organisation, title=said("course", "title"), live=False, **{name: said("course", name) for name in COURSE_TEXTS})
    live = make_course(organisation, title=f"Enduits {letter}")
    draft_session = make_session(
        live, status=SessionStatus.DRAFT, **{name: said("session", name) for name in SESSION_TEXTS}
    )  # fmt: skip
    TrainingSession.unscoped.filter(pk=draft_session.pk).update(title=said("session", "title"))
    HalfDay.objects.filter(session=draft_session).update(topic=said("halfday", "topic"))
    session = make_session(live)
    catalogue.save_draft(live, facts={"title": said("revision", "title"), "content": said("revision", "content")}, actor=SYSTEM)
    trainee = make_person(
        organisation, "entrepreneur", first_name=said("trainee", "first"), last_name=said("trainee", "last"),
        email=f"{said('trainee', 'email')}@example.org".lower(),
    )  # fmt: skip
    other = make_person(employer, "entrepreneur", first_name=said("other", "first"), last_name=said("other", "last"))
    registration = register(session, trainee, employer=organisation).registrations[0]
    register(session, other, employer=employer)
    profile = _profile(organisation, said, PRIVATE)
    shown = _profile(organisation, said, PUBLIC)
    file = documents.store_bytes(
        f"{said('file', 'name')}.pdf", b"%PDF-1.7\n" + said("file", "content").encode(), "application/pdf",
        actor=SYSTEM, kind=_file_kind(), audiences=[f"staff:{organisation.pk}"], organisation=organisation,
    )  # fmt: skip
    notification = Notification.unscoped.create(
        user=trainee, kind="essai", text=said("notification", "text"), url=f"/{said('notification', 'url')}/"
    )
    Mail.objects.create(
        user=trainee, kind="essai", address=trainee.email, subject=said("mail", "subject"), body=said("mail", "body"),
        mailed_at=None, claimed_until=timezone.now() + timedelta(days=1),
    )  # fmt: skip
    invitation, link = invite(
        f"{said('invitation', 'email')}@example.org", organisation=organisation, role=Role.objects.get(pk="advisor"), actor=SYSTEM
    )
    membership = Membership.unscoped.get(user=shown.user)
    lent = make_person(lender, "shared_staff", first_name="Prêtée", last_name=letter)
    agreement = make_loan(lent, provider=lender, beneficiary=organisation)
    Agreement.unscoped.filter(pk=agreement.pk).update(number=said("agreement", "number")[:20])
    side = Side(
        organisation, hidden, draft, live, draft_session, session, registration, profile, shown, file, notification, invitation,
        link.rstrip("/").rpartition("/")[2], membership, agreement, employer, *_shared_service(organisation, lender, lent, said),
    )  # fmt: skip
    side.recovery = ask_recovery(director)
    _groups(side, said)
    _held(side, said)
    _needs(side, said)
    return side


def _held(side: Side, said: Any) -> None:
    """A session that is over, its first sheet closed: one trainee absent, for a reason that is nobody else's business."""
    side.held = make_attended(side.organisation, side.organisation)
    side.attendee, side.half_day = people_of(side.held)[0], side.held.half_days.first()
    User.objects.filter(pk=side.attendee.trainee_id).update(first_name=said("trainee", "attended"), last_name=said("trainee", "seen"))
    actor = trainer_of(side.held)
    attendance.mark_absent(side.half_day, side.attendee, reason=said("presence", "reason"), actor=actor)
    attendance.close_sheet(side.half_day, signature=attendance.Signature(typed=actor.name), actor=actor)
    for row in side.held.half_days.all()[1:]:
        close(row)


def _needs(side: Side, said: Any) -> None:
    """The OPCO file of another employer at the cooperative's session, a need that those who train read, and a withdrawn one."""
    side.funding_file = funding.open_file(side.session, employer=side.employer, actor=SYSTEM)
    FundingFile.unscoped.filter(pk=side.funding_file.pk).update(
        reference=said("funding", "reference"), asked_words=said("funding", "asked"), grant_number=said("funding", "grant"),
        reason=said("funding", "reason"),
    )  # fmt: skip
    facts = {"organisation": side.organisation, "actor": SYSTEM}
    people = [side.profile.user]
    side.wish = wishes.enter_wish(need=wishes.Need(2, words=f"Devis de {side.organisation.name}", people=people), key=uuid7(), **facts)
    need = wishes.Need(2, words=said("wish", "words"), people=people, period=said("wish", "period"), note=said("wish", "note"))
    side.withdrawn_wish = wishes.withdraw_wish(wishes.enter_wish(need=need, key=uuid7(), **facts), actor=SYSTEM)


def _groups(side: Side, said: Any) -> None:
    """A group in preparation, which nobody else sees, and one at work, whose inside nobody else sees."""
    runner = make_person(
        side.organisation, "facilitator", first_name=said("runner", "first"), last_name=said("runner", "last"),
        email=f"{said('runner', 'email')}@example.org".lower(),
    )  # fmt: skip
    side.preparing = make_group(
        said("workgroup", "name"), organisation=side.organisation, facilitator=runner, status="preparing",
        purpose=said("workgroup", "purpose"), charter=said("workgroup", "charter"),
    )  # fmt: skip
    shown = make_person(side.organisation, "facilitator", email=f"{said('shown', 'email')}@example.org".lower())
    side.group = make_group(f"Groupe de {side.organisation.name}", organisation=side.organisation, facilitator=shown)
    guest = groups.add_guest(side.group, name=said("guest", "name"), of=said("guest", "of"), actor=SYSTEM)
    side.group_member = member_row(side.preparing, facilitator_of(side.preparing))
    file = SimpleUploadedFile("note.txt", said("groupfile", "content").encode(), "text/plain")
    side.group_document = groups.add_document(side.group, title=said("groupfile", "title"), upload=file, is_open=False, actor=SYSTEM)
    assert guest.pk
    _roadmaps(side, said)
    _life(side, said, facilitator_of(side.group))


def _life(side: Side, said: Any, author: User) -> None:
    """Of each kind of page one that the group alone reads, with what hangs on it, and one that the federation reads."""
    inside = {
        name: {"title": said(name, "title"), "body": said(name, "body"), "author": author, "group": side.group}
        for name in ("question", "event", "news", "note", "resource")
    }  # fmt: skip
    question = make_question(**inside["question"])
    side.answer = make_answer(question, said("answertext", "body"), author=author)
    writing.withdraw(
        make_note(said("withdrawn", "title"), author=author, group=side.group), reason=said("withdrawn", "reason"), actor=SYSTEM
    )
    event = make_event(**inside["event"], place=said("event", "place"), link="https://visio.example.org/" + said("event", "link"))
    side.event_registration = attend(event, author)
    add_guest(event, said("eventguest", "name"), email=f"{said('eventguest', 'email')}@example.org")
    resource = make_resource(**inside["resource"], content=said("resource", "content"), note=said("resource", "note"))
    side.hidden_pages = {
        "questions": question, "events": event, "news": make_news(**inside["news"]), "notes": make_note(**inside["note"]),
        "library": resource,
    }  # fmt: skip
    side.pages = {
        "questions": make_question(author=author), "events": make_event(author=author, link="https://visio.example.org/" + said("event", "visio")),
        "news": make_news(author=author, workgroup_id=side.group.pk), "notes": make_note(author=author), "library": make_resource(author=author),
    }  # fmt: skip
    writing.save(side.pages["notes"], facts={"body": said("notedraft", "body")}, actor=SYSTEM)


def _roadmaps(side: Side, said: Any) -> None:
    """A roadmap that nobody else reads; a release that the federation reads, with a draft and an answer that it does not."""
    texts = {"phases": [(said("phase", "title"), [said("item", "title")])], "milestones": [said("milestone", "title")]}
    hidden = make_roadmap(side.preparing, title=said("roadmap", "title"), plan=texts)
    side.hidden_item = items_of(hidden)["A1"]
    shown = make_roadmap(side.group, title=f"Route de {side.organisation.name}")
    side.item = items_of(shown)["A1"]
    add_piece(shown, PieceKind.PHASE, title=said("draftphase", "title"))
    answer(shown, "A1", side.organisation, note=said("answer", "note"), owner=said("answer", "owner"))
    side.decision = make_decision(side.group, text=said("decision", "text"), dissent=said("decision", "dissent"))
    side.action = make_action(side.group, text=said("action", "text"))
    side.meeting = make_meeting(
        side.group, title=said("meeting", "title"), place=said("meeting", "place"), agenda=said("meeting", "agenda"),
        minutes=said("meeting", "minutes"),
    )  # fmt: skip


def _shared_service(organisation: Organisation, lender: Organisation, lent: User, said: Any) -> tuple[Any, ...]:
    """A withdrawn offer, an open one, and what two cooperatives alone read: a request, its service, time, a contested statement."""
    facts = {"organisation": organisation, "expires_on": today() + timedelta(days=60), "actor": SYSTEM}
    withdrawn = sharing.publish_announcement(
        kind=AnnouncementKind.NEED, function="technique", quantity=said("announcement", "quantity"), details=said("announcement", "details"), **facts
    )  # fmt: skip
    sharing.withdraw_announcement(withdrawn, actor=SYSTEM)
    shown = sharing.publish_announcement(kind=AnnouncementKind.OFFER, function="technique", quantity="2 j par mois", **facts)
    terms = sharing.Terms(
        function="comptabilite", quantity=said("request", "quantity"), starts_on=today() - timedelta(days=70), ends_on=today() + timedelta(days=70),
        hourly_cost_cents=3480, expires_on=today() + timedelta(days=30), message=said("request", "message"),
    )  # fmt: skip
    parties = {"provider": lender, "beneficiary": organisation, "asker": organisation}
    request = sharing.send_request(**parties, terms=terms, key=uuid7(), actor=SYSTEM)
    service = sharing.accept_request(request, people=[lent], actor=SYSTEM)
    month = (today().replace(day=1) - timedelta(days=1)).replace(day=1)
    for number in range(2):
        entry = sharing.log_time(service, person=lent, day=month, work=said("entry", f"work_{'ab'[number]}"), minutes=60, actor=SYSTEM)
    statement = sharing.issue_statement(service, month=month, actor=SYSTEM)
    reasons = {statement.lines.first().pk: said("line", "reason")}
    sharing.contest_lines(statement, reasons=reasons, round=1, actor=SYSTEM)
    statement = sharing.issue_statement(service, month=month, reply=said("statement", "reply"), actor=SYSTEM)
    service = sharing.choose_form(service, legal_form="loan", actor=SYSTEM)
    sharing.waive_piece(service, key="cse_user", reason=said("piece", "reason"), organisation=organisation, actor=SYSTEM)
    new_terms = sharing.NewTerms(
        effective_on=today() + timedelta(days=20), ends_on=service.ends_on, hourly_cost_cents=3600, message=said("amendment", "message")
    )
    seen = sharing.terms_of(service)
    amendment = sharing.propose_amendment(service, terms=new_terms, terms_seen=seen, organisation=lender, actor=SYSTEM)
    return withdrawn, shown, service, entry, statement, amendment


def _file_kind() -> str:
    from hub.core.documents import kinds

    return next(kind.code for kind in kinds.registered() if "pdf" in kind.formats)


def _profile(organisation: Organisation, said: Any, level: Any) -> Profile:
    """A person wholly private, or shown as far as each ceiling lets her: then only what has a lower ceiling is a canary."""
    is_shown = level == PUBLIC
    texts = PRIVATE_TEXTS if is_shown else PROFILE_TEXTS
    name = {"first_name": "Visible", "last_name": organisation.name} if is_shown else {
        "first_name": said("profile", "first"), "last_name": said("profile", "last")
    }  # fmt: skip
    words = "mots" if is_shown else said("skill", "words")
    profile = make_profile(
        organisation, shown=level, skills=[SkillLine(words=words, evidence="trained", evidence_words=said("skill", "evidence"))],
        accreditations=[AccreditationLine("Carte" if is_shown else said("accreditation", "title"))],
        email=f"{said('profile', 'email')}@example.org", phone="01 99 00 12 34",
        **name, **{text: said("profile", text) for text in texts},
    )  # fmt: skip
    if is_shown:  # the evidence stays hers
        people.set_audiences(profile, actor=actor_for(profile.user), audiences={"evidence": PRIVATE})
    else:
        trade = Trade.objects.filter(code="F1610").first() or make_trade(code="F1610", label="Pose de couvertures")
        people.update_profile(profile, actor=SYSTEM, values={}, lines=Lines(trades=[TradeLine(trade, said("trade", "words"))]))
    AccessibilityNeed.unscoped.create(profile=profile, words=said("needs", "words"))
    return Profile.unscoped.get(pk=profile.pk)


@kept
def make_world(*, with_papers: bool = False) -> World:
    make_commune()
    make_skill()
    third = make_member("Coopérative D", representative_name=canary("buyer", "representative"))
    lender = make_member("Coopérative E")
    a, b = _side("A", make_member("Coopérative F"), lender), _side("B", third, lender)
    own = make_profile(a.organisation, shown=FEDERATION, first_name="Anne", last_name="Martel")
    register(b.session, own.user, employer=a.organisation)
    a.own_file = funding.open_file(b.session, employer=a.organisation, actor=SYSTEM)
    live = make_person(a.organisation, "shared_staff")
    loan = make_loan(live, provider=a.organisation, beneficiary=b.organisation)
    expired = make_person(a.organisation, "shared_staff")
    over = make_loan(expired, provider=a.organisation, beneficiary=b.organisation, starts_in=-30, ends_in=-1)
    editor = make_person(a.organisation, "facilitator")
    editor.groups.add(*Group.objects.filter(name__in=["Editors", "Moderators"]))  # Wagtail's own, with rights on the root of the pages
    users: dict[str, User | None] = {
        "anonymous": None, "entrepreneur": own.user, "shared_live": live, "shared_expired": expired, "coordinator": make_coordinator(),
        "editor": editor,
    } | {role: make_person(a.organisation, role) for role in ("advisor", "director", "trainer")}  # fmt: skip
    former = join(make_person(a.organisation, "entrepreneur"), b.organisation, "advisor")
    withdraw_role(former, actor=SYSTEM)
    if with_papers:
        for organisation in (a.organisation, third):
            siren = make_siren()
            Organisation.objects.filter(pk=organisation.pk).update(
                siren=siren, siret=siret_of(siren), street="1 rue", postal_code="33310", city="Lormont", representative_role="gérant",
                legal_form="sarl",
            )  # fmt: skip
            organisation.refresh_from_db()
            made = paperwork.issue_agreement(b.session, organisation, actor=SYSTEM)
            assert made.is_issued, made
    return World(a, b, users, {"shared_live": f"agreement:{loan.pk}", "shared_expired": f"agreement:{over.pk}"})


def tokens(body: str) -> Iterator[str]:
    """The canaries of a text, as «model-field», whatever the case."""
    return (found.group(1).lower() for found in re.finditer(rf"{MARK}-([a-z]+-[a-z_]+)", body, re.I))


__all__ = ["ACTORS", "MARK", "Side", "World", "canary", "make_world", "tokens"]
