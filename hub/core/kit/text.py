"""Words, amounts and French typography."""

import re
import unicodedata
from urllib.parse import quote, urlsplit

NARROW, FIXED = "\u202f", "\u00a0"


def fold(text: str) -> str:
    """Lower case without accents: «Évaluée» gives «evaluee»; for comparing and sorting, never for showing."""
    text = text.lower().replace("œ", "oe").replace("æ", "ae").replace("ß", "ss").replace("’", "'")
    return "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))


def slug(text: str, length: int = 60) -> str:
    return re.sub(r"[^a-z0-9]+", "-", fold(text)).strip("-")[:length].rstrip("-")


def whole(name: str) -> re.Pattern[str]:
    """A name where it stands for itself, capitals or not, with either apostrophe: «Ada Marais» in «d’Ada Marais», neither in «Ada Maraisin»
    nor in «Ada Marais-Petit»."""
    words = re.sub("['’]", "['’]", re.escape(name))
    return re.compile(rf"(?<![\w-]){words}(?![\w-])", re.IGNORECASE)


def web_address(url: str) -> str:
    """An address that a page may link to, or nothing: a form checked it, but a row may come from elsewhere."""
    return url if urlsplit(url).scheme in {"http", "https"} else ""


def mailto(address: str) -> str:
    """A link to an address whose every sign is part of it: «a?bcc=b@example.org» is nobody else's copy."""
    return f"mailto:{quote(address, safe='@+')}"


def one_line(text: str) -> str:
    """Spaces collapsed, control characters gone: for names, subjects and labels."""
    return re.sub(r"\s+", " ", "".join(c if unicodedata.category(c)[0] != "C" else " " for c in text)).strip()


ILLEGIBLE = "\ufffd"  # REPLACEMENT CHARACTER


def asked_line(text: str) -> str:
    """The value of a filter in one line. One of which nothing is legible stays a value, which finds nothing: as none, it would find everything."""
    return one_line(text) or (ILLEGIBLE if text.strip() else "")


def typo(text: str) -> str:
    """French no-break spaces put where a space stands already; times («14:30») and addresses are left alone."""
    text = text.replace("'", "’")
    text = re.sub(r" (?=[;!?])", NARROW, text)
    text = re.sub(r" (?=[:»])", FIXED, text)
    text = re.sub(r"(?<=«) ", FIXED, text)
    text = re.sub(r"(?<=\d) (?=(?:%|€|h\b|km\b|min\b|Mo\b))", FIXED, text)
    return re.sub(r"\b(n°|art\.|L\.|R\.|D\.|M\.|Mme) (?=\S)", rf"\1{FIXED}", text)


def grouped(number: int) -> str:
    """«12 000», thousands parted by a narrow no-break space."""
    return f"{number:,}".replace(",", NARROW)


def euros(cents: int) -> str:
    """«1 234,56 €» from an amount in integer cents."""
    sign = "−" if cents < 0 else ""
    whole, rest = divmod(abs(cents), 100)
    return f"{sign}{grouped(whole)},{rest:02d}{FIXED}€"


def hours(minutes: int) -> str:
    """«3 h 30», «21 h», «45 min» from a length in minutes."""
    whole, rest = divmod(minutes, 60)
    if not whole:
        return f"{rest}{FIXED}min"
    return f"{grouped(whole)}{FIXED}h" + (f"{FIXED}{rest:02d}" if rest else "")


def counted(number: int, one: str, many: str = "") -> str:
    """«1 personne», «0 personne», «23 personnes»: French puts the plural from two on."""
    return f"{grouped(number)}{FIXED}{agreed(number, one, many)}"


def agreed(number: int, one: str, many: str = "") -> str:
    """The word alone, for a number that stands elsewhere."""
    return one if number < 2 else many or one + "s"


def joined(words: list[str], last: str = "et") -> str:
    """«a, b et c»."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} {last} {words[-1]}" if words else ""


# Given names whose h is mute; before any other h, «de» stays whole, which is never wrong (Hassan, Harry, Hauts-de-France).
_MUTE_H = re.compile(
    r"h(abitat|adrien|armoni|ector|elena|elene|eliane|elio|elis|eloise|enri|erbert|ermance|ermine|erve|ilaire|ilda|ippolyte|omere|onor"
    r"|orace|ortense|otel|ubert|ugo|ugu|umanit|umbert|yacinthe|yppolite)"
)
_ARTICLE = re.compile(r"(le|la|les|l)\b")
_COMMON = re.compile(
    r"(association|collectif|confederation|cooperative|federation|groupement|reseau|union)\b"
)  # nouns that want their article


def of(name: str) -> str:
    """What stands between a noun and a proper name: «d’» Aminata, «de » Paul, and a colon before a name that starts with its article or wants one.

    «Équipe» + of(name) + name gives «Équipe d’Alter-Bâtir», «Équipe de Cap Lucioles», «Équipe : Les Équerres», «Équipe : Réseau Alizé»: the name
    is never altered.
    """
    first = fold(name.strip())
    return f"{FIXED}: " if _ARTICLE.match(first) or _COMMON.match(first) else f" {_of(first)}"


def _of(first: str) -> str:
    vowel = first[:1] in tuple("aeiou") and not re.match(r"(onze|oui|ouistiti|uhlan)\b", first)
    return "d’" if vowel or re.match(r"y[^aeiou]", first) or _MUTE_H.match(first) else "de "


def in_sentence(name: str) -> str:
    """An organisation in the middle of a sentence: «d’Ancre et Rame», «de Terre et Tuiles», «des Équerres du Levant», «du Quai»."""
    for article, contracted in (("Les ", "des "), ("Le ", "du ")):
        if name.startswith(article):
            return contracted + name.removeprefix(article)
    first = fold(name.strip())
    return f"de {name}" if _ARTICLE.match(first) else _of(first) + name


def to(name: str) -> str:
    """An organisation to which something is said or given: «à Terre et Tuiles», «aux Équerres du Levant», «au Quai»."""
    for article, contracted in (("Les ", "aux "), ("Le ", "au ")):
        if name.startswith(article):
            return contracted + name.removeprefix(article)
    return f"à {name}"


def named(noun: str, name: str) -> str:
    """«fiche d’Aminata», «Équipe : Les Équerres»."""
    return f"{noun}{of(name)}{name}"
