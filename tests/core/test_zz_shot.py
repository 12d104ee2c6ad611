import re
from pathlib import Path
import pytest
from hub.core.notifications import services
from hub.core.notifications.notifications import SecurityAlert
from tests.builders.accounts import *
@pytest.mark.django_db
def test_shot(settings):
    p = make_person(make_organisation("CAE Alpha"))
    for e in ("Connexion depuis un nouvel appareil","Mot de passe changé"): services.send(SecurityAlert("x", e), to=[p])
    c = sign_in(p)
    css = "file:///work/main/hub/core/ui/static"
    c.post("/moi/avis/lus/")
    services.send(SecurityAlert("x", "Second facteur ajouté"), to=[p])
    for n,u in (("list","/moi/avis/"),("prefs","/moi/avis/reglages/")):
        h=c.get(u).content.decode().replace('"/static/', f'"{css}/')
        Path(f"/tmp/b2/{n}.html").write_text(h)
    from hub.core.jobs.services import drain
    from django.core import mail
    drain(); Path("/tmp/b2/mail.html").write_text(mail.outbox[0].alternatives[0].content); Path("/tmp/b2/mail.txt").write_text(mail.outbox[0].body)
