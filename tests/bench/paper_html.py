"""The same papers as HTML for WeasyPrint: same words, same fonts, same pages of paper, headers and footers included."""

from collections.abc import Iterable
from html import escape
from typing import Any

from hub.core.papers.kinds import FONTS

FACES = {"Regular": (400, "normal"), "Bold": (700, "normal"), "Italic": (400, "italic"), "BoldItalic": (700, "italic")}
STYLE = (
    "".join(
        f"@font-face{{font-family:Sheet;font-weight:{weight};font-style:{style};src:url(file://{FONTS}/LiberationSans-{name}.ttf)}}"
        for name, (weight, style) in FACES.items()
    )
    + """
@page{size:A4;margin:25mm 22mm 25mm 24mm;
  @top-left{content:string(who)} @top-right{content:string(edition)}
  @bottom-left{content:string(edition)} @bottom-right{content:"page " counter(page) "/" counter(pages)}}
body{font:10pt/1.4 Sheet;color:#1f1c18;hyphens:auto}
h1{font-size:21pt;line-height:1.1} .who{string-set:who content()} .edition{string-set:edition content()}
h2{font-size:10.5pt;width:34mm;margin:0;float:left} section>div{margin-left:41mm}
table{width:100%;border-collapse:collapse;font-size:9pt} th,td{text-align:left;vertical-align:top;padding:4.6pt 5pt;border-bottom:.5pt solid #c9c2b4}
.sign div{float:left;width:70mm;margin-right:4mm;height:40mm;background:#f6f4ef;border-top:.9pt solid #1f1c18;padding:4mm}
"""
)


def _table(rows: Iterable[list[str]], header: list[str] | None = None) -> str:
    head = f"<thead><tr>{''.join(f'<th scope=col>{escape(word)}</th>' for word in header)}</tr></thead>" if header else ""
    body = "".join(f"<tr><th scope=row>{escape(row[0])}</th>{''.join(f'<td>{escape(cell)}</td>' for cell in row[1:])}</tr>" for row in rows)
    return f"<table>{head}<tbody>{body}</tbody></table>"


def _list(items: Iterable[str]) -> str:
    return f"<ul>{''.join(f'<li>{escape(item)}</li>' for item in items)}</ul>"


def _text(text: str) -> str:
    return "".join(f"<p>{escape(part)}</p>" for part in text.split("\n") if part)


def _sheet(
    data: dict[str, Any], lead: str, letterhead: dict[str, Any], parts: Iterable[tuple[str, str]], parties: list[dict[str, Any]]
) -> str:
    imprint = data["paper"]
    edition = (
        f"{imprint['label']} {imprint['number']} · version {imprint['version']} · établi le {imprint['issued_on']} · {imprint['template']}"
    )
    sections = "".join(
        f"<section><h2>{rank} {escape(title)}</h2><div>{body}</div></section>" for rank, (title, body) in enumerate(parts, 1)
    )
    signed = "".join(
        f"<div><b>{escape(one['title'])}</b>{_text(chr(10).join(one['lines']))}<p>Date, signature et cachet</p></div>" for one in parties
    )
    return (
        f"<html lang=fr><head><title>{escape(imprint['label'])} {imprint['number']}</title><style>{STYLE}</style></head><body>"
        f"<p class=who><b>{escape(letterhead['name'])}</b></p>{_text(chr(10).join(letterhead['lines']))}<p>{escape(imprint['label'])}</p>"
        f"<h1>{escape(data['title'])}</h1><p>{escape(lead)}</p><p class=edition>{escape(edition)}</p>"
        + _table([[imprint["number"], imprint["version"], imprint["issued_on"]]], ["Numéro", "Version", "Établi le"])
        + sections
        + f"<div class=sign>{signed}</div></body></html>"
    )


def convention(data: dict[str, Any]) -> str:
    lead = f"Convention conclue entre {data['provider']} et {data['buyer']}, en application des articles L6353-1 et D6353-1 du Code du travail."
    parts = [
        (
            "Les parties",
            _table(data["parties"], ["Partie", "L’organisme de formation", "L’acheteur, employeur"])
            + _text(f"{data['provider']} : {data['declaration']}."),
        ),
        ("Objet", _text(f"L’organisme de formation organise, pour des stagiaires que l’acheteur emploie, l’action « {data['title']} ».")),
        ("Objectifs", _text("À l’issue de l’action, chaque stagiaire saura :") + _list(data["objectives"]) + _table(data["audience"])),
        ("Contenu", _text(f"Contenu du programme, {data['programme']} :") + "".join(map(_list, data["content"]))),
        (
            "Durée, période et déroulement",
            _table(data["delivery"]) + _table(data["half_days"], ["Demi-journée", "Horaires", "Durée", "Modalité", "Sujet"]),
        ),
        ("Moyens prévus", _table(data["means"])),
        ("Suivi et sanction", _table(data["follow_up"])),
        ("Stagiaires", _text(f"{data['headcount']}, que {data['buyer']} emploie :") + _table(data["trainees"], ["N°", "Nom"])),
        (
            "Prix de l’action",
            _table(data["price"], ["Désignation", "Stagiaires", "Prix par personne", "Montant"])
            + _text(f"{data['vat']}\nSoit {data['hourly']}."),
        ),
        ("Modalités de règlement", _text("\n".join(data["payment"]))),
        *((clause["title"], _text(clause["text"])) for clause in data["clauses"]),
        (
            "Signature",
            _text(f"{data['done']}.\nLe cachet électronique de ce fichier prouve qu’il n’a pas changé depuis qu’il a été établi."),
        ),
    ]
    return _sheet(data, lead, data["letterhead"], parts, data["signatures"])


def _signature(one: dict[str, str]) -> str:
    ink = f"<path d='{escape(one['path'])}' fill='none' stroke='#1f1c18' stroke-width='3' stroke-linecap='round' stroke-linejoin='round'/>"
    return (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 360 144' width='113' height='45'>{ink}</svg>"
        if one["path"]
        else escape(one["typed"])
    )


def _signed(rows: Iterable[tuple[str, ...]], header: list[str]) -> str:
    """A table whose cells are markup already: drawings stand in it."""
    head = "".join(f"<th scope=col>{escape(word)}</th>" for word in header)
    body = "".join(f"<tr><th scope=row>{first}</th>{''.join(f'<td>{cell}</td>' for cell in rest)}</tr>" for first, *rest in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _when(one: dict[str, str]) -> str:
    return escape(one["when"]).replace("\n", "<br>")


def sheet(data: dict[str, Any]) -> str:
    trainer = data["trainer"]
    lines = [
        (
            f"<b>{escape(line['name'])}</b><br>{escape(line['employer'])}", f"{escape(line['words'])}<br>{escape(line['minutes'])}",
            _signature(line), _when(line),
        )
        for line in data["lines"]
    ]  # fmt: skip
    parts = [
        ("La demi-journée", _table(data["facts"])),
        ("Les stagiaires", _signed(lines, ["Nom et employeur", "Présence", "Signature", "Signée le"]) + _text(data["count"])),
        (
            "La formatrice ou le formateur",
            _signed([(f"<b>{escape(trainer['name'])}</b>", _signature(trainer), _when(trainer))], ["Nom", "Signature", "Signée le"]),
        ),
        (
            "Preuve",
            _text(
                "Les heures sont celles du serveur, à Paris. Signer n’est possible qu’à partir du début de la demi-journée. "
                f"Empreinte du contenu clos (SHA-256) : {data['digest']}.\nLe cachet électronique de ce fichier prouve qu’il n’a pas changé "
                "depuis qu’il a été établi. Il ne vaut pas signature de l’une des personnes."
            ),
        ),
    ]
    return _sheet(data, f"{data['day']}, {data['hours']}. {data['provider']}.", data["letterhead"], parts, [])


def certificate(data: dict[str, Any]) -> str:
    said = (
        f"Je soussigné·e {data['representative']}, {data['capacity']}, représentant légal du dispensateur de l’action concourant au développement "
        f"des compétences {data['provider']}, atteste que {data['trainee']}, salarié·e de l’entreprise {data['employer']}, a suivi l’action "
        f"« {data['title']} », pour une durée de {data['duration']}.\n{data['provider']} : {data['declaration']}."
    )
    proof = "Le cachet électronique de ce fichier prouve qu’il n’a pas changé depuis qu’il a été établi. Il ne vaut pas signature de l’une des personnes."
    parts = [
        ("Attestation", _text(said)),
        ("Réalisation", _table(data["facts"])),
        ("Conservation", _text(data["keeping"])),
        ("Signature", _text(f"{data['done']}.\n{proof}")),
    ]
    return _sheet(data, f"Suivie par {data['trainee']}, {data['duration']}.", data["letterhead"], parts, data["signatures"])


def specimen(data: dict[str, Any]) -> str:
    facts = [["SIRET", data["siret"]], ["Adresse", data["address"]], ["Courriel", data["email"]]]
    parts = [
        ("Qui et quoi", _text(data["introduction"]) + _table(facts)),
        ("Une liste", _text("Ce que chacun·e saura faire : lire un support ; choisir une terre ; doser « juste ».") + _list(data["items"])),
        ("Un tableau", _table(data["rows"], ["Désignation", "Quantité", "Montant"])),
        ("Un texte d’administrateur", "".join(_block(node) for node in data["text"])),
        ("Signatures", _text("Le cachet de ce fichier atteste son intégrité : il n’est la signature de personne.")),
    ]
    return _sheet(data, data["lead"], data["letterhead"], parts, data["parties"])


def _block(node: dict[str, Any]) -> str:
    if "text" in node:
        return escape(node["text"])
    if "items" in node:
        items = ("".join(map(_block, item)) for item in node["items"])
        return f"<ol>{''.join(f'<li>{item}</li>' for item in items)}</ol>"
    tag = {"paragraph": "p", "heading": "h3", "strong": "b", "em": "i", "quote": "blockquote", "link": "a", "break": "br"}[node["type"]]
    return f"<{tag}>{''.join(map(_block, node.get('nodes', [])))}</{tag}>"
