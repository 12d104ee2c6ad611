"""Why an entry answers a question, from what its reader sees of it: each word, how it was met and where, and how far its place is."""

from collections.abc import Iterable
from dataclasses import dataclass

from hub.core.kit.searchable import SearchEntry
from hub.core.kit.text import FIXED, joined
from search.analysis import Token, analyse, spelled
from search.gazetteer import area_of, km_to
from search.places import Place
from search.plan import Group, Question

FAR_KM = 1000  # beyond, it is elsewhere
FIELDS = {"title": "le titre", "skills": "les compétences", "body": "le texte", "name": "le nom", "place": "le lieu", "org": "la structure"}


@dataclass(frozen=True, slots=True)
class Reason:
    """«plombier»: «le mot même, dans le titre et le texte»."""

    asked: str
    found: str


def reasons(entry: SearchEntry, question: Question) -> tuple[Reason, ...]:
    """One for each word, expression or place of the question, those that the entry lacks included."""
    texts = {
        "title": analyse(entry.title),
        "skills": [token for skill in entry.skills for token in analyse(skill)],
        "body": analyse(entry.body),
        "name": analyse(entry.name),
        "place": analyse(entry.place),
        "org": analyse(entry.organisation),
    }
    typed = spelled(question.text)
    return tuple(Reason(_asked(group, typed), _found(group, entry, texts)) for group in question.groups)


def _asked(group: Group, typed: dict[str, str]) -> str:
    return group.place.label if group.place else " ".join(typed.get(word.fold, word.fold) for word in group.words)


def _found(group: Group, entry: SearchEntry, texts: dict[str, list[Token]]) -> str:
    where = _nearness(group.place, entry) if group.place else ""
    return where or _best(group, texts) or ("ailleurs" if group.place else "absent de cette fiche")


def _best(group: Group, texts: dict[str, list[Token]]) -> str:
    """The closest way in which the group was met, with the fields where it was."""
    if all(_places({word.fold}, texts, "fold") for word in group.words):
        return f"{_agreed(group, 'le mot même', 'les mots mêmes')}, dans {_places({word.fold for word in group.words}, texts, 'fold')}"
    if all(_places({word.light}, texts, "light") for word in group.words):
        return f"au genre ou au nombre près, dans {_places({word.light for word in group.words}, texts, 'light')}"
    for one in group.synonyms:
        if fields := _expression(one.words, texts):
            return f"«{FIXED}{one.written}{FIXED}», de même sens, dans {fields}"
    if all(_places({word.root}, texts, "root") for word in group.words):
        same = {word.root for word in group.words}
        return f"{_agreed(group, 'un mot', 'des mots')} de la même famille, dans {_places(same, texts, 'root')}"
    if group.prefix and (fields := _fields(name for name, tokens in texts.items() if any(t.fold.startswith(group.prefix) for t in tokens))):
        return f"un mot qui commence ainsi, dans {fields}"
    for meant in group.corrections:
        if fields := _places({meant.token.root}, texts, "root"):
            return f"«{FIXED}{meant.written}{FIXED}», un mot proche, dans {fields}"
        for one in meant.others:
            if fields := _expression(one.words, texts):
                said = f"«{FIXED}{one.written}{FIXED}», de même sens que «{FIXED}{meant.written}{FIXED}»"
                return f"{said}, un mot proche, dans {fields}"
    return ""


def _agreed(group: Group, one: str, several: str) -> str:
    return one if len(group.words) == 1 else several


def _expression(words: Iterable[str], texts: dict[str, list[Token]]) -> str:
    return _fields(name for name, tokens in texts.items() if {token.light for token in tokens}.issuperset(words))


def _places(wanted: set[str], texts: dict[str, list[Token]], analysis: str) -> str:
    return _fields(name for name, tokens in texts.items() if any(getattr(token, analysis) in wanted for token in tokens))


def _fields(names: Iterable[str]) -> str:
    return joined([FIELDS[name] for name in names])


def _nearness(place: Place, entry: SearchEntry) -> str:
    """«sur place», «à 12 km», «dans le département», «dans un département voisin, à 80 km de son milieu»; empty when it is elsewhere, or nobody knows where."""
    area = area_of(entry.place)
    if area.communes & place.communes:
        return "sur place"
    km = km_to(place.communes, (), area.communes)
    if km is not None and km < FAR_KM:
        return f"à {round(km)}{FIXED}km"
    if area.departments & place.departments:
        return "dans le département"
    beside = "dans un département voisin" if area.departments & place.beside else ""
    if place.whole and (km := km_to((), place.whole, area.communes)) is not None and km < FAR_KM:
        return f"{beside or 'ailleurs'}, à {round(km)}{FIXED}km de son milieu"
    return beside
