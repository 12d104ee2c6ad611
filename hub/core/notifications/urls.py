from django.urls import path

from hub.core.notifications import views

app_name = "notifications"
urlpatterns = [
    path("moi/avis/", views.notifications, name="list"),
    path("moi/avis/lus/", views.mark_read, name="mark_read"),
    path("moi/avis/<uuid:pk>/lu/", views.mark_read, name="mark_one_read"),
    path("moi/avis/reglages/", views.preferences, name="preferences"),
]
