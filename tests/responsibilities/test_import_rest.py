"""What no row of a sheet says: who answers first where several do it, and who does the duties that the sheet leaves out."""

from dataclasses import replace
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from comanaged.vocabulary import Hours, Letter, Party
from responsibilities import catalogue, importers
from responsibilities.domain import raci
from responsibilities.domain.importing import First, led
from responsibilities.domain.raci import Rule
from responsibilities.models import Finding, Upload, Version
from responsibilities.queries import blocking, overrides, reading
from tests.cast import Cast, add_person
from tests.responsibilities.build import newcomer
from tests.responsibilities.importing import AT, bring, work
from tests.responsibilities.test_import_pages import write_form

SAMPLE = Path(__file__).parent.parent / "samples" / "matrices" / "manufacturer-msp-mssp.md"
IT, MSP = (Rule(Letter.R, party, Hours.ALWAYS, duty="backup.jobs") for party in (Party.INTERNAL, Party.PROVIDER))
VENDOR = replace(IT, party=Party.VENDOR)
ANSWERS = Rule(Letter.A, Party.VENDOR, duty="backup.jobs")


@pytest.mark.parametrize(
    ("rules", "first", "leads"),
    [
        ((IT, MSP), None, []),
        ((IT, MSP), First.INTERNAL, [Party.INTERNAL]),
        ((IT, MSP), First.PROVIDER, [Party.PROVIDER]),
        ((VENDOR, MSP, ANSWERS), First.INTERNAL, [Party.VENDOR]),
        ((VENDOR, MSP, ANSWERS), First.ACCOUNTABLE, [Party.VENDOR]),
        ((IT, MSP, ANSWERS), First.ACCOUNTABLE, [Party.INTERNAL]),
        ((VENDOR, replace(IT, party=Party.LEADERSHIP)), First.INTERNAL, []),
        ((VENDOR, MSP), First.INTERNAL, [Party.PROVIDER]),
        ((IT,), First.INTERNAL, []),
        ((replace(IT, party=None),), First.INTERNAL, []),
        ((IT, replace(MSP, lead=True)), First.INTERNAL, [Party.PROVIDER]),
        ((IT, replace(MSP, rank=2)), First.INTERNAL, []),
        ((IT, replace(IT, rank=2), MSP), First.INTERNAL, [Party.INTERNAL]),
    ],
)
def test_who_answers_first_is_the_wanted_side_else_who_is_accountable(rules: raci.Rules, first: First | None, leads: list[Party]) -> None:
    assert [rule.party for rule in led(rules, first) if rule.lead] == leads


def imported(cast: Cast, **rest: str) -> tuple[Version, str]:
    """Bring the sheet of a manufacturer to a client without a matrix, answer its question, say the rest and write it; return what was said."""
    client = newcomer()
    add_person(cast, "Vets' manager", "c_mgr", client, signatory=True)
    manager, base = cast.browser("Vets' manager"), "/seaside-vets/matrix/import/"
    manager.post(base, {"file": SimpleUploadedFile(SAMPLE.name, SAMPLE.read_bytes())})
    with cast.scope(client):
        work(Upload.objects.for_tenant(client).get(), importers.read(SAMPLE.name, SAMPLE.read_bytes()))
    manager.post(f"{base}1/answer/", {"also": "yes"})
    page = manager.get(f"{base}1/").text
    assert "19 rows name several who do it. Who answers first?" in page
    if rest:
        assert manager.post(f"{base}1/rest/", rest)["Location"] == f"{base}1/#unsaid"
    done = manager.post(f"{base}1/write/", write_form(manager.get(f"{base}1/").text), follow=True)
    with cast.scope(client):
        version = reading.open_version(client.pk)
        assert version is not None
    return version, done.text


@pytest.mark.django_db
def test_what_the_sheet_leaves_out_comes_from_a_template_and_nothing_else_changes(cast: Cast) -> None:
    version, said = imported(cast, first="INTERNAL", fill="full-co-managed")
    template = catalogue.template("full-co-managed")
    with cast.scope(version.tenant):
        upload = Upload.objects.for_tenant(version.tenant).get()
        mentioned = set(upload.result["lines"].values())
        own = overrides.own_of(reading.matrix_in(version, version.tenant_id, AT))
        for key in catalogue.duties().keys() - mentioned:
            stated = {(rule.letter, rule.party, rule.hours, rule.lead) for rule in template.rules if rule.duty == key and not rule.place}
            assert {(rule.letter, rule.party, rule.hours, rule.lead) for rule in own[key, ""]} == stated
        left = list(blocking.blocking(version, AT))
    assert f"{70 - len(mentioned & catalogue.duties().keys())} more duties came from a template." in said
    assert [one.finding.code for one in left] == ["A_MULTIPLE"]


@pytest.mark.django_db
def test_without_an_answer_the_holes_are_seen(cast: Cast) -> None:
    version, said = imported(cast)
    assert "came from a template" not in said
    with cast.scope(version.tenant):
        codes = {row.code for row in Finding.objects.for_tenant(version.tenant).filter(state="OPEN", blocks=True)}
    assert codes == {"A_MISSING", "R_MISSING", "A_MULTIPLE", "R_NO_LEAD"}


@pytest.mark.django_db
def test_a_template_fills_only_what_the_draft_gives_to_nobody(cast: Cast) -> None:
    row = bring(cast)
    iris, base = cast.browser("Iris"), f"/harbor-dental/matrix/import/{row.number}/"
    with cast.scope():
        before = overrides.own_of(reading.matrix_in(reading.open_version(cast.harbor.pk), cast.harbor.pk, AT))
    iris.post(f"{base}answer/", {"also": "yes"})
    iris.post(f"{base}rest/", {"first": "", "fill": "full-co-managed"})
    assert iris.post(f"{base}write/", write_form(iris.get(base).text)).status_code == 302
    with cast.scope():
        row = Upload.objects.for_tenant(cast.harbor).get()
        after = overrides.own_of(reading.matrix_in(reading.open_version(cast.harbor.pk), cast.harbor.pk, AT))
    for line, rules in before.items():
        if rules and line[0] not in row.result["lines"].values():
            assert set(after[line]) == set(rules)


@pytest.mark.django_db
def test_a_template_that_is_not_there_is_refused_in_words(cast: Cast) -> None:
    row = bring(cast)
    page = cast.browser("Iris").post(f"/harbor-dental/matrix/import/{row.number}/rest/", {"fill": "no-such"})
    assert page.status_code == 422
    assert "This template is not there any more." in page.text
    page = cast.browser("Iris").post(f"/harbor-dental/matrix/import/{row.number}/rest/", {"first": "EVERYBODY"})
    assert page.status_code == 422
