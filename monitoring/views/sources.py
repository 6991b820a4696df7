"""Who sends, who is silent, what was not understood, and a new sender."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from comanaged.accounts import access
from comanaged.accounts.http import member_view
from monitoring import actions, forms, queries
from responsibilities import queries as responsibilities


@require_safe
@member_view("source.view")
def sources(request: HttpRequest, member: access.Actor) -> HttpResponse:
    """Every sender, and the messages a person should look at."""
    shown = {
        "section": "sources",
        "rows": queries.sources_of(member.tenant_id, timezone.now()),
        "events": queries.looked_at(member.tenant_id),
        "manages": access.may(member, "source.manage"),
    }
    return render(request, "monitoring/sources.html", shown)


@require_http_methods(["GET", "HEAD", "POST"])
@member_view("key.create_ingest")  # a new source is a new key
def new_source(request: HttpRequest, member: access.Actor) -> HttpResponse:
    """Add a sender; its address holds its key and is shown this once."""
    duties = [(duty.key, duty.name) for duty in responsibilities.duties_of(member.tenant_id)]
    form = forms.NewSource(request.POST or None, duties=duties)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        settings = {"mapping": said["mapping"]} if said["mapping"] else {}
        try:
            made = actions.create_source(
                member.tenant, said["name"], kind=said["kind"], duty_key=said["duty"], settings=settings, by=member, at=timezone.now()
            )
        except actions.CannotCreate as refusal:
            form.add_error(None, str(refusal))
        else:
            return render(request, "monitoring/made_source.html", {"section": "sources", "made": made})
    status = 422 if request.method == "POST" else 200
    return render(request, "monitoring/new_source.html", {"section": "sources", "form": form}, status=status)
