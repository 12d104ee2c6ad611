from base64 import b64encode

from allauth.mfa.adapter import get_adapter
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from hub.core.accounts.errors import InvitationIsUsed
from hub.core.accounts.forms import AcceptForm, OpenHubForm, RescueForm
from hub.core.accounts.models import Invitation, User
from hub.core.accounts.selectors import is_of_a_team
from hub.core.accounts.services import invitations, opening, rescuing
from hub.core.kit.text import FIXED


@never_cache
def accept(request: HttpRequest, secret: str) -> HttpResponse:
    """Accept an invitation; nothing is done by opening the link, only by the form."""
    try:
        invitation = invitations.find(secret)
        user = User.objects.filter(email__iexact=invitation.email).first()
        form = AcceptForm(request.POST or None, email=invitation.email, user=user, is_staff=invitation.role.is_staff)
        if request.method == "POST" and form.is_valid():
            joined = invitations.accept(invitation, **form.cleaned_data)
            messages.success(request, _joined(request, joined, invitation))
            return redirect("account_login")  # who is signed in is led on to her home
    except InvitationIsUsed:
        return render(request, "accounts/link_used.html", {"was_accepted": invitations.was_accepted(secret)}, status=410)
    by_code = not invitation.role.is_staff and not (user and is_of_a_team(user))
    return render(request, "accounts/accept.html", {"invitation": invitation, "form": form, "by_code": by_code})


def _joined(request: HttpRequest, user: User, invitation: Invitation) -> str:
    if not request.user.is_authenticated:
        return "Votre compte est prêt. Connectez-vous avec votre adresse."
    if request.user.pk == user.pk:
        return f"Vous avez rejoint {invitation.organisation.name} comme {invitation.role.label}."
    return f"Le compte de {user.email} est prêt. Vous êtes sur un autre compte{FIXED}: déconnectez-vous pour passer de l’un à l’autre."


@never_cache
def open_hub(request: HttpRequest, secret: str) -> HttpResponse:
    """The first screen of an empty hub: the coordinator names herself and her federation."""
    try:
        opening.check_link(secret)
        form = OpenHubForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            opening.open_hub(secret, **form.cleaned_data)
            messages.success(request, "Le hub est ouvert. Connectez-vous, puis ajoutez un second facteur.")
            return redirect("account_login")
    except InvitationIsUsed:
        return render(request, "accounts/link_used.html", status=410)
    return render(request, "accounts/open_hub.html", {"form": form})


@never_cache
def rescue(request: HttpRequest, secret: str) -> HttpResponse:
    """The link handed to who lost her second factor; nothing is done by opening it, only by the form."""
    try:
        user = rescuing.rescued(secret)
        form = RescueForm(request.POST or None, user=user)
        if request.method == "POST" and form.is_valid():
            rescuing.rescue(secret, password=form.cleaned_data.get("password"), totp_secret=form.secret)
            messages.success(
                request, "Votre compte est rouvert. Connectez-vous, puis créez vos codes de secours dans « Connexion et sécurité »."
            )
            return redirect("account_login")
    except InvitationIsUsed:
        return render(request, "accounts/link_used.html", status=410)
    adapter = get_adapter()
    square = b64encode(adapter.build_totp_svg(adapter.build_totp_url(user, form.secret)).encode()).decode()
    context = {"form": form, "user_name": user.name, "totp_svg_data_uri": f"data:image/svg+xml;base64,{square}"}
    return render(request, "accounts/rescue.html", context)
