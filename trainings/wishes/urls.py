from django.urls import path

from trainings.wishes.views import answering, asking, census, own

app_name = "wishes"
urlpatterns = [
    path("formations/besoins/", own.wishes, name="own"),
    path("formations/besoins/nouveau/", own.new, name="new"),
    path("formations/besoins/<uuid:pk>/modifier/", own.change, name="change"),
    path("formations/besoins/<uuid:pk>/retirer/", own.withdraw, name="withdraw"),
    path("formations/besoins/federation/", census.themes, name="census"),
    path("formations/besoins/federation.csv", census.themes_csv, name="census_csv"),
    path("formations/besoins/<uuid:pk>/session/", answering.choose, name="choose"),
    path("formations/besoins/<uuid:pk>/session/<uuid:course_id>/", answering.open_session, name="open"),
    path("formations/besoins/<uuid:pk>/demande/<uuid:course_id>/", asking.ask_body, name="ask"),
    path("formations/besoins/<uuid:pk>/demande/retirer/", asking.take_back, name="take_back"),
    path("formations/besoins/<uuid:pk>/decliner/", asking.decline, name="decline"),
]
