"""The shape of what people type about people and keys."""

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
