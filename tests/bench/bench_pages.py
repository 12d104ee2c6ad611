"""Prices the pages of the hub: `python -m tests.bench.bench_pages [--people 12000] [--cooperatives 163]`.

The unit is a bare Wagtail page that shows its title, served with stock middleware to the same signed-in person, in the same run. The gate
is /annuaire/: at most 12 queries, as many with ten times the people; at most 3 times the bare page; at most 120 kB and 20 requests.
"""

import argparse
import io
import os

import django

from tests.bench.table import Measure, as_markdown, at_most, figure

PEOPLE, COOPERATIVES = 12_000, 163

PAGES = {
    "annuaire": "/annuaire/",
    "annuaire, page 40": "/annuaire/?page=40",
    "annuaire, un métier": "/annuaire/?metier=F1106",
    "annuaire, des mots": "/annuaire/?q=atelier",
    "annuaire, JSON": "/annuaire.json",
}
QUERIES, RATIO, KILOBYTES, REQUESTS = 12, 3.0, 120, 20


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--people", type=int, default=PEOPLE)
    options.add_argument("--cooperatives", type=int, default=COOPERATIVES)
    wanted = options.parse_args()
    found = measures(wanted.people, wanted.cooperatives)
    print(as_markdown(found))
    return 1 if any(one.is_held is False for one in found) else 0


def measures(people: int = PEOPLE, cooperatives: int = COOPERATIVES) -> list[Measure]:
    """On SQLite, in a file of its own that is thrown away."""
    os.environ.pop("HUB_TEST_DATABASE_URL", None)
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.bench.settings"
    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("vocabularies", verbosity=0, stdout=io.StringIO())
    from tests.bench import pages
    from tests.builders.accounts import sign_in
    from tests.builders.people import many_people

    tenth, few_cooperatives = people // 10, max(cooperatives // 10, 2)
    reader = many_people(tenth, few_cooperatives)
    cookie = f"{settings.SESSION_COOKIE_NAME}={sign_in(reader).cookies[settings.SESSION_COOKIE_NAME].value}"
    hub, bare = pages.Site(pages.hub(), cookie), pages.Site(pages.stock(), cookie)
    few = {name: hub.queries(address) for name, address in PAGES.items()}
    many_people(people - tenth, cooperatives - few_cooperatives, start=tenth)
    many = {name: hub.queries(address) for name, address in PAGES.items()}
    taken = pages.cpu_ms({"page nue": (bare, _bare_page()), **{name: (hub, address) for name, address in PAGES.items()}})
    requests, weight = pages.first_view(hub.get(PAGES["annuaire"]))
    unit = taken["page nue"]
    found = [Measure("pages", f"page Wagtail nue, signée, {people} personnes", figure(unit, "ms", 2))]
    for name in PAGES:
        found += _of_page(name, many[name], few[name], taken[name] / unit, tenth)
    return [
        *found,
        at_most("annuaire", "première vue en brotli 11", weight / 1000, KILOBYTES, "ko", 0),
        at_most("annuaire", "demandes de la première vue", requests, REQUESTS, "", 0),
    ]


def _of_page(name: str, many: int, few: int, ratio: float, tenth: int) -> list[Measure]:
    """The gate is the first page of the directory; the others are told."""
    if name != "annuaire":
        return [Measure(name, f"requêtes SQL (à {tenth} : {few}) ; processeur", f"{many} ; {figure(ratio, '× page nue', 2)}")]
    return [
        at_most(name, "requêtes SQL", many, QUERIES, "", 0),
        Measure(name, f"requêtes SQL à {tenth} personnes", str(few), f"= {many}", few == many),
        at_most(name, "processeur d’une demande", ratio, RATIO, "× page nue", 2),
    ]


def _bare_page() -> str:
    from wagtail.models import Page, Site

    from tests.bench.bare.models import BarePage

    held = BarePage.objects.filter(slug="page-nue").first()
    if held is None:
        site = Site.objects.get(is_default_site=True)
        held = site.root_page.add_child(instance=BarePage(title="Page nue", slug="page-nue"))
    assert isinstance(held, Page)
    return "/page-nue/"


if __name__ == "__main__":
    raise SystemExit(main())
