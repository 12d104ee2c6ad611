from django.urls import path

from trainings.paperwork.views import agreements, certificates, convocations

app_name = "paperwork"
SESSION = "formations/sessions/<uuid:pk>/"
urlpatterns = [
    path(f"{SESSION}conventions/", agreements.agreements, name="agreements"),
    path(f"{SESSION}conventions/<slug:employer>.pdf", agreements.agreement_pdf, name="agreement_pdf"),
    path(f"{SESSION}convention-signee/", agreements.signature, name="signature"),
    path(f"{SESSION}certificats/", certificates.certificates, name="certificates"),
    path(f"{SESSION}certificats/<uuid:registration>.pdf", certificates.certificate_pdf, name="certificate_pdf"),
    path(f"{SESSION}dossier/<slug:employer>.zip", certificates.dossier, name="dossier"),
    path(f"{SESSION}convoquer/", convocations.convene, name="convene"),
    path(f"{SESSION}convocation/", convocations.convocation, name="convocation"),
    path(f"{SESSION}convocation.ics", convocations.convocation_ics, name="convocation_ics"),
    path(f"{SESSION}convocations/<uuid:registration>.pdf", convocations.convocation_pdf, name="convocation_pdf"),
    path("moi/formations/", convocations.mine, name="mine"),
]
