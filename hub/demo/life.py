"""The life of the invented federation between meetings: questions with answers, events with people, news, notes, resources."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from hub.core.accounts.actor import Actor
from hub.core.accounts.audiences import FEDERATION, PUBLIC
from hub.core.accounts.selectors import actor_for
from hub.core.kit.dates import today
from hub.demo import told
from hub.demo.federation import Federation
from hub.demo.people import Crowd
from hub.pages.events import services as events
from hub.pages.events.models import EventPage
from hub.pages.library import services as library
from hub.pages.library.models import ResourcePage
from hub.pages.news.models import NewsPage
from hub.pages.notes.models import NotePage
from hub.pages.questions import services as questions
from hub.pages.questions.models import QuestionPage
from hub.pages.writing import services as writing
from workgroups.groups.models import Workgroup


def live(crowd: Crowd, federation: Federation, progress: Callable[[str, int, int], None]) -> None:
    cast = _Cast(crowd, federation)
    _ask(cast)
    _tell(cast)
    progress("Échanges", 1, 2)
    _gather(cast)
    _share(cast)
    progress("Échanges", 2, 2)


class _Cast:
    """Who plays whom: a CAE's rank and a role, «runner» for the delegate who runs the groups."""

    def __init__(self, crowd: Crowd, federation: Federation) -> None:
        self._users = {(one.organisation.pk, one.roles[0]): one.user for one in reversed(crowd.accounts)}
        self.federation, self._actors = federation, dict[Any, Actor]()

    def actor(self, who: Any) -> Actor:
        """The actor of somebody; her account's own rights, read once."""
        if who not in self._actors:
            home, role = (self.federation.hub, "facilitator") if who == "runner" else (
                (self.federation.hub, "coordinator") if who == "coordinator" else (self.federation.building[who[0]], who[1])
            )  # fmt: skip
            self._actors[who] = actor_for(self._users[home.pk, role])
        return self._actors[who]


def _words(title: str, theme: str, body: str, *, public: bool = False) -> dict[str, Any]:
    return {"title": title, "theme": theme, "body": body, "audience": PUBLIC if public else FEDERATION}


def _ask(cast: _Cast) -> None:
    readers = [cast.actor((rank, "director")) for rank in range(5)]
    for author, theme, title, body, answers, kept in told.QUESTIONS:
        asker = cast.actor(author)
        question = writing.create(QuestionPage, facts=_words(title, theme, body), actor=asker)
        rows = []
        for who, text, marks in answers:
            rows.append(questions.write_answer(question, body=text, actor=cast.actor(who)))
            for reader in [one for one in readers if one.user_id not in {cast.actor(who).user_id, asker.user_id}][:marks]:
                questions.mark_useful(rows[-1], on=True, actor=reader)
        if kept is not None:
            questions.accept_answer(rows[kept], on=True, actor=asker)


def _tell(cast: _Cast) -> None:
    for author, theme, title, body, is_live in told.NOTES:
        note = writing.create(NotePage, facts=_words(title, theme, body), actor=cast.actor(author))
        if is_live:
            writing.publish(note, actor=cast.actor(author))
    group = Workgroup.unscoped.get(acronym="formation")
    for is_group, theme, title, body, public in told.NEWS:
        actor = cast.actor("runner" if is_group else "coordinator")
        facts = _words(title, theme, body, public=public) | ({"workgroup_id": group.pk} if is_group else {})
        writing.publish(writing.create(NewsPage, facts=facts, actor=actor), actor=actor)


def _gather(cast: _Cast) -> None:
    """A small visit is full and has a line; who comes is the same each time."""
    people = [cast.actor((rank, role)) for rank in range(5) for role in ("director", "advisor")]
    for kind, author, theme, title, body, day, hour, hours, place, link, capacity, public in told.EVENTS:
        starts = timezone.make_aware(datetime.combine(today() + timedelta(days=day), time(hour)))
        facts = _words(title, theme, body, public=public) | {
            "kind": kind, "starts_at": starts, "ends_at": starts + timedelta(hours=hours), "place": place, "link": link, "capacity": capacity,
            "closes_at": None,
        }  # fmt: skip
        event = events.create_event(EventPage, facts=facts, actor=cast.actor(author))
        for actor in people[:4] if capacity and day > 0 else []:
            events.register(event, actor=actor)


def _share(cast: _Cast) -> None:
    for author, theme, licence, title, body, public, versions in told.RESOURCES:
        actor = cast.actor(author)
        files = [(note, SimpleUploadedFile("modele.txt", content.encode(), "text/plain")) for note, content in versions]
        facts = _words(title, theme, body, public=public) | {"licence_key": licence, "file": files[0][1], "note": files[0][0]}
        page = library.create_resource(ResourcePage, facts=facts, actor=actor)
        for note, file in files[1:]:
            library.add_version(page, file=file, note=note, actor=actor)
