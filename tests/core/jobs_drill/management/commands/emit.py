from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from hub.core.jobs import services


class Command(BaseCommand):
    help = "Write lines from START on, each in a transaction of its own."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("start", type=int)
        parser.add_argument("count", type=int)
        parser.add_argument("--pause", type=int, default=0, help="milliseconds of work of each")

    def handle(self, *args: Any, **options: Any) -> None:
        for n in range(options["start"], options["start"] + options["count"]):
            with transaction.atomic():
                services.emit("drill.write", {"n": n, "pause": options["pause"]})
