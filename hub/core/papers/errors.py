class DocumentError(Exception):
    """A document could not be made; the message is a French sentence for the person who asked for it."""


class DataRefused(DocumentError):
    """What was to be printed cannot be: the person who entered it can correct it."""


class TemplateRefused(DocumentError):
    """A template, or the engine under it, is at fault: only a developer can correct it."""


class DigestChanged(DocumentError):
    """The same data, template and moment no longer give the bytes that were issued, or a sealed file is not the one that was handed out."""


class TemplateChanged(DocumentError):
    """The template or the engine is no longer the one that a paper was set with."""
