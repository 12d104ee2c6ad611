from django.urls import path

from workgroups.decisions import views

app_name = "decisions"
urlpatterns = [
    path("groupes/<slug:acronym>/decisions/", views.decisions, name="decisions"),
    path("groupes/<slug:acronym>/decisions/nouvelle/", views.new_decision, name="new_decision"),
    path("groupes/<slug:acronym>/decisions/<uuid:pk>/retirer/", views.withdraw_decision, name="withdraw_decision"),
    path("groupes/<slug:acronym>/actions/", views.actions, name="actions"),
    path("groupes/<slug:acronym>/actions/nouvelle/", views.new_action, name="new_action"),
    path("groupes/<slug:acronym>/actions/<uuid:pk>/", views.edit_action, name="edit_action"),
    path("groupes/<slug:acronym>/actions/<uuid:pk>/etat/", views.set_status, name="action_status"),
]
