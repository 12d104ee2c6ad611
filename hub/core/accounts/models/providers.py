from django.db import models

from hub.core.accounts.models.organisations import Organisation
from hub.core.accounts.sealed import seal, unseal
from hub.core.kit.models import Row


class IdentityProvider(Row):
    """The OpenID Connect server by which the people of one organisation may sign in.

    `issuer` as its discovery document says it; `domains` the mail domains it answers for, lower case; `second_factor_values` what its `amr`
    or `acr` says when it has asked a second factor itself (RFC 8176: «mfa», «otp», «hwk»), empty when the hub asks its own.
    """

    organisation = models.OneToOneField(Organisation, models.PROTECT, related_name="identity_provider", verbose_name="organisation")
    issuer = models.URLField("adresse du fournisseur", max_length=300)
    client_id = models.CharField("identifiant du hub chez lui", max_length=200)
    sealed_secret = models.TextField(editable=False)
    domains = models.JSONField("domaines de courrier", default=list)
    second_factor_values = models.JSONField("valeurs qui valent second facteur", default=list, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = "fournisseur d’identité"
        verbose_name_plural = "fournisseurs d’identité"

    def __str__(self) -> str:
        return f"{self.organisation} : {self.issuer}"

    @property
    def audit_label(self) -> str:
        return self.issuer

    @property
    def secret(self) -> str:
        return unseal(self.sealed_secret)

    @secret.setter
    def secret(self, secret: str) -> None:
        self.sealed_secret = seal(secret)
