from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from directory.vocabularies.models import CollectiveAgreement
from hub.core.accounts.models import Organisation
from trainings.funding import reference, services
from trainings.funding.errors import VersionConflict
from trainings.funding.forms import EmployerForm
from trainings.funding.models import EmployerFacts
from trainings.funding.selectors import employer_facts, opcos_in_force
from trainings.funding.views.frame import manager, renew_version


def _proposed(organisation: Organisation) -> reference.Opco | None:
    """The OPCO of the branch that the collective agreement names: a proposal, which the CAE confirms."""
    row = CollectiveAgreement.objects.filter(pk=organisation.idcc).first() if organisation.idcc else None
    return reference.opco_named(row.opco) if row and row.opco else None


def employer(request: HttpRequest) -> HttpResponse:
    """What the CAE says of itself to its OPCO: which one, read where and when; how many people."""
    actor, organisation = manager(request)
    facts, proposed = employer_facts(organisation), _proposed(organisation)
    form = EmployerForm(request.POST or None, facts=facts, proposed=proposed.key if proposed and not facts.opco else "")
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            services.say_employer_facts(organisation, version=form.cleaned_data["version"] or 0, actor=actor, **form.facts())
            messages.success(request, "OPCO et effectif enregistrés.")
            return redirect("funding:files")
        except VersionConflict:
            now = employer_facts(organisation)
            form.add_error(
                None, f"Ces lignes ont changé entre-temps ; elles disent maintenant : {_words(now)}. Votre saisie est gardée ici."
            )
            renew_version(form, now.version)
            status = 409
    context = {
        "form": form, "organisation": organisation, "proposed": proposed, "opcos": list(opcos_in_force().values()), "edition": reference.opco_edition(),
    }  # fmt: skip
    return render(request, "funding/employer.html", context, status=status)


def _words(facts: EmployerFacts) -> str:
    name = facts.opco_name or "OPCO pas encore connu"
    count = facts.headcount_hundredths
    return name if count is None else f"{name}, effectif {count / 100:.2f} en {facts.headcount_year}".replace(".", ",")
