"""Text written by an administrator (Markdown), made into a tree that the trusted library prints; she never writes typesetter code.

Paragraphs, headings, lists, quotes, bold, italics, links and `{{ field }}`. All else is refused, with its name, when she saves.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from hub.core.kit.text import typo
from hub.core.papers.errors import DataRefused

MAX_CHARACTERS = 20_000
MAX_LEVEL = 8  # a list in a list in a list; the parser drops in silence what lies far deeper
_SCHEMES = ("https://", "http://", "mailto:", "tel:")
_FIELD = re.compile(r"\{\{\s*([a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)*)\s*\}\}")
_parser = MarkdownIt("commonmark", {"html": False}).disable(["html_block", "html_inline"])
_parser.validateLink = lambda url: True  # type: ignore[method-assign]  # else a refused link is printed with its brackets: _href says no

Node = dict[str, Any]


class BlockError(DataRefused):
    """What the administrator wrote cannot be kept; the message says what and, where there is one, which word."""


_REFUSED = {
    "image": "Les images ne sont pas acceptées dans ce texte.",
    "code_inline": "Le texte entre accents graves n’est pas accepté : l’écrire sans eux.",
    "code_block": "Une ligne commence par quatre espaces : les retirer.",
    "fence": "Les blocs de code ne sont pas acceptés dans ce texte.",
    "hr": "Les traits de séparation ne sont pas acceptés : un titre sépare mieux.",
}


def parse(text: str, values: Mapping[str, str]) -> list[Node]:
    """The tree of a text, its fields replaced by their values.

    Args: values of the fields allowed here, by name; to check a text when it is saved, `dict.fromkeys(names, "…")`.
    Raises: BlockError.
    """
    if len(text) > MAX_CHARACTERS:
        raise BlockError(f"Ce texte dépasse {MAX_CHARACTERS} caractères.")
    return [_block(node, values) for node in SyntaxTreeNode(_parser.parse(text)).children]


def _block(node: SyntaxTreeNode, values: Mapping[str, str]) -> Node:
    if node.level > MAX_LEVEL:
        raise BlockError("Ce texte a trop de niveaux de listes ou de citations.")
    match node.type:
        case "paragraph" | "heading":
            return {"type": node.type, "nodes": _inline(node, values)}
        case "bullet_list" | "ordered_list":
            items = [[_block(child, values) for child in item.children] for item in node.children]
            return {"type": "bullets" if node.type == "bullet_list" else "steps", "items": items}
        case "blockquote":
            return {"type": "quote", "nodes": [_block(child, values) for child in node.children]}
    raise BlockError(_REFUSED.get(node.type, f"Élément refusé : {node.type}."))


def _inline(node: SyntaxTreeNode, values: Mapping[str, str]) -> list[Node]:
    return [span for inline in node.children for child in inline.children for span in _spans(child, values)]


def _spans(node: SyntaxTreeNode, values: Mapping[str, str]) -> Iterator[Node]:
    match node.type:
        case "text" | "text_special":
            yield {"type": "text", "text": _filled(node.content, values)}
        case "softbreak":
            yield {"type": "text", "text": " "}
        case "hardbreak":
            yield {"type": "break"}
        case "strong" | "em":
            yield {"type": node.type, "nodes": [span for child in node.children for span in _spans(child, values)]}
        case "link":
            yield {"type": "link", "href": _href(node), "nodes": [span for child in node.children for span in _spans(child, values)]}
        case _:
            raise BlockError(_REFUSED.get(node.type, f"Élément refusé : {node.type}."))


def _href(node: SyntaxTreeNode) -> str:
    href = str(node.attrs.get("href", ""))
    if not href.startswith(_SCHEMES) or re.search(r"[\s<>{}]|%7B", href):
        raise BlockError(f"Lien refusé : « {href} ». Une adresse commence par https://, http://, mailto: ou tel:.")
    return href


def _filled(text: str, values: Mapping[str, str]) -> str:
    def value(match: re.Match[str]) -> str:
        if match[1] not in values:
            known = ", ".join(sorted(values)) or "aucun"
            raise BlockError(f"Le champ « {match[1]} » n’existe pas. Champs possibles : {known}.")
        return values[match[1]]

    text = typo(text)
    rest = _FIELD.sub("", text)
    if "{{" in rest or "}}" in rest:
        raise BlockError(f"Un champ est mal écrit : « {text.strip()[:60]} ». Forme attendue : {{{{ champ }}}}.")
    return _FIELD.sub(value, text)
