from django.urls import path

from directory.sharing.views import announcements, inventory

OFFER, NEED = {"kind": "offer"}, {"kind": "need"}
app_name = "sharing"
urlpatterns = [
    path("services/", inventory.inventory, name="matrix"),
    path("services.json", inventory.inventory_json, name="matrix_json"),
    path("services.csv", inventory.inventory_csv, name="matrix_csv"),
    path("services/etat-des-lieux/", inventory.declare, name="declare"),
    path("services/offres/", announcements.announcements, OFFER, name="offers"),
    path("services/offres.json", announcements.announcements_json, OFFER, name="offers_json"),
    path("services/offres.csv", announcements.announcements_csv, OFFER, name="offers_csv"),
    path("services/offres/nouvelle/", announcements.new, OFFER, name="new_offer"),
    path("services/besoins/", announcements.announcements, NEED, name="needs"),
    path("services/besoins.json", announcements.announcements_json, NEED, name="needs_json"),
    path("services/besoins.csv", announcements.announcements_csv, NEED, name="needs_csv"),
    path("services/besoins/nouveau/", announcements.new, NEED, name="new_need"),
    path("services/annonces/<uuid:pk>/", announcements.announcement, name="announcement"),
    path("services/annonces/<uuid:pk>/modifier/", announcements.change, name="change_announcement"),
    path("services/annonces/<uuid:pk>/retirer/", announcements.withdraw, name="withdraw_announcement"),
]
