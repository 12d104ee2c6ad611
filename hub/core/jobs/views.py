from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from hub.core.jobs import health, services
from hub.core.jobs.models import Outbox

SHOWN = 100


@require_safe
@never_cache
def health_page(request: HttpRequest) -> HttpResponse:
    """States for everyone, facts and parked lines for the coordinator."""
    checks = health.run_checks()
    context: dict[str, Any] = {"checks": checks, "state": health.worst(checks), "is_coordinator": _is_coordinator(request)}
    if context["is_coordinator"]:
        parked = Outbox.objects.parked().order_by("-parked_at")
        context |= {"parked": parked[:SHOWN], "parked_count": parked.count()}
    return render(request, "jobs/health.html", context)


@require_safe
@never_cache
def health_json(request: HttpRequest) -> JsonResponse:
    """{"state", "at", "checks": [{"name", "state"}]}, with "fact" and "latency_ms" for the coordinator; 503 when a check is bad."""
    checks = health.run_checks()
    details = ("fact", "latency_ms") if _is_coordinator(request) else ()
    lines = [{key: getattr(check, key) for key in ("name", "state", *details)} for check in checks]
    state = health.worst(checks)
    body = {"state": state, "at": timezone.now().isoformat(timespec="seconds"), "checks": lines}
    return JsonResponse(body, status=503 if state == health.State.BAD else 200)


@require_POST
def retry(request: HttpRequest, pk: UUID) -> HttpResponse:
    if not _is_coordinator(request):
        raise PermissionDenied
    row = get_object_or_404(Outbox.objects.parked(), pk=pk)
    services.retry(row)
    messages.success(request, "Tâche relancée.")
    return redirect("jobs:health")


def _is_coordinator(request: HttpRequest) -> bool:
    return bool(request.actor.is_coordinator)  # type: ignore[attr-defined]  # ours, on the request
