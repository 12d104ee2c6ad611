"""Shared services of the demo, between the building CAEs: inventories, offers and needs, a delegation with its statements, a technical advisor."""

from collections.abc import Callable
from datetime import date, timedelta

from directory.sharing import services
from directory.sharing.amounts import month_of, next_month
from directory.sharing.enums import AnnouncementKind, Practice
from directory.sharing.models import Announcement, SharedService
from directory.sharing.selectors.inventory import Declared
from directory.sharing.services import Terms
from hub.core.accounts.models import Organisation
from hub.core.kit.dates import today
from hub.core.kit.identifiers import uuid7
from hub.demo.federation import Federation
from hub.demo.people import Account, Crowd
from hub.demo.trainings import actor_of

H, E, S, A = Practice.HELD, Practice.EXTERNAL, Practice.SHARED, Practice.ABSENT
# by function, one cell per building CAE: how it is held, by how many people, what is offered (+) or needed (-)
INVENTORY: dict[str, list[tuple[str, int, str]]] = {
    "gestion_sociale": [(H, 2, "+2 j par mois"), (S, 0, ""), (H, 1, "-3 j par mois"), (H, 1, ""), (H, 2, ""), (H, 2, "")],
    "comptabilite": [(H, 2, ""), (H, 1, "-clôture annuelle"), (H, 1, ""), (H, 2, ""), (H, 3, "+4 j par trimestre"), (E, 0, "")],
    "gestion_commerciale": [(H, 2, ""), (H, 1, "-1 j par semaine"), (H, 2, ""), (A, 0, "-ponctuel"), (H, 2, ""), (S, 0, "")],
    "reglementation": [(H, 1, ""), (H, 1, "-mise à jour du DUERP"), (E, 0, ""), (H, 1, ""), (H, 2, "+5 j par an"), (H, 2, "")],
    "accompagnement": [(H, 3, ""), (H, 2, ""), (H, 2, ""), (H, 2, ""), (H, 4, ""), (H, 2, "")],
    "technique": [(H, 1, "-1 j par semaine"), (H, 2, ""), (H, 2, "+3 j par mois"), (H, 1, ""), (H, 3, ""), (H, 2, "+2 j par mois")],
    "formation": [(H, 2, "+1 j par semaine"), (H, 1, ""), (H, 1, "-2 j par mois"), (A, 0, "-audit Qualiopi"), (H, 2, ""), (H, 2, "")],
    "communication": [(A, 0, "-1 j par mois"), (A, 0, "-refonte du site"), (H, 1, ""), (H, 1, ""), (H, 1, ""), (H, 2, "+2 j par mois")],
    "informatique": [(H, 1, ""), (H, 1, ""), (E, 0, ""), (E, 0, ""), (H, 2, "+3 j par an"), (H, 1, "")],
    "vie_cooperative": [(H, 2, ""), (H, 2, ""), (H, 1, ""), (H, 2, ""), (H, 2, ""), (H, 2, "")],
    "direction": [(H, 1, ""), (H, 1, ""), (H, 2, ""), (H, 1, ""), (H, 2, ""), (H, 1, "")],
}
WORK = [
    ("Bulletins de paie (31)", [("am", 0), ("pm", 0), ("am", 1), ("pm", 1), ("", 255)]), ("DSN du 5 et du 15", [("", 180)]),
    ("Deux contrats d’entrepreneur salarié (CESA)", [("", 135), ("", 120)]),
]  # fmt: skip


def share(crowd: Crowd, federation: Federation, progress: Callable[[str, int, int], None]) -> None:
    for number, organisation in enumerate(federation.building):
        lines = [_line(key, cells[number]) for key, cells in INVENTORY.items()]
        services.declare_inventory(organisation, lines=lines, version=0, actor=actor_of(_account(crowd, organisation, "director")))
        progress("Services partagés", number + 1, len(federation.building))
    _details(federation)
    _delegation(crowd, *federation.building[:2])
    _technical(crowd, federation.building[2], federation.building[0])
    _waiting(crowd, federation)


def _line(function: str, cell: tuple[str, int, str]) -> Declared:
    practice, count, words = cell
    said = words[1:]
    return Declared(
        function,
        practice,
        count or None,
        None,
        False,
        offers=said if words.startswith("+") else "",
        needs=said if words.startswith("-") else "",
    )


def _account(crowd: Crowd, organisation: Organisation, role: str) -> Account:
    return next(account for account in crowd.accounts if account.organisation == organisation and role in account.roles)


def _details(federation: Federation) -> None:
    said = {
        (0, "gestion_sociale", "offer"): ("Paie des entrepreneurs et DSN, à distance, avec un jour sur place par trimestre.", 3480),
        (2, "technique", "offer"): ("Visites de chantier et relecture de devis de rénovation. Permis et véhicule.", 3600),
        (0, "technique", "need"): ("Une visite de chantier et une relecture de devis par semaine, de février à juin.", None),
        (5, "communication", "offer"): ("Réunions d’information en visio, dossiers de presse, site.", 3150),
    }  # fmt: skip
    for (number, function, kind), (details, cents) in said.items():
        rows = Announcement.unscoped.filter(organisation=federation.building[number], function=function, kind=kind)
        rows.update(details=details, hourly_cost_cents=cents)


def _months_back(count: int) -> date:
    day = month_of(today())
    for _ in range(count):
        day = month_of(day - timedelta(days=1))
    return day


def _working_day(month: date, rank: int) -> date:
    """The working day of that rank in a month, from zero."""
    days = (month + timedelta(days=number) for number in range(28))
    return [day for day in days if day.weekday() < 5][rank]


def _agreed(crowd: Crowd, provider: Organisation, beneficiary: Organisation, terms: Terms) -> SharedService:
    """Asked by the one that receives, accepted by the one that gives, which names its shared staff."""
    asker, giver = (actor_of(_account(crowd, one, "director")) for one in (beneficiary, provider))
    request = services.send_request(provider=provider, beneficiary=beneficiary, asker=beneficiary, terms=terms, key=uuid7(), actor=asker)
    return services.accept_request(request, actor=giver, people=[_account(crowd, provider, "shared_staff").user])


def _delegation(crowd: Crowd, provider: Organisation, beneficiary: Organisation) -> None:
    """Payroll delegated for four months: a statement accepted, one with a line contested, one to accept, one to send."""
    begin, end = _months_back(4), today() + timedelta(days=200)
    service = _agreed(
        crowd, provider, beneficiary,
        Terms(
            function="gestion_sociale", quantity="paie et DSN, 3 j par mois", starts_on=begin, ends_on=end, hourly_cost_cents=3480,
            expires_on=today() + timedelta(days=30), message="Notre gestionnaire est partie. Trente et un bulletins par mois, DSN le 5 et le 15.",
            purposes=["registration"],
        ),
    )  # fmt: skip
    giver, receiver = (actor_of(_account(crowd, one, "director")) for one in (provider, beneficiary))
    person = _account(crowd, provider, "shared_staff").user
    month = begin
    for number in range(4):
        for place, (work, parts) in enumerate(WORK):
            for rank, (period, amount) in enumerate(parts):
                day = _working_day(month, 2 + 3 * place + (amount if period else rank))
                services.log_time(
                    service, person=person, day=day, work=work, period=period, minutes=None if period else amount, actor=giver
                )  # fmt: skip
        if number < 3:
            statement = services.issue_statement(service, month=month, actor=giver)
            if number == 0:
                services.accept_statement(statement, round=1, actor=receiver)
            elif number == 1:
                line = statement.lines.get(work=WORK[1][0])
                services.contest_lines(statement, reasons={line.pk: "La DSN du 15 a été déposée par nous."}, round=1, actor=receiver)
        month = next_month(month)


def _technical(crowd: Crowd, provider: Organisation, beneficiary: Organisation) -> None:
    """A technical advisor some days a month: begun lightly, then a loan of staff whose pieces are being gathered."""
    service = _agreed(
        crowd, provider, beneficiary,
        Terms(
            function="technique", quantity="2 j par mois", starts_on=_months_back(1), ends_on=today() + timedelta(days=150),
            hourly_cost_cents=3600, expires_on=today() + timedelta(days=30), message="Deux visites de chantier et la relecture des devis qui suivent.",
        ),
    )  # fmt: skip
    giver = actor_of(_account(crowd, provider, "director"))
    person = _account(crowd, provider, "shared_staff").user
    for number, work in enumerate(["Visite de chantier, rénovation", "Relecture de quatre devis"]):
        services.log_time(service, person=person, day=_working_day(_months_back(1), 6 + number), work=work, period="am", actor=giver)
    services.choose_form(service, legal_form="loan", actor=giver)
    services.waive_piece(
        service, key="cse_lender", reason="Moins de onze personnes dans l’équipe : pas de CSE.", organisation=provider, actor=giver
    )


def _waiting(crowd: Crowd, federation: Federation) -> None:
    """A proposal that waits for an answer, and one refused."""
    giver, receiver, other = federation.building[5], federation.building[0], federation.building[3]
    need = Announcement.unscoped.get(organisation=receiver, function="technique", kind=AnnouncementKind.NEED)
    terms = Terms(
        function="technique", quantity="2 j par mois, devis à distance", starts_on=today() + timedelta(days=40), ends_on=today() + timedelta(days=190),
        hourly_cost_cents=3550, expires_on=today() + timedelta(days=21), message="Nous couvrons la moitié du besoin.", announcement=need,
    )  # fmt: skip
    asker = actor_of(_account(crowd, giver, "director"))
    services.send_request(provider=giver, beneficiary=receiver, asker=giver, terms=terms, key=uuid7(), actor=asker)
    terms = Terms(
        function="formation", quantity="1 j par semaine", starts_on=today() + timedelta(days=10), ends_on=today() + timedelta(days=100),
        hourly_cost_cents=3300, expires_on=today() + timedelta(days=21), message="Préparer notre audit Qualiopi.",
    )  # fmt: skip
    sent = services.send_request(
        provider=receiver, beneficiary=other, asker=other, terms=terms, key=uuid7(), actor=actor_of(_account(crowd, other, "director"))
    )
    services.refuse_request(
        sent, reason="Pas avant l’été : notre chargée de formation est à mi-temps.", actor=actor_of(_account(crowd, receiver, "director"))
    )
