from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def closed(request: HttpRequest, key: str = "") -> HttpResponse:
    """Accounts are made by invitation, addresses changed by the organisation: this page says so."""
    return render(request, "accounts/closed.html", status=404)
