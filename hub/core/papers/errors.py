from hub.core.ui.errors import PartIsDown


class DocumentError(Exception):
    """A document could not be made; the message is a French sentence for the person who asked for it."""


class DataRefused(DocumentError):
    """What was to be printed cannot be: the person who entered it can correct it."""


class TemplateRefused(DocumentError):
    """A template, or the engine under it, is at fault: only a developer can correct it."""


class DigestChanged(DocumentError):
    """The same data, template and moment no longer give the bytes that were issued, or a sealed file is not the one that was handed out."""


class SealedFileLost(DigestChanged, PartIsDown):
    """The file that was handed out is missing, or is another one: storage was restored without it, or someone changed it."""

    sentence = "Le fichier scellé de ce document manque, ou n’est plus celui qui a été remis. Prévenez la coordination : il est à reprendre d’une sauvegarde."


class TemplateChanged(DocumentError):
    """The template or the engine is no longer the one that a paper was set with."""
