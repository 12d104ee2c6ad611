import pytest

from hub.core.ui import charts
from hub.core.ui.charts import Point, Seats
from hub.core.ui.facets import Facet, Option
from hub.core.ui.maps import map_svg, shade

YEAR = [Point("T1", 6, "2026"), Point("T2", 9, "2026"), Point("T3", 31, "2026")]


def test_bars_stand_on_the_floor():
    chart = charts.bars("Places", YEAR)

    assert [float(mark.y) + float(mark.height) for mark in chart.marks] == [charts.FLOOR] * 3
    assert [mark.last for mark in chart.marks] == [False, False, True]
    assert [tick.label for tick in chart.ticks] == ["0", "10", "20", "30", "40"]


def test_bars_keep_their_proportions():
    low, middle, _ = charts.bars("Places", [Point("a", 10), Point("b", 20), Point("c", 40)]).marks

    assert float(middle.height) == pytest.approx(2 * float(low.height))


def test_group_is_written_once():
    assert [mark.group for mark in charts.bars("Places", YEAR).marks] == ["2026", "", ""]


def test_line_joins_each_point_to_the_next():
    chart = charts.line("Délai", YEAR, unit="jours")

    assert len(chart.segments) == 2
    assert chart.segments[0].x2 == chart.segments[1].x1 == chart.marks[1].x
    assert [mark.shown for mark in chart.marks] == [True, False, True]
    assert chart.summary == "De 6\u00a0jours (T1 2026) à 31\u00a0jours (T3 2026)"


def test_chart_says_in_its_table_what_it_draws():
    assert charts.bars("Places", [Point("2025", 1234), Point("2026", 12.5)]).rows == [("2025", "1\u202f234"), ("2026", "12,5")]


def test_attributes_are_written_with_a_point():
    mark = charts.bars("Places", [Point("a", 1.5), Point("b", 2.7), Point("c", 1)]).marks[0]

    assert all("," not in value for value in (mark.x, mark.left, mark.width, mark.y, mark.height))


@pytest.mark.parametrize("values", [[], [0], [0, 0]])
def test_empty_chart_is_drawn(values):
    chart = charts.bars("Places", [Point(str(i), value) for i, value in enumerate(values)])

    assert len(chart.marks) == len(values)
    assert chart.summary


def test_names_are_thinned_out_beyond_twelve():
    chart = charts.bars("Places", [Point(str(i), i) for i in range(30)])

    assert sum(mark.named for mark in chart.marks) == 10
    assert not any(mark.shown for mark in chart.marks)


def test_negative_value_is_refused():
    with pytest.raises(ValueError, match="negative"):
        charts.bars("Solde", [Point("a", -1)])


@pytest.mark.parametrize(
    ("highest", "step", "top"), [(31, 10, 40), (52, 20, 60), (3, 1, 3), (1, 0.2, 1), (1000, 200, 1000), (0.5, 0.1, 0.5)]
)
def test_scale_is_round(highest, step, top):
    assert charts._scale(highest) == pytest.approx((step, top))


def test_seats_are_squares_up_to_twenty():
    seats = Seats(total=4, taken=2, held=1)

    assert [square.kind for square in seats.squares] == ["in", "in", "held", ""]
    assert seats.words == "2 prises, 1 à confirmer, 1 libre sur 4"
    assert len(Seats(20, 20).squares) == 20
    assert Seats(21, 3).squares == []


def test_seats_taken_beyond_the_total_leave_none_free():
    assert Seats(4, 5).free == 0


NAMES = {"33": "Gironde", "24": "Dordogne", "974": "La Réunion"}
PATHS = {"33": "M0 0l1 1z", "24": "M2 2l1 1z"}


def france(counts, **options):
    return map_svg("Coopératives", "0 0 10 10", NAMES, PATHS, counts, **options)


def test_map_links_what_has_a_count():
    drawn = france({"33": (3, "?departement=33"), "24": (0, "?departement=24")}, current=["33"])

    assert [(shape.code, shape.url, shape.shade, shape.current) for shape in drawn.mainland] == [
        ("24", "", 0, False),
        ("33", "?departement=33", 2, True),
    ]
    assert drawn.mainland[1].words == "Gironde (33)\u00a0: 3\u00a0coopératives"


def test_map_draws_links_above_the_rest():
    assert [shape.code for shape in france({"24": (1, "?")}).mainland] == ["33", "24"]


def test_map_puts_overseas_apart_and_lists_all():
    drawn = france({"974": (9, "?departement=974"), "33": (3, "?departement=33")})

    assert [shape.code for shape in drawn.overseas] == ["974"]
    assert [shape.name for shape in drawn.listed] == ["La Réunion", "Gironde"]


def test_map_scale_says_each_shade():
    assert [one.words for one in france({}).scale] == ["aucune", "1", "2 à 3", "4 à 7", "8 à 15", "16 et plus"]
    assert [shade(count) for count in (0, 1, 3, 4, 15, 16, 400)] == [0, 1, 2, 3, 4, 5, 5]


def facet(checked=()):
    return Facet("Métier", "metier", [Option(str(i), f"Métier {i}", 9 - i, i in checked) for i in range(8)], "autre métier,autres métiers")


def test_facet_shows_five_and_folds_the_rest():
    assert [option.value for option in facet().head] == ["0", "1", "2", "3", "4"]
    assert facet().tail_words == "3\u00a0autres métiers"


def test_facet_keeps_checked_options_in_sight():
    chosen = facet(checked=(6, 7))

    assert [option.value for option in chosen.head] == ["6", "7", "0", "1", "2"]
    assert [option.value for option in chosen.tail] == ["3", "4", "5"]


def test_facet_shows_every_option_once():
    many = facet(checked=range(7))

    assert len(many.head) == 7
    assert [option.value for option in many.head + many.tail] == list("01234567")
    assert many.tail_words == "1\u00a0autre métier"
