from django.urls import path

from trainings.paperwork import views

app_name = "paperwork"
urlpatterns = [
    path("formations/sessions/<uuid:pk>/conventions/", views.agreements, name="agreements"),
    path("formations/sessions/<uuid:pk>/conventions/<slug:employer>.pdf", views.agreement_pdf, name="agreement_pdf"),
]
