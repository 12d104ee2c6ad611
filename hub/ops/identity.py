"""What a data folder is, once and for all: a demonstration of a given size, or a real hub."""

from typing import Any

from hub.ops.errors import Refused
from hub.ops.folder import Folder
from hub.ops.options import Options

DEFAULT_SIZE = {"people": 1200, "cooperatives": 16}


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
