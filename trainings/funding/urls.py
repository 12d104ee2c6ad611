from django.urls import path

from trainings.funding.views import correcting, files, moving, opcos, settings

app_name = "funding"
urlpatterns = [
    path("formations/dossiers/", files.files, name="files"),
    path("formations/dossiers.csv", files.files_csv, name="files_csv"),
    path("formations/dossiers/ma-cae/", settings.employer, name="employer"),
    path("formations/sessions/<uuid:pk>/dossier/", files.open_file, name="open"),
    path("formations/dossiers/<uuid:pk>/", files.file, name="file"),
    path("formations/dossiers/<uuid:pk>/demande.zip", files.request_file, name="request"),
    path("formations/dossiers/<uuid:pk>/convention-signee/", moving.agreement, name="agreement"),
    path("formations/dossiers/<uuid:pk>/corriger/", correcting.correct, name="correct"),
    path("formations/dossiers/<uuid:pk>/etat-precedent/", correcting.revert, name="revert"),
    path("formations/dossiers/<uuid:pk>/etat/<slug:target>/", moving.move, name="move"),
    path("federation/opco/", opcos.opcos, name="opcos"),
    path("federation/opco/<slug:key>/", opcos.opco, name="opco"),
    path("federation/opco/<slug:key>/reprendre/", opcos.reset, name="reset_opco"),
]
