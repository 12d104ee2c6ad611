"""A person's data as one file for her (RGPD art. 15 and 20): JSON for programs, her own files, and nothing about anybody else."""

import json
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import CharField, JSONField, Model, TextField

from hub.core.accounts import audiences
from hub.core.accounts.actor import Actor
from hub.core.accounts.models import Organisation, User
from hub.core.audit import services as audit
from hub.core.documents.enums import Scan
from hub.core.documents.models import PrivateFile
from hub.core.documents.models.private import private_storage
from hub.core.papers.dossier import Piece, pack
from hub.core.privacy.held import Link, links
from hub.core.ui import panels

FORMAT = 1
CODE = 40  # characters: longer columns hold sentences
DATED = ("created_at", "first_published_at", "latest_revision_created_at", "timestamp", "started_at")  # ours, then what Wagtail calls it


@transaction.atomic
def person_archive(user: User, *, actor: Actor) -> bytes:
    """A proof file (papers.dossier): donnees.json, her files, her own papers, and the manifest of their digests."""
    audit.record("privacy.export", actor=actor, kind="accounts.user", object_id=str(user.pk))
    hers = PrivateFile.unscoped.filter(audience_rows__token=audiences.person(user.pk), scan=Scan.CLEAR)  # nor does quarantine open here
    files = list(hers.distinct().order_by("created_at", "id"))
    pieces = [Piece("donnees.json", _json(person_data(user)), {})]
    for number, file in enumerate(files, start=1):
        with private_storage().open(file.storage_name, "rb") as content:
            pieces.append(Piece(f"fichiers/{number:02d}{PurePosixPath(file.name).suffix.lower()}", content.read(), {"name": file.name}))
    papers = {name: data for found in panels.collect("export.person", actor, user) for name, data in found.items()}
    pieces += [Piece(f"pieces/{name}", data, {}) for name, data in sorted(papers.items())]
    return pack(pieces, about={"about": "personne", "id": str(user.pk)})


def person_data(user: User) -> dict[str, Any]:
    """{"format", "compte", "lignes": {kind: [row]}, "actes": {kind: [{id, role, date}]}}; of rows that she only acted on, no content."""
    hers: dict[str, list[dict[str, Any]]] = {}
    acted: dict[str, list[dict[str, Any]]] = {}
    for link in links():
        rows = list(link.rows(user.pk).order_by("pk"))
        if rows and link.is_hers:
            hers.setdefault(link.model._meta.label, []).extend(_whole(link, row) for row in rows)
        elif rows:
            acted.setdefault(link.model._meta.label, []).extend(_act(link, row) for row in rows)
    account = {
        "prenom": user.first_name,
        "nom": user.last_name,
        "adresse": user.email,
        "cree_le": user.created_at,
        "connexion": user.last_login,
    }
    return {"format": FORMAT, "compte": account, "lignes": hers, "actes": acted}


def _whole(link: Link, row: Model) -> dict[str, Any]:
    """What a row about her says of her: its declared columns, and of the others those that hold no words."""
    said: dict[str, Any] = {}
    for field in row._meta.concrete_fields:
        rule = link.declared.get(field.name)
        is_kept = not rule.names_others if rule else not isinstance(field, TextField | JSONField) and _is_short(field)
        if is_kept and not (field.is_relation and field.related_model is User and field.name != link.column):
            said[field.name] = getattr(row, field.attname)
    return said


def _is_short(field: Any) -> bool:
    """Whether a column that nobody declared personal is a date, a number, a choice or an identifier, rather than somebody's sentence."""
    return not isinstance(field, CharField) or bool(field.choices) or (field.max_length or 0) <= CODE


def _act(link: Link, row: Model) -> dict[str, Any]:
    role = str(row._meta.get_field(link.column).verbose_name)  # type: ignore[union-attr]  # a column of the model itself
    return {"id": str(row.pk), "role": role, "le": next((day for name in DATED if (day := getattr(row, name, None))), None)}


@transaction.atomic
def organisation_archive(organisation: Organisation, *, actor: Actor) -> bytes:
    """What an organisation entered and what is about it: one JSON file per noun, from the panels, in a proof file."""
    audit.record("privacy.organisation.export", organisation, actor=actor, organisation=organisation)
    pieces = [Piece(f"{name}.json", _json(rows), {}) for name, rows in _gathered(actor, organisation)]
    return pack(pieces, about={"about": "organisation", "id": str(organisation.pk), "name": organisation.name})


def _gathered(actor: Actor, organisation: Organisation) -> Iterator[tuple[str, Any]]:
    for found in panels.collect("export", actor, organisation):
        yield from found.items()


def _json(data: Any) -> bytes:
    return json.dumps(data, cls=DjangoJSONEncoder, ensure_ascii=False, indent=1, sort_keys=True).encode()
