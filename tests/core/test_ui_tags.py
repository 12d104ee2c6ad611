from datetime import date, datetime
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from django.core.paginator import Paginator
from django.http import QueryDict
from django.template import engines
from django.test import RequestFactory
from django.utils.safestring import SafeString

from hub.core.ui import icons, navigation

PARIS = ZoneInfo("Europe/Paris")


def render(source, **context):
    request = RequestFactory().get(context.pop("path", "/annuaire/"), context.pop("query", {}))
    return engines["django"].from_string(source).render({"request": request, **context})


def test_icon_is_decorative_and_comes_from_the_sprite():
    assert render('{% icon "search" %}') == '<svg class="i" aria-hidden="true"><use href="/static/ui/icons.svg#i-search"/></svg>'
    assert "#s-ok" in render('{% icon "s-ok" %}')


def test_icon_that_is_not_drawn_is_an_error():
    with pytest.raises(ValueError, match="unicorn"):
        icons.icon("unicorn")


def test_state_is_a_shape_a_word_and_a_colour():
    assert render('{% state "warn" label %}', label="<À reprendre>") == (
        '<span class="st warn"><svg class="i" aria-hidden="true"><use href="/static/ui/icons.svg#s-warn"/></svg>&lt;À reprendre&gt;</span>'
    )


def test_state_of_unknown_tone_is_an_error():
    with pytest.raises(ValueError, match="pink"):
        icons.state("pink", "Rose")


def test_states_do_not_share_a_shape():
    shapes = [shape for _, shape in icons.STATES.values()]

    assert len(set(shapes)) == len(shapes)
    assert set(shapes) <= icons.names()


def test_chip_says_what_it_does_and_escapes():
    html = render("{% chip url label %}", url='?a="&b', label="<b>")

    assert 'href="?a=&quot;&amp;b"' in html
    assert '<span class="vh">Retirer le filtre </span>&lt;b&gt;' in html


def test_figure_has_its_base():
    assert render('{% figure "Places" 10 "sur 12" %}') == "<div><dt>Places</dt><dd>10 <small>sur 12</small></dd></div>"


def test_fact_without_value_is_left_out():
    assert render('{% fact "Lieu" "" %}') == ""
    assert render('{% fact "Lieu" 0 %}') == "<dt>Lieu</dt><dd>0</dd>"


@pytest.mark.parametrize(
    ("path", "current"),
    [("/annuaire/", "Annuaire"), ("/cooperatives/bati/", "Annuaire"), ("/formations/sessions/", "Formations"), ("/recherche/", None)],
)
def test_area_of_a_path(path, current):
    html = render("{% areas as menu %}{% for a in menu %}{% if a.current %}{{ a.label }}{% endif %}{% endfor %}", path=path)

    assert html == (current or "")


def test_area_class_without_request_is_empty():
    assert engines["django"].from_string("{% area_class %}").render({}) == ""


def test_page_links_keep_the_query():
    html = render("{% page_links page %}", query={"metier": ["a", "b"], "page": "2"}, page=Paginator(range(30), 10).page(2))

    assert 'href="?metier=a&amp;metier=b&amp;page=3" rel="next"' in html
    assert 'href="?metier=a&amp;metier=b" rel="prev"' in html
    assert 'aria-label="Page 2" aria-current="page"' in html


def test_page_links_of_one_page_are_nothing():
    assert render("{% page_links page %}", page=Paginator([], 10).page(1)).strip() == ""


def test_page_links_leave_gaps():
    request = RequestFactory().get("/")
    numbers = [link.number for link in navigation.page_links(request, Paginator(range(240), 10).page(7))]

    assert numbers == [1, None, 6, 7, 8, None, 24]


def test_query_without_takes_one_value_and_the_page():
    query = QueryDict("metier=a&metier=b&q=x&page=3")

    assert navigation.without(query, "metier", "a") == "?metier=b&q=x"
    assert navigation.without(query, "metier") == "?q=x"
    assert query["page"] == "3"


def test_query_with_sets_one_value():
    assert render("{% query_with tri='nom' %}", query={"q": "a b", "page": "2"}) == "?q=a+b&amp;tri=nom"


@pytest.mark.parametrize(
    ("source", "value", "shown"),
    [
        ("{{ v|date_fr }}", date(2031, 1, 18), "18\u00a0janv. 2031"),
        ("{{ v|day_fr }}", date(2031, 1, 18), "sam. 18\u00a0janv. 2031"),
        ("{{ v|date_fr }}", None, ""),
        ("{{ v|hours }}", 210, "3\u00a0h\u00a030"),
        ("{{ v|euros }}", 50400, "504,00\u00a0€"),
        ("{{ v|euros }}", 0, "0,00\u00a0€"),
        ("{{ v|grouped }}", 1204, "1\u202f204"),
        ('{{ v|counted:"place" }}', 3, "3\u00a0places"),
        ('{{ v|counted:"cheval,chevaux" }}', 2, "2\u00a0chevaux"),
        ("{{ v|typo }}", "Voir : l'avis ?", "Voir\u00a0: l’avis\u202f?"),
        ("{{ v|typo }}", "<b>", "&lt;b&gt;"),
        ("{{ v|typo }}", SafeString("<b class='x'>"), "<b class='x'>"),
        ("{{ v|initials }}", "Maud Le Bihan", "ML"),
        ("{{ v|initials }}", "Jean-Marc", "JM"),
        ("{{ v|moment }}", datetime(2031, 11, 12, 11, 2, tzinfo=PARIS), "12\u00a0nov. 2031, 11\u00a0h\u00a002"),
        ("{{ v|moment }}", date(2031, 11, 12), "12\u00a0nov. 2031"),
        ("{{ v|iso }}", date(2031, 11, 12), "2031-11-12"),
        ("{{ v|joined }}", ["a", "<b>", "c"], "a, &lt;b&gt; et c"),
    ],
)
def test_filter_shows(source, value, shown):
    assert render(source, v=value) == shown


def test_table_row_names_its_cells():
    html = render("{% table_row columns row %}", columns=[{"label": "CAE"}, {"label": "Prises", "num": True}], row=["<b>", 2])

    assert html == ('<tr><th scope="row">&lt;b&gt;</th><td class="num" data-l="Prises">2</td></tr>')


def test_rail_names_the_current_step():
    html = render('{% include "ui/rail.html" with steps=steps current=1 tone="warn" only %}', steps=["Un", "Deux", "Trois"])

    assert '<li class="done">Un<span class="vh">\u00a0: fait</span></li>' in html
    assert 'warn" aria-current="step">Deux</li>' in html
    assert 'Trois<span class="vh">\u00a0: à venir</span>' in html


def test_messages_tell_an_error_from_an_answer():
    messages = [SimpleNamespace(level_tag="success"), SimpleNamespace(level_tag="error")]

    html = render('{% include "ui/_messages.html" %}', messages=messages)

    assert html.count('role="status"') == 1
    assert html.count('role="alert"') == 1
    assert html.index('class="toast"') < html.index('class="note bad"')
