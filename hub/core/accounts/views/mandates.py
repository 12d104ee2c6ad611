from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from hub.core.accounts.actor import actor_of
from hub.core.accounts.middleware import MANDATE_KEY
from hub.core.accounts.models import Organisation
from hub.core.audit import services as audit


@require_POST
def act_for(request: HttpRequest) -> HttpResponse:
    """Choose for whom one acts, among the mandates that hold now; audited when it is another organisation."""
    actor = actor_of(request)
    mandate = next((m for m in actor.mandates if m.answers_to(request.POST.get("mandate", ""))), None)
    if mandate is None:
        raise PermissionDenied
    request.session[MANDATE_KEY] = mandate.value
    with transaction.atomic():
        organisation = Organisation.objects.get(pk=mandate.organisation_id)
        data = {"agreement": str(mandate.agreement_id or "")}
        audit.record("accounts.act_for", organisation, actor=actor, organisation=organisation, data=data)
    target = request.POST.get("next") or settings.LOGIN_REDIRECT_URL
    return HttpResponseRedirect(
        target
        if url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
        else settings.LOGIN_REDIRECT_URL
    )
