#!/usr/bin/env python3
"""Django's door; people use bin/hub."""

import os
import sys
from pathlib import Path

USAGE = """\
bin/hub up [--demo]      prépare le dossier de données et tient le hub jusqu’à Ctrl-C (bin/hub up --help)
bin/hub status           l’état de la base, de la file, des tâches, de la recherche, du courrier, des fichiers, de l’antivirus
bin/hub COMMANDE         toute autre commande (bin/hub help les montre toutes)

--data DOSSIER, n’importe où avant « -- », dit quel dossier de données ; sinon HUB_DATA, sinon .data dans le projet.
Les réglages sont décrits dans docs/settings.md."""


def take_data(words: list[str]) -> list[str]:
    """Turn `--data DIR`, wherever it stands before `--`, into HUB_DATA. Returns: the other words."""
    end = words.index("--") if "--" in words else len(words)
    kept = []
    mine = iter(words[:end])
    for word in mine:
        if word == "--data" or word.startswith("--data="):
            folder = word.partition("=")[2] or next(mine, "")
            if not folder or folder.startswith("--"):
                sys.exit("--data attend un dossier.")
            os.environ["HUB_DATA"] = folder
        else:
            kept.append(word)
    return kept + words[end:]


def main(words: list[str]) -> int:
    words = take_data(words)
    if not words or words[0] in {"-h", "--help"}:
        print(USAGE)
        return 0
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hub.settings.base")
    from hub.ops.errors import Refused
    from hub.ops.folder import Folder, no_hub
    from hub.settings.env import Environment, SettingError, from_files

    try:
        os.environ.update(from_files(os.environ))  # for the processes that `up` starts
        environment = Environment.read()
        os.environ["HUB_DATA"] = str(environment.data)
        if words == ["help", "up"]:
            words = ["up", "--help"]
        if words[0] == "up":
            from hub.ops.supervisor import main as up

            return up(words[1:], data=environment.data, root=Path(__file__).resolve().parent)

        asks = {"-h", "--help"} & set(words)
        Folder(environment.data).admit("help" if asks else words[0])
        from django.db import DatabaseError

        from hub.ops.usage import Utility

        try:
            Utility(["bin/hub", *words]).execute()
        except DatabaseError as error:
            from hub.ops.checks import DAMAGED, is_damaged, is_prepared

            if is_damaged(error):
                sys.exit(DAMAGED)
            if is_prepared():
                raise
            sys.exit(no_hub(environment.data))
    except (SettingError, Refused) as error:
        sys.exit(str(error))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
