"""Prices the pages of the hub: `python -m tests.bench.bench_pages [--people 12000] [--cooperatives 163]`.

The unit is a bare Wagtail page that shows its title, served with stock middleware to the same signed-in person, in the same run. The gate
is /annuaire/: at most 12 queries, as many with ten times the people; at most 3 times the bare page; at most 120 kB and 20 requests.
"""

import argparse
import io
import os
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.bench.settings")

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
    options.add_argument("--people", type=int, default=12_000)
    options.add_argument("--cooperatives", type=int, default=163)
    wanted = options.parse_args()
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("vocabularies", verbosity=0, stdout=io.StringIO())
    return measure(wanted.people, wanted.cooperatives)


def measure(people: int, cooperatives: int) -> int:
    from django.conf import settings

    from tests.bench import pages
    from tests.builders.accounts import sign_in
    from tests.builders.people import many_people

    tenth = people // 10
    reader = many_people(tenth, max(cooperatives // 10, 2))
    cookie = f"{settings.SESSION_COOKIE_NAME}={sign_in(reader).cookies[settings.SESSION_COOKIE_NAME].value}"
    hub, bare = pages.Site(pages.hub(), cookie), pages.Site(pages.stock(), cookie)
    few = {name: hub.queries(address) for name, address in PAGES.items()}
    start = time.monotonic()
    many_people(people - tenth, cooperatives - max(cooperatives // 10, 2), start=tenth)
    print(f"{people - tenth} personnes créées en {time.monotonic() - start:.0f} s")
    many = {name: hub.queries(address) for name, address in PAGES.items()}
    taken = pages.cpu_ms({"page nue": (bare, _bare_page()), **{name: (hub, address) for name, address in PAGES.items()}})
    requests, weight = pages.first_view(hub.get(PAGES["annuaire"]))
    print(f"\n{'page':24}{'requêtes SQL':>14}{f'à {tenth}':>10}{'ms':>8}{'× page nue':>12}")
    for name, milliseconds in taken.items():
        print(f"{name:24}{many.get(name, ''):>14}{few.get(name, ''):>10}{milliseconds:>8.2f}{milliseconds / taken['page nue']:>12.2f}")
    print(f"\nannuaire, première vue : {weight / 1000:.0f} ko en brotli 11, {requests} demandes")
    gates = {
        f"au plus {QUERIES} requêtes": many["annuaire"] <= QUERIES,
        "autant de requêtes pour dix fois plus de personnes": many["annuaire"] == few["annuaire"],
        f"au plus {RATIO:g} pages nues": taken["annuaire"] <= RATIO * taken["page nue"],
        f"au plus {KILOBYTES} ko": weight <= KILOBYTES * 1000,
        f"au plus {REQUESTS} demandes": requests <= REQUESTS,
    }
    for sentence, is_held in gates.items():
        print(f"{'tenu ' if is_held else 'MANQUÉ'} {sentence}")
    return 0 if all(gates.values()) else 1


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
