"""The shape of what people type about people and keys."""

from typing import Any
from zoneinfo import available_timezones

from django import forms

CLIENT_ROLES = [
    ("c_tech", "Internal technician: works tickets and alerts"),
    ("c_mgr", "Internal IT manager: writes the matrix, invites people"),
    ("c_lead", "Leadership: reads, signs and accepts gaps"),
    ("c_audit", "Auditor: reads"),
]
PROVIDER_ROLES = [
    ("p_tech", "Provider technician: works tickets and alerts"),
    ("p_lead", "Provider lead: writes and signs for the provider"),
    ("p_admin", "Provider administrator: gives access to clients"),
]


class Accept(forms.Form):
    """Who takes up an invitation."""

    name = forms.CharField(
        label="Your name",
        max_length=120,
        error_messages={"required": "Enter your name"},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    password = forms.CharField(
        label="A password",
        help_text="At least 12 characters. A short sentence is easy to keep.",
        error_messages={"required": "Choose a password"},
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


def role_field(choices: list[tuple[str, str]]) -> forms.ChoiceField:
    """Return the question what an invited person may do."""
    return forms.ChoiceField(
        label="What they may do",
        choices=choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what they may do", "invalid_choice": "Choose one of these roles"},
    )


class Invite(forms.Form):
    """Whom to invite."""

    email = forms.EmailField(
        label="E-mail address",
        error_messages={"required": "Enter the address the invitation goes to", "invalid": "Enter an address such as name@example.com"},
    )
    name = forms.CharField(label="Name", max_length=120, error_messages={"required": "Enter the person's name"})


class InviteClient(Invite):
    """A person of the client's own side."""

    role = role_field(CLIENT_ROLES)  # who may sign for internal IT is not the inviter's to say


class InviteProvider(Invite):
    """A person of the provider's side."""

    role = role_field(PROVIDER_ROLES)
    signatory = forms.BooleanField(label="May sign the matrix for the provider", required=False)


def company_field(**more: Any) -> forms.CharField:
    """Return the question what a provider is called."""
    return forms.CharField(
        label="Name of the company",
        max_length=120,
        error_messages={"required": "Enter the name of the company", "max_length": "Keep the name under 120 characters"},
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
        **more,
    )


class InviteOtherSide(forms.Form):
    """Which company to ask in, and by whom."""

    company = company_field(help_text="As it stands in the contract. The matrix calls them so.")
    email = forms.EmailField(
        label="E-mail address of who signs for them",
        error_messages={"required": "Enter the address the invitation goes to", "invalid": "Enter an address such as name@example.com"},
    )
    message = forms.CharField(
        label="A message",
        required=False,
        max_length=2000,
        help_text="It stands above the link in the mail.",
        error_messages={"max_length": "Keep the message under 2000 characters"},
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class AddClient(forms.Form):
    """A client that a provider begins to serve, and who manages its side."""

    company = company_field()
    zone = forms.ChoiceField(
        label="Time zone",
        choices=lambda: [(zone, zone) for zone in sorted(available_timezones()) if "/" in zone and not zone.startswith(("Etc/", "posix/"))],
        help_text="Its business hours count there.",
        error_messages={"required": "Choose a time zone", "invalid_choice": "Choose one of these time zones"},
    )
    manager = forms.CharField(
        label="Name of their IT manager", max_length=120, error_messages={"required": "Enter the name of who manages their side"}
    )
    email = forms.EmailField(
        label="Their e-mail address",
        error_messages={"required": "Enter the address the invitation goes to", "invalid": "Enter an address such as name@example.com"},
    )


class Found(forms.Form):
    """The company that an account that is there already stands for."""

    company = company_field()


class AcceptForCompany(Accept):
    """Who accepts for a company that is not here yet."""

    company = company_field()
    field_order = ("company", "name", "password")


class Key(forms.Form):
    """What a key is called and how long it lasts."""

    name = forms.CharField(
        label="What it is for",
        max_length=120,
        help_text='The system that will hold it, such as "backup server".',
        error_messages={"required": "Say what the key is for"},
    )
    days = forms.IntegerField(
        label="Days until it ends",
        initial=90,
        min_value=1,
        max_value=366,
        error_messages={
            "required": "Enter a number of days between 1 and 366",
            "min_value": "Enter a number of days between 1 and 366",
            "max_value": "Enter a number of days between 1 and 366",
            "invalid": "Enter a number of days between 1 and 366",
        },
    )


class CodeAsked(forms.Form):
    """By which address somebody who only asks wants to come in."""

    address = forms.EmailField(
        label="Your e-mail address",
        max_length=254,
        error_messages={"required": "Enter your e-mail address", "invalid": "Enter an address such as name@example.com"},
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


class Code(forms.Form):
    """The code that was mailed."""

    code = forms.CharField(
        label="The code",
        max_length=20,
        help_text="Eight digits. It works once, within ten minutes, in this window.",
        error_messages={"required": "Enter the code from the mail", "max_length": "Enter the eight digits of the code"},
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )
