"""The pages of a client's own sheet, as people use them."""

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from responsibilities.importers import CannotRead
from responsibilities.models import Upload
from tests.cast import Cast
from tests.responsibilities.importing import FIVE, again, bring, work

pytestmark = pytest.mark.django_db
BASE = "/harbor-dental/matrix/import/"


def write_form(html: str) -> dict[str, str]:
    form = html[html.index('/write/"') :]
    return {name: re.search(rf'name="{name}" value="([^"]*)"', form)[1] for name in ("seen", "draft", "lines")}  # type: ignore[index]


def test_a_sheet_goes_from_the_form_to_the_draft(cast: Cast) -> None:
    iris = cast.browser("Iris")
    assert iris.get(BASE).status_code == 200
    sent = iris.post(BASE, {"file": SimpleUploadedFile("raci.md", b"| a | b |")})
    assert sent["Location"] == f"{BASE}1/"
    with cast.scope():
        row = Upload.objects.for_tenant(cast.harbor).get()
    assert "Reading raci.md" in iris.get(f"{BASE}1/").text
    work(row, FIVE)
    page = iris.get(f"{BASE}1/")
    assert page.status_code == 200
    html = page.text
    for title in ("1 Patch management &amp; deployment", "2 Firewall", "4 Forklift telematics", "5 Backup &amp; recovery"):
        assert html.count(f'<div class="orig">{title}') == 1
    refused = iris.post(f"{BASE}1/write/", write_form(html))
    assert refused.status_code == 422
    assert "Answer the question" in refused.text
    assert iris.post(f"{BASE}1/answer/", {"also": "yes"}).status_code == 302
    done = iris.post(f"{BASE}1/write/", write_form(iris.get(f"{BASE}1/").text), follow=True)
    assert "Became duties of your own" in done.text
    assert "Forklift telematics" in done.text
    print(done.text[done.text.index("<main"):done.text.index("</main")])
