from django.db import models


class Practice(models.TextChoices):
    """How a CAE has a function held."""

    UNKNOWN = "unknown", "Non renseigné"
    HELD = "held", "Tenue"
    EXTERNAL = "external", "Prestataire"
    SHARED = "shared", "Déléguée"
    ABSENT = "absent", "Pas tenue"


class AnnouncementKind(models.TextChoices):
    OFFER = "offer", "Offre"
    NEED = "need", "Besoin"


class AnnouncementStatus(models.TextChoices):
    OPEN = "open", "Publiée"
    WITHDRAWN = "withdrawn", "Retirée"
    EXPIRED = "expired", "Expirée"


# from → to, for each status: every other move is refused
ANNOUNCEMENT_MOVES: dict[str, set[str]] = {
    AnnouncementStatus.OPEN: {AnnouncementStatus.WITHDRAWN, AnnouncementStatus.EXPIRED},
    AnnouncementStatus.WITHDRAWN: set(),
    AnnouncementStatus.EXPIRED: {AnnouncementStatus.OPEN, AnnouncementStatus.WITHDRAWN},
}


class RequestStatus(models.TextChoices):
    PENDING = "pending", "En attente"
    ACCEPTED = "accepted", "Acceptée"
    REFUSED = "refused", "Refusée"
    EXPIRED = "expired", "Expirée"
    WITHDRAWN = "withdrawn", "Retirée"


REQUEST_MOVES: dict[str, set[str]] = {
    RequestStatus.PENDING: {RequestStatus.ACCEPTED, RequestStatus.REFUSED, RequestStatus.EXPIRED, RequestStatus.WITHDRAWN},
    RequestStatus.ACCEPTED: set(),
    RequestStatus.REFUSED: set(),
    RequestStatus.EXPIRED: set(),
    RequestStatus.WITHDRAWN: set(),
}


class Stage(models.TextChoices):
    """Where a shared service stands. It runs from the yes on; a legal form, once chosen, locks it until its pieces are there."""

    RUNNING = "running", "En cours"
    PIECES = "pieces", "Pièces à réunir"
    ENDED = "ended", "Terminée"


STAGE_MOVES: dict[str, set[str]] = {
    Stage.RUNNING: {Stage.PIECES, Stage.ENDED},
    Stage.PIECES: {Stage.RUNNING, Stage.ENDED},
    Stage.ENDED: set(),
}


class HalfDay(models.TextChoices):
    NONE = "", "en heures"
    MORNING = "am", "matin"
    AFTERNOON = "pm", "après-midi"


class StatementStatus(models.TextChoices):
    ISSUED = "issued", "À accepter"
    CONTESTED = "contested", "Contesté"
    ACCEPTED = "accepted", "Accepté"
    RECALLED = "recalled", "Rappelé"


UNANSWERED = {StatementStatus.ISSUED, StatementStatus.RECALLED}
WITH_ITS_SENDER = {StatementStatus.CONTESTED, StatementStatus.RECALLED}  # its month is open again, it is to be sent anew
STATEMENT_MOVES: dict[str, set[str]] = {
    StatementStatus.ISSUED: {StatementStatus.ACCEPTED, StatementStatus.CONTESTED, StatementStatus.RECALLED},
    StatementStatus.CONTESTED: {StatementStatus.ISSUED},
    StatementStatus.ACCEPTED: {StatementStatus.CONTESTED},
    StatementStatus.RECALLED: {StatementStatus.ISSUED},
}


class LineState(models.TextChoices):
    PENDING = "pending", "À lire"
    ACCEPTED = "accepted", "Acceptée"
    CONTESTED = "contested", "Contestée"
