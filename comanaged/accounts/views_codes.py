"""Where those who only ask for help sign in: their address, then the code that was mailed to it."""

import secrets
from urllib.parse import urlsplit

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import record_authentication
from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from comanaged.accounts import codes, forms, navigation
from comanaged.accounts.http import BY_CODE, public_view
from comanaged.accounts.views import BACKEND

BROWSER = "code_browser"  # in the session: what binds a code to the browser that asked for it
NO_FIT = "This code does not fit, or its time is over. Look at it once more, or ask for another one."


@require_http_methods(["GET", "POST"])
@never_cache
@public_view("request_code")
def ask(request: HttpRequest, client: str) -> HttpResponse:
    """Mail a code; what is answered says nothing of whether the address, or the client, is known."""
    form = forms.CodeAsked(request.POST or None)
    if request.method == "POST" and form.is_valid():
        browser = secrets.token_urlsafe(32)
        asked = codes.Asked(form.cleaned_data["address"], client, browser, get_adapter().get_client_ip(request))
        try:
            codes.ask(asked, at=timezone.now())
        except codes.TooMany as refusal:
            form.add_error(None, str(refusal))
        else:
            request.session[BROWSER] = browser
            return redirect(_onward(request, "request_code_use", client))
    return render(request, "accounts/code_ask.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@never_cache
@public_view("request_code_use")
def use(request: HttpRequest, client: str) -> HttpResponse:
    """Let in whoever types the code into the browser that asked for it."""
    form = forms.Code(request.POST or None)
    if request.method == "POST" and form.is_valid():
        user = codes.use(form.cleaned_data["code"], request.session.get(BROWSER, ""), at=timezone.now())
        if user is not None:
            request.session.flush()  # nothing of before goes on under a new name
            login(request, user, backend=BACKEND)
            record_authentication(request, user, method=BY_CODE, email=user.email)
            messages.success(request, f"You are signed in as {user}.")
            return redirect(_next(request, client) or f"/{client}/{navigation.ASKING}")
        form.add_error("code", NO_FIT)
    again = _onward(request, "request_code", client)
    return render(request, "accounts/code_use.html", {"form": form, "again": again}, status=422 if form.errors else 200)


def _onward(request: HttpRequest, name: str, client: str) -> str:
    """Return the other page of the two, with where to go in the end."""
    following = _next(request, client)
    return reverse(name, args=[client]) + (f"?{urlencode({'next': following})}" if following else "")


def _next(request: HttpRequest, client: str) -> str:
    """Return where somebody wanted to go, as far as it is a page of requests of this client; "" for anything else."""
    wanted = request.GET.get("next", "")
    parts = urlsplit(wanted)
    own = not parts.scheme and not parts.netloc and "\\" not in wanted
    return wanted if own and parts.path.startswith(f"/{client}/{navigation.ASKING}") else ""
