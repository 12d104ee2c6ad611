"""What a draft changes in the published text, word by word; line endings and spaces at the ends of lines are no change."""

from dataclasses import dataclass

from django.utils.safestring import SafeString

from directory.vocabularies.models import Skill, Speciality, Trade
from hub.core.kit.text import euros, hours
from hub.core.ui.words import marked
from trainings.catalogue.models import CoursePage


@dataclass(frozen=True)
class Difference:
    name: str  # of the field
    label: str
    marked: SafeString


def differences(live: CoursePage, draft: CoursePage) -> list[Difference]:
    """The fields whose words differ, in the order in which they are written."""
    found = []
    for name in ("title", *CoursePage.PROGRAMME):
        before, after = _words(live, name), _words(draft, name)
        if before != after:
            found.append(Difference(name, _label(name), marked(before, after)))
    return found


LABELS = {
    "title": "Intitulé",
    "summary": "En une phrase",
    "duration_minutes": "Durée",
    "indicative_price_cents": "Prix indicatif par personne, hors taxes",
}


def _label(name: str) -> str:
    words = LABELS.get(name) or str(CoursePage._meta.get_field(name).verbose_name)
    return words[:1].upper() + words[1:]


def _words(course: CoursePage, name: str) -> str:
    """The value of a field as it is read."""
    value = getattr(course, name)
    match name:
        case "modality":
            return course.get_modality_display()
        case "duration_minutes":
            return hours(value) if value else ""
        case "indicative_price_cents":
            return euros(value) if value is not None else ""
        case "nsf_code":
            return str(Speciality.objects.filter(pk=value).first() or value)
        case "skills" | "trades":
            model: type[Skill] | type[Trade] = Skill if name == "skills" else Trade
            return "\n".join(model.objects.filter(pk__in=value).order_by("label").values_list("label", flat=True))
    return "\n".join(line.rstrip() for line in str(value or "").strip().splitlines())
