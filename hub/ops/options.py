"""The options of `bin/hub up`."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from hub.ops.errors import Refused

LOOPBACK = {"127.0.0.1", "::1", "localhost"}

USAGE = """\
bin/hub up : prépare le dossier de données, puis tient le site, les tâches et l’horloge jusqu’à Ctrl-C.

  --demo                 la fédération de démonstration (sur cette machine seulement)
  --host ADRESSE         où écouter (127.0.0.1)
  --port N               sur quel port (8000)
  --data DOSSIER         le dossier de données (HUB_DATA, ou .data dans le projet)
  --people N             personnes de la démonstration (1200)
  --cooperatives N       coopératives de la démonstration (16)
  --accounts-json FICHIER  où copier les comptes de la démonstration"""


@dataclass(frozen=True)
class Options:
    demo: bool = False
    host: str = "127.0.0.1"
    port: int = 8000
    people: int | None = None
    cooperatives: int | None = None
    accounts_json: Path | None = None

    @property
    def address(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"


def parse(arguments: list[str]) -> Options:
    """Raises: Refused, naming the option and what it takes."""
    values: dict[str, Any] = {}
    rest = iter(arguments)
    for word in rest:
        option, equals, given = word.partition("=")
        name = option.removeprefix("--").replace("-", "_")
        if not option.startswith("--") or name not in {field.name for field in fields(Options)}:
            raise Refused(f"« {word} » n’est pas une option de bin/hub up (bin/hub up --help les montre toutes).")
        if name == "demo":
            if equals:
                raise Refused("--demo ne prend pas de valeur.")
            values[name] = True
        else:
            values[name] = READERS[name](option, given if equals else _next(option, rest))
    return Options(**values)


def _next(option: str, rest: Iterator[str]) -> str:
    value = next(rest, "")
    if not value or value.startswith("--"):
        raise Refused(f"{option} attend une valeur (bin/hub up --help).")
    return value


def _whole(low: int, high: int) -> Callable[[str, str], int]:
    def read(option: str, given: str) -> int:
        if not (given.isascii() and given.isdigit() and low <= int(given) <= high):
            raise Refused(f"{option} : attendu un nombre entier de {low} à {high} ; reçu « {given} ».")
        return int(given)

    return read


def _host(option: str, given: str) -> str:
    host = given.strip().removeprefix("[").removesuffix("]")
    if not host or any(sign in host for sign in "/ @"):
        raise Refused(f"{option} : attendu une adresse de cette machine, comme 127.0.0.1 ; reçu « {given} ».")
    return host


def _file(option: str, given: str) -> Path:
    path = Path(given).expanduser().absolute()
    if path.is_dir() or not path.parent.is_dir():
        raise Refused(f"{option} : attendu un fichier dans un dossier qui existe ; reçu « {given} ».")
    return path


READERS: dict[str, Callable[[str, str], Any]] = {
    "host": _host,
    "port": _whole(1, 65535),
    "people": _whole(50, 200_000),
    "cooperatives": _whole(16, 2_000),
    "accounts_json": _file,
}
