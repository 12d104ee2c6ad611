"""What erasure and export must know of files."""

from hub.core.accounts import audiences
from hub.core.accounts.actor import Actor
from hub.core.accounts.models import User
from hub.core.documents.models import EditorialDocument, EditorialImage, EditorialRendition, FileAudience, PrivateFile
from hub.core.ui.panels import Personal, personal, register


@register("erasure", "documents", order=90)
def erase(actor: Actor, person: User) -> None:
    """Once the rows that carry files have erased theirs: of those that stay, she is no reader any more."""
    FileAudience.objects.filter(token=audiences.person(person.pk)).delete()


WITH_WHAT_IT_PROVES = "Aussi longtemps que la ligne que le fichier prouve."
WHILE_PUBLISHED = "Aussi longtemps que le contenu est publié."
SENDER = "Savoir à qui demander une version lisible ou corrigée du fichier."

_content = Personal("Prouver ou montrer ce que la ligne qui porte le fichier affirme.", WITH_WHAT_IT_PROVES, "delete")
_editor = Personal("Savoir quelle rédactrice ou quel rédacteur a déposé le fichier.", WHILE_PUBLISHED, "anonymise")

personal(
    PrivateFile,
    {
        "name": Personal("Retrouver un fichier parmi d’autres ; le nom peut contenir celui d’une personne.", WITH_WHAT_IT_PROVES, "delete"),
        "storage_name": _content,
        "uploaded_by": Personal(SENDER, WITH_WHAT_IT_PROVES, "anonymise"),
    },
    other={
        "id", "created_at", "updated_at", "kind", "content_type", "size_bytes", "sha256", "width", "height", "pages", "scan", "waiting_told_at",
        "organisation",
    },
)  # fmt: skip
personal(
    FileAudience,
    {"token": Personal("Dire qui peut lire le fichier, parfois une seule personne.", WITH_WHAT_IT_PROVES, "delete")},
    other={"id", "file"},
)
personal(
    EditorialImage,
    {"uploaded_by_user": _editor},
    other={
        "id", "collection", "title", "file", "description", "width", "height", "created_at", "focal_point_x", "focal_point_y",
        "focal_point_width", "focal_point_height", "file_size", "file_hash", "tags",
    },
)  # fmt: skip
personal(EditorialRendition, {}, other={"id", "image", "filter_spec", "file", "width", "height", "focal_point_key"})
personal(
    EditorialDocument,
    {"uploaded_by_user": _editor},
    other={"id", "collection", "public_id", "title", "name", "file", "created_at", "file_size", "file_hash", "tags"},
)
