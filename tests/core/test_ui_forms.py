import re
import sys
from decimal import Decimal
from types import ModuleType, SimpleNamespace

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.validators import MinValueValidator
from django.forms import formset_factory
from django.forms.renderers import DjangoTemplates
from django.template import engines
from django.urls import ResolverMatch

from hub.core.ui.conflicts import differing
from hub.core.ui.forms import EurosField, HubForm, error_lines
from hub.core.ui.sentences import sentences
from hub.core.ui.widgets import DecimalInput


class SessionForm(HubForm):
    name = forms.CharField(label="Nom", help_text="Tel qu’il sera écrit.")
    email = forms.EmailField(label="Adresse", required=False)
    kind = forms.ChoiceField(label="Nature", widget=forms.RadioSelect, choices=[("f", "Formation"), ("a", "Atelier")])
    access = forms.MultipleChoiceField(label="Accès", required=False, widget=forms.CheckboxSelectMultiple, choices=[("p", "Plain-pied")])
    day = forms.DateField(label="Jour", required=False)
    start = forms.TimeField(label="Début", required=False)
    words = forms.CharField(label="Mots", required=False, widget=forms.Textarea)
    piece = forms.FileField(label="Pièce", required=False)
    agreed = forms.BooleanField(label="Prévenir", required=False, help_text="Un courrier.")
    hidden = forms.CharField(widget=forms.HiddenInput, required=False)


def render(source, **context):
    return engines["django"].from_string(source).render(context)


def field(form, name):
    return str(form[name].as_field_group())


def test_label_hint_error_and_control_come_in_this_order():
    html = field(SessionForm({}), "name")

    places = [html.index(part) for part in ("<label", 'class="hint"', 'class="wrong"', "<input")]
    assert places == sorted(places)


def test_control_is_described_by_its_hint_and_its_error():
    html = field(SessionForm({}), "name")

    described = re.search(r'<input[^>]* aria-describedby="([^"]+)"', html)[1].split()
    assert described == ["id_name_helptext", "id_name_error"]
    assert all(f'id="{one}"' in html for one in described)
    assert 'aria-invalid="true"' in html


def test_field_without_error_is_not_invalid():
    html = field(SessionForm(), "name")

    assert "aria-invalid" not in html
    assert "wrong" not in html


def test_required_is_told_without_the_pop_ups_of_the_browser():
    html = field(SessionForm(), "name")

    assert 'aria-required="true"' in html
    assert " required" not in html


def test_optional_field_says_so():
    assert "(facultatif)" in field(SessionForm(), "email")
    assert "(facultatif)" not in field(SessionForm(), "name")


@pytest.mark.parametrize("name", ["kind", "access"])
def test_group_of_choices_is_a_fieldset_with_a_legend(name):
    html = field(SessionForm({}), name)

    assert re.match(r'\s*<fieldset class="field"', html)
    assert html.count("<legend>") == 1
    assert 'class="tick"' in html


def test_group_in_error_is_described_by_its_fieldset():
    html = field(SessionForm({}), "kind")

    assert '<fieldset class="field" aria-describedby="id_kind_error"' in html
    assert "aria-invalid" not in html  # no attribute of a radio button


def test_single_tick_has_one_label_after_it():
    html = field(SessionForm(), "agreed")

    assert html.count("<label") == 1
    assert html.index("<input") < html.index("Prévenir")
    assert "(facultatif)" not in html


@pytest.mark.parametrize(("name", "kind", "value"), [("day", "date", "2027-01-18"), ("start", "time", "08:30")])
def test_dates_and_times_use_the_browser_and_travel_as_iso(name, kind, value):
    form = SessionForm({name: value})

    assert f'type="{kind}"' in field(form, name)
    assert f'value="{value}"' in field(form, name)
    assert name not in form.errors


def test_initial_date_is_written_as_iso():
    form = SessionForm(initial={"day": SessionForm({"day": "2027-01-18"}).fields["day"].clean("2027-01-18")})

    assert 'value="2027-01-18"' in field(form, "day")


def test_what_was_typed_stays_and_is_escaped():
    html = field(SessionForm({"words": "<script>", "name": "x"}), "words")

    assert "&lt;script&gt;</textarea>" in html


def test_missing_value_is_said_in_the_voice_of_the_hub():
    assert SessionForm({}).errors["name"] == ["À remplir."]
    assert SessionForm({}).errors["kind"] == ["À choisir."]


def test_own_sentence_of_a_form_stays():
    class Own(HubForm):
        name = forms.CharField(error_messages={"required": "Il faut un nom."})

    assert Own({}).errors["name"] == ["Il faut un nom."]


def test_summary_links_each_error_to_its_control():
    form = SessionForm({"email": "nope"})
    html = render("{% form_errors form %}{{ form }}", form=form)

    targets = re.findall(r'<a href="#([^"]+)"', html)
    assert targets == ["id_name", "id_email", "id_kind_0"]
    assert all(f'id="{target}"' in html for target in targets)


def test_summary_is_announced_and_can_take_the_focus():
    html = render("{% form_errors form %}", form=SessionForm({}))

    assert 'role="alert"' in html
    assert 'tabindex="-1"' in html
    assert "data-hub-errors" in html
    assert "2 points à corriger" in html
    assert "Nom\u00a0: à remplir." in html


def test_summary_of_a_good_form_is_nothing():
    assert render("{% form_errors form other %}", form=SessionForm(), other=None).strip() == ""
    assert render("{% form_errors unknown %}").strip() == ""


def test_summary_tells_errors_of_the_whole_form_and_of_hidden_fields():
    form = SessionForm({"name": "x", "kind": "f"})
    form.add_error(None, "Deux dates se croisent.")
    form.add_error("hidden", "La page a vieilli.")

    assert [(line.text, line.target) for line in error_lines(form)] == [("Deux dates se croisent.", ""), ("La page a vieilli.", "")]


def test_summary_takes_formsets():
    Lines = formset_factory(SessionForm, extra=1, min_num=1, validate_min=True)
    lines = Lines({"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "0", "form-0-email": "nope"})

    assert "id_form-0-email" in [line.target for line in error_lines(lines)]


def test_acronym_keeps_its_capitals_in_the_summary():
    form = SessionForm({"name": "x", "kind": "f"})
    form.add_error("name", "SIRET illisible.")
    form.add_error("name", "Le nom manque.")

    assert [line.text for line in error_lines(form)] == ["Nom\u00a0: SIRET illisible.", "Nom\u00a0: le nom manque."]


@pytest.mark.parametrize(
    ("error", "said"),
    [
        ("Jean DUPONT est là depuis hier.", "Jean DUPONT est là depuis hier."), ("Bruissement a déjà répondu.", "Bruissement a déjà répondu."),
        ("La Coop a déjà répondu.", "La Coop a déjà répondu."), ("L’Étançon a déjà répondu.", "L’Étançon a déjà répondu."),
        ("À remplir.", "à remplir."), ("L’année manque.", "l’année manque."),
    ],
)  # fmt: skip
def test_nor_does_a_name_lose_its_own(error, said):
    form = SessionForm({"name": "x", "kind": "f"})
    form.add_error("name", error)

    assert [line.text for line in error_lines(form)] == [f"Nom\u00a0: {said}"]


def test_title_says_that_the_form_has_errors():
    page = "{% extends 'ui/base.html' %}{% block title %}Session{% endblock %}"

    assert "<title>Erreur&nbsp;: Session – Hub inter-CAE</title>" in render(page, form=SessionForm({}))
    assert "<title>Erreur&nbsp;: Session" in render(page, page_errors=True)
    assert "<title>Session – Hub inter-CAE</title>" in render(page, form=SessionForm())
    assert "<title>Session –" in render(page)


def test_file_field_takes_a_file():
    form = SessionForm({"name": "x", "kind": "f"}, {"piece": SimpleUploadedFile("a.pdf", b"%PDF")})

    assert form.is_valid()
    assert 'type="file"' in field(form, "piece")


# -- words of the hub, not of the library -----------------------------------------------------------------------------
class FactsForm(HubForm):
    site = forms.URLField(label="Site", required=False, assume_scheme="https")
    hours = forms.DecimalField(label="Heures", required=False, min_value=Decimal("0.5"), max_value=2000, decimal_places=2)
    rate = forms.FloatField(label="Part", required=False)
    price = EurosField(label="Prix", required=False, max_value=20_000)
    seats = forms.IntegerField(label="Places", required=False, min_value=0, validators=[MinValueValidator(1)])
    day = forms.DateField(label="Jour", required=False)
    short = forms.CharField(label="Mot", required=False, max_length=3)
    kind = forms.ChoiceField(label="Nature", required=False, choices=[("", "---------"), ("f", "Formation")])


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("site", "pas un site", "Écrivez une adresse de site, comme «\u00a0https://www.example.org\u00a0»."),
        ("site", "ftp://exemple.coop", "Écrivez une adresse de site, comme «\u00a0https://www.example.org\u00a0»."),
        ("hours", "0.2", "Au moins 0,5."),
        ("hours", "3000", "Au plus 2\u202f000."),
        ("hours", "trois", "Écrivez un nombre, comme «\u00a012,5\u00a0»."),
        ("hours", "4 9,90", "Écrivez un nombre, comme «\u00a012,5\u00a0»."),
        ("hours", "21 €", "Écrivez un nombre, comme «\u00a012,5\u00a0»."),
        ("hours", "1.234", "Au plus 2\u00a0chiffres après la virgule."),
        ("price", "−3", "Au moins 0."),
        ("price", "20 000,01 €", "Au plus 20\u202f000."),
        ("price", "49,90 $", "Écrivez un nombre, comme «\u00a012,5\u00a0»."),
        ("price", "1.234,50", "Une espace pour les milliers, une virgule pour les centimes, comme «\u00a01 234,50\u00a0»."),
        ("price", "1,234.50", "Une espace pour les milliers, une virgule pour les centimes, comme «\u00a01 234,50\u00a0»."),
        ("seats", "-1", "Au moins 1."),
        ("day", "demain", "Écrivez une date, comme «\u00a018/01/2027\u00a0»."),
        ("short", "quatre", "3 signes au plus\u202f; il y en a 6."),
        ("kind", "x", "«\u00a0x\u00a0» n’est pas dans la liste."),
    ],
)
def test_a_fault_is_said_once_in_the_hub_s_words(name, value, sentence):
    assert FactsForm({name: value}).errors[name] == [sentence]


@pytest.mark.parametrize(
    ("typed", "cents", "shown"),
    [
        ("49,90", 4990, "49,90"), ("49.9", 4990, "49,90"), (" 350,5 € ", 35050, "350,50"), ("1 234,56\u00a0€", 123456, "1234,56"),
        ("12\u202f000", 1_200_000, "12000,00"), ("12,", 1200, "12,00"), ("", None, ""), ("0", 0, "0,00"),
    ],
)  # fmt: skip
def test_euros_are_read_as_people_write_them_and_shown_with_their_cents(typed, cents, shown):
    form = FactsForm({"price": typed})

    assert form.is_valid(), form.errors
    assert form.cleaned_data["price"] == cents
    assert (f'value="{shown}"' in field(form, "price")) == bool(shown)
    assert form["price"].value() == ("" if cents is None else EurosField.from_cents(cents))


@pytest.mark.parametrize(("typed", "read", "shown"), [("10,50", Decimal("10.5"), "10,5"), ("1 200.25", Decimal("1200.25"), "1200,25")])
def test_a_number_with_decimals_has_no_control_that_drops_its_comma(typed, read, shown):
    form = FactsForm({"hours": typed, "rate": typed})

    assert form.is_valid(), form.errors
    assert (form.cleaned_data["hours"], form.cleaned_data["rate"]) == (read, float(read))
    for html in (field(form, "hours"), field(form, "rate"), field(form, "price")):
        assert 'type="text"' in html
        assert 'inputmode="decimal"' in html
        assert not {word for word in ("step=", "min=", "max=") if word in html}
    assert f'value="{shown}"' in field(form, "hours")
    assert 'type="number"' in field(form, "seats")


def test_what_is_no_number_stays_as_it_was_typed():
    assert 'value="dix, ou douze"' in field(FactsForm({"price": "dix, ou douze"}), "price")


def test_an_amount_that_is_written_otherwise_does_not_differ():
    found = differing(
        FactsForm({"price": "504", "hours": "7,50"}), SimpleNamespace(price=EurosField.from_cents(50400), hours=7.5), ["price", "hours"]
    )

    assert found == []


def test_an_empty_choice_says_what_to_do():
    assert "Choisir…" in field(FactsForm(), "kind")
    assert "---" not in field(FactsForm(), "kind")


def test_words_that_a_form_chose_itself_stay():
    class Own(HubForm):
        site = forms.URLField(error_messages={"invalid": "Le vôtre."}, assume_scheme="https")
        kind = forms.ChoiceField(required=False, choices=[("", "peu importe"), ("f", "Formation")])

    assert Own({"site": "pas un site"}).errors["site"] == ["Le vôtre."]
    assert "peu importe" in field(Own(), "kind")


def test_a_sentence_given_back_bears_the_label_that_the_page_s_forms_agree_on(rf, monkeypatch):
    class Ours(HubForm):
        why = forms.CharField(label="Pourquoi")
        note = forms.CharField(label="Note")

    class Other(HubForm):
        note = forms.CharField(label="Remarque")

    module = ModuleType("a_page_of_ours")
    module.__dict__.update(Ours=Ours, Rows=formset_factory(Other))
    monkeypatch.setitem(sys.modules, module.__name__, module)
    request = rf.get("/")
    request.resolver_match = ResolverMatch(type("View", (), {"__module__": module.__name__}), (), {})
    fields = [
        ("why", "Une phrase entière."),
        ("rows-0-note", "Une autre phrase."),
        ("kind", "court"),
        ("rows-0-who", "Une troisième phrase."),
    ]

    assert [label for label, _ in sentences(request, fields)] == ["Pourquoi", "Texte saisi, 2", "Texte saisi, 3"]
    assert [label for label, _ in sentences(None, fields[:1])] == ["Texte saisi, 1"]


def test_no_browser_cuts_off_what_somebody_pastes():
    """Words that are too long come back whole, with their sentence; a code keeps its length."""

    class Form(HubForm):
        title = forms.CharField(max_length=160)
        text = forms.CharField(max_length=2000, widget=forms.Textarea)
        code = forms.CharField(max_length=12)

    form = Form({"title": "t" * 200, "text": "mots", "code": "1234"})

    assert [name for name in form.fields if "maxlength" in str(form[name])] == ["code"]
    assert "t" * 200 in str(form["title"])
    assert "160 signes au plus" in str(form.errors["title"])


def test_a_number_longer_than_any_is_not_looked_at(monkeypatch):
    """Read as a number, a long row of spaces would keep a processor for minutes."""
    monkeypatch.setattr("hub.core.ui.widgets.TYPED", None)

    typed = "1" + " " * 50 + "x"
    assert DecimalInput().value_from_datadict({"price": typed}, {}, "price") == typed


@pytest.mark.parametrize("value", ["", "b", "<c>", "33"])
def test_a_select_is_django_s_without_its_spaces(value):
    """The hub writes options by itself: as many, in the same order, escaped and chosen alike."""

    class Form(HubForm):
        one = forms.ChoiceField(
            choices=[("", "Choisir…"), ("b", "L’un & l’autre"), ("<c>", "<b>c</b>"), ("Région", [(33, "Gironde"), (40, "Landes")])]
        )

    shown = str(Form({"one": value})["one"])
    stock = Form({"one": value}, renderer=DjangoTemplates())["one"].as_widget()

    assert re.sub(r">\s+|\s+<", lambda at: at[0].strip(), stock).split(">", 1)[1] == shown.strip().split(">", 1)[1]
    assert shown.count(" selected") == 1
