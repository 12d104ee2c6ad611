"""What a data folder is, once and for all: a demonstration of a given size, or a real hub."""

from collections.abc import Mapping
from typing import Any

from hub.ops.errors import Refused
from hub.ops.folder import Folder
from hub.ops.options import LOOPBACK, Options

DEFAULT_SIZE = {"people": 1200, "cooperatives": 16}
OF_THE_ROWS = {"ready": str, "people": int, "cooperatives": int, "coordinator": bool}  # what a backup may say of them


def settle(folder: Folder, options: Options, *, demo: bool, public_url: str) -> dict[str, Any]:
    """Check the request against what the folder remembers, then note it. Raises: Refused when the two disagree."""
    memory = folder.recall()
    if options.demo and not memory.get("demo") and (memory or (folder.path / "hub.sqlite3").exists()):
        raise Refused(f"Le dossier {folder.path} porte un vrai hub : choisissez-en un autre pour la démonstration, avec --data.")
    asked = {name: getattr(options, name) for name in DEFAULT_SIZE}
    if not demo:
        if any(asked.values()) or options.accounts_json:
            raise Refused("--people, --cooperatives et --accounts-json ne vont qu’avec --demo.")
        return folder.remember(demo=False, public_url=public_url)
    for name, number in asked.items():
        if number and memory.get("ready") and memory.get(name, number) != number:
            raise Refused(f"Cette démonstration porte --{name} {memory[name]} : pour une autre, choisissez un autre dossier avec --data.")
    size = {name: number or memory.get(name) or DEFAULT_SIZE[name] for name, number in asked.items()}
    return folder.remember(demo=True, public_url=public_url, **size)


def after_restore(mine: Mapping[str, Any], theirs: Mapping[str, Any], *, is_empty: bool, host: str) -> dict[str, Any]:
    """What a folder remembers once a backup is back: of the rows what the backup says, of the place what the folder says.

    Raises: Refused when a real hub would become a demonstration, a demonstration a real hub, or a demonstration answer to the network.
    """
    demo = theirs.get("demo") is True
    if not is_empty and demo != (mine.get("demo") is True):
        here, there = ("un vrai hub", "une démonstration") if demo else ("une démonstration", "un vrai hub")
        raise Refused(f"Cette sauvegarde est celle d’{there}, ce dossier porte {here} : choisissez-en un autre, avec --data.")
    if demo and host not in LOOPBACK:
        raise Refused(f"Cette sauvegarde est celle d’une démonstration, qui n’est ouverte que sur cette machine : {host} est refusé.")
    rows = {name: theirs[name] for name, kind in OF_THE_ROWS.items() if type(theirs.get(name)) is kind}
    place = {"public_url": mine["public_url"]} if "public_url" in mine else {}
    return {"demo": demo, **place, **rows}
