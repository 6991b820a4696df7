"""The shapes of what people send about tickets; the rules are elsewhere."""

from collections.abc import Iterable

from django import forms

from comanaged.accounts import access
from comanaged.vocabulary import Audience, Priority
from tickets.domain.handover import FIELDS
from tickets.domain.handover import LONG as PART
from tickets.domain.outcomes import CANCELLATIONS, DECLINES, RESOLUTIONS
from tickets.domain.priorities import HOW, WHOM, Impact, Urgency
from tickets.domain.saying import PRIORITIES
from tickets.domain.waiting import REASONS
from tickets.queries import Colleague

SIDES = [("", "Either side"), ("internal", "Internal IT"), ("provider", "Provider")]
STATES = [
    ("", "To do"),
    ("new", "New"),
    ("open", "Open"),
    ("waiting", "Waiting"),
    ("resolved", "Resolved"),
    ("closed", "Closed"),
    ("all", "All states"),
]
LONG = 20_000  # characters of one message
TITLE = 200
LOCAL = "%Y-%m-%dT%H:%M"  # what a browser's field for a moment holds
MOMENTS = [LOCAL, "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]
SHORT_TEXT = forms.Textarea(attrs={"rows": 2})


class Act(forms.Form):
    """A move: the version the person was shown, the name of this submission, and what he says."""

    seen = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
    once = forms.CharField(required=False, max_length=100, widget=forms.HiddenInput)
    text = forms.CharField(
        required=False,
        max_length=LONG,
        error_messages={"max_length": "This is longer than one message can be. Attach it as a file, or say it shorter."},
    )


class Reply(Act):
    """A reply names its readers; the mode of a private note is refused here, so that it cannot be sent by mistake."""

    mode = forms.ChoiceField(
        choices=[(Audience.PUBLIC.lower(), "Reply"), (Audience.SHARED.lower(), "Note to both sides")],
        error_messages={
            "required": "Choose who reads this.",
            "invalid_choice": "You chose a private note, so nothing was sent. Save it as one, or choose who reads it.",
        },
    )
    began = forms.CharField(required=False, max_length=10)  # the mode that the text was begun in
    shown = forms.BooleanField(required=False)

    def clean(self) -> dict[str, object]:
        """Ask once before words of a private note are shown to both sides."""
        said = super().clean() or {}
        if said.get("began") == "private" and "mode" in said and not said.get("shown"):
            self.add_error(
                "shown", "You began this as a private note. Tick below that both sides may read it, or save it as a private note."
            )
        return said


class Ask(forms.Form):
    """A new ticket as a person opens it."""

    title = forms.CharField(
        max_length=TITLE,
        label="What is the matter",
        error_messages={"required": "Say in a line what is the matter.", "max_length": "Say it in 200 characters; the rest fits below."},
    )
    duty = forms.ChoiceField(required=False)
    text = forms.CharField(
        max_length=LONG,
        label="What you saw, and since when",
        widget=forms.Textarea,
        error_messages={"required": "Say what you saw, and since when.", "max_length": "This is longer than one message can be."},
    )
    impact = forms.ChoiceField(
        label="Whom it concerns",
        initial=Impact.PERSON,
        choices=list(WHOM.items()),
        error_messages=dict.fromkeys(("required", "invalid_choice"), "Choose whom it concerns."),
    )
    urgency = forms.ChoiceField(
        label="What they can still do",
        initial=Urgency.SLOWED,
        choices=list(HOW.items()),
        error_messages=dict.fromkeys(("required", "invalid_choice"), "Choose what they can still do."),
    )
    asset = forms.CharField(required=False, max_length=TITLE, label="Which machine or account; may stay empty")
    hidden = forms.CharField(
        required=False,
        max_length=LONG,
        label="Why only your company sees it; may stay empty",
        help_text="With a reason it is kept from the other side from its beginning. They read the reason once you show it to them.",
        error_messages={"max_length": "This is longer than one message can be."},
    )
    once = forms.CharField(required=False, max_length=100, widget=forms.HiddenInput)

    def __init__(self, *args: object, duties: list[tuple[str, str]], may_hide: bool, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.may_hide = may_hide
        if not (may_hide or self.data.get("hidden")):
            del self.fields["hidden"]
        self.fields["duty"] = forms.ChoiceField(required=False, label="What it belongs to", choices=[("", "Not sure"), *duties])

    def clean_hidden(self) -> str:
        """Open nothing to both sides that somebody meant to keep, also when they were a manager only as the page was made."""
        reason: str = self.cleaned_data["hidden"]
        if reason and not self.may_hide:
            raise forms.ValidationError(
                f"{access.who_may('ticket.hide')} can keep a ticket on your side. Leave this empty, or ask one of them."
            )
        return reason


class Look(forms.Form):
    """What of a queue somebody wants to see; an unknown word is no wish."""

    client = forms.SlugField(required=False)
    side = forms.ChoiceField(required=False, choices=SIDES)
    state = forms.ChoiceField(required=False, choices=STATES)
    duty = forms.CharField(required=False, max_length=100)
    taken = forms.ChoiceField(required=False, choices=[("", "Anybody"), ("mine", "Mine"), ("nobody", "Nobody yet")])
    after = forms.CharField(required=False, max_length=300)

    def words(self) -> dict[str, str]:
        """Return the wishes that make sense, each a string."""
        self.is_valid()
        return {name: str(self.cleaned_data.get(name) or "") for name in self.fields}


class Resolve(Act):
    """What solved it, how, and, for a lead, why although something is not done."""

    code = forms.ChoiceField(label="How it ended", choices=list(RESOLUTIONS.items()), required=False)
    override = forms.CharField(label="Why it is resolved all the same; only where something is not done", required=False, max_length=LONG)
    parts = forms.BooleanField(label="Resolve its open parts too, in the same words", required=False)


class Cancel(Act):
    """Why it is not to be done."""

    code = forms.ChoiceField(label="Why it is cancelled", choices=list(CANCELLATIONS.items()), required=False)


class Wait(Act):
    """What a ticket waits for, whom, and until when; times are the client's."""

    reason = forms.ChoiceField(
        label="What it waits for",
        choices=[(key, one.word) for key, one in REASONS.items()],
        error_messages={"required": "Choose what this ticket waits for.", "invalid_choice": "Choose what this ticket waits for."},
    )
    whom = forms.CharField(label="Whom or what, by name", required=False, max_length=TITLE)
    until = forms.DateTimeField(
        label="Until when; then it wakes by itself",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=LOCAL),
        input_formats=MOMENTS,
        error_messages={"required": "Choose until when it waits.", "invalid": "Choose a day and a time."},
    )

    field_order = ["reason", "whom", "until", "text"]


class Offer(Act):
    """The packet of a handover; what must be there is judged by the rules, in words."""

    known = forms.CharField(label=FIELDS["known"], required=False, max_length=PART, widget=SHORT_TEXT)
    tried = forms.CharField(label=FIELDS["tried"], required=False, max_length=PART, widget=SHORT_TEXT)
    next = forms.CharField(label=FIELDS["next"], required=False, max_length=PART, widget=SHORT_TEXT)
    must_not = forms.CharField(label=f"{FIELDS['must_not']}; may stay empty", required=False, max_length=PART)
    access = forms.CharField(label=f"{FIELDS['access']}; may stay empty", required=False, max_length=PART)
    told = forms.ChoiceField(
        label=FIELDS["told"], required=False, choices=[("", "Not said"), ("Yes, they know.", "Yes"), ("No, not yet.", "Not yet")]
    )
    answer_by = forms.DateTimeField(
        label="Answer wanted by; empty: as agreed",
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=LOCAL),
        input_formats=MOMENTS,
        error_messages={"invalid": "Choose a day and a time, or leave it empty."},
    )
    text = None  # type: ignore[assignment]

    def packet(self) -> dict[str, str]:
        """Return what was said, by field."""
        return {name: self.cleaned_data.get(name) or "" for name in FIELDS}


class Decline(Act):
    """Why an offer is declined."""

    code = forms.ChoiceField(
        label="Why", choices=[("", "Choose"), *DECLINES.items()], error_messages={"required": "Choose why you decline."}
    )

    field_order = ["code", "text"]


class Assign(Act):
    """Which colleague gets the ticket."""

    person = forms.TypedChoiceField(
        label="Who", coerce=int, error_messages={"required": "Choose a colleague.", "invalid_choice": "Choose a colleague of your side."}
    )
    outside_hours = forms.BooleanField(label="Also if they are away", required=False)
    text = None  # type: ignore[assignment]

    def __init__(self, *args: object, people: Iterable[Colleague] = (), **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        field = self.fields["person"]
        field.choices = [("", "Choose"), *((one.user_id, f"{one.name}, {one.away}" if one.away else one.name) for one in people)]  # type: ignore[attr-defined]


class SetDuty(Act):
    """What the ticket belongs to, and which machine or account it is about."""

    duty = forms.ChoiceField(
        label="Duty", error_messages={"required": "Choose a duty.", "invalid_choice": "Choose one of this client's duties."}
    )
    place = forms.ChoiceField(label="Place", required=False)
    asset = forms.CharField(label="Machine or account; may stay empty", required=False, max_length=TITLE)
    text = None  # type: ignore[assignment]

    def __init__(
        self, *args: object, duties: Iterable[tuple[str, str]] = (), places: Iterable[tuple[str, str]] = (), **kwargs: object
    ) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["duty"].choices = [("", "Choose"), *duties]  # type: ignore[attr-defined]
        self.fields["place"].choices = [("", "The whole client"), *places]  # type: ignore[attr-defined]


class SetPriority(Act):
    """How much it hinders from now on."""

    priority = forms.TypedChoiceField(
        label="How much it hinders",
        coerce=Priority,
        choices=[(one, f"{PRIORITIES[one].capitalize()}") for one in Priority],
        error_messages={"required": "Choose how much it hinders.", "invalid_choice": "Choose how much it hinders."},
    )
    field_order = ["priority", "text"]


class Lower(SetPriority):
    """Lower what is critical or high: with a reason, and who agreed."""

    agreed = forms.BooleanField(label="The person who asked, or the other side's lead, agreed", required=False)
    field_order = ["priority", "agreed", "text"]
