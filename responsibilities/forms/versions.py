"""The shapes of what is sent to propose and to sign a version."""

from django import forms


class Shown(forms.Form):
    """The hash of what was shown, so that nothing else is proposed or signed."""

    content = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)


class Sign(Shown):
    """A signature: the signer's name as they type it."""

    typed_name = forms.CharField(
        label="Type your name to sign",
        max_length=120,
        help_text="It is stored with the time, your side and the content mark.",
        error_messages={"required": "Type your name to sign", "max_length": "Type your name as it stands in your account"},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
