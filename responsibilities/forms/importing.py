"""The shapes of what the pages of a client's own sheet send: a file, where its rows go, and what was seen of the draft."""

import re
from collections.abc import Mapping
from typing import Any

from django import forms

from comanaged.vocabulary import Party
from responsibilities.domain.importing import OUT, First, Marks
from responsibilities.models.uploads import BIGGEST

PARTIES = [(party.value, party.value) for party in Party]
MOST_STAMP = 2**31 - 1
PASTED = 1_000_000  # letters
STAMPED = re.compile(r"([a-z0-9][a-z0-9.-]{0,119}(?:@[a-z0-9_-]{1,60})?)=([0-9]{1,9})")
LINE = re.compile(r"[0-9]{1,4}-[0-9]{1,6}")
COLUMN = re.compile(r"column-([0-9]{1,4})")


class Bring(forms.Form):
    """A file, or cells that were copied."""

    file = forms.FileField(
        required=False,
        label="The file",
        help_text="Excel (.xlsx), CSV, TSV, Markdown or AsciiDoc, up to 10 MB. One row for each duty.",
        error_messages={"empty": "This file is empty. Choose the one that holds the matrix."},
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.tsv,.txt,.md,.markdown,.adoc,.asciidoc"}),
    )
    text = forms.CharField(
        required=False,
        label="Or cells copied from a sheet",
        max_length=PASTED,
        help_text="With the row of headings. Tabs, commas or a Markdown table.",
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
        error_messages={"max_length": "This is more than can be pasted. Bring it as a file."},
    )

    def clean(self) -> dict[str, Any]:
        """Find the bytes and a name, in the file or in what was pasted."""
        found = super().clean() or self.cleaned_data
        upload, text = found.get("file"), str(found.get("text") or "")
        if upload is not None and upload.size > BIGGEST:
            self.add_error("file", "The file is larger than 10 MB. Bring the sheet with the responsibilities alone.")
        elif upload is not None:
            found["content"], found["name"] = upload.read(), upload.name
        elif text.strip():
            found["content"], found["name"] = text.encode("utf-8", "replace"), f"pasted.{_kind(text)}"
        elif not self.errors:
            self.add_error("file", "Choose a file, or paste cells of a sheet.")
        return found


def _kind(text: str) -> str:
    """Return as what kind of file pasted text is read."""
    first = text.lstrip()
    if first.startswith("|===") or "\n|===" in text:
        return "adoc"
    if first.startswith("|") or re.search(r"\|\s*:?-{3,}", text):
        return "md"
    return "tsv" if "\t" in text else "csv"


class Choose(forms.Form):
    """Where one row goes, and what was shown for it."""

    line = forms.RegexField(LINE, error_messages={"required": "Load the page again.", "invalid": "Load the page again."})
    choice = forms.CharField(max_length=120, error_messages={"required": "Say what this row is."})
    was = forms.CharField(max_length=120, required=False)


class Answer(forms.Form):
    """Whether whoever is accountable also does it."""

    also = forms.ChoiceField(choices=[("yes", "yes"), ("no", "no")], error_messages={"required": "Choose yes or no."})


class Explain(forms.Form):
    """What a mark means."""

    marks = forms.ChoiceField(
        choices=[(one.value, one.value) for one in Marks], error_messages={"required": "Say what it means to be named or marked."}
    )


class Rest(forms.Form):
    """What no row of a sheet says."""

    first = forms.ChoiceField(
        required=False,
        choices=[("", "")] + [(one.value, one.value) for one in First],
        error_messages={"invalid_choice": "Say who answers first, or leave it for later."},
    )
    fill = forms.CharField(required=False, max_length=80)


class Tables(forms.Form):
    """Which tables of a file are imported."""

    table = forms.TypedMultipleChoiceField(coerce=int, error_messages={"required": "Choose at least one table."})

    def __init__(self, *args: Any, numbers: int, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["table"].choices = [(str(number), str(number)) for number in range(numbers)]  # type: ignore[attr-defined]


class Columns(forms.Form):
    """Whose columns are whose: "column-<number>" with a party, OUT or nothing yet."""

    def clean(self) -> dict[str, Any]:
        """Read every column that was sent."""
        found: dict[int, str] = {}
        for name in self.data:
            known = COLUMN.fullmatch(name)
            if known:
                found[int(known[1])] = str(self.data[name])
        if not found or set(found.values()) - {"", OUT, *Party}:
            raise forms.ValidationError("Choose for each column whose it is.")
        return {"columns": found}


class Stamps(forms.CharField):
    """The stamps of the draft's lines as they were shown: "security.email=3,backup.jobs@clinic-north=1"."""

    def clean(self, value: Any) -> Mapping[str, int]:
        text = super().clean(value)
        parts = [STAMPED.fullmatch(part) for part in text.split(",")] if text else []
        if not all(parts):
            raise forms.ValidationError("Load the page again, then write.")
        return {part[1]: int(part[2]) for part in parts if part}


class Write(forms.Form):
    """What was seen when somebody said: write."""

    seen = forms.IntegerField(min_value=0, max_value=MOST_STAMP)
    draft = forms.IntegerField(min_value=0, max_value=MOST_STAMP)
    lines = Stamps(max_length=80_000, required=False)
