from django.urls import path

from workgroups.meetings import views

app_name = "meetings"
urlpatterns = [
    path("groupes/<slug:acronym>/reunions/", views.meetings, name="meetings"),
    path("groupes/<slug:acronym>/reunions/nouvelle/", views.new_meeting, name="new_meeting"),
    path("groupes/<slug:acronym>/reunions/<uuid:pk>/", views.meeting, name="meeting"),
    path("groupes/<slug:acronym>/reunions/<uuid:pk>.ics", views.meeting_ics, name="meeting_ics"),
    path("groupes/<slug:acronym>/reunions/<uuid:pk>/modifier/", views.edit_meeting, name="edit_meeting"),
    path("groupes/<slug:acronym>/reunions/<uuid:pk>/compte-rendu/", views.minutes, name="minutes"),
    path("groupes/<slug:acronym>/reunions/<uuid:pk>/annuler/", views.cancel_meeting, name="cancel_meeting"),
    path("groupes/<slug:acronym>/reunions/<uuid:pk>/decision/", views.note_decision, name="note_decision"),
    path("groupes/<slug:acronym>/decisions/<uuid:pk>/", views.edit_decision, name="edit_decision"),
    path("groupes/<slug:acronym>/reunions/<uuid:pk>/action/", views.note_action, name="note_action"),
]
