from django.urls import path

from trainings.attendance import views, worker

app_name = "attendance"
SHEET = "formations/sessions/<uuid:pk>/emargement/<uuid:half_day>/"
urlpatterns = [
    path("formations/sessions/hors-ligne.js", worker.script, name="worker"),  # its folder is all that it may answer for
    path("formations/sessions/<uuid:pk>/emargement/", views.sheets, name="sheets"),
    path(SHEET, views.sheet, name="sheet"),
    path(f"{SHEET}signer/<uuid:registration>/", views.sign, name="sign"),
    path(f"{SHEET}signer/<uuid:registration>/code/", views.send_code, name="send_code"),
    path(f"{SHEET}absence/<uuid:registration>/", views.absent, name="absent"),
    path(f"{SHEET}depart/<uuid:registration>/", views.left, name="left"),
    path(f"{SHEET}retirer/<uuid:registration>/", views.clear, name="clear"),
    path(f"{SHEET}clore/", views.close, name="close"),
    path(f"{SHEET}corriger/", views.correct, name="correct"),
    path(f"{SHEET}pdf/", views.issue, name="issue"),
    path("formations/sessions/<uuid:pk>/emargement/feuilles/<uuid:sheet>.pdf", views.sheet_pdf, name="sheet_pdf"),
]
