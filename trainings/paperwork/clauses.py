"""The usual clauses of an agreement, offered until the parties write their own. No lawyer has reviewed them (mentions.PROVENANCE)."""

from trainings.paperwork.facts import Clause

_UNATTENDED = "Les heures qui n’ont pas été suivies ne sont pas facturées au titre de la formation (article L6354-1 du Code du travail)."

USUAL = (
    Clause(
        "withdrawal",
        "Dédit, annulation, absence",
        f"{_UNATTENDED} Un dédit n’est dû que s’il est prévu ici ; il fait l’objet d’une facture à part, à la charge de l’acheteur, et "
        "n’est pris en charge par aucun financeur de la formation.",
    ),
    Clause(
        "subcontracting",
        "Sous-traitance",
        "L’organisme de formation réalise l’action lui-même. Il ne la confie à un autre organisme, en tout ou en partie, qu’avec l’accord "
        "écrit de l’acheteur.",
    ),
    Clause(
        "personal_data",
        "Données personnelles",
        "Les données des stagiaires servent à organiser l’action, à en prouver la réalisation et à en obtenir le financement. Elles ne "
        "sont communiquées qu’aux parties, au financeur et aux services de contrôle. Chaque stagiaire peut demander à l’organisme de formation "
        "d’y accéder et de les corriger.",
    ),
    Clause(
        "disputes",
        "Litiges",
        "Les parties cherchent d’abord un accord amiable. À défaut, le litige est porté devant le tribunal compétent.",
    ),
)


def usual(*own: Clause) -> tuple[Clause, ...]:
    """The usual clauses, those of the parties taking the place of the usual one on the same theme; other themes come last."""
    chosen = {clause.theme: clause for clause in own if clause.text.strip()}
    themes = {clause.theme for clause in USUAL}
    return (*(chosen.get(clause.theme, clause) for clause in USUAL), *(clause for theme, clause in chosen.items() if theme not in themes))
