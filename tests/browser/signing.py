"""A half-day that goes on now, whatever the hour, and a hand that signs it."""

from datetime import timedelta

from django.utils import timezone

from hub.core.kit.dates import today
from tests.builders.accounts import make_member, make_person
from tests.builders.attendance import make_attended
from trainings.attendance.codes import code_of
from trainings.sessions.enums import SessionStatus
from trainings.sessions.models import HalfDay, TrainingSession

# The addresses of the pages that the browser keeps, the files of the pages apart.
KEPT = """async () => { const found = [];
  for (const name of await caches.keys()) if (name.startsWith("hub-kept:"))
    for (const one of await (await caches.open(name)).keys()) found.push(new URL(one.url).pathname);
  return found; }"""


def session_of_now() -> TrainingSession:
    """Two people of one CAE, one half-day, one trainer."""
    made = make_attended(make_member(), make_member(), starts_in=0, each=2)
    first = made.half_days.first()
    made.half_days.exclude(pk=first.pk).delete()
    now = timezone.localtime()
    start = max(now - timedelta(minutes=10), now.replace(hour=0, minute=0, second=0, microsecond=0))
    end = min(now + timedelta(minutes=50), now.replace(hour=23, minute=59))
    HalfDay.objects.filter(pk=first.pk).update(date=today(), starts_at=start.time().replace(second=0, microsecond=0), ends_at=end.time())
    made.trainers.set([make_person(made.organisation, "trainer", first_name="Ana", last_name="Lopes")])
    return made


def address(session: TrainingSession) -> str:
    return f"/formations/sessions/{session.pk}/emargement/{session.half_days.first().pk}/"


def ends_now(session: TrainingSession) -> None:
    """Its half-day is over, and its sheet may be closed."""
    HalfDay.objects.filter(session=session).update(ends_at=timezone.localtime().time())


def cancelled_meanwhile(session: TrainingSession, status: SessionStatus = SessionStatus.CANCELLED) -> None:
    """What makes the hub refuse a signature that the pad finds right; `status` puts the session back."""
    TrainingSession.unscoped.filter(pk=session.pk).update(status=status)


def unfold_keyboard(page) -> None:
    """As it is without script."""
    if not page.locator("[data-hub-typing]").evaluate("(fold) => fold.open"):
        page.get_by_text("Signer au clavier").click()


def type_name(page, row, name: str = "") -> None:
    """Her name, or another, and her own code of the first half-day."""
    unfold_keyboard(page)
    page.get_by_label("Prénom et nom en entier").fill(name or row.trainee.name)
    page.get_by_label("Code à quatre chiffres").fill(code_of(row, row.session.half_days.all()[0]))


def draw(page) -> None:
    frame = page.locator("dialog .pad, form .pad").first.bounding_box()
    page.mouse.move(frame["x"] + 40, frame["y"] + 40)
    page.mouse.down()
    for step in range(12):
        page.mouse.move(frame["x"] + 50 + step * 14, frame["y"] + 40 + (step % 3) * 22)
    page.mouse.up()


def keeps(page, *paths):
    """Wait until the browser keeps these pages and no other."""
    wanted = sorted(paths)
    for _ in range(100):
        if sorted(page.evaluate(KEPT)) == wanted:
            return
        page.wait_for_timeout(50)
    assert sorted(page.evaluate(KEPT)) == wanted
