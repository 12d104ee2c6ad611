from django.urls import path

from hub.pages.events.views import pages, places
from hub.pages.writing.urls import of

app_name = "events"
ONE = "vie/agenda/<uuid:pk>"
urlpatterns = [
    *of(pages.NOUN, "agenda"),
    path("vie/agenda.ics", pages.listing_ics, name="list_ics"),
    path(f"{ONE}.ics", pages.event_ics, name="event_ics"),
    path(f"{ONE}/annuler/", pages.cancel, name="cancel"),
    path(f"{ONE}/inscription/", places.register, name="register"),
    path(f"{ONE}/inscriptions/", places.people, name="people"),
    path(f"{ONE}/inscriptions/ajouter/", places.add_guest, name="add_guest"),
    path(f"{ONE}/inscriptions.csv", places.people_csv, name="people_csv"),
    path(f"{ONE}/inscriptions/<uuid:registration_id>/retirer/", places.give_back, name="give_back"),
    path("flux/<slug:secret>.ics", pages.feed_ics, name="feed_ics"),
]
