"""The address bar of a list, understood: a value that means nothing is left aside with a sentence, or refused to a program."""

import re
from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, JsonResponse, QueryDict

from hub.core.kit.text import FIXED, NARROW, asked_line, fold
from hub.core.ui.navigation import without

LONGEST = 160
MOST_WORDS = 8
UNKNOWN = "unknown"
# What the page shows instead: a program is shown nothing, so its refusal stops before these words.
LEFT_ASIDE, FIRST_SHOWN, LAST_SHOWN = "il est laissé de côté", "voici la première", "la voici"
_INSTEAD = re.compile(rf"[ {FIXED}{NARROW}]: (?:{LEFT_ASIDE}|{FIRST_SHOWN}|{LAST_SHOWN})\.$")


class WordsField(forms.Field):
    """The words typed, a few of them."""

    def clean(self, value: Any) -> list[str]:
        return asked_line(str(value or ""))[:LONGEST].split()[:MOST_WORDS]


class ChoiceField(forms.Field):
    """One of the values of an enumeration, by its code or its words."""

    def __init__(self, *, choices: type[Any], **kwargs: Any) -> None:
        self.choices = choices
        super().__init__(**kwargs)

    def clean(self, value: Any) -> Any:
        text = asked_line(str(value or ""))[:LONGEST]
        if not text:
            return None
        found = next((one for one in self.choices if fold(text) in {fold(one.value), fold(one.label)}), None)
        if found is None:
            raise ValidationError(text, code=UNKNOWN)
        return found


class YesField(forms.Field):
    def clean(self, value: Any) -> bool | None:
        """True, or None: a box that is not ticked asks nothing, and its filter is not called."""
        text = asked_line(str(value or "")).lower()[:LONGEST]
        if text in {"1", "true", "oui", "on"}:
            return True
        if text in {"", "0", "false", "non"}:
            return None
        raise ValidationError(text, code=UNKNOWN)


class WordsFilter(django_filters.Filter):
    field_class = WordsField


class ChoiceFilter(django_filters.Filter):
    field_class = ChoiceField


class YesFilter(django_filters.Filter):
    field_class = YesField


class ListFilter(django_filters.FilterSet):
    """A list's filters, with their chips and the sentences for what they do not know. The label of a filter names it in a sentence;
    that of a tick is its chip."""

    def __init__(self, request: HttpRequest, queryset: Any) -> None:
        self.typed = request.GET
        super().__init__(request.GET, queryset=queryset, request=request)
        self.form.is_valid()

    @property
    def chosen(self) -> dict[str, Any]:
        return {name: value for name, value in self.form.cleaned_data.items() if value}

    @property
    def notices(self) -> list[str]:
        found = []
        for name, errors in self.form.errors.items():
            label = self.filters[name].label
            found += [f"Le filtre «{FIXED}{label}{FIXED}» ne connaît pas «{FIXED}{text}{FIXED}»{NARROW}: {LEFT_ASIDE}." for text in errors]
        return found

    def chips(self) -> list[dict[str, str]]:
        return [{"url": without(self.typed, name), "label": self._chip(name, value)} for name, value in self.chosen.items()]

    def _chip(self, name: str, value: Any) -> str:
        if isinstance(value, list):
            return f"« {' '.join(value)} »"
        return str(self.filters[name].label if value is True else getattr(value, "label", value))


def page_of(filters: ListFilter, per_page: int) -> tuple[Page[Any], str]:
    """The page asked, and a sentence when it is not the one that was asked."""
    text = filters.typed.get("page", "1")
    pages = Paginator(filters.qs, per_page)
    if not (text.isascii() and text.isdigit() and 0 < len(text) < 10 and int(text) > 0):
        return pages.get_page(1), f"Cette page n’existe pas : {FIRST_SHOWN}."
    return pages.get_page(int(text)), f"Cette page est au-delà de la dernière : {LAST_SHOWN}." if int(text) > pages.num_pages else ""


def refused(*sentences: str) -> JsonResponse | None:
    """A program that asks for what means nothing is told so, rather than given everything."""
    said = [_INSTEAD.sub(".", sentence) for sentence in sentences if sentence]
    return JsonResponse({"errors": said}, status=400, json_dumps_params={"ensure_ascii": False}) if said else None


def query_of(data: QueryDict) -> str:
    """The query string to carry along, with its question mark, or nothing."""
    return f"?{data.urlencode()}" if data else ""
