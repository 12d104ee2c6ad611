"""OPCO files and training needs of the demo: the building CAEs say their OPCO, follow files in every state, and tell what they want to learn."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta

from django.db.models import Count, Q

from directory.people.enums import ContractStatus
from directory.people.models import Profile
from hub.core.accounts.actor import Actor
from hub.core.accounts.models import Organisation
from hub.core.kit.dates import today
from hub.core.kit.identifiers import uuid7
from hub.demo.federation import Federation
from hub.demo.people import Account, Crowd
from hub.demo.sheets import sheet
from hub.demo.trainings import actor_of
from trainings.funding import services as funding
from trainings.funding.enums import FundingStatus, Side
from trainings.funding.errors import MoveRefused
from trainings.funding.models import FundingFile
from trainings.funding.rules import Said
from trainings.sessions.enums import RegistrationStatus
from trainings.sessions.models import TrainingSession
from trainings.wishes import services as wishes
from trainings.wishes.services import Need

S = FundingStatus
TO_GRANTED = (S.TO_COMPLETE, S.READY, S.FILED, S.UNDER_REVIEW, S.GRANTED)
# what becomes of the files of one CAE, session by session: the states they go through, one after the other
LIVES: tuple[tuple[FundingStatus, ...], ...] = (
    TO_GRANTED[:4], TO_GRANTED, (*TO_GRANTED[:4], S.MORE_ASKED), TO_GRANTED[:2], TO_GRANTED[:1], (), (*TO_GRANTED[:4], S.REFUSED),
)  # fmt: skip
REASONS = {
    S.MORE_ASKED: "Le programme daté et la feuille d’inscription de chaque stagiaire.",
    S.REFUSED: "Budget de l’année épuisé pour les entreprises de moins de onze personnes. Réponse d’exemple.",
}
# CAE (rank among the building ones), theme, people, département, period, details
NEEDS: tuple[tuple[int, str, int, str, str, str], ...] = (
    (0, "Devis et marges", 6, "33", "janvier ou février", "Sur leurs propres devis, en demi-journées."),
    (0, "Échafaudage", 4, "33", "avant le printemps", "Montage et vérification journalière."),
    (0, "Enduits terre et chaux", 3, "", "mars", ""),
    (1, "Devis et marges", 4, "40", "février", "Deux débutent."),
    (1, "Amiante, sous-section 4", 5, "", "dès que possible", "Recyclage pour trois personnes."),
    (2, "devis et marges", 3, "24", "hiver", ""),
    (2, "Échafaudage", 2, "24", "", ""),
    (3, "Amiante, sous-section 4", 3, "", "printemps", ""),
    (3, "Conduire un chantier à plusieurs", 7, "47", "automne", "Coordination, coactivité, plan de prévention."),
    (4, "Enduits terre et chaux", 4, "", "avril", "Un mur d’essai par deux."),
    (5, "Photographier ses chantiers", 5, "17", "", "Pour le site de chacun."),
    (5, "Échafaudage", 3, "17", "février", ""),
)  # fmt: skip


def fund(crowd: Crowd, federation: Federation, progress: Callable[[str, int, int], None]) -> None:
    employers = federation.building[:4]
    for number, employer in enumerate(employers, start=1):
        actor = actor_of(_manager(crowd, employer))
        funding.say_employer_facts(
            employer, opco="constructys", opco_source="register", opco_checked_on=today() - timedelta(days=40 * number),
            headcount_hundredths=(875, 1240, 930, 2150)[number - 1], headcount_year=today().year - 1, has_other_funds=False, version=0, actor=actor,
        )  # fmt: skip
        for life, session in zip(LIVES, _sessions_of(employer), strict=False):
            _live(session, employer, life, actor)
        progress("Dossiers OPCO", number, len(employers))
    for rank, theme, count, department, period, note in NEEDS:
        organisation = federation.building[rank]
        need = Need(count, words=theme, department_code=department, period=period, note=note)
        wishes.enter_wish(organisation, need=need, key=uuid7(), actor=actor_of(_manager(crowd, organisation)))


def _manager(crowd: Crowd, organisation: Organisation) -> Account:
    return next(account for account in crowd.accounts if account.organisation == organisation and "training_manager" in account.roles)


def _sessions_of(employer: Organisation) -> Iterator[TrainingSession]:
    """Sessions to come of others where the employer has somebody, the nearest first."""
    mine = Q(registrations__employer=employer, registrations__status=RegistrationStatus.CONFIRMED)
    rows = (
        TrainingSession.unscoped.filter(starts_on__gt=today())
        .exclude(organisation=employer)
        .annotate(mine=Count("registrations", filter=mine))
    )
    yield from rows.filter(mine__gt=0).select_related("organisation").order_by("starts_on", "pk")


def _live(session: TrainingSession, employer: Organisation, life: tuple[FundingStatus, ...], actor: Actor) -> None:
    """A file as far as it goes: one that lacks something stays where it is."""
    row = funding.open_file(session, employer=employer, actor=actor)
    days = {S.FILED: today() - timedelta(days=24), S.UNDER_REVIEW: today() - timedelta(days=21)}
    if S.READY in life:
        _employ(session, employer)
        signed, upload = today() - timedelta(days=30), sheet("convention-signee.pdf", "Convention signée, exemple de la démonstration")
        row = funding.keep_agreement(row, upload=upload, agreed_on=signed, actor=actor)
    for rank, to in enumerate(life):
        try:
            row = _step(row, to, days.get(to, today() - timedelta(days=max(0, 6 - rank))), actor)
        except MoveRefused:
            return


def _employ(session: TrainingSession, employer: Organisation) -> None:
    """Its trainees are under a contract of employment: one of three people of the demo is not, and plan money is not for her."""
    sent = session.registrations.filter(employer=employer).values("trainee")
    Profile.unscoped.filter(user__in=sent, contract_status=ContractStatus.CAPE).update(contract_status=ContractStatus.CESA)


def _step(row: FundingFile, to: FundingStatus, on: date, actor: Actor) -> FundingFile:
    said = Said(
        on=on,
        reference=f"EX-{row.session.starts_on:%y%m}-{row.pk.int % 10000:04d}",
        reply_by=today() + timedelta(days=9),
        reason=REASONS.get(to, ""),
    )
    return funding.move_file(row, to=to, said=said, version=row.version, side=Side.EMPLOYER, actor=actor)
