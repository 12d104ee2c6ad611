"""Fields that take a code or words and give the row, or say in one sentence which rows the words may mean.

A text input with suggestions: without script it stays plain text, resolved when the form is sent.
"""

from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.datastructures import MultiValueDict

from directory.vocabularies import selectors
from directory.vocabularies.models import Commune, Skill, Term, Trade
from directory.vocabularies.selectors import Resolution
from hub.core.kit.text import NARROW, joined, one_line

LONGEST = 160


class SuggestInput(forms.TextInput):
    """A text input whose datalist is filled from a public JSON address while one types."""

    template_name = "vocabularies/widgets/suggest.html"

    def __init__(self, route: str, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"autocomplete": "off", "maxlength": LONGEST, **(attrs or {})})
        self.route = route

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        shown = context["widget"]["attrs"]
        shown |= {"data-hub-suggest": reverse(self.route), "list": f"{shown.get('id', name)}-liste"}
        return context


class SuggestInputs(SuggestInput):
    """One such input per value, and a few empty ones; all bear the same name."""

    template_name = "vocabularies/widgets/suggest_many.html"
    use_fieldset = True
    blank_count = 3
    refused: frozenset[str] = frozenset()  # what the field could not resolve; set anew per form, whose copy of the widget is shallow

    def __init__(self, route: str, item_label: str, max_items: int) -> None:
        super().__init__(route)
        self.item_label, self.max_items = item_label, max_items

    def format_value(self, value: Any) -> Any:
        return list(value or [])

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        values = data.getlist(name) if isinstance(data, MultiValueDict) else data.get(name) or []
        return [values] if isinstance(values, str) else list(values)

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return name not in data

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        widget = context["widget"]
        filled = [text for text in widget["value"] if text]
        texts = (filled + [""] * self.blank_count)[: max(self.max_items, len(filled))]
        base = widget["attrs"].get("id", f"id_{name}")
        widget["suggest"], widget["described_by"] = widget["attrs"]["data-hub-suggest"], widget["attrs"].get("aria-describedby")
        widget["inputs"] = [
            {
                "id": f"{base}_{number}" if number else base,
                "value": text,
                "label": f"{self.item_label} {number + 1}",
                "is_invalid": one_line(str(text)) in self.refused,
            }
            for number, text in enumerate(texts)
        ]
        return context

    def id_for_label(self, id_: str) -> str:
        return id_


class TermField(forms.CharField):
    """One row of a vocabulary from what was typed; None when nothing was."""

    route: ClassVar[str]
    model: ClassVar[type[Term]]
    several: ClassVar[str]
    nothing: ClassVar[str]
    advice: ClassVar[str]

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", SuggestInput(self.route))
        super().__init__(max_length=LONGEST, **kwargs)

    @staticmethod
    def resolve(text: str) -> Resolution:
        raise NotImplementedError

    def clean(self, value: Any) -> Any:
        text = one_line(super().clean(value) or "")
        return self.term(text) if text else None

    @classmethod
    def term(cls, text: str) -> Term:
        """The row, or a ValidationError whose sentence proposes up to three."""
        found = cls.resolve(text)
        if found.term is not None:
            return found.term
        names = [str(row) for row in found.proposals]
        if found.is_ambiguous:
            raise ValidationError(cls.several.format(text=text, names=", ".join(names)), code="ambiguous")
        question = f" Est-ce {joined(names, 'ou')}{NARROW}?" if names else ""
        raise ValidationError(cls.nothing.format(text=text) + (question or f" {cls.advice}"), code="unknown")

    @classmethod
    def written(cls, value: Any) -> Any:
        """The text that means a row, a row's code, or what was typed."""
        if isinstance(value, Term):
            return str(value)
        row = cls.model._default_manager.filter(pk=value).first() if value and isinstance(value, str) and len(value) <= 12 else None
        return str(row) if row else value

    def prepare_value(self, value: Any) -> Any:
        return self.written(value)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return str(self.written(initial) or "") != one_line(data or "")


class CommuneField(TermField):
    route = "vocabularies:communes"
    model = Commune
    resolve = staticmethod(selectors.resolve_commune)
    several = "Plusieurs communes répondent à «\u00a0{text}\u00a0»\u00a0: {names}. Précisez le département."
    nothing = "Aucune commune ne répond à «\u00a0{text}\u00a0»."
    advice = "Écrivez le nom et le département, comme «\u00a0Lormont (33)\u00a0»."


class TradeField(TermField):
    route = "vocabularies:trades"
    model = Trade
    resolve = staticmethod(selectors.resolve_trade)
    several = "Plusieurs métiers répondent à «\u00a0{text}\u00a0»\u00a0: {names}. Choisissez-en un."
    nothing = "Aucun métier du ROME ne répond à «\u00a0{text}\u00a0»."
    advice = "Essayez un mot plus courant, comme «\u00a0maçonne\u00a0» ou «\u00a0électricité\u00a0»."


class SkillField(TermField):
    route = "vocabularies:skills"
    model = Skill
    resolve = staticmethod(selectors.resolve_skill)
    several = "Plusieurs compétences répondent à «\u00a0{text}\u00a0»\u00a0: {names}. Choisissez-en une."
    nothing = "Aucune compétence du Formacode ne répond à «\u00a0{text}\u00a0»."
    advice = "Essayez un mot plus courant, comme «\u00a0isolation\u00a0» ou «\u00a0paie\u00a0»."


class TermsField(forms.Field):
    """Several rows, each from its own input, without doubles and in the order typed."""

    one: ClassVar[type[TermField]]

    def __init__(self, *, item_label: str, max_items: int = 10, **kwargs: Any) -> None:
        self.max_items = max_items
        super().__init__(widget=SuggestInputs(self.one.route, item_label, max_items), **kwargs)

    def clean(self, value: Any) -> list[Term]:
        texts = [text for text in (one_line(str(item)) for item in value or []) if text]
        if self.required and not texts:
            raise ValidationError(self.error_messages["required"], code="required")
        if len(texts) > self.max_items:
            raise ValidationError(f"{self.max_items} au plus.", code="too_many")
        rows, errors = [], {}
        for text in texts:
            try:
                rows.append(self.one.term(text[:LONGEST]))
            except ValidationError as error:
                errors[text] = error
        self.widget.refused = frozenset(errors)
        if errors:
            raise ValidationError(list(errors.values()))
        return list(dict.fromkeys(rows))

    def prepare_value(self, value: Any) -> list[Any]:
        items: Iterable[Any] = value if isinstance(value, (list, tuple)) else list(value or [])
        return [self.one.written(item) for item in items]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return [str(text) for text in self.prepare_value(initial)] != [text for text in map(one_line, data or []) if text]


class TradesField(TermsField):
    one = TradeField


class SkillsField(TermsField):
    one = SkillField
