"""The shapes of what is typed about contacts, and by those who only ask."""

from django import forms

TOO_LONG = "This is longer than one message can be. Attach it as a file, or say it shorter."


class Contact(forms.Form):
    """Somebody who asks for help."""

    name = forms.CharField(max_length=120, label="Name", error_messages={"required": "Enter the person's name."})
    address = forms.EmailField(
        label="E-mail address",
        help_text="Answers go there, and so do the codes by which they sign in.",
        error_messages={"required": "Enter the address they write from.", "invalid": "Enter an address such as name@example.com."},
    )
    seen = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
