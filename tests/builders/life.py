"""What members write for each other, with good defaults."""

from datetime import timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from hub.core.accounts.actor import Actor
from hub.core.accounts.audiences import FEDERATION
from hub.core.accounts.models import Organisation, User
from hub.core.accounts.selectors import actor_for
from hub.pages.events import services as events
from hub.pages.events.enums import EventKind
from hub.pages.events.models import EventPage, EventRegistration
from hub.pages.library import services as library
from hub.pages.library.models import ResourcePage
from hub.pages.news.models import NewsPage
from hub.pages.notes.models import NotePage
from hub.pages.questions import services as questions
from hub.pages.questions.models import Answer, QuestionPage
from hub.pages.writing import services as writing
from tests.builders.accounts import make_coordinator, make_member, make_person
from tests.builders.kept import kept
from workgroups.groups.models import Workgroup


@kept
def writer(organisation: Organisation | None = None, role: str = "advisor") -> User:
    return make_person(organisation or make_member(), role)


def facts_of(title: str, **facts) -> dict:
    group: Workgroup | None = facts.pop("group", None)
    shown = {"title": title, "body": f"{title} : le texte.", "theme": "", "audience": group.token if group else FEDERATION} | facts
    return shown | ({"workgroup_id": group.pk} if group else {})


@kept
def make_question(title: str = "Comment assurer un chantier école ?", *, author: User | None = None, **facts) -> QuestionPage:
    """Asked, so published; of a group alone with `group`."""
    return writing.create(QuestionPage, facts=facts_of(title, **facts), actor=actor_for(author or writer()))


@kept
def make_answer(question: QuestionPage, body: str = "Par un avenant.", *, author: User | None = None) -> Answer:
    return questions.write_answer(question, body=body, actor=actor_for(author or writer()))


@kept
def make_note(title: str = "Un fourgon pour trois", *, author: User | None = None, live: bool = True, **facts) -> NotePage:
    actor = actor_for(author or writer())
    page = writing.create(NotePage, facts=facts_of(title, **facts), actor=actor)
    return writing.publish(page, actor=actor) if live else page


@kept
def make_news(title: str = "Séminaire de printemps", *, author: User | None = None, live: bool = True, **facts) -> NewsPage:
    actor = actor_for(author or make_coordinator())
    page = writing.create(NewsPage, facts=facts_of(title, **facts), actor=actor)
    return writing.publish(page, actor=actor) if live else page


@kept
def make_event(title: str = "Visite d’un chantier paille", *, author: User | None = None, starts_in: int = 20, **facts) -> EventPage:
    """Announced by a CAE's team, `starts_in` days from now, with twelve places unless `capacity` says otherwise."""
    starts = timezone.now() + timedelta(days=starts_in)
    shown = {
        "kind": EventKind.VISIT, "starts_at": starts, "ends_at": starts + timedelta(hours=3), "place": "Cadillac (33)", "link": "",
        "closes_at": None, "capacity": 12,
    } | facts  # fmt: skip
    return events.create_event(EventPage, facts=facts_of(title, **shown), actor=actor_for(author or writer()))


@kept
def attend(event: EventPage, user: User | None = None) -> EventRegistration:
    return events.register(event, actor=actor_for(user or writer())).registration


def add_guest(event: EventPage, name: str = "Ada Exemple", *, email: str = "", phone: str = "", **facts) -> EventRegistration:
    return events.add_guest(event, name=name, email=email, phone=phone, actor=actor_for(event.author), **facts)


def text_file(content: str = "Modèle", name: str = "modele.txt") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content.encode(), "text/plain")


def make_resource(title: str = "Convention type", *, author: User | None = None, content: str = "Modèle", **facts) -> ResourcePage:
    shown = {"licence_key": "cc-by", "file": text_file(content), "note": ""} | facts
    return library.create_resource(ResourcePage, facts=facts_of(title, **shown), actor=actor_for(author or writer()))


def actor_of(user: User) -> Actor:
    return actor_for(user)
