"""Two CAEs whose legal facts are known, a session of one with people of the other, and the OPCO file between them."""

from datetime import date, timedelta

from hub.core.accounts.models import Accreditation, Organisation
from hub.core.documents.formats import FORMATS
from hub.core.documents.sniff import Examined
from hub.core.kit.dates import today
from hub.core.kit.identifiers import luhn
from tests.builders.accounts import SYSTEM, make_actor, make_member, make_person, make_siren
from tests.builders.kept import kept
from tests.builders.trainings import make_course, make_session, register
from trainings.funding import services
from trainings.funding.enums import FundingStatus, Side
from trainings.funding.models import FundingFile
from trainings.funding.rules import Said

S = FundingStatus
WAY = (S.TO_COMPLETE, S.READY, S.FILED, S.UNDER_REVIEW, S.GRANTED)  # the usual way from the draft


@kept
def make_party(name: str = "", **facts) -> Organisation:
    """A CAE whose legal facts are all known."""
    siren = make_siren()
    siret = next(f"{siren}{nic:05d}" for nic in range(1, 100) if luhn(f"{siren}{nic:05d}"))
    return make_member(
        name, **{
            "siren": siren, "siret": siret, "street": "1 rue de l’Exemple", "postal_code": "33000", "city": "Bordeaux", "nda_number": "75331234533",
            "nda_region": "Nouvelle-Aquitaine", "representative_name": "Line Exemple", "representative_role": "gérante",
            "vat_exempt_on": date(2020, 1, 1), "legal_form": "sarl",
        } | facts,
    )  # fmt: skip


@kept
def certify(organisation: Organisation, *, starts_on: date | None = None, ends_on: date | None = None) -> Accreditation:
    starts_on = starts_on or today() - timedelta(days=400)
    return Accreditation.objects.create(organisation=organisation, kind="qualiopi", title="Qualiopi", starts_on=starts_on, ends_on=ends_on)


def say_facts(organisation: Organisation, **facts) -> None:
    version = facts.pop("version", 0)
    said = {
        "opco": "constructys", "opco_source": "register", "opco_checked_on": today(), "headcount_hundredths": 1250, "headcount_year": today().year - 1,
        "has_other_funds": False,
    } | facts  # fmt: skip
    services.say_employer_facts(organisation, version=version, actor=SYSTEM, **said)


def a_pdf() -> Examined:
    return Examined("convention.pdf", FORMATS["pdf"], b"%PDF-1.7 convention", pages=1)


@kept
def make_file(
    *,
    employer: Organisation | None = None,
    organiser: Organisation | None = None,
    starts_in: int = 60,
    is_complete: bool = True,
    session=None,
) -> FundingFile:
    """A draft; complete but for its move, or with nothing yet."""
    organiser, employer = organiser or (session.organisation if session else make_party()), employer or make_party()
    session = session or make_session(make_course(organiser), starts_in=starts_in)
    register(session, make_person(employer, "entrepreneur"), employer=employer)
    row = services.open_file(session, employer=employer, actor=make_actor(employer, "training_manager"))
    if is_complete:
        if not organiser.accreditations.exists():
            certify(organiser)
        say_facts(employer)
        row = services.keep_agreement(row, upload=a_pdf(), agreed_on=today() - timedelta(days=1), actor=SYSTEM)
    return row


def move(row: FundingFile, to: FundingStatus, *, side: Side = Side.EMPLOYER, actor=SYSTEM, **said) -> FundingFile:
    said = {"on": today(), "reference": "EX-2027-001", "reason": "Parce que.", "reply_by": today() + timedelta(days=10)} | said
    return services.move_file(row, to=to, said=Said(**said), version=row.version, side=side, actor=actor)


def make_file_at(status: FundingStatus, **facts) -> FundingFile:
    """A file that went the usual way as far as a state of it, or one step beside."""
    row = make_file(**facts)
    for step in WAY[: WAY.index(status) + 1] if status in WAY else ():
        row = move(row, step)
    return row
