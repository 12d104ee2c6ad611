from typing import Any

from hub.core.ui.errors import PartIsDown


class UnscopedQuery(Exception):
    """A tenant model was read without saying for whom: call `.visible_to(actor)` first."""


class NotAllowed(Exception):
    """The actor may not do this; the message is a French sentence."""


class InvitationIsUsed(Exception):
    """The link was used, withdrawn or has run out."""


class RuleBroken(Exception):
    """A fact that must hold would not; the message is a French sentence for the form."""


class DayOutside(RuleBroken):
    """The day is before what it belongs to begins, or has not come."""


class WasChanged(RuleBroken):
    """Somebody else saved since the page was shown: nothing was written."""


class SavedSince(Exception):
    """Somebody else saved it since the form was opened: `theirs` is how it stands."""

    def __init__(self, theirs: Any) -> None:
        super().__init__()
        self.theirs = theirs


class ProviderWasChanged(SavedSince):
    """`theirs` is None once it was removed."""


class OrganisationWasChanged(SavedSince):
    """`theirs`: the row."""


class AffiliationWasChanged(SavedSince):
    """`theirs`: the row."""


class IdentityWasChanged(SavedSince):
    """`theirs`: its facts by name."""


class MailIsDown(PartIsDown):
    """The mail server does not take a letter that somebody waits for in front of the screen."""

    sentence = "Le courrier ne part pas pour le moment : rien ne vous a été envoyé. Réessayez dans quelques minutes."


class ProviderIsDown(PartIsDown):
    """An organisation's identity provider does not answer."""

    sentence = "Le service de connexion de votre organisation ne répond pas. Réessayez, ou connectez-vous avec votre adresse."


class ProviderRefused(Exception):
    """What an identity provider said does not hold; the message is a word for the log, never a person's."""


class ProviderIsPrivate(ProviderRefused):
    """A host that the provider has the hub ask lies elsewhere than on the public internet: on this machine, or behind it."""
