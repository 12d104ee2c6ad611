"""The house keeps its own rules: floors, rooms, tenancy, personal data."""

import ast
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models

from hub.core.accounts.scoping import ScopedQuerySet
from hub.core.ui.personal import gaps
from tests.tools.ci.plans import of_browser

ROOT = Path(settings.ACCESS_MATRIX).parent.parent
PACKAGES = ("hub", "directory", "trainings", "workgroups", "search")
FLOORS = [name for name in reversed(settings.INSTALLED_APPS) if name.startswith(PACKAGES)]  # the ground floor first


def own_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model.__module__.startswith(PACKAGES)]


def floor(model: type[models.Model]) -> int:
    return next(rank for rank, name in enumerate(FLOORS) if model._meta.app_config.name == name)


def own_sources(pattern: str = "*.py") -> list[Path]:
    return [path for package in PACKAGES for path in (ROOT / package).rglob(pattern) if "migrations" not in path.parts]


def test_relations_point_down():
    upward = [
        f"{model._meta.label}.{field.name}"
        for model in own_models()
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey | models.ManyToManyField)
        and field.model is model
        and field.related_model in own_models()
        and floor(field.related_model) > floor(model)
    ]

    assert upward == []


def test_every_scoped_model_says_who_sees_it():
    scoped = [
        model for model in own_models() if isinstance(model._meta.managers_map.get("objects", None) and model.objects.all(), ScopedQuerySet)
    ]

    assert scoped, "at least one model is scoped"
    assert [model._meta.label for model in scoped if not hasattr(model.objects, "visible_to")] == []
    assert [model._meta.label for model in scoped if model._meta.default_manager_name != "unscoped"] == []


def test_no_view_reads_without_a_reader():
    rooms = [path for path in own_sources() if path.stem.endswith(("views", "forms", "filters")) or {"views", "forms"} & {*path.parts}]
    guilty = [str(path.relative_to(ROOT)) for path in rooms if re.search(r"\.unscoped\b", path.read_text())]

    assert guilty == []


def test_every_personal_column_is_declared():
    assert gaps(own_models()) == []


def test_no_viewset_stands_on_the_unguarded_ones():
    raw = {"SnippetViewSet", "ModelViewSet"}
    allowed = ROOT / "hub" / "core" / "accounts" / "viewsets.py"
    guilty = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in own_sources()
        if path != allowed
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Name | ast.Attribute) and (node.id if isinstance(node, ast.Name) else node.attr) in raw
    ]

    assert guilty == []


def test_no_row_is_locked_with_its_key():
    """Whoever writes a row that points to it waits for it at the commit, with the audit trail in hand, for which whoever locked it waits (PostgreSQL)."""
    held = re.compile(r"select_for_update\((?![^\n]*\bno_key=True\))")
    guilty = [str(path.relative_to(ROOT)) for path in own_sources() if held.search(path.read_text())]

    assert guilty == []


def test_lines_of_an_object_are_asked_for_by_its_kind_too():
    """The index of the chain begins with the kind: without it a million lines are read for one object."""
    asked = re.compile(r"AuditEntry\.objects[^\n]*?\.filter\((?![^\n]*\bobject_kind=)[^\n]*\bobject_id(?:__in)?=")
    guilty = [str(path.relative_to(ROOT)) for path in own_sources() if asked.search(path.read_text())]

    assert guilty == []


def test_signals_of_models_stay_out_of_save():
    """Mail, indexing and audit are written by services, never hidden behind post_save."""
    guilty = [str(path.relative_to(ROOT)) for path in own_sources() if re.search(r"\b(post_save|pre_save)\b", path.read_text())]

    assert guilty == []


@pytest.mark.parametrize("word", [r"mark_safe\(\s*f['\"]", r"\|\s*safe\b", r"autoescape off"])
def test_nothing_typed_is_marked_safe(word):
    allowed = {"hub/core/accounts/templates/account/email"}
    sources = [*own_sources(), *own_sources("*.html"), *own_sources("*.txt")]
    guilty = [
        str(path.relative_to(ROOT))
        for path in sources
        if not any(str(path.relative_to(ROOT)).startswith(one) for one in allowed) and re.search(word, path.read_text())
    ]

    assert guilty == []


def test_templates_hold_no_inline_script_or_style():
    inline = re.compile(r"<script(?![^>]*\bsrc=)[^>]*>(?!\s*</script>)|\sstyle=\"|\son[a-z]+=\"|<style")
    guilty = [str(path.relative_to(ROOT)) for path in own_sources("*.html") if "mail" not in path.stem and inline.search(path.read_text())]

    assert guilty == []


def test_tests_of_the_browser_are_where_bin_test_looks_for_them():
    looked_into = [ROOT / name for name in of_browser()]
    marked = [path for path in (ROOT / "tests").rglob("test_*.py") if re.search(r"mark\.browser\b", path.read_text())]

    assert len(marked) >= 12
    assert [path for path in marked if path not in looked_into and not any(path.is_relative_to(folder) for folder in looked_into)] == []


def test_no_parameter_of_a_test_is_the_day_on_which_it_was_read():
    """A run that passes midnight reads it the day before (tests/builders/days.py)."""
    clocks = {"today", "now", "localdate", "localtime"}
    found = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for path in (ROOT / "tests").rglob("test_*.py")
        for test in ast.walk(ast.parse(path.read_text()))
        if isinstance(test, ast.FunctionDef | ast.ClassDef)
        for decorator in test.decorator_list
        for call in ast.walk(decorator)
        if isinstance(call, ast.Call) and getattr(call.func, "id", getattr(call.func, "attr", "")) in clocks
    ]

    assert found == []
