from django.urls import path

from hub.pages.questions import views
from hub.pages.writing.urls import of

app_name = "questions"
ONE = "vie/questions/<uuid:pk>"
urlpatterns = [
    *of(views.NOUN, "questions"),
    path(f"{ONE}/repondre/", views.answer, name="answer"),
    path(f"{ONE}/suivre/", views.follow, name="follow"),
    path(f"{ONE}/reponses/<uuid:answer_id>/modifier/", views.edit_answer, name="edit_answer"),
    path(f"{ONE}/reponses/<uuid:answer_id>/reprendre/", views.delete_answer, name="delete_answer"),
    path(f"{ONE}/reponses/<uuid:answer_id>/retenir/", views.accept, name="accept"),
    path(f"{ONE}/reponses/<uuid:answer_id>/utile/", views.useful, name="useful"),
    path(f"{ONE}/reponses/<uuid:answer_id>/retirer/", views.withdraw_answer, name="withdraw_answer"),
]
