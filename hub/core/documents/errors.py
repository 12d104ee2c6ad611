"""Why a file is not kept, in words that say what to do."""

from hub.core.kit.text import typo
from hub.core.ui.errors import PartIsDown

SENTENCES = {
    "empty": "Ce fichier est vide. Ouvrez-le sur votre appareil pour vérifier son contenu, puis envoyez-le de nouveau.",
    "too_big": "Ce fichier pèse {size}, et la limite est de {limit}. {advice}",
    "unknown": "Le contenu de ce fichier n’est pas reconnu. Envoyez {accepted}.",
    "format": "Ce fichier est {found}, qui n’est pas accepté ici. Envoyez {accepted}.",
    "extension": "Les fichiers « .{extension} » ne sont pas acceptés. Envoyez {accepted}.",
    "lies": "Ce fichier se nomme « .{extension} », mais son contenu est {found}. Enregistrez-le de nouveau dans le format voulu.",
    "program": "Ce fichier est un programme. Le hub n’en garde aucun : envoyez {accepted}.",
    "virus": "Ce fichier contient une signature de virus. Il n’a pas été gardé : faites vérifier votre appareil.",
    "antivirus_down": "L’antivirus ne répond pas : ce fichier n’a pas été analysé, donc pas gardé. Envoyez-le de nouveau dans quelques minutes.",
    "polyglot": "Ce fichier contient deux formats à la fois. Ouvrez-le, enregistrez-en une copie, et envoyez cette copie.",
    "archive": "Ce fichier est une archive. Envoyez un par un les fichiers qu’elle contient.",
    "markup": "Ce fichier contient une page web ou du code. Ouvrez-le, imprimez-le en PDF, et envoyez ce PDF.",
    "svg": "Les dessins SVG peuvent cacher du code. Exportez celui-ci en PNG, et envoyez cette image.",
    "heic": "Cette photo est au format HEIC. Enregistrez-la en JPEG (sur un iPhone : Réglages, Appareil photo, Formats, Le plus compatible).",
    "old_office": "Ce fichier est d’un ancien format de Word, Excel ou PowerPoint, ou bien il est protégé par un mot de passe. "
    "Enregistrez-le sans mot de passe en .docx, .xlsx, .pptx ou en PDF.",
    "damaged": "Ce fichier est abîmé ou incomplet. Vérifiez qu’il s’ouvre sur votre appareil, puis envoyez-le de nouveau.",
    "locked": "Ce fichier est protégé par un mot de passe. Enregistrez-en une copie sans mot de passe, et envoyez-la.",
    "pixels": "Cette image fait {width} × {height} points, et la limite est de {limit} millions. Réduisez-la, puis envoyez-la de nouveau.",
    "huge": "Cette image est beaucoup trop grande : la limite est de {limit} millions de points. Réduisez-la, puis envoyez-la de nouveau.",
    "unfolded": "Cette image de {width} × {height} points prend trop de mémoire quand elle s’ouvre. Réduisez-la, ou enregistrez-la en JPEG, "
    "puis envoyez-la de nouveau.",
    "too_costly": "Cette image est trop longue ou trop lourde à ouvrir. Réduisez-la, ou enregistrez-la en JPEG, puis envoyez-la de nouveau.",
    "animated": "Cette image est animée. Envoyez une image fixe.",
    "too_complex": "Ce fichier se déplie en un contenu beaucoup trop grand. Enregistrez-le en PDF, ou en plusieurs fichiers plus simples.",
    "macros": "Ce document contient des macros. Enregistrez-le dans le format sans macros (.docx, .xlsx, .pptx), ou en PDF.",
    "acts": "Ce document lance une commande quand il s’ouvre ({found}). Enregistrez-le en PDF, et envoyez ce PDF.",
    "embedded": "Ce document en contient un autre ({inner}). Retirez-le et envoyez-le à part, ou enregistrez le tout en PDF.",
    "remote": "Ce document va chercher une partie de son contenu ailleurs ({target}). Enregistrez-le en PDF, et envoyez ce PDF.",
    "entities": "Ce document contient des définitions cachées (DTD) qu’un traitement de texte n’écrit pas. Enregistrez-le en PDF.",
    "pdf_script": "Ce PDF contient du code (JavaScript). Ouvrez-le, imprimez-le en PDF, et envoyez cette copie.",
    "pdf_launch": "Ce PDF demande d’ouvrir un programme ou un autre fichier. Imprimez-le en PDF, et envoyez cette copie.",
    "pdf_attachment": "Ce PDF contient des pièces jointes. Envoyez-les à part, et envoyez le PDF sans elles (imprimez-le en PDF).",
    "pdf_media": "Ce PDF contient du son, de la vidéo ou un objet animé. Imprimez-le en PDF, et envoyez cette copie.",
    "pdf_form": "Ce PDF est un formulaire dynamique (XFA) que tous les logiciels ne savent pas lire. Imprimez-le en PDF, et envoyez cette copie.",
    "pdf_elsewhere": "Ce PDF va chercher quelque chose sur un autre site, ou y envoie ce qu’on y écrit. "
    "Imprimez-le en PDF, et envoyez cette copie.",
    "pages": "Ce PDF a {pages} pages, et la limite est de {limit}. Envoyez-le en plusieurs fichiers.",
    "charset": "Ce fichier texte n’est pas en UTF-8. Dans votre tableur, choisissez Enregistrer sous, puis CSV UTF-8.",
    "formula": "La ligne {line} contient une formule (« {cell} »). Enregistrez les valeurs seules, puis envoyez le fichier de nouveau.",
    "storage_down": "Les fichiers ne se gardent pas pour le moment : le lieu où ils sont rangés ne répond pas. Réessayez dans quelques minutes.",
    "busy": "Le hub examine déjà un autre fichier : celui-ci n’a pas été gardé. Envoyez-le de nouveau dans un instant.",
    "table": "La ligne {line} de ce tableau ne se lit pas. Enregistrez-le de nouveau en CSV UTF-8.",
}


class UploadRefused(Exception):
    """A file that the hub does not keep; `code` is for the audit and the tests, `sentence` (French) for the person."""

    def __init__(self, code: str, **values: object) -> None:
        self.code = code
        self.sentence = typo(SENTENCES[code].format(**values))
        super().__init__(self.sentence)


class UnknownKind(LookupError):
    """A kind of file that no package has registered."""


class FileIsLost(Exception):
    """The row is there, its bytes are not: storage was restored without its files, or someone removed them."""


class FileIsInfected(Exception):
    """The row is there, its bytes are gone: the antivirus found a virus in them."""


class FileAwaitsScan(PartIsDown):
    """The file is in quarantine: the antivirus has not said yet that it is clean."""

    sentence = "Ce fichier est en attente de l’analyse antivirus : il ne s’ouvre pour personne tant qu’elle n’est pas faite."


class AntivirusIsDown(PartIsDown):
    """ClamAV does not answer, or says something else than that a file is clean or infected."""

    sentence = "L’antivirus ne répond pas pour le moment."


class FileIsUnread(AntivirusIsDown):
    """ClamAV answers, and does not get to the end of this file: its limits, or our patience."""


class StorageIsDown(PartIsDown):
    """The place of the files does not answer, or refuses the hub."""

    sentence = "Les fichiers ne répondent pas pour le moment. Le reste du hub marche ; réessayez dans quelques minutes."
