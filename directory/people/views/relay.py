from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from directory.people import rules, services
from directory.people.errors import TooManyMessages
from directory.people.forms import RelayForm
from directory.people.models import Profile
from directory.people.selectors.reading import visible_fields
from hub.core.accounts.actor import actor_of


@require_http_methods(["GET", "HEAD", "POST"])
def write_to(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A message to a person, carried by the hub; her address shows to nobody."""
    actor = actor_of(request)
    profile = get_object_or_404(Profile.objects.visible_to(actor).select_related("user", "organisation"), pk=pk)
    if rules.is_own(actor, profile):
        raise Http404
    name = visible_fields(profile, actor)["name"]
    form = RelayForm(request.POST or None)
    if form.is_valid():
        try:
            services.relay(profile, actor=actor, words=form.cleaned_data["text"], with_address=form.cleaned_data["with_address"])
        except TooManyMessages as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"Votre message part vers {name}.")
            return redirect("people:person", pk=pk)
    return render(request, "people/write_to.html", {"form": form, "profile": profile, "name": name})
