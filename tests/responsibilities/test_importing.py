"""A client's own sheet: brought once, read by a worker, decided by people, written as one act."""

import uuid
from dataclasses import replace

import pytest
from django.db import connection

from comanaged import background, tenancy
from comanaged.accounts import access
from comanaged.accounts.access import Actor
from comanaged.accounts.models import Organisation
from comanaged.audit.models import Entry
from comanaged.celery import app
from comanaged.vocabulary import Hours, Letter, Party, Side
from responsibilities.actions import drafting, editing, findings, importing, undoing
from responsibilities.actions.importing import CannotDecide, CannotImport, CannotUpload, Seen, StaleChoice, StaleReview
from responsibilities.actions.writing import Spot, Stale
from responsibilities.domain import raci
from responsibilities.domain.importing import LATER, OUT, Marks
from responsibilities.importers import CannotRead
from responsibilities.importers.reading import SECTION_OR_UNASSIGNED, Dialect, Reading
from responsibilities.models import Act, Duty, Finding, Row, Upload, Version
from responsibilities.queries import reading, uploads
from tests.cast import Cast, add_person
from tests.responsibilities import agreeing
from tests.responsibilities.build import newcomer
from tests.responsibilities.importing import AT, FIVE, again, bring, line, part, table, work
from tests.walls.test_races import at_once

pytestmark = pytest.mark.django_db
FORKLIFT = "own.forklift-telematics"
BOTH, ZEBRA = ("CIO", "CEO"), ("Zebra", "MSP", "CEO")


def cells(tenant: Organisation, key: str) -> dict[str, str]:
    """Return what the open version says of a duty, by party."""
    matrix = reading.matrix_in(reading.open_version(tenant.pk), tenant.pk, AT)
    return {party.name: cell for party in Party if (cell := raci.written_cell(matrix.rules.get(key, ()), party)) != "empty"}


def seen(row: Upload, by: Actor) -> Seen:
    """Return what the page of an upload shows now."""
    fresh = again(row)
    page = uploads.review(fresh, by, AT)
    pairs = (one.partition("=") for one in page.seen.split(",") if one)
    return Seen(fresh.stamp, page.draft, {key: int(stamp) for key, _, stamp in pairs})


def write(row: Upload, by: Actor, shown: Seen | None = None) -> importing.Imported:
    return importing.write(row.number, shown or seen(row, by), by=by, at=AT)


@pytest.fixture
def brought(cast: Cast) -> Upload:
    """A sheet at Harbor Dental that was read, its one question answered with yes."""
    row = bring(cast)
    with cast.as_("Iris") as iris:
        importing.answer(row.number, True, by=iris, at=AT)
    return again(row)


@pytest.fixture
def vets(cast: Cast) -> tuple[Organisation, Upload]:
    """A client without a matrix, and its sheet."""
    client = newcomer()
    add_person(cast, "Iris", "c_mgr", client)
    row = bring(cast, tenant=client)
    with cast.as_("Iris", client) as iris:
        importing.answer(row.number, False, by=iris, at=AT)
    return client, row


# --- bringing


def test_the_same_file_twice_is_one_upload_until_it_is_decided(cast: Cast) -> None:
    with cast.as_("Iris") as iris:
        first = importing.upload("a.csv", b"a,b", by=iris, at=AT)
        second = importing.upload("b.csv", b"a,b", by=iris, at=AT)
        assert (first.again, second.again, second.upload.pk) == (False, True, first.upload.pk)
        importing.leave(first.upload.number, by=iris, at=AT)
        third = importing.upload("a.csv", b"a,b", by=iris, at=AT)
        assert (third.again, third.upload.number) == (False, 2)


def test_an_empty_file_and_one_over_the_limit_are_refused_in_words(cast: Cast) -> None:
    with cast.as_("Iris") as iris:
        for content, words in ((b"", "empty"), (b"x" * (10 * 1024 * 1024 + 1), "10 MB")):
            with pytest.raises(CannotUpload, match=words):
                importing.upload("a.csv", content, by=iris, at=AT)


def test_nobody_brings_files_without_end(cast: Cast) -> None:
    with cast.as_("Iris") as iris:
        for number in range(importing.PER_PERSON):
            importing.upload("a.csv", str(number).encode(), by=iris, at=AT)
        with pytest.raises(CannotUpload, match="Too many"):
            importing.upload("a.csv", b"one more", by=iris, at=AT)
        importing.upload("a.csv", b"one more", by=iris, at=AT + importing.SPAN)
    with cast.as_("Tess") as tess:
        importing.upload("a.csv", b"hers", by=tess, at=AT)


def test_only_managers_bring_sheets_and_a_former_provider_brings_none(cast: Cast) -> None:
    with cast.as_("Ivo") as ivo, pytest.raises(access.Refused):
        importing.upload("a.csv", b"a", by=ivo, at=AT)
    with cast.as_("Tess") as tess, pytest.raises(access.Refused):
        importing.upload("a.csv", b"a", by=replace(tess, company_id=cast.elsewhere.pk), at=AT)


def test_text_that_a_database_cannot_hold_is_kept_without_it(cast: Cast) -> None:
    odd = Reading("csv", (table(line(1, "Nul\x00 and \ud800 half", "A", "R")),), ((1, "\x00"),))
    row = bring(cast, odd)
    assert row.state == "READ"
    assert row.reading["tables"][0]["lines"][0]["duty"] == "Nul\ufffd and ? half"


# --- reading


def test_a_file_that_cannot_be_read_says_why_and_writes_nothing(cast: Cast) -> None:
    row = bring(cast, CannotRead("This is no spreadsheet. Save it as .xlsx."))
    assert (row.state, row.refusal) == ("REFUSED", "This is no spreadsheet. Save it as .xlsx.")
    with cast.as_("Iris") as iris, pytest.raises(CannotImport, match="could not be read"):
        importing.answer(row.number, True, by=iris, at=AT)


def test_a_file_without_a_table_of_duties_says_so(cast: Cast) -> None:
    assert "No table of duties" in bring(cast, Reading("csv", ())).refusal
    many = table(*(line(number, f"Duty {number}", "A", "R") for number in range(1, 5_002)))
    assert "5001 rows" in bring(cast, Reading("csv", (many,)), content=b"y").refusal


def test_a_sheet_that_was_left_while_it_was_read_stays_left(cast: Cast) -> None:
    with cast.as_("Iris") as iris:
        row = importing.upload("a.csv", b"a,b", by=iris, at=AT).upload
        importing.leave(row.number, by=iris, at=AT)
    with pytest.raises(background.LostLease):
        importing.read(row.pk, tenant_id=row.tenant_id, token=uuid.uuid4(), at=AT, reader=lambda name, content: FIVE)
    assert again(row).state == "LEFT"


# --- deciding


def test_rows_go_where_they_were_understood_guessed_or_where_somebody_says(cast: Cast, brought: Upload) -> None:
    sheet = uploads.sheet_of(brought, AT)
    assert {row.id: (row.sure.value, row.choice) for row in sheet.rows} == {
        "0-1": ("UNDERSTOOD", "patching.servers"),
        "0-2": ("UNDERSTOOD", "security.network"),
        "0-3": ("GUESSED", "security.training"),
        "0-4": ("UNKNOWN", "own:own"),
        "0-5": ("UNDERSTOOD", "backup.verification"),
    }
    assert {column.heading: column.party for column in sheet.columns} == {
        "CIO": "LEADERSHIP",
        "IT": "INTERNAL",
        "MSP": "PROVIDER",
        "MSSP": "VENDOR",
    }
    with cast.as_("Iris") as iris:
        importing.decide_line(1, "0-4", "vendor.assets", was="own:own", by=iris, at=AT)
        importing.take_guesses(1, by=iris, at=AT)
        importing.decide_columns(1, {3: OUT}, by=iris, at=AT)
    rows = {row.id: row for row in uploads.sheet_of(again(brought), AT).rows}
    assert (rows["0-4"].choice, rows["0-3"].decided.who if rows["0-3"].decided else "") == ("vendor.assets", "Iris")
    assert Party.VENDOR not in rows["0-4"].cells


@pytest.mark.parametrize("choice", ["", "no.such-duty", "own:nowhere", "security.network' OR 1=1", "own.not-yet"])
def test_what_is_not_there_to_choose_is_refused(cast: Cast, brought: Upload, choice: str) -> None:
    with cast.as_("Iris") as iris, pytest.raises(CannotDecide):
        importing.decide_line(1, "0-4", choice, was="own:own", by=iris, at=AT)


def test_what_somebody_else_decided_meanwhile_is_told_and_not_written_over(cast: Cast, brought: Upload) -> None:
    with cast.as_("Tess") as tess:
        importing.decide_line(1, "0-4", OUT, was="own:own", by=tess, at=AT)
    with cast.as_("Iris") as iris:
        with pytest.raises(StaleChoice) as stale:
            importing.decide_line(1, "0-4", "vendor.assets", was="own:own", by=iris, at=AT)
        assert (stale.value.theirs.choice, stale.value.theirs.who, stale.value.yours) == (OUT, "Tess", "vendor.assets")
        importing.decide_line(1, "0-4", "vendor.assets", was=OUT, by=iris, at=AT)
        importing.decide_line(1, "0-4", LATER, was="own:own", by=iris, at=AT)  # one's own change is no surprise


def test_a_row_that_may_be_a_heading_waits_for_somebody(cast: Cast) -> None:
    asks = Reading("csv", (table(line(1, "Backups", "A", "R"), line(2, "Printer faults", asks=SECTION_OR_UNASSIGNED)),))
    row = bring(cast, asks)
    waiting = uploads.sheet_of(row, AT).rows[1]
    assert (waiting.sure.value, waiting.choice) == ("UNKNOWN", LATER)


def test_marks_mean_what_somebody_says(cast: Cast) -> None:
    lines = [replace(line(1, "Backup oversight"), parts=(replace(part("MSP", ""), text="x", holds=True),))]
    lines += [replace(line(2, "Antivirus"), parts=tuple(replace(part(name, ""), text="x", holds=True) for name in ("IT", "MSP")))]
    row = bring(cast, Reading("csv", (table(*lines, parties=("IT", "MSP"), dialect=Dialect.MARKS_PER_PARTY),)))
    with cast.as_("Iris") as iris:
        with pytest.raises(CannotImport, match="named or marked"):
            write(row, iris)
        importing.explain_marks(1, Marks.BOTH, by=iris, at=AT)
        assert again(row).stamp == 2
        write(row, iris)
        assert cells(cast.harbor, "backup.jobs")["PROVIDER"].startswith("A, R")
        both = cells(cast.harbor, "security.endpoint")
    assert [both[party][0] for party in ("INTERNAL", "PROVIDER")] == ["R", "R"]


def test_two_columns_of_one_party_keep_their_names(cast: Cast) -> None:
    row = bring(cast, Reading("csv", (table(line(1, "Antivirus", "A (signs)", "R", parties=BOTH), parties=BOTH),)))
    with cast.as_("Iris") as iris:
        write(row, iris)
        told = cells(cast.harbor, "security.endpoint")
    assert told["LEADERSHIP"] == "A, only: CIO: signs, R night, only: CEO"
    assert told["INTERNAL"] == "R day"  # the sheet has no column for it, so it keeps what it had


def test_rows_of_one_duty_are_put_together_and_told(cast: Cast, brought: Upload) -> None:
    with cast.as_("Iris") as iris:
        importing.decide_line(1, "0-4", "security.network", was="own:own", by=iris, at=AT)
        page = uploads.review(again(brought), iris, AT)
        assert "are all read as Firewall and network protection" in page.shared[0]
        write(brought, iris)
        told = cells(cast.harbor, "security.network")
    assert told["INTERNAL"] == "A, only: Forklift telematics, C, only: Firewall administration (Palo Alto)"


# --- writing


def test_the_draft_says_what_the_sheet_says(cast: Cast, brought: Upload) -> None:
    with cast.as_("Iris") as iris:
        done = write(brought, iris)
        assert done.said == "5 rows of raci.xlsx written, 5 lines of the draft changed."
        assert cells(cast.harbor, "patching.servers") == {
            "LEADERSHIP": "I",
            "INTERNAL": "C, only: plant windows",
            "PROVIDER": "A, only: deploys, R day, only: deploys",
            "VENDOR": "C",
        }
        assert cells(cast.harbor, "security.network")["VENDOR"] == "A, only: policies"
        assert cells(cast.harbor, FORKLIFT) == {"LEADERSHIP": "C", "INTERNAL": "A", "PROVIDER": "R day", "VENDOR": "R day"}
        duty = Duty.objects.for_tenant(cast.harbor).get(key=FORKLIFT)
        assert (duty.name, duty.category, duty.coverage, duty.risk) == ("Forklift telematics", "own", "BUSINESS", 3)
        assert Finding.objects.for_tenant(cast.harbor).filter(duty=duty, code="R_NO_LEAD", state="OPEN").exists()
        told = Entry.objects.for_tenant(cast.harbor).filter(action__in=["assignment.imported", "matrix.imported", "matrix.uploaded"])
        assert sorted(told.values_list("action", flat=True)) == ["assignment.imported"] * 5 + ["matrix.imported", "matrix.uploaded"]


def test_without_an_answer_nothing_is_written(cast: Cast) -> None:
    row = bring(cast)
    with cast.as_("Iris") as iris:
        with pytest.raises(CannotImport, match="Answer the question"):
            write(row, iris)
        importing.answer(1, False, by=iris, at=AT)
        write(row, iris)
        assert cells(cast.harbor, "patching.servers")["PROVIDER"] == "A, only: deploys"


def test_a_column_nobody_knows_hinders_until_somebody_says_whose_it_is(cast: Cast) -> None:
    row = bring(cast, Reading("csv", (table(line(1, "Antivirus", "A", "R", parties=ZEBRA), parties=ZEBRA),)))
    with cast.as_("Iris") as iris:
        with pytest.raises(CannotImport, match="Zebra"):
            write(row, iris)
        importing.decide_columns(1, {0: "INTERNAL", 1: ""}, by=iris, at=AT)
        write(row, iris)
        assert cells(cast.harbor, "security.endpoint")["INTERNAL"] == "A"


def test_a_client_without_a_matrix_gets_its_first_version(cast: Cast, vets: tuple[Organisation, Upload]) -> None:
    client, row = vets
    with cast.as_("Iris", client) as iris:
        done = write(row, iris)
        version = Version.objects.for_tenant(client).get()
        assert (version.pk, version.number, version.state) == (done.version.pk, 1, "DRAFT")
        assert Row.objects.for_tenant(client).filter(version=version).count() == 71
        assert cells(client, "support.intake") == {}
        before = found(client)
        findings.recheck(version, by=iris, at=AT)
        assert found(client) == before
        assert ("R_MISSING", "support.intake") in before
        assert ("R_MISSING", "patching.servers") in before


def found(client: Organisation) -> set[tuple[str, str]]:
    """Return the open findings of a client."""
    return set(Finding.objects.for_tenant(client).filter(state="OPEN").values_list("code", "duty__key"))


def test_undo_takes_all_of_it_back(cast: Cast, brought: Upload) -> None:
    with cast.as_("Iris") as iris:
        before = {duty.key: cells(cast.harbor, duty.key) for duty in reading.duties_of(cast.harbor.pk)}
        write(brought, iris)
        undoing.undo(by=iris, at=AT)
        after = {key: cells(cast.harbor, key) for key in before}
        assert after == before
        assert FORKLIFT not in reading.matrix_of(cast.harbor.pk, AT).duties
        assert not Finding.objects.for_tenant(cast.harbor).filter(duty__key=FORKLIFT, state="OPEN").exists()
        row = bring(cast, content=b"again")
        importing.answer(row.number, True, by=iris, at=AT)
        write(row, iris)
        assert [duty.key for duty in Duty.objects.for_tenant(cast.harbor).filter(key__startswith="own.")] == [FORKLIFT]


def test_lines_that_were_edited_meanwhile_are_told_with_both_values(cast: Cast, brought: Upload) -> None:
    with cast.as_("Iris") as iris:
        shown = seen(brought, iris)
        editing.set_letter("patching.servers", Party.VENDOR, Letter.S, seen=shown.lines["patching.servers"], by=iris, at=AT)
        with pytest.raises(Stale) as stale:
            write(brought, iris, shown)
        (clash,) = stale.value.clashes
        assert (clash.spot, "Vendors: S" in clash.theirs, "provider: A, R" in clash.yours) == (Spot("patching.servers"), True, True)
        assert Act.objects.for_tenant(cast.harbor).count() == 1
        keep = replace(shown, lines={key: stamp for key, stamp in shown.lines.items() if key != "patching.servers"})
        write(brought, iris, keep)
        assert cells(cast.harbor, "patching.servers")["VENDOR"] == "S"
        assert again(brought).result["later"] == ["0-1"]
        assert "VENDOR" in cells(cast.harbor, "security.network")


def test_a_matrix_that_began_meanwhile_is_not_written_over_unseen(cast: Cast, vets: tuple[Organisation, Upload]) -> None:
    from responsibilities.actions import start_matrix  # noqa: PLC0415 - beside the one test that needs it

    client, row = vets
    with cast.as_("Iris", client) as iris:
        shown = seen(row, iris)
        start_matrix(client, "full-co-managed", by=iris, at=AT)
        with pytest.raises(Stale) as stale:
            write(row, iris, shown)
        assert len(stale.value.clashes) == 4
        write(row, iris)


def test_a_review_that_changed_since_it_was_shown_is_not_written(cast: Cast, brought: Upload) -> None:
    with cast.as_("Iris") as iris:
        shown = seen(brought, iris)
    with cast.as_("Tess") as tess:
        importing.decide_line(1, "0-4", OUT, was="own:own", by=tess, at=AT)
    with cast.as_("Iris") as iris:
        with pytest.raises(StaleReview) as stale:
            write(brought, iris, shown)
        assert stale.value.rows == ("Forklift telematics",)
        assert not Act.objects.for_tenant(cast.harbor).exists()


def test_rows_that_wait_are_written_later_and_those_left_out_never(cast: Cast, brought: Upload) -> None:
    with cast.as_("Iris") as iris:
        importing.decide_line(1, "0-4", LATER, was="own:own", by=iris, at=AT)
        importing.decide_line(1, "0-3", OUT, was="security.training", by=iris, at=AT)
        write(brought, iris)
        assert (again(brought).result["later"], again(brought).result["out"]) == (["0-4"], ["0-3"])
        with pytest.raises(CannotImport, match="written into the draft already"):
            importing.answer(1, False, by=iris, at=AT)
        importing.resume(1, by=iris, at=AT)
        assert {row.id for row in uploads.sheet_of(again(brought), AT).rows} == {"0-3", "0-4"}
        importing.decide_line(1, "0-4", "own:vendor", was=LATER, by=iris, at=AT)
        write(brought, iris)
        assert Duty.objects.for_tenant(cast.harbor).get(key=FORKLIFT).category == "vendor"
        assert set(again(brought).result["lines"]) == {"0-1", "0-2", "0-4", "0-5"}
        with pytest.raises(CannotImport, match="waits"):
            importing.resume(1, by=iris, at=AT)


def test_what_somebody_signed_is_not_written_over(cast: Cast, brought: Upload) -> None:
    with cast.scope():
        agreeing.accept_all(cast)
        agreeing.propose(cast)
        agreeing.sign(cast, "Tess")
    with cast.as_("Iris") as iris, pytest.raises(CannotImport, match="Tess signed version 1"):
        write(brought, iris)


def test_without_a_draft_a_sheet_waits_for_one(cast: Cast, brought: Upload) -> None:
    agreeing.in_force(cast, AT)
    with cast.as_("Iris") as iris:
        with pytest.raises(drafting.NoDraft):
            write(brought, iris)
        drafting.begin_draft(by=iris, at=AT)
        write(brought, iris)
        standing = reading.matrix_in(reading.version_at(cast.harbor.pk, AT), cast.harbor.pk, AT)
        assert FORKLIFT not in standing.duties
        assert FORKLIFT in reading.matrix_in(reading.open_version(cast.harbor.pk), cast.harbor.pk, AT).duties
        assert not Finding.objects.for_tenant(cast.harbor).filter(duty__key=FORKLIFT, of_draft=False).exists()


def test_rows_of_one_name_become_duties_of_their_own(cast: Cast) -> None:
    rows = [line(1, "Zebra care", "A", "R", section="North"), line(2, "Zebra care", "A", "R", section="South")]
    rows += [line(3, "Сервер печати", "A", "R"), line(4, "all", "A", "R"), line(5, "Zebra watch 24x7", "A", "R")]
    row = bring(cast, Reading("csv", (table(*rows),)))
    with cast.as_("Iris") as iris:
        for one in uploads.sheet_of(row, AT).rows:
            importing.decide_line(1, one.id, "own:own", was=one.choice, by=iris, at=AT)
        write(row, iris)
        own = Duty.objects.for_tenant(cast.harbor).filter(key__startswith="own.").order_by("position")
        assert [(duty.key, duty.name) for duty in own] == [
            ("own.zebra-care", "Zebra care"),
            ("own.zebra-care-south", "Zebra care (South)"),
            ("own.row", "Сервер печати"),
            ("own.all-2", "all"),
            ("own.zebra-watch-24x7", "Zebra watch 24x7"),
        ]
        assert own[4].coverage == Hours.ALWAYS


def test_what_a_row_says_besides_is_kept_as_a_note(cast: Cast) -> None:
    told = replace(line(1, "Antivirus", "A", "R"), more=(("Remark", "only laptops"),), unread=(("MSP", "maybe"),))
    row = bring(cast, Reading("csv", (table(told),)))
    with cast.as_("Iris") as iris:
        assert uploads.sheet_of(row, AT).rows[0].sure.value == "UNKNOWN"
        write(row, iris)
        note = Row.objects.for_tenant(cast.harbor).get(duty__key="security.endpoint", place=None).note
    assert note == "MSP: maybe\nRemark: only laptops"


def test_another_clients_sheet_is_not_there(cast: Cast, brought: Upload) -> None:
    with cast.as_("Tess", cast.pine) as tess:
        with pytest.raises(CannotImport, match="no such sheet"):
            importing.answer(brought.number, True, by=tess, at=AT)
        assert uploads.upload_of(cast.pine.pk, brought.number) is None


# --- workers and races


concurrent = pytest.mark.django_db(transaction=True, databases=["default", "system"])


def waiting(cast: Cast) -> Upload:
    with cast.as_("Iris") as iris:
        return importing.upload("raci.csv", b"Duty,IT,MSP\nAntivirus,A,R\n", by=iris, at=AT).upload


@concurrent
def test_a_worker_that_dies_in_the_middle_is_followed_by_another(cast: Cast) -> None:
    app.loader.import_default_modules()
    row, known = waiting(cast), background.JOBS["responsibilities.read_upload"]
    assert background.claim(known, tenant=row.tenant_id, row=row.pk, token=str(uuid.uuid4())) == 1  # and there it dies
    assert background.sweep_table(known.name) == 0
    with tenancy.only([row.tenant_id]), connection.cursor() as cursor:
        cursor.execute("UPDATE responsibilities_upload SET lease_until = clock_timestamp() - interval '1 second'")
    assert background.sweep_table(known.name) == 1
    assert (again(row).state, again(row).lease_token) == ("READ", None)


@concurrent
def test_a_job_run_twice_reads_once(cast: Cast) -> None:
    app.loader.import_default_modules()
    row, run = waiting(cast), app.tasks["responsibilities.read_upload"]
    at_once(*[lambda: run(tenant=row.tenant_id, id=row.pk)] * 2)
    first = again(row)
    run(tenant=row.tenant_id, id=row.pk)
    assert first.state == "READ"
    assert (again(row).stamp, again(row).done_at) == (first.stamp, first.done_at)


@concurrent
def test_what_no_try_could_read_is_given_up_in_words(cast: Cast) -> None:
    app.loader.import_default_modules()
    row = waiting(cast)
    with tenancy.only([row.tenant_id]), connection.cursor() as cursor:
        cursor.execute("UPDATE responsibilities_upload SET attempts = 3")
    background.sweep_table("responsibilities.read_upload")
    assert (again(row).state, "again and again" in again(row).refusal) == ("REFUSED", True)


@concurrent
def test_two_who_write_at_once_write_once(cast: Cast) -> None:
    client = newcomer()
    add_person(cast, "Iris", "c_mgr", client)
    row = bring(cast, tenant=client)
    with cast.as_("Iris", client) as iris:
        importing.answer(row.number, True, by=iris, at=AT)
        shown = seen(row, iris)

    def one() -> str:
        try:
            with cast.as_("Iris", client) as person:
                write(row, person, shown)
        except CannotImport as refusal:
            return str(refusal)
        return "written"

    told = at_once(*[one] * 3)
    assert sorted(told) == ["This sheet is written into the draft already. Change the draft itself."] * 2 + ["written"]
    with cast.scope(client):
        assert Version.objects.for_tenant(client).count() == 1
        assert Duty.objects.for_tenant(client).filter(key__startswith="own.").count() == 1


@concurrent
def test_a_sheet_and_a_template_at_once_begin_one_matrix(cast: Cast) -> None:
    from responsibilities.actions import start_matrix, starting  # noqa: PLC0415 - beside the one test that needs it

    client = newcomer()
    add_person(cast, "Iris", "c_mgr", client)
    row = bring(cast, tenant=client)
    with cast.as_("Iris", client) as iris:
        importing.answer(row.number, True, by=iris, at=AT)
        shown = seen(row, iris)

    def sheet() -> str:
        try:
            with cast.as_("Iris", client) as person:
                write(row, person, shown)
        except Stale:
            return "told"
        return "begun"

    def template() -> str:
        try:
            with cast.as_("Iris", client) as person:
                start_matrix(client, "full-co-managed", by=person, at=AT)
        except starting.CannotStart:
            return "told"
        return "begun"

    assert sorted(at_once(sheet, template)) == ["begun", "told"]
    with cast.scope(client):
        assert Version.objects.for_tenant(client).count() == 1


@concurrent
def test_the_same_file_brought_twice_at_once_is_one(cast: Cast) -> None:
    def one() -> int:
        with cast.as_("Iris") as iris:
            return importing.upload("a.csv", b"a,b", by=iris, at=AT).upload.number

    assert at_once(*[one] * 4) == [1] * 4


def test_side_is_kept_with_the_file(cast: Cast) -> None:
    with cast.as_("Tess") as tess:
        row = importing.upload("x/../../etc/passwd\x00.csv", b"a", by=tess, at=AT).upload
    assert (row.side, row.name) == (Side.PROVIDER, "Tess")
    assert "\x00" not in row.filename
    work(row, FIVE)


def test_a_cell_that_names_nobody_is_kept_as_a_note_when_it_says_more(cast: Cast) -> None:
    nobody = replace(part("MSP", ""), text="N/A (handled by the holding)", holds=False)
    short = replace(part("MSSP", ""), text="N/A", holds=False)
    told = replace(line(1, "Antivirus", "A", "R"), parts=(part("IT", "A"), nobody, short))
    row = bring(cast, Reading("csv", (table(told),)))
    with cast.as_("Iris") as iris:
        importing.answer(1, True, by=iris, at=AT)
        write(row, iris)
        assert (
            Row.objects.for_tenant(cast.harbor).get(duty__key="security.endpoint", place=None).note == "MSP: N/A (handled by the holding)"
        )


def test_more_rows_than_anybody_writes_at_once_are_refused_in_words(cast: Cast) -> None:
    row = bring(cast, Reading("csv", (table(*(line(number, f"Zebra {number}", "A", "R") for number in range(1, 402))),)))
    with cast.as_("Iris") as iris:
        with pytest.raises(CannotImport, match="More than 400 rows"):
            write(row, iris)
        importing.decide_line(1, "0-7", OUT, was="own:own", by=iris, at=AT)
        assert uploads.sheet_of(again(row), AT).hinders() == ""


@concurrent
def test_a_sweep_reads_one_file_of_a_client_before_it_looks_at_what_else_waits(cast: Cast) -> None:
    for content in (b"Duty,IT,MSP\nAntivirus,A,R\n", b"Duty,IT,MSP\nBackup oversight,A,R\n"):
        with cast.as_("Iris") as iris:
            importing.upload("raci.csv", content, by=iris, at=AT)
    background.sweep()
    with cast.scope():
        assert Upload.objects.for_tenant(cast.harbor).filter(state="WAITING").count() == 1
    background.sweep()
    with cast.scope():
        assert not Upload.objects.for_tenant(cast.harbor).filter(state="WAITING").exists()
