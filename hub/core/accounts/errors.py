from hub.core.ui.errors import PartIsDown


class UnscopedQuery(Exception):
    """A tenant model was read without saying for whom: call `.visible_to(actor)` first."""


class NotAllowed(Exception):
    """The actor may not do this; the message is a French sentence."""


class InvitationIsUsed(Exception):
    """The link was used, withdrawn or has run out."""


class RuleBroken(Exception):
    """A fact that must hold would not; the message is a French sentence for the form."""


class MailIsDown(PartIsDown):
    """The mail server does not take a letter that somebody waits for in front of the screen."""

    sentence = "Le courrier ne part pas pour le moment : rien ne vous a été envoyé. Réessayez dans quelques minutes."
