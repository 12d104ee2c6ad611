import pytest
from django.db import models
from django.template import engines

from hub.core.accounts.models import Organisation
from hub.core.kit.asking import asking_once
from hub.core.ui import panels
from hub.core.ui.panels import PanelError, Registry
from hub.core.ui.personal import Personal, PersonalError, Register
from tests.builders.accounts import make_member

RULE = Personal("retrouver la personne", "tant qu’elle est membre", "delete")


@pytest.fixture
def registry(monkeypatch):
    """A registry of its own, which the tag of the templates reads."""
    registry = Registry()
    monkeypatch.setattr(panels, "for_place", registry.for_place)
    return registry


def test_panels_come_in_order_then_by_key(registry):
    for key, order in [("b", 50), ("c", 10), ("a", 50)]:
        registry.register("cooperative", key, order=order, template="x.html")(lambda actor, subject: {})

    assert [panel.key for panel in registry.for_place("cooperative")] == ["c", "a", "b"]
    assert registry.for_place("person") == []


def test_registering_gives_the_function_back(registry):
    def build(actor, subject):
        return {}

    assert registry.register("export", "people")(build) is build


def test_key_taken_is_refused(registry):
    registry.register("export", "people")(lambda actor, subject: {})

    with pytest.raises(PanelError, match="people"):
        registry.register("export", "people")
    registry.register("erasure", "people")  # another place, another key


def test_unknown_place_is_refused(registry):
    with pytest.raises(PanelError, match="attic"):
        registry.register("attic", "people")
    with pytest.raises(PanelError, match="attic"):
        registry.for_place("attic")


def test_shown_panel_needs_a_template(registry):
    with pytest.raises(PanelError, match="template"):
        registry.register("person", "trainings")


def test_collect_leaves_silent_panels_out(registry):
    registry.register("home.due", "a")(lambda actor, subject: {"items": [actor, subject]})
    registry.register("home.due", "b")(lambda actor, subject: None)

    assert registry.collect("home.due", 1, 2) == [{"items": [1, 2]}]


@pytest.mark.django_db
def test_panels_that_lack_what_they_need_are_not_built_and_all_are_asked_in_one_query(registry, django_assert_num_queries):
    make_member()
    built = []
    needs = {
        "some": lambda actor, subject: Organisation.objects.all(),
        "none": lambda actor, subject: Organisation.objects.filter(name=subject),
        "not hers": lambda actor, subject: None,
    }
    for place in ("home.due", "home.news"):
        registry.register(place, "always")(lambda actor, subject: built.append("always"))
        for key, rows in needs.items():
            registry.register(place, key, needs=rows)(lambda actor, subject, key=key: built.append(key))

    with django_assert_num_queries(1):
        registry.collect("home.due", "Maud", "Personne")
    assert built == ["always", "some"]

    with django_assert_num_queries(1), asking_once():
        registry.foresee("Maud", {"home.due": "Personne", "home.news": "Personne"})
        registry.collect("home.due", "Maud", "Personne")
        registry.collect("home.news", "Maud", "Personne")
    assert built == ["always", "some"] * 3


def test_tag_shows_panels_for_the_reader(registry):
    registry.register("cooperative", "a", template="ui/note.html")(lambda actor, subject: {"text": f"{actor} lit {subject}"})
    registry.register("cooperative", "b", template="ui/note.html")(lambda actor, subject: None)

    html = engines["django"].from_string('{% panels "cooperative" who %}').render({"actor": "<Maud>", "who": "Bâti"})

    assert html.count('class="note"') == 1
    assert "&lt;Maud&gt; lit Bâti" in html


class Card(models.Model):
    name = models.TextField()
    rank = models.IntegerField()

    class Meta:
        app_label = "ui_tests"
        managed = False

    def __str__(self):
        return self.name


def test_every_column_is_to_be_named():
    register = Register()
    assert register.gaps([Card]) == [
        "ui_tests.Card.id: not declared",
        "ui_tests.Card.name: not declared",
        "ui_tests.Card.rank: not declared",
    ]

    register.personal(Card, {"name": RULE}, other={"id"})

    assert register.gaps([Card]) == ["ui_tests.Card.rank: not declared"]


def test_named_column_must_exist():
    register = Register()
    register.personal(Card, {"name": RULE}, other={"id", "rank", "phone"})

    assert register.gaps([Card]) == ["ui_tests.Card.phone: no such column"]


def test_model_is_declared_once_and_its_columns_on_one_side():
    register = Register()
    with pytest.raises(PersonalError, match="both"):
        register.personal(Card, {"name": RULE}, other={"name"})
    register.personal(Card, {"name": RULE})
    with pytest.raises(PersonalError, match="twice"):
        register.personal(Card, {})


@pytest.mark.parametrize(
    ("purpose", "retention", "erasure"),
    [
        ("", "un an", "delete"),
        ("écrire", " ", "delete"),
        ("écrire", "un an", ""),
        ("écrire", "un an", "keep"),
        ("écrire", "un an", "keep: "),
    ],
)
def test_personal_column_without_purpose_retention_or_erasure_is_refused(purpose, retention, erasure):
    with pytest.raises(PersonalError):
        Personal(purpose, retention, erasure)


def test_legal_ground_is_kept():
    assert Personal("payer", "dix ans", "keep: L123-22 du code de commerce").erasure.endswith("commerce")
