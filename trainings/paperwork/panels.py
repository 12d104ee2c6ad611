"""What paperwork adds to the page of a session and to the first page, and what it keeps of people."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from hub.core.accounts.actor import Actor
from hub.core.accounts.models import Organisation, User
from hub.core.accounts.permissions import Permission
from hub.core.kit.asking import once
from hub.core.kit.dates import date_fr, today
from hub.core.kit.text import typo
from hub.core.papers import services as papers
from hub.core.papers.kinds import Kind
from hub.core.papers.models import IssuedPaper
from hub.core.papers.numbering import number_in
from hub.core.ui.panels import Personal, personal, register
from trainings.funding import rules as funding
from trainings.funding.models import ENDED, FundingFile
from trainings.paperwork import rules, services
from trainings.paperwork.certificates import CERTIFICATE
from trainings.paperwork.convocations import CONVOCATION
from trainings.paperwork.kinds import CONVENTION
from trainings.paperwork.models import CompletionCertificate, Convocation, TrainingAgreement
from trainings.paperwork.selectors.agreements import changed_agreements, standings
from trainings.sessions.enums import Nature, RegistrationStatus, SessionStatus
from trainings.sessions.keeping import TERM
from trainings.sessions.models import Registration, TrainingSession

SHOWN = 3
SOON = timedelta(days=30)  # how long before its first day a session stands on a trainee's first page
# usages of the trade, in days before the first one: when it is to be done, and how much earlier a manager is told
OWED = timedelta(days=365)  # how long an agreement that was not established stays due
AGREED, CONVENED, NOTICE = timedelta(days=30), timedelta(days=10), timedelta(days=15)


@register("session", "agreements", order=20, template="paperwork/panels/session.html")
def agreements(actor: Actor, session: TrainingSession) -> dict[str, Any] | None:
    """The agreements that the reader is a party to, as they stand."""
    if not actor.is_staff_of(actor.organisation_id):
        return None
    can_issue = rules.can_issue_agreements(actor, session)
    found = standings(session, actor, every=can_issue or actor.organisation_id == session.organisation_id)
    return {"session": session, "agreements": found, "can_issue": can_issue and not session.is_cancelled} if found else None


@register("session", "convocations", order=25, template="paperwork/panels/convocations.html")
def convocations(actor: Actor, session: TrainingSession) -> dict[str, Any] | None:
    """For whoever manages the session: who is convened, who is not; for a trainee, hers."""
    confirmed = Registration.objects.visible_to(actor).filter(session=session, status=RegistrationStatus.CONFIRMED)
    told = Convocation.objects.visible_to(actor).filter(
        registration__session=session, registration__status=RegistrationStatus.CONFIRMED, told_at__isnull=False, cancelled_at=None
    )
    has_begun = session.starts_on is None or session.starts_on <= today()
    total, count = confirmed.count(), told.count()
    if not total or (has_begun and not count) or session.status in {SessionStatus.DRAFT, SessionStatus.CANCELLED}:
        return None
    own = told.filter(registration__trainee=actor.user_id).exists()
    is_staff = actor.is_staff_of(actor.organisation_id)
    if not own and not is_staff:
        return None
    return {
        "session": session,
        "told": count,
        "total": total,
        "can_send": rules.can_convene(actor, session, today()),
        "is_own": own,
        "is_staff": is_staff,
    }


@register("session.history", "convocations")
def convened(actor: Actor, session: TrainingSession) -> dict[str, Any]:
    rows = Convocation.objects.visible_to(actor).filter(registration__session=session)
    return {Convocation._meta.label_lower: [str(pk) for pk in rows.values_list("pk", flat=True)]}


@register("session", "certificates", order=35, template="paperwork/panels/certificates.html")
def certificates(actor: Actor, session: TrainingSession) -> dict[str, Any] | None:
    """Once the session is over, for the parties."""
    last = session.half_days.last()
    over = last is not None and last.finishes_at <= timezone.now()
    if session.is_workshop or session.is_cancelled or not over or not actor.is_staff_of(actor.organisation_id):
        return None
    if not Registration.objects.visible_to(actor).filter(session=session).exists():
        return None
    held = CompletionCertificate.objects.visible_to(actor).filter(registration__session=session, paper__isnull=False)
    return {"session": session, "count": held.count()}


@register("home.due", "convocations", order=28)
def convocations_due(actor: Actor, subject: Any) -> dict[str, Any] | None:
    """What a session that comes near still lacks: convocations and agreements, for whoever manages it; the signature of the agreement, for
    who follows the OPCO files of the employer."""
    items = [*_to_agree(actor), *_to_sign(actor), *_to_convene(actor)]
    return {"items": items} if items else None


def _own_places(actor: Actor, subject: Any) -> QuerySet[Registration]:
    return Registration.unscoped.filter(trainee=actor.user_id, session__ends_on__gte=today(), session__starts_on__lte=today() + SOON)


@register("home.due", "convocation", order=27, needs=_own_places)
def own_convocations(actor: Actor, subject: Any) -> dict[str, Any] | None:
    """A trainee's own convocation, for herself."""
    if actor.user_id is None:
        return None
    rows = Convocation.objects.visible_to(actor).filter(
        registration__trainee=actor.user_id, told_at__isnull=False, cancelled_at=None, registration__session__ends_on__gte=today(),
        registration__session__starts_on__lte=today() + SOON,
    )  # fmt: skip
    items = [
        {
            "when": one.registration.session.starts_on,
            "title": f"Ma formation : {_named(one.registration.session)}",
            "text": one.registration.session.place,
            "url": reverse("paperwork:convocation", args=[one.registration.session_id]),
            "area": "a-train",
            "area_label": "Formations",
            "action": "Voir la convocation",
        }
        for one in rows.select_related("registration__session").order_by("registration__session__starts_on")[:SHOWN]
    ]
    return {"items": items} if items else None


def _named(session: TrainingSession) -> str:
    """A programme has several sessions: which one."""
    return f"{session.title}, {date_fr(session.starts_on)}" if session.starts_on else session.title


def _item(session: TrainingSession, *, on: date, title: str, text: str, url: str = "") -> dict[str, Any]:
    late = on < today()
    return {
        "when": on, "tone": "warn" if late else "",
        "title": f"{title} : {_named(session)}", "text": text,
        "url": url or reverse("sessions:detail", args=[session.pk]), "area": "a-train", "area_label": "Formations", "action": "Ouvrir",
    }  # fmt: skip


def _near(actor: Actor, within: timedelta, owed: timedelta = timedelta(0)) -> QuerySet[TrainingSession]:
    """Sessions that people may still be registered to or are, and that have not begun; or began not long ago, and are owed something still."""
    near = Q(starts_on__gt=today() - owed, starts_on__lte=today() + within, status__in=[SessionStatus.OPEN, SessionStatus.CLOSED])
    return TrainingSession.objects.visible_to(actor).filter(near).only("title", "starts_on").order_by("starts_on", "pk")


def _most_pressing(sessions: Iterable[TrainingSession]) -> list[TrainingSession]:
    """Of those that have begun the last ones, then of those to come the next ones."""
    rows = list(sessions)
    begun = [row for row in rows if row.has_come(today())]
    last_first = sorted(begun, key=lambda row: row.starts_on or date.min, reverse=True)  # those of one day stay in their order
    return [*last_first[:SHOWN], *[row for row in rows if not row.has_come(today())][:SHOWN]]


def _confirmed(actor: Actor) -> QuerySet[Registration]:
    """To ask of one session after the other (`Exists`): all of them together are those of ten years."""
    return Registration.objects.visible_to(actor).filter(status=RegistrationStatus.CONFIRMED, session=OuterRef("pk"))


def _to_convene(actor: Actor) -> list[dict[str, Any]]:
    if not actor.can(Permission.SESSION_MANAGE):
        return []
    told = Convocation.unscoped.filter(registration=OuterRef("pk"), told_at__isnull=False, cancelled_at=None)
    waiting = _confirmed(actor).exclude(Exists(told))
    rows = _near(actor, CONVENED + NOTICE).filter(Exists(waiting), organisation=actor.organisation_id)
    words = "Usage : dix jours avant le premier jour."
    return [_item(row, on=row.starts_on - CONVENED, title="Envoyer les convocations", text=words) for row in rows[:SHOWN] if row.starts_on]


def _to_agree(actor: Actor) -> list[dict[str, Any]]:
    """Sessions to which another employer sends somebody and has no agreement for it, or one that says something else by now."""
    if not actor.can(Permission.SESSION_MANAGE) or not actor.can(Permission.PAPERS_ISSUE):
        return []
    established = TrainingAgreement.unscoped.filter(session=OuterRef("session"), employer=OuterRef("employer"), paper__isnull=False)
    elsewhere = FundingFile.unscoped.filter(session=OuterRef("session"), employer=OuterRef("employer"), agreed_on__isnull=False)
    waiting = _confirmed(actor).exclude(employer=actor.organisation_id).exclude(Exists(established)).exclude(Exists(elsewhere))
    mine = Q(Exists(waiting), organisation=actor.organisation_id, nature=Nature.TRAINING)
    rows = _most_pressing(_near(actor, AGREED + NOTICE, OWED).filter(mine))
    words = "Usage : signées trente jours avant le premier jour."
    too_late = "La session a commencé sans elles : la convention se conclut avant le premier jour (L6353-1)."
    lacking = [(row, "Établir les conventions", too_late if row.has_come(today()) else words) for row in rows]
    known = {row.pk for row in rows}
    held = [one for one in _changed(actor) if one.session.organisation_id == actor.organisation_id]
    changed = {one.session_id: one.session for one in held if one.session_id not in known}
    again = "Ce qu’elles disent a changé : l’employeur attend la nouvelle version pour signer."
    renewed = [(row, "Établir de nouveau les conventions", again) for row in list(changed.values())[:SHOWN]]
    return [
        _item(row, on=row.starts_on - AGREED, title=title, text=text, url=reverse("paperwork:agreements", args=[row.pk]))
        for row, title, text in (*lacking, *renewed)
        if row.starts_on
    ]


@once
def _changed(actor: Actor) -> list[TrainingAgreement]:
    """Agreements to establish anew, of sessions that are not over: what was concluded for a past one holds."""
    near = {"session__status__in": [SessionStatus.OPEN, SessionStatus.CLOSED], "session__nature": Nature.TRAINING}
    rows = TrainingAgreement.objects.visible_to(actor).filter(session__ends_on__gte=today(), **near)
    return changed_agreements(rows.order_by("session__starts_on", "pk"))


def _to_sign(actor: Actor) -> list[dict[str, Any]]:
    """Agreements established for the employer that nobody says signed; while there is an OPCO file, its own dates say so.

    One that is to be established anew is not signed meanwhile.
    """
    if not funding.can_manage(actor):
        return []
    held = FundingFile.objects.visible_to(actor).filter(employer=actor.organisation_id)
    filed = held.filter(~Q(status__in=ENDED) | Q(agreed_on__isnull=False))
    ours = TrainingAgreement.objects.visible_to(actor).filter(employer=actor.organisation_id, paper__isnull=False)
    ours = ours.exclude(signed_paper=F("paper"))
    sent = _confirmed(actor).filter(employer=actor.organisation_id)
    old = [one.session_id for one in _changed(actor) if one.employer_id == actor.organisation_id]
    near = _near(actor, AGREED, OWED).filter(Exists(sent), pk__in=ours.values("session"))
    rows = near.exclude(pk__in=filed.values("session")).exclude(pk__in=old)
    then = "Signée, elle se dépose au dossier OPCO ; sans financement demandé, notez le jour."
    words, late = f"À signer avant le premier jour (L6353-1). {then}", f"La session a commencé sans elle (L6353-1). {then}"
    return [
        _item(
            row,
            on=row.starts_on - timedelta(days=1),
            title="Signer la convention",
            text=late if row.has_come(today()) else words,
            url=reverse("paperwork:agreements", args=[row.pk]),
        )
        for row in _most_pressing(rows)
        if row.starts_on
    ]


@register("home.area", "mine", order=33)
def area(actor: Actor, subject: Any) -> dict[str, Any] | None:
    if actor.user_id is None:
        return None
    hers = Registration.objects.visible_to(actor).active().filter(trainee=actor.user_id)
    rows = hers.exclude(session__status=SessionStatus.CANCELLED)
    return {"title": "Mes formations", "url": reverse("paperwork:mine"), "rows": rows, "text": "en tout", "area": "a-train", "if_any": True}


@register("search.exact", "paperwork")
def exact(actor: Actor, text: str) -> dict[str, Any] | None:
    """The paper of this number; one that another has replaced leads to that other."""
    number = number_in(text)
    about = Q(pk__in=IssuedPaper.unscoped.filter(number=number).values("subject_id"), paper__isnull=False)
    match number.partition("-")[0]:
        case CONVENTION.series:
            agreements = TrainingAgreement.objects.visible_to(actor).filter(about).select_related("session", "employer", "paper")
            return {"items": [_agreement(row, number) for row in agreements]}
        case CERTIFICATE.series:
            certificates = CompletionCertificate.objects.visible_to(actor).filter(about).select_related(*OF_A_PERSON)
            return {"items": [_own_paper(row, number, CERTIFICATE, "paperwork:certificate_pdf") for row in certificates]}
        case CONVOCATION.series:
            convocations = Convocation.objects.visible_to(actor).filter(about).select_related(*OF_A_PERSON)
            return {"items": [_own_paper(row, number, CONVOCATION, "paperwork:convocation_pdf") for row in convocations]}
    return None


OF_A_PERSON = ("registration__session", "registration__trainee", "paper")


def _agreement(row: TrainingAgreement, number: str) -> dict[str, Any]:
    url = reverse("paperwork:agreement_pdf", args=[row.session_id, row.employer.slug])
    return _bearing(number, CONVENTION, row.paper, url, f"{row.employer.name} : {_named(row.session)}.")


def _own_paper(row: CompletionCertificate | Convocation, number: str, kind: Kind, view: str) -> dict[str, Any]:
    session = row.registration.session
    url = reverse(view, args=[session.pk, row.registration_id])
    return _bearing(number, kind, row.paper, url, f"{row.registration.printed_name} : {_named(session)}.")


def _bearing(number: str, kind: Kind, paper: IssuedPaper | None, url: str, text: str) -> dict[str, Any]:
    in_force = f" En vigueur : {paper.number}." if paper and paper.number != number else ""
    return {"title": f"{kind.label} {number}", "url": url, "text": typo(f"{text}{in_force}"), "kind": "Pièce PDF"}


@register("export", "agreements")
def export(actor: Actor, organisation: Organisation) -> dict[str, Any]:
    """The training agreements (conventions) of which it is a party, with the number and digests of the paper in force."""
    parties = TrainingAgreement.unscoped.filter(Q(employer=organisation) | Q(session__organisation=organisation))
    columns = (
        "id", "session_id", "employer_id", "paper__number", "paper__issued_at", "paper__sha256", "paper__sealed_sha256",
        "signed_on", "signed_paper__number",
    )  # fmt: skip
    certificates = CompletionCertificate.unscoped.filter(
        Q(registration__employer=organisation) | Q(registration__session__organisation=organisation)
    ).order_by("created_at", "id")
    issued = ("paper__number", "paper__issued_at", "paper__sha256", "paper__sealed_sha256")
    return {
        "conventions-de-formation": list(parties.order_by("created_at", "id").values(*columns)),
        "certificats-de-realisation": list(certificates.values("id", "registration_id", *issued)),
    }


@register("export.person", "certificates")
def own_papers(actor: Actor, person: User) -> dict[str, bytes]:
    """Her own certificates and convocations, as they were sealed."""
    rows = [
        *CompletionCertificate.unscoped.filter(registration__trainee=person, paper__isnull=False).select_related("paper"),
        *Convocation.unscoped.filter(registration__trainee=person, paper__isnull=False).select_related("paper"),
    ]
    return {f"{row.paper.number}.pdf": papers.sealed_file(row.paper) for row in rows if row.paper}


@register("retention", "sessions")
def forget(actor: Actor, on: date) -> dict[str, int]:
    return {"rows": services.forget_sessions(on)}


_proof = Personal("prouver l’action suivie", TERM, "keep: pièces justificatives des actions de formation, R6332-26")
personal(TrainingAgreement, {}, other={"id", "created_at", "updated_at", "session", "employer", "paper", "signed_on", "signed_paper"})
personal(CompletionCertificate, {"registration": _proof}, other={"id", "created_at", "updated_at", "paper"})
personal(
    Convocation,
    {"registration": _proof, "told_at": _proof},
    other={"id", "created_at", "updated_at", "paper", "sequence", "slots", "digest", "cancelled_at"},
)
