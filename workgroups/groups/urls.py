from django.urls import path

from workgroups.groups.views import documents, groups, members

app_name = "groups"
urlpatterns = [
    path("groupes/", groups.groups, name="groups"),
    path("groupes/nouveau/", groups.new_group, name="new_group"),
    path("groupes/<slug:acronym>/", groups.group, name="group"),
    path("groupes/<slug:acronym>/modifier/", groups.edit_group, name="edit_group"),
    path("groupes/<slug:acronym>/ouvrir/", groups.open_group, name="open_group"),
    path("groupes/<slug:acronym>/terminer/", groups.end_group, name="end_group"),
    path("groupes/<slug:acronym>/abandonner/", groups.abandon_group, name="abandon_group"),
    path("groupes/<slug:acronym>/membres/", members.members, name="members"),
    path("groupes/<slug:acronym>/membres/<uuid:pk>/role/", members.set_role, name="set_role"),
    path("groupes/<slug:acronym>/membres/<uuid:pk>/retirer/", members.remove_member, name="remove_member"),
    path("groupes/<slug:acronym>/documents/", documents.documents, name="documents"),
    path("groupes/<slug:acronym>/documents/<uuid:pk>/lecteurs/", documents.set_open, name="open_document"),
    path("groupes/<slug:acronym>/documents/<uuid:pk>/retirer/", documents.remove, name="remove_document"),
]
