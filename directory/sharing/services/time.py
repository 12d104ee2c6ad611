from datetime import date
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Max, Q, Sum

from directory.sharing.amounts import MINUTES_PER_DAY, month_of
from directory.sharing.enums import WITH_ITS_SENDER, HalfDay, Stage
from directory.sharing.errors import DayRefused, LengthRefused, RuleBroken
from directory.sharing.models import SharedService, Statement, TimeEntry
from directory.sharing.selectors.statements import contested_days
from directory.sharing.services.shared import is_held_up, lock
from hub.core.accounts.actor import Actor
from hub.core.accounts.models import Membership, Naming, User
from hub.core.audit import services as audit
from hub.core.kit.dates import long_date_fr, today
from hub.core.kit.text import FIXED, of
from hub.core.kit.twins import twin

WAITS = "La convention attend ses pièces : le temps se note quand elle est en cours."
WAITS_BUT_CONTESTED = "La convention attend ses pièces : d’ici là, seuls les jours d’une ligne contestée se corrigent."
ENDED_BUT_CONTESTED = "La convention s’est terminée sans toutes ses pièces : seuls les jours d’une ligne contestée se corrigent."
SENT = (
    "Le relevé de ce mois est envoyé : il ne change que si votre CAE le rappelle avant la réponse, ou si l’autre CAE en conteste une ligne."
)
ENDED_WITHOUT = "La convention s’est terminée sans toutes ses pièces : son temps ne se note plus."


@transaction.atomic
def log_time(
    service: SharedService, *, person: User, day: date, work: str, actor: Actor, period: str = HalfDay.NONE, minutes: int | None = None,
    key: UUID | None = None,
) -> TimeEntry:  # fmt: skip
    """Note time given: a half-day, which counts as the agreement says, or minutes; the same form sent twice notes it once. Raises: RuleBroken."""
    row = lock(service)
    length = row.half_day_minutes if period else minutes or 0
    said = (row.pk, person.pk, day, str(period), length, work)
    before, key = twin(
        key, said, rows=lambda one: TimeEntry.unscoped.filter(key=one),
        is_same=lambda entry: (entry.service_id, entry.person_id, entry.day, entry.period, entry.minutes, entry.work) == said,
    )  # fmt: skip
    if before is not None:
        return before
    _check_day(row, day)
    if not row.text_on(day).named(person.pk, day):
        raise DayRefused(_when_named(row, person, day, is_own=person.pk == actor.user_id))
    _require_team(row, person, until=today() if person.pk == actor.user_id else day)
    User.objects.select_for_update(no_key=True).get(pk=person.pk)  # her day is counted whole
    if not 0 < length <= MINUTES_PER_DAY:
        raise LengthRefused("Indiquez une demi-journée, ou une durée de vingt-quatre heures au plus.")
    held = TimeEntry.unscoped.filter(person=person, day=day)
    if period and held.filter(period=period).exists():
        raise RuleBroken(_taken(period))
    if (held.aggregate(sum=Sum("minutes"))["sum"] or 0) + length > MINUTES_PER_DAY:
        raise RuleBroken(f"Une journée compte 24{FIXED}heures : ce jour-là en a déjà trop.")
    try:
        with transaction.atomic():
            entry = TimeEntry.unscoped.create(
                service=row, person=person, day=day, period=period, minutes=length, work=work, entered_by_id=actor.user_id, key=key
            )
    except IntegrityError:
        raise RuleBroken(_taken(period)) from None
    _record("log", entry, row, actor)
    return entry


def _check_day(row: SharedService, day: date) -> None:
    _require_free(row, day)
    if day > today():
        raise DayRefused("Le temps se note une fois passé.")
    if not row.covers(day):
        raise DayRefused(f"La convention va du {long_date_fr(row.starts_on)} au {long_date_fr(row.last_day)}.")
    _require_open_month(row, day)


def _require_free(row: SharedService, day: date) -> None:
    """While pieces are missing nothing is noted nor taken back, save what the other CAE contests."""
    disputed = contested_days(row) if is_held_up(row) else [day]
    has_ended = row.stage == Stage.ENDED
    if not disputed:
        raise RuleBroken(ENDED_WITHOUT if has_ended else WAITS)
    if day not in disputed:
        raise DayRefused(ENDED_BUT_CONTESTED if has_ended else WAITS_BUT_CONTESTED)


def _when_named(row: SharedService, person: User, day: date, *, is_own: bool) -> str:
    """Which day would do in place of this one, on which the agreement does not name her."""
    who = "La convention porte votre nom" if is_own else f"La convention porte le nom{of(person.name)}{person.name}"
    held = Naming.objects.filter(Q(agreement=row.agreement_id) | Q(agreement__amends=row.agreement_id), person=person)
    if later := held.filter(from_on__gt=day).order_by("from_on").first():
        return f"{who} {'depuis le' if later.from_on <= today() else 'à partir du'} {long_date_fr(later.from_on)}."
    if last := held.filter(until_on__lt=day).aggregate(last=Max("until_on"))["last"]:
        return f"{who} jusqu’au {long_date_fr(last)}."
    return "La convention ne porte pas le nom de cette personne ce jour-là."


def _require_team(row: SharedService, person: User, *, until: date) -> None:
    """Whoever left the CAE that lends notes no more time; that CAE notes for her until the day she left.

    The day her role began is not asked: the hub knows when it was given here, not since when she works there.
    """
    stays = Q(ends_on=None) | Q(ends_on__gte=until)
    if not Membership.unscoped.filter(
        stays, user=person, organisation=row.provider_id, role__is_staff=True, starts_on__lte=today()
    ).exists():
        raise RuleBroken(f"Cette personne n’est plus de l’équipe qui donne le temps, {row.provider.name} : il ne peut pas être noté.")


def _require_open_month(row: SharedService, day: date) -> None:
    sent = Statement.unscoped.filter(service=row, month=month_of(day)).exclude(status__in=WITH_ITS_SENDER)
    if sent.exists():
        raise DayRefused(SENT)


def _taken(period: str) -> str:
    return f"Cette demi-journée ({HalfDay(period).label}) de la personne est déjà comptée, pour vous ou pour une autre CAE."


@transaction.atomic
def remove_entry(entry: TimeEntry, *, actor: Actor) -> None:
    """Take back time noted by mistake, as long as no statement holds it and it could be noted again. Raises: RuleBroken."""
    row = lock(entry.service)
    held = TimeEntry.unscoped.select_for_update(of=("self",), no_key=True).select_related("service__agreement").get(pk=entry.pk)
    if held.is_stated:
        raise RuleBroken("Ce temps est sur un relevé : il ne se retire plus.")
    _require_free(row, held.day)
    _record("remove", held, row, actor)
    held.delete()


def _record(verb: str, entry: TimeEntry, row: SharedService, actor: Actor) -> None:
    data = {"service": str(row.pk), "day": entry.day, "minutes": entry.minutes, "person": str(entry.person_id)}
    for organisation in (row.provider, row.beneficiary):
        audit.record(f"sharing.time.{verb}", entry, actor=actor, organisation=organisation, data=data)
