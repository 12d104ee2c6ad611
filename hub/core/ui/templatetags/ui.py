"""What every template has without loading it (a builtin of the engine): shapes, links, panels, errors, French dates and amounts."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms import BaseForm, BaseFormSet
from django.forms.utils import flatatt
from django.http import QueryDict
from django.template.context import Context
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString

from hub.core.kit import dates, identifiers, text
from hub.core.ui import icons, navigation, offline, panels
from hub.core.ui.forms import error_lines
from hub.core.ui.sentences import sentences

register = template.Library()

register.simple_tag(icons.icon, name="icon")
register.simple_tag(icons.state, name="state")
register.simple_tag(offline.device_key)


@register.simple_tag(takes_context=True)
def sentences_of(context: Context, fields: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Of what was typed in a form that was not taken, each sentence with its label."""
    return sentences(getattr(context, "request", None), fields)


@register.simple_tag
def chip(url: str, label: str) -> SafeString:
    """An active filter: a link that takes it away."""
    words = '<a class="chip" href="{}"><span class="vh">Retirer le filtre </span>{} {}</a>'
    return format_html(words, url, typo(label), icons.icon("close"))


@register.simple_tag
def figure(label: str, value: object, base: str = "") -> SafeString:
    """One entry of a `<dl class="figures">`, with what stands behind the figure: its base or its date."""
    small = format_html(" <small>{}</small>", base) if base else ""
    return format_html("<div><dt>{}</dt><dd>{}{}</dd></div>", label, value, small)


@register.simple_tag
def fact(label: str, value: object) -> SafeString:
    """One entry of a `<dl class="facts">`; nothing when nothing is known."""
    return format_html("<dt>{}</dt><dd>{}</dd>", label, value) if value not in (None, "", [], ()) else SafeString("")


@register.simple_tag
def table_row(columns: Sequence[Mapping[str, Any]], row: Sequence[object]) -> SafeString:
    """One row of ui/table.html: the first cell names it, each other bears the name of its column for a narrow screen."""
    cells = [format_html('<th scope="row">{}</th>', row[0])]
    for column, cell in zip(columns[1:], row[1:], strict=True):
        number = SafeString(' class="num"') if column.get("num") else ""
        cells.append(format_html('<td{} data-l="{}">{}</td>', number, column["label"], cell))
    return format_html("<tr>{}</tr>", SafeString("".join(cells)))


# -- where one is -----------------------------------------------------------------------------------------------------
def _query(context: Context) -> QueryDict:
    request = context.get("request")
    return request.GET if request else QueryDict()


@register.simple_tag(takes_context=True)
def areas(context: Context) -> list[dict[str, Any]]:
    request = context.get("request")
    here = navigation.area_of(request.path) if request else None
    return [{"label": area.label, "url": area.url, "css": area.css, "current": area is here} for area in navigation.AREAS]


@register.simple_tag(takes_context=True)
def area_class(context: Context) -> str:
    request = context.get("request")
    here = navigation.area_of(request.path) if request else None
    return here.css if here else ""


@register.inclusion_tag("ui/pages.html", takes_context=True)
def page_links(context: Context, page: Page, label: str = "Pages") -> dict[str, Any]:
    request = context["request"]
    return {
        "label": label,
        "many": page.paginator.num_pages > 1,
        "links": list(navigation.page_links(request, page)),
        "previous": navigation.page_url(request, page.previous_page_number()) if page.has_previous() else "",
        "following": navigation.page_url(request, page.next_page_number()) if page.has_next() else "",
    }


@register.simple_tag(takes_context=True)
def query_with(context: Context, **values: Any) -> str:
    """The query string with these parameters set; the page number goes, unless it is set."""
    return navigation.changed(_query(context), **{"page": None, **values})


@register.simple_tag(takes_context=True)
def query_without(context: Context, name: str, value: object = None) -> str:
    """The query string less one value of a parameter, or less all of them."""
    return navigation.without(_query(context), name, value)


# -- panels, errors ---------------------------------------------------------------------------------------------------
@register.simple_tag(takes_context=True, name="panels")
def show_panels(context: Context, place: str, subject: object) -> SafeString:
    """What upper packages add to this page, for the actor of the request."""
    actor = context.get("actor")
    return format_html_join("\n", "{}", ((html,) for html in _rendered(context, place, actor, subject)))


def _rendered(context: Context, place: str, actor: Any, subject: object) -> Iterable[SafeString]:
    engine = context.template.engine  # type: ignore[union-attr]  # bound while rendering
    for panel in panels.for_place(place):
        values = panel.build(actor, subject)
        if values is not None:
            shared = {"actor": actor, "subject": subject, "request": context.get("request"), "csrf_token": context.get("csrf_token")}
            yield engine.get_template(panel.template).render(context.new({**shared, **values}))


@register.inclusion_tag("ui/errors.html")
def form_errors(*forms: BaseForm | BaseFormSet | str | None) -> dict[str, Any]:
    """The summary of what is to be corrected in these forms, each line linked to its field; nothing when all is well."""
    there = [form for form in forms if isinstance(form, BaseForm | BaseFormSet)]  # a name without value is an empty text
    return {"lines": [line for form in there for line in error_lines(form)]}


@register.filter
def error_words(errors: Iterable[object]) -> str:
    return text.typo(" ".join(str(error) for error in errors))


# -- words, dates, amounts --------------------------------------------------------------------------------------------
def _or_nothing(show: Callable[[Any], str]) -> Callable[[Any], str]:
    def filtered(value: Any) -> str:
        return "" if value is None or value == "" else show(value)

    return filtered


SHOWN: Mapping[str, Callable[[Any], str]] = {
    "date_fr": dates.date_fr,
    "day_fr": dates.day_fr,
    "long_date_fr": dates.long_date_fr,
    "long_day_fr": dates.long_day_fr,
    "hour_fr": dates.hour_fr,
    "hours": text.hours,
    "euros": text.euros,
    "grouped": text.grouped,
}
for _name, _show in SHOWN.items():
    register.filter(_name, _or_nothing(_show))


register.filter("of", text.of)
register.filter("in_sentence", text.in_sentence)
register.filter("to", text.to)
register.filter("web_address", text.web_address)
register.filter("mailto", text.mailto)
register.filter("one_line", text.one_line)
register.filter("spaced", identifiers.spaced)
register.filter("compact", identifiers.compact)  # «01 99 00 12 34» as an address: tel:0199001234
register.filter("telephone", identifiers.telephone)


@register.filter
def period_fr(start: date, end: date) -> str:
    return dates.period_fr(start, end)


@register.filter(name="typo")
def typo(value: object) -> str:
    """French spaces and apostrophes in a sentence; markup is left alone, for its attributes hold quotes too."""
    if isinstance(value, SafeString):  # a literal of a template is one too
        return value if "<" in value else SafeString(text.typo(value))
    return text.typo(str(value))


@register.filter
def counted(number: int, words: str) -> str:
    """{{ 3|counted:"place" }} gives «3 places»; {{ n|counted:"cheval,chevaux" }} when the plural is not an s."""
    one, _, many = words.partition(",")
    return text.counted(number, one, many)


@register.filter
def initials(name: str) -> str:
    """«Maud Le Bihan» gives «ML»: two letters at most, for the square beside a name."""
    return "".join(word[0] for word in name.replace("-", " ").split())[:2].upper()


@register.filter
def moment(value: date | datetime) -> str:
    """«12 nov.», with «11 h 02» when there is an hour."""
    day = dates.date_fr(value)
    return f"{day}, {dates.hour_fr(value)}" if isinstance(value, datetime) else day


@register.filter
def iso(value: date | datetime) -> str:
    return value.isoformat(timespec="minutes") if isinstance(value, datetime) else value.isoformat()


@register.filter
def evidence(level: int) -> str:
    """The shape of a proof: 3 of less than a year, 2 of less than three, 1 older, 0 none."""
    return f"e-{level}"


@register.filter
def joined(words: Iterable[str]) -> SafeString:
    """«a, b et c»; each word escaped unless it is markup already."""
    return SafeString(text.joined([conditional_escape(word) for word in words]))


@register.filter
def as_options(groups: Iterable[tuple[str | None, Iterable[Mapping[str, Any]], int]]) -> SafeString:
    """The options of a select, from its widget's `optgroups`: Django includes two templates for each, and a hundred départements were half of a page."""
    return SafeString("".join(_group(name, options) for name, options, _ in groups))


def _group(name: str | None, options: Iterable[Mapping[str, Any]]) -> str:
    shown = "".join(
        format_html('<option value="{}"{}>{}</option>', one["value"], flatatt(one["attrs"]) if one["attrs"] else "", one["label"])
        for one in options
    )
    return format_html('<optgroup label="{}">{}</optgroup>', name, SafeString(shown)) if name else shown
