"""The catalogue: a tree of programmes, one branch per organisation that trains, each programme a page with its releases."""

from typing import Any, Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.models import Page, PageManager, PageQuerySet

from hub.core.accounts.actor import Actor
from hub.core.kit.identifiers import uuid7
from trainings.catalogue.enums import CourseStatus, Modality


class CatalogueIndexPage(Page):
    """The trunk; its address is the list of courses (catalogue:courses), so the page itself only sends there."""

    own_screens = True
    max_count = 1
    parent_page_types = ["pages.HomePage"]
    subpage_types = ["catalogue.TrainingBodyPage"]

    class Meta:
        verbose_name = "catalogue des formations"

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return redirect("catalogue:courses")


class TrainingBodyPage(Page):
    """The branch of one organisation: its programmes stand below it, so that page rights can be given by organisation."""

    own_screens = True
    organisation = models.OneToOneField("accounts.Organisation", models.PROTECT, related_name="+")
    parent_page_types = ["catalogue.CatalogueIndexPage"]
    subpage_types = ["catalogue.CoursePage"]
    content_panels = [*Page.content_panels, FieldPanel("organisation", read_only=True)]

    class Meta:
        verbose_name = "programmes d’une organisation"

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return redirect(f"{reverse('catalogue:courses')}?organisation={self.slug}")


class CourseQuerySet(PageQuerySet):
    def visible_to(self, actor: Actor) -> Self:
        """Published programmes are public; drafts are seen by the staff of the organisation that writes them."""
        own = Q(organisation=actor.organisation_id) if actor.is_staff_of(actor.organisation_id) else Q(pk__in=())
        return self.filter(Q(live=True) | own)


class CoursePage(Page):
    """The programme of a training action: every field that Qualiopi (indicators 1, 5, 6, 17) and the convention (D6353-1) ask of it.

    A draft may lack anything but its title. `version` counts the releases; paperwork freezes the one that it names.
    """

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="courses", verbose_name="organisme")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="courses", verbose_name="écrit par"
    )
    version = models.PositiveIntegerField("version publiée", default=0, editable=False)

    summary = models.CharField("en une phrase", max_length=300, blank=True)
    objectives = models.TextField(
        "objectifs", blank=True, help_text="Un par ligne, chacun commence par un verbe : ce que la personne saura faire et montrer."
    )
    public = models.TextField("public visé", blank=True)
    prerequisites = models.TextField("prérequis", blank=True, help_text="« Aucun » est une réponse.")
    content = models.TextField("contenu", blank=True, help_text="Une séquence par ligne ; une ligne vide sépare deux parties.")
    teaching_means = models.TextField("moyens pédagogiques", blank=True)
    technical_means = models.TextField("moyens techniques", blank=True)
    supervision = models.TextField("encadrement", blank=True, help_text="Qui forme, avec quelles compétences.")
    modality = models.CharField("modalité", max_length=12, choices=Modality, default=Modality.IN_PERSON)
    duration_minutes = models.PositiveIntegerField(
        "durée en minutes", null=True, blank=True, validators=[MinValueValidator(30), MaxValueValidator(120_000)]
    )
    follow_up = models.TextField("suivi", blank=True, help_text="Émargement, relances, personne référente.")
    assessment = models.TextField("évaluation", blank=True)
    outcome = models.TextField("sanction", blank=True, help_text="Certificat de réalisation, attestation, certification visée.")
    accessibility = models.TextField("accès des personnes en situation de handicap", blank=True)
    access_delay = models.TextField("modalités et délais d’accès", blank=True)
    contact = models.TextField("contact", blank=True, help_text="Une personne et comment la joindre.")
    indicative_price_cents = models.PositiveIntegerField("prix indicatif hors taxes, en centimes", null=True, blank=True)
    nsf_code = models.CharField("spécialité (NSF)", max_length=3, blank=True)
    skills = models.JSONField("compétences (Formacode)", default=list, blank=True)  # five-digit codes, so that a release keeps its own list
    trades = models.JSONField("métiers (ROME)", default=list, blank=True)

    own_screens = True
    objects = PageManager.from_queryset(CourseQuerySet)()

    parent_page_types = ["catalogue.TrainingBodyPage"]
    subpage_types: list[str] = []
    template = "catalogue/course.html"
    preview_modes: list[tuple[str, str]] = []

    PROGRAMME = (
        "summary", "objectives", "public", "prerequisites", "content", "teaching_means", "technical_means", "supervision", "modality",
        "duration_minutes", "follow_up", "assessment", "outcome", "accessibility", "access_delay", "contact", "indicative_price_cents",
        "nsf_code", "skills", "trades",
    )  # fmt: skip
    content_panels = [
        *Page.content_panels,
        MultiFieldPanel([FieldPanel(name) for name in PROGRAMME if name not in {"skills", "trades"}], heading="Programme"),
    ]

    class Meta:
        verbose_name = "programme de formation"
        verbose_name_plural = "programmes de formation"

    @property
    def status_word(self) -> CourseStatus:
        if self.workflow_in_progress:
            return CourseStatus.IN_REVIEW
        if self.live:
            return CourseStatus.LIVE_WITH_DRAFT if self.has_unpublished_changes else CourseStatus.LIVE
        return CourseStatus.DRAFT

    @property
    def was_published(self) -> bool:
        return self.live or self.first_published_at is not None

    @property
    def objective_lines(self) -> list[str]:
        return [line.strip(" -•") for line in self.objectives.splitlines() if line.strip()]
