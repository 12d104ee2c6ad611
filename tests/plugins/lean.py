"""What no test looks at costs nothing: objects that live as long as the process are not searched for garbage again and again, and the context
of a page is kept once, not once more for each template that it includes. A quarter of the time of a run."""

import gc
from collections.abc import Iterator

import pytest
from django.dispatch import Signal
from django.template import Context
from django.template.base import Template
from django.test.signals import template_rendered

GARBAGE = (50_000, 20, 100)  # allocations between two searches; Python's own 700 suits a small program


def pytest_collection_finish() -> None:
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GARBAGE)


@pytest.fixture(autouse=True, scope="session")
def _pages_are_told_once(django_test_environment: None) -> Iterator[None]:
    rendered: Signal = template_rendered

    def render(self: Template, context: Context) -> str:
        if context.template is self:  # not one that another template includes or extends
            rendered.send(sender=self, template=self, context=context)
        return self.nodelist.render(context)

    patch = pytest.MonkeyPatch()
    patch.setattr(Template, "_render", render)
    yield
    patch.undo()
