from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower

from hub.core.kit.models import Row
from hub.core.kit.text import fold


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A person's account; without a password she signs in by mail code."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(Row, AbstractBaseUser, PermissionsMixin):
    """A person who can sign in. What she is like is in directory.people; what she may do, in her memberships."""

    email = models.EmailField("adresse électronique", unique=True)
    first_name = models.CharField("prénom", max_length=80)
    last_name = models.CharField("nom", max_length=80)
    sort_name = models.CharField(max_length=170, editable=False)
    is_active = models.BooleanField("actif", default=True)
    # Set by services for coordinators only: it opens the whole of Wagtail's admin, and nothing in the hub's own screens.
    is_superuser = models.BooleanField("coordination", default=False)
    # A role withdrawn before it had lasted a day leaves no membership to say when she left.
    role_undone_on = models.DateField("veille du retrait d’un rôle sans durée", null=True, blank=True, editable=False)

    # A cooperative that entered her wrote her name: she has not said yet that it is hers.
    is_named_by_others = models.BooleanField("nom écrit par une organisation", default=False, editable=False)

    USERNAME_FIELD = EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["first_name", "last_name"]
    objects = UserManager()

    class Meta:
        verbose_name = "personne"
        ordering = ["sort_name", "id"]
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_unique_whatever_case")]
        indexes = [models.Index(fields=["sort_name", "id"])]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.sort_name = self.sorted_by(self.first_name, self.last_name)
        if kwargs.get("update_fields") is not None and {"first_name", "last_name"} & set(kwargs["update_fields"]):
            kwargs["update_fields"] = {*kwargs["update_fields"], "sort_name"}
        super().save(*args, **kwargs)

    @staticmethod
    def sorted_by(first_name: str, last_name: str) -> str:
        return fold(f"{last_name} {first_name}")[:170]

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def is_staff(self) -> bool:
        """Django's word for «may enter the admin»; the hub's staff are those whose role says so (Role.is_staff)."""
        return self.is_superuser

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.first_name
