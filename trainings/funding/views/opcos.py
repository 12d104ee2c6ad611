"""How early each OPCO wants a request: the release's figures, which the coordinator confirms or puts right."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from hub.core.accounts.actor import actor_of
from hub.core.kit.text import FIXED
from hub.core.ui.confirm import ask
from hub.core.ui.conflicts import differing, reopen
from trainings.funding import reference, services
from trainings.funding.errors import VersionConflict
from trainings.funding.forms import OpcoForm
from trainings.funding.models import OpcoRule


def opcos(request: HttpRequest) -> HttpResponse:
    """Every OPCO with its figures, where and when they were read, who confirmed them."""
    rows = {row.opco: row for row in OpcoRule.objects.select_related("reviewer")}
    lines = [{"opco": _standing(one, rows.get(one.key)), "row": rows.get(one.key)} for one in reference.opcos().values()]
    return render(request, "funding/opcos.html", {"lines": lines, "edition": reference.opco_edition()})


def opco(request: HttpRequest, key: str) -> HttpResponse:
    """What was read for an OPCO, in the place of the release's figures."""
    release, row = _asked(key)
    form, conflict = OpcoForm(request.POST or None, opco=_standing(release, row), seen=row.stamp if row else ""), None
    if request.method == "POST" and form.is_valid():
        try:
            services.write_opco_rule(key, actor=actor_of(request), **form.cleaned_data)
            messages.success(request, f"Les chiffres sont enregistrés{FIXED}: {release.name}.")
            return redirect("funding:opcos")
        except VersionConflict:
            row = _asked(key)[1]
            conflict = differing(form, _standing(release, row), OpcoRule.FIGURES)
            reopen(form, "seen", row.stamp if row else "")
    context = {"release": release, "row": row, "form": form, "conflict": conflict, "edition": reference.opco_edition()}
    return render(request, "funding/opco.html", context, status=200 if conflict is None else 409)


def reset(request: HttpRequest, key: str) -> HttpResponse:
    release, row = _asked(key)
    if row is None:
        messages.info(request, f"Les chiffres fournis avec le logiciel ont déjà cours{FIXED}: {release.name}.")
        return redirect("funding:opcos")
    if request.method == "POST":
        services.reset_opco_rule(key, actor=actor_of(request))
        messages.success(request, f"Les chiffres fournis avec le logiciel sont repris{FIXED}: {release.name}.")
        return redirect("funding:opcos")
    context = {
        "title": "Reprendre les chiffres fournis avec le logiciel",
        "text": f"{release.name}, {release.lead_words} : {release.source} (édition {reference.opco_edition().edition}).",
        "consequences": [
            "Les échéances des dossiers ouverts sont recomptées aussitôt.",
            *([] if release.verified else ["Elles porteront de nouveau « à vérifier »."]),
            "Ce qui était noté ici s’efface ; l’historique le garde.",
        ],
        "action": "Reprendre ces chiffres", "keep": "Garder ce qui est noté", "cancel_url": reverse("funding:opco", args=[key]), "tone": "bad",
    }  # fmt: skip
    return ask(request, context)


def _asked(key: str) -> tuple[reference.Opco, OpcoRule | None]:
    if (release := reference.opcos().get(key)) is None:
        raise Http404
    return release, OpcoRule.objects.filter(opco=key).first()


def _standing(release: reference.Opco, row: OpcoRule | None) -> reference.Opco:
    return row.over(release) if row else release
