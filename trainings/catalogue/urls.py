from django.urls import path

from trainings.catalogue.views import listing, writing

app_name = "catalogue"
urlpatterns = [
    path("formations/", listing.courses, name="courses"),
    path("formations.json", listing.courses_json, name="courses_json"),
    path("formations.csv", listing.courses_csv, name="courses_csv"),
    path("formations/nouvelle/", writing.new_course, name="new_course"),
    path("formations/<uuid:pk>/brouillon/", writing.draft, name="draft"),
    path("formations/<uuid:pk>/modifier/", writing.edit_course, name="edit_course"),
    path("formations/<uuid:pk>/comparer/", writing.compare, name="compare"),
    path("formations/<uuid:pk>/relecture/", writing.submit, name="submit"),
    path("formations/<uuid:pk>/reprendre/", writing.take_back, name="take_back"),
    path("formations/<uuid:pk>/decision/", writing.decide, name="decide"),
    path("formations/<uuid:pk>/supprimer/", writing.remove, name="remove"),
    path("formations/<uuid:pk>/retirer/", writing.unpublish, name="unpublish"),
]
