from django.db import models


class OrganisationKind(models.TextChoices):
    CAE = "cae", "CAE"
    NETWORK = "network", "réseau"
    TRAINING_BODY = "training_body", "organisme de formation"
    LOCAL_PARTNER = "local_partner", "partenaire local"
    COLLECTIVE = "collective", "collectif sans personnalité juridique"


GATHERING = (OrganisationKind.NETWORK, OrganisationKind.COLLECTIVE)  # those that others join


class LegalForm(models.TextChoices):
    SARL = "sarl", "SARL"
    SA = "sa", "SA"
    SAS = "sas", "SAS"
    ASSOCIATION = "association", "association"
    UES = "ues", "union d’économie sociale"
    PUBLIC = "public", "établissement public"


class CooperativeStatute(models.TextChoices):
    SCOP = "scop", "Scop"
    SCIC = "scic", "Scic"
    LAW_1947 = "loi_1947", "coopérative loi 1947"


class AffiliationRole(models.TextChoices):
    MEMBER = "member", "membre"
    OBSERVER = "observer", "observatrice"
    BOARD = "board", "au conseil"


class SuccessionKind(models.TextChoices):
    MERGER = "merger", "fusion"
    INCUBATION = "incubation", "essaimage"
    SPLIT = "split", "scission"


class Purpose(models.TextChoices):
    """What an agreement allows; each purpose opens named permissions (permissions.py) and nothing else."""

    REGISTRATION = "registration", "inscrire les personnes de la CAE aux sessions"
    FUNDING = "funding", "suivre les dossiers OPCO de la CAE"
    INVENTORY = "inventory", "tenir l’état des lieux, les offres et les besoins de la CAE"


class EndedBy(models.TextChoices):
    """Who ended a membership: none of them reopens what another ended."""

    ORGANISATION = "organisation", "l’organisation"
    COORDINATION = "coordination", "la coordination"
    PERSON = "person", "la personne"


class SecurityEvent(models.TextChoices):
    """What a person is told about her own account, at once."""

    NEW_DEVICE = "new_device", "Connexion depuis un nouvel appareil"
    SECOND_FACTOR_ADDED = "second_factor_added", "Second facteur ajouté"
    SECOND_FACTOR_REMOVED = "second_factor_removed", "Second facteur retiré"
    SECOND_FACTOR_RESET = "second_factor_reset", "Compte rouvert à votre demande, second facteur remplacé"
    RECOVERY_ASKED = "recovery_asked", "Réouverture de votre compte demandée, second facteur perdu"
    RECOVERY_DISMISSED = "recovery_dismissed", "Demande de réouverture de votre compte écartée"
    RESCUED = "rescued", "Compte rouvert par un lien de l’hébergeur, mot de passe et second facteur remplacés"
    PASSWORD_CHANGED = "password_changed", "Mot de passe changé"
    ADDRESS_CHANGED = "address_changed", "Adresse électronique changée par la coordination"
    EDITOR_ADDED = "editor_added", "Place à la rédaction du site donnée par la coordination"
    EDITOR_REMOVED = "editor_removed", "Place à la rédaction du site retirée par la coordination"


class Checked(models.TextChoices):
    """How one made sure of who asks to have a second factor reset."""

    IN_PERSON = "in_person", "en personne"
    CALL = "call", "au téléphone, à un numéro que je connaissais"
    VIDEO = "video", "en visioconférence, à l’image"
