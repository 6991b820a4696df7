"""The page on which people say how they want to be told."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from comanaged import tenancy
from comanaged.accounts import access, forms_notices
from comanaged.accounts.http import known_actors, own_view
from comanaged.notices import actions, queries
from comanaged.notices.kinds import KINDS

ALWAYS = [told.words for told in KINDS.values() if not told.choice]


@require_http_methods(["GET", "POST"])
@own_view("account.manage_own")
def own_notices(request: HttpRequest) -> HttpResponse:
    """Show how somebody is told of things, and keep what they choose; who only asks is told of that and chooses nothing."""
    at = timezone.now()
    actors = known_actors(request, at)
    unreached = _unreached(str(getattr(request.user, "email", "")), [actor.tenant_id for actor in actors], at)
    if not any(actor.role != access.ASKS for actor in actors):
        return render(request, "accounts/notices.html", {"unreached": unreached})
    user = int(request.user.pk or 0)
    if request.method == "POST":
        form = forms_notices.Told(request.POST)
        if form.is_valid():
            said = form.cleaned_data
            actions.prefer(user, form.vias, zone=said["zone"], quiet=form.quiet, collected_at=said["collected_at"])
            messages.success(request, "Kept. It counts for everything from now on, at every client.")
            return redirect("own_notices")
    else:
        zone = actors[0].zone
        form = forms_notices.Told(initial=forms_notices.shown(queries.vias(user), queries.rest_of(user), zone))
    shown = {"form": form, "always": ALWAYS, "unreached": unreached}
    return render(request, "accounts/notices.html", shown, status=422 if form.errors else 200)


def _unreached(address: str, tenants: list[int], at: datetime) -> queries.Unreached | None:
    """Return what did not reach somebody lately, of all their clients together."""
    with tenancy.only(tenants):
        return queries.unreached(tenants, [address], at).get(address.lower())
