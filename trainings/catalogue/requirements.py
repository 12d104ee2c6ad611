"""What a published programme must hold: the fields behind the convention's mentions (D6353-1) and Qualiopi's indicator 1."""

from trainings.catalogue.models import CoursePage

# field → why it is asked (shown beside the missing one)
REQUIRED: dict[str, str] = {
    "summary": "indicateur 1 de Qualiopi",
    "objectives": "mention de la convention, D6353-1 ; indicateur 5",
    "public": "indicateur 1",
    "prerequisites": "indicateur 1",
    "content": "mention de la convention, D6353-1",
    "teaching_means": "mention de la convention, D6353-1 ; indicateur 17",
    "technical_means": "mention de la convention, D6353-1 ; indicateur 17",
    "supervision": "mention de la convention, D6353-1",
    "duration_minutes": "mention de la convention, D6353-1",
    "follow_up": "mention de la convention, D6353-1",
    "assessment": "indicateurs 1 et 11",
    "outcome": "mention de la convention, D6353-1",
    "accessibility": "indicateur 1",
    "access_delay": "indicateur 1",
    "contact": "indicateur 1",
}


def missing_fields(course: CoursePage) -> dict[str, str]:
    """Field name → why it is asked, for each one that is still empty."""
    return {name: reason for name, reason in REQUIRED.items() if not getattr(course, name)}


def label(name: str) -> str:
    """As its author knows it: a length is kept in minutes, and written in hours."""
    if name == "duration_minutes":
        return "durée en heures"
    return str(CoursePage._meta.get_field(name).verbose_name)
