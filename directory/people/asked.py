"""What each parameter of the list asks, understood: codes, slugs, or words that mean one thing; the rest is refused with a sentence."""

import re
from collections.abc import Sequence
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import QueryDict

from directory.people.models import PersonSkill
from directory.people.selectors.listing import Reader
from directory.vocabularies.forms import SkillField, TradeField
from directory.vocabularies.models import Skill, Trade
from directory.vocabularies.selectors import departments
from directory.vocabularies.words import key
from hub.core.accounts.models import Organisation
from hub.core.kit.text import ILLEGIBLE, asked_line, slug
from hub.core.ui.facets import Choice, Chosen

MOST_VALUES: Final = 20
LONGEST: Final = 160
MOST_WORDS: Final = 8
MOST_TYPED: Final = 5  # words to be understood in one parameter: each costs a few look-ups
LOOKS_LIKE_A_CODE: Final = re.compile(r"[A-Z]?\d+")
SLUG: Final = 80


class ValuesInput(forms.Widget):
    """Reads a repeated parameter; the template of the list writes the controls."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        return data.getlist(name) if isinstance(data, QueryDict) else list(data.get(name, []))


class ValuesField(forms.Field):
    """Understands the values of one parameter: codes as they are, words when they mean one thing."""

    widget = ValuesInput
    reader: Reader

    def clean(self, value: Sequence[str]) -> Chosen:
        texts = list(dict.fromkeys(text for text in (asked_line(item)[:LONGEST] for item in value) if text))
        chosen = Chosen()
        if len(texts) > MOST_VALUES:
            chosen.notices.append(f"Le filtre «\u00a0{self.label}\u00a0» garde ses {MOST_VALUES} premières valeurs.")
        self.understand(texts[:MOST_VALUES], chosen)
        chosen.choices = list(dict.fromkeys(chosen.choices))
        return chosen

    def understand(self, texts: list[str], chosen: Chosen) -> None:
        raise NotImplementedError

    def refuse(self, text: str, chosen: Chosen) -> None:
        chosen.refuse_unknown(text, str(self.label))


class DepartmentsField(ValuesField):
    def understand(self, texts: list[str], chosen: Chosen) -> None:
        by_name = {row.key: row for row in departments().values()}
        for text in texts:
            row = departments().get(text.upper()) or by_name.get(key(re.sub(r"\s*\(\w+\)$", "", text)))
            if row:
                chosen.choices.append(Choice(row.code, str(row)))
            else:
                self.refuse(text, chosen)


class TermsField(ValuesField):
    """Values of a nomenclature: known ones as they are, then a few words to be understood."""

    one: type[TradeField] | type[SkillField]

    def known(self, texts: list[str]) -> dict[str, Choice]:
        raise NotImplementedError

    def understand(self, texts: list[str], chosen: Chosen) -> None:
        known = self.known(texts) if texts else {}
        typed = 0
        for text in texts:
            if text in known:
                chosen.choices.append(known[text])
            elif typed < MOST_TYPED and not LOOKS_LIKE_A_CODE.fullmatch(text):
                typed += 1
                self.by_words(text, chosen)
            else:
                self.refuse(text, chosen)

    def by_words(self, text: str, chosen: Chosen) -> None:
        try:
            row = self.one.term(text)
            chosen.choices.append(Choice(row.code, row.label))
        except ValidationError as error:
            chosen.refuse(text, *error.messages)


class TradesField(TermsField):
    one = TradeField

    def known(self, texts: list[str]) -> dict[str, Choice]:
        return {code: Choice(code, label) for code, label in Trade.objects.filter(pk__in=texts).values_list("code", "label")}


class SkillsField(TermsField):
    """Formacodes, or the words that people use, as such or as the slug that a facet bears."""

    one = SkillField

    def known(self, texts: list[str]) -> dict[str, Choice]:
        found = {code: Choice(code, label) for code, label in Skill.objects.filter(pk__in=texts).values_list("code", "label")}
        slugs = {text: slug(text, SLUG) for text in texts if text not in found}
        said = PersonSkill.objects.scoped(self.reader.sees(profile="profile"), value__in=set(slugs.values()) - {""}, skill=None)
        words = dict(said.order_by("value").values_list("value", "words").distinct()[: MOST_VALUES * 5]) if slugs else {}
        return found | {text: Choice(value, words[value]) for text, value in slugs.items() if value in words}


class OrganisationsField(ValuesField):
    def understand(self, texts: list[str], chosen: Chosen) -> None:
        if not texts:
            return
        rows = Organisation.objects.filter(Q(slug__in=texts) | Q(name__in=texts)).values_list("slug", "name")
        by_text = {text: Choice(value, name) for value, name in rows for text in (name, value)}
        for text in texts:
            if text in by_text:
                chosen.choices.append(by_text[text])
            else:
                self.refuse(text, chosen)


class WordsField(forms.Field):
    """Gives the words, folded; signs alone are a word that nobody bears."""

    def clean(self, value: Any) -> list[str]:
        text = asked_line(str(value or ""))[:LONGEST]
        return key(text).split()[:MOST_WORDS] or [ILLEGIBLE] * bool(text)
