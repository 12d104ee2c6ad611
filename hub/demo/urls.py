from django.urls import path

from hub.demo import views

app_name = "demo"
urlpatterns = [
    path("demo/entrer/", views.enter, name="enter"),
    path("demo/courrier/", views.mails, name="mails"),
]
