"""What the proof file of one employer holds, and what it still lacks."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from hub.core.accounts.models import Organisation
from hub.core.kit.text import slug
from hub.core.papers.models import IssuedPaper
from trainings.attendance import facts
from trainings.attendance.kinds import sheet_data
from trainings.attendance.selectors import attendance_of
from trainings.paperwork.concordance import disagreements
from trainings.paperwork.models import CompletionCertificate, Convocation, TrainingAgreement
from trainings.paperwork.selectors.certificates import Ground, is_printed, on_sheets
from trainings.sessions.models import Registration


@dataclass
class Contents:
    """The papers of one employer's proof file, each with its name in the archive; `missing`: French sentences, empty when it may leave."""

    employer: Organisation
    people: Sequence[Registration]
    papers: list[tuple[str, IssuedPaper]] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        return bool(self.papers) and not self.missing


def dossier_of(ground: Ground, employer: Organisation) -> Contents:
    """What stands now: agreement, convocations, sheets, certificates; and whether they all say the same."""
    people = [row for row in on_sheets(ground) if row.employer_id == employer.pk]
    found = Contents(employer, people, missing=list(ground.blocks))
    if not people:
        found.missing.append(f"{employer.name} n’a personne dans cette session.")
    convention = _agreement(ground, found)
    _convocations(found)
    _sheets(ground, found)
    certificates = _certificates(ground, found)
    found.missing += disagreements(
        convention.data if convention else None,
        [sheet.content for sheet in ground.sheets if sheet.content],
        {pk: paper.data for pk, paper in certificates.items()},
    )
    return found


def _agreement(ground: Ground, found: Contents) -> IssuedPaper | None:
    """The people of the organisation that trains follow an internal training: no agreement with oneself."""
    if found.employer.pk == ground.session.organisation_id:
        return None
    row = TrainingAgreement.unscoped.filter(session=ground.session, employer=found.employer).select_related("paper").first()
    if row is None or row.paper is None:
        found.missing.append("La convention n’est pas établie.")
        return None
    found.papers.append((f"convention-{row.paper.number}.pdf", row.paper))
    return row.paper


def _convocations(found: Contents) -> None:
    rows = Convocation.unscoped.filter(registration__in=[row.pk for row in found.people], paper__isnull=False)
    for one in rows.select_related("paper", "registration__trainee"):
        if one.paper:
            found.papers.append((f"convocations/{one.paper.number}-{slug(one.registration.printed_name, 40)}.pdf", one.paper))


def _sheets(ground: Ground, found: Contents) -> None:
    for sheet in ground.sheets:
        when = sheet.audit_label
        if not sheet.content or facts.digest(sheet.content) != sheet.digest:
            found.missing.append(f"{when} : le contenu de la feuille n’est plus celui qui a été clos.")
        elif sheet.paper is None:
            found.missing.append(f"{when} : le PDF de la feuille n’est pas établi.")
        elif sheet.paper.data != sheet_data(sheet):
            found.missing.append(f"{when} : le PDF de la feuille ne dit pas ce qui a été clos.")
        else:
            day = f"{sheet.half_day.date:%Y-%m-%d}-{sheet.half_day.period}"
            found.papers.append((f"emargement/{day}-{sheet.paper.number}.pdf", sheet.paper))


def _certificates(ground: Ground, found: Contents) -> dict[str, IssuedPaper]:
    hours = attendance_of(ground.sheets, [row.pk for row in found.people])
    held = {
        one.registration_id: one.paper
        for one in CompletionCertificate.unscoped.filter(registration__in=[row.pk for row in found.people]).select_related("paper")
    }
    certificates = {}
    for row in found.people:
        paper, name = held.get(row.pk), row.printed_name
        if paper is None and hours[row.pk].minutes:
            found.missing.append(f"{name} : le certificat n’est pas établi.")
        elif paper is not None and not is_printed(ground, row, hours[row.pk], paper):
            found.missing.append(f"{name} : le certificat est à établir de nouveau.")
        elif paper is not None:
            certificates[str(row.pk)] = paper
            found.papers.append((f"certificats/{paper.number}-{slug(name, 40)}.pdf", paper))
    return certificates
