from django.urls import path

from workgroups.roadmaps.views import answering, exports, reading, releasing, writing

app_name = "roadmaps"
BASE = "groupes/<slug:acronym>/feuille-de-route"
urlpatterns = [
    path(f"{BASE}/", reading.roadmap, name="roadmap"),
    path(f"{BASE}.csv", exports.as_csv, name="as_csv"),
    path(f"{BASE}.json", exports.as_json, name="as_json"),
    path(f"{BASE}/commencer/", writing.begin, name="begin"),
    path(f"{BASE}/versions/", reading.versions, name="versions"),
    path(f"{BASE}/comparer/", reading.compare, name="compare"),
    path(f"{BASE}/brouillon/", writing.draft, name="draft"),
    path(f"{BASE}/brouillon/texte/", writing.edit_text, name="edit_text"),
    path(f"{BASE}/brouillon/<str:kind>/nouveau/", writing.new_piece, name="new_piece"),
    path(f"{BASE}/brouillon/<str:kind>/<uuid:pk>/", writing.edit_piece, name="edit_piece"),
    path(f"{BASE}/brouillon/<str:kind>/<uuid:pk>/retirer/", writing.remove_piece, name="remove_piece"),
    path(f"{BASE}/brouillon/<str:kind>/<uuid:pk>/deplacer/", writing.move_piece, name="move_piece"),
    path(f"{BASE}/remettre/", releasing.submit, name="submit"),
    path(f"{BASE}/reprendre/", releasing.take_back, name="take_back"),
    path(f"{BASE}/decision/", releasing.decide, name="decide"),
    path(f"{BASE}/reponses/", answering.set_reach, name="answers_reach"),
    path(f"{BASE}/points/<uuid:pk>/", reading.item, name="item"),
    path(f"{BASE}/points/<uuid:pk>/avancement/", answering.set_progress, name="progress"),
    path(f"{BASE}/points/<uuid:pk>/repondre/", answering.answer, name="answer"),
    path(f"{BASE}/points/<uuid:pk>/sans-reponse/", answering.withdraw, name="withdraw_answer"),
]
