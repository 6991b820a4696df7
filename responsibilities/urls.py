"""Addresses of the matrix and its findings; a duty's key always holds a dot, so other words stay free."""

from django.urls import path, register_converter

from responsibilities import api
from responsibilities.views import (
    acts,
    attesting,
    covers,
    duty,
    edits,
    exporting,
    findings,
    hours,
    importing,
    pages,
    places,
    teams,
    templates,
    versions,
)


class DutyKey:
    """A duty's key in an address."""

    regex = r"[a-z0-9][a-z0-9-]*\.[a-z0-9.-]+"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class Number:
    """A version's number in an address, no larger than there can be."""

    regex = r"\d{1,9}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return str(value)


class Span:
    """Two versions in an address: 4..5."""

    regex = r"\d{1,9}\.\.\d{1,9}"

    def to_python(self, value: str) -> tuple[int, int]:
        first, _, second = value.partition("..")
        return int(first), int(second)

    def to_url(self, value: tuple[int, int]) -> str:
        return "{}..{}".format(*value)


register_converter(DutyKey, "duty")
register_converter(Number, "number")
register_converter(Span, "span")

app_name = "responsibilities"

urlpatterns = [
    path("<slug:client>/matrix/", pages.matrix, name="matrix"),
    path("<slug:client>/matrix/start/", templates.start, name="start"),
    path("<slug:client>/matrix/answers/", pages.answers, name="matrix_answers"),
    path("<slug:client>/matrix/draft/", pages.draft, name="draft"),
    path("<slug:client>/matrix/draft/answers/", pages.answers, {"which": "draft"}, name="draft_answers"),
    path("<slug:client>/matrix/draft/bulk/", acts.bulk, name="bulk"),
    path("<slug:client>/matrix/draft/undo/", acts.undo, name="undo"),
    path("<slug:client>/matrix/draft/paste/", acts.paste, name="paste"),
    path("<slug:client>/matrix/draft/paste/apply/", acts.apply_paste, name="apply_paste"),
    path("<slug:client>/matrix/draft/begin/", versions.begin, name="begin_draft"),
    path("<slug:client>/matrix/import/", importing.bring, name="bring_sheet"),
    path("<slug:client>/matrix/import/<number:upload>/", importing.look, name="import"),
    path("<slug:client>/matrix/import/<number:upload>/row/", importing.choose, name="import_row"),
    path("<slug:client>/matrix/import/<number:upload>/guesses/", importing.take_guesses, name="import_guesses"),
    path("<slug:client>/matrix/import/<number:upload>/columns/", importing.columns, name="import_columns"),
    path("<slug:client>/matrix/import/<number:upload>/answer/", importing.answer, name="import_answer"),
    path("<slug:client>/matrix/import/<number:upload>/marks/", importing.explain, name="import_marks"),
    path("<slug:client>/matrix/import/<number:upload>/rest/", importing.say_rest, name="import_rest"),
    path("<slug:client>/matrix/import/<number:upload>/tables/", importing.tables, name="import_tables"),
    path("<slug:client>/matrix/import/<number:upload>/write/", importing.write, name="import_write"),
    path("<slug:client>/matrix/import/<number:upload>/leave/", importing.leave, name="leave_sheet"),
    path("<slug:client>/matrix/import/<number:upload>/resume/", importing.resume, name="resume_sheet"),
    path("<slug:client>/matrix/versions/", versions.listing, name="versions"),
    path("<slug:client>/matrix/versions/<number:version>/", versions.version, name="version"),
    path("<slug:client>/matrix/versions/<number:version>/propose/", versions.propose, name="propose_version"),
    path("<slug:client>/matrix/versions/<number:version>/sign/client/", versions.sign_client, name="sign_client"),
    path("<slug:client>/matrix/versions/<number:version>/sign/provider/", versions.sign_provider, name="sign_provider"),
    path("<slug:client>/matrix/versions/<number:version>/withdraw/", versions.withdraw, name="withdraw_version"),
    path("<slug:client>/matrix/versions/<number:version>/appendix/", versions.appendix, name="appendix"),
    path("<slug:client>/matrix/versions/<number:version>/appendix.pdf", exporting.download, {"kind": "pdf"}, name="export_appendix"),
    path("<slug:client>/matrix/versions/<number:version>/matrix.xlsx", exporting.download, {"kind": "xlsx"}, name="export_sheet"),
    path("<slug:client>/matrix/versions/<number:version>/matrix.csv", exporting.download, {"kind": "csv"}, name="export_table"),
    path(
        "<slug:client>/matrix/versions/<number:version>/responsibilities.xlsx",
        exporting.download,
        {"kind": "requirements-xlsx"},
        name="export_requirements",
    ),
    path(
        "<slug:client>/matrix/versions/<number:version>/responsibilities.csv",
        exporting.download,
        {"kind": "requirements-csv"},
        name="export_requirements_table",
    ),
    path(
        "<slug:client>/matrix/versions/<number:version>/fedramp.xlsx", exporting.download, {"kind": "fedramp-xlsx"}, name="export_fedramp"
    ),
    path("<slug:client>/matrix/versions/<span:span>/", versions.compare, name="compare_versions"),
    path("<slug:client>/matrix/<duty:duty>/", duty.duty, name="duty"),
    path("<slug:client>/matrix/<duty:duty>/comment/", duty.comment, name="comment"),
    path("<slug:client>/matrix/<duty:duty>/settle/", duty.settle, name="settle"),
    path("<slug:client>/matrix/<duty:duty>/texts/", duty.texts, name="texts"),
    path("<slug:client>/matrix/<duty:duty>/confirm/", duty.confirm, name="confirm"),
    path("<slug:client>/matrix/<duty:duty>/cell/<slug:party>/", edits.cell, name="cell"),
    path("<slug:client>/matrix/<duty:duty>/letter/", edits.letter, name="letter"),
    path("<slug:client>/matrix/<duty:duty>/clear/", edits.clear, name="clear"),
    path("<slug:client>/matrix/<duty:duty>/hours/", edits.hours, name="hours"),
    path("<slug:client>/matrix/<duty:duty>/more-hours/", edits.more_hours, name="more_hours"),
    path("<slug:client>/matrix/<duty:duty>/lead/", edits.lead, name="lead"),
    path("<slug:client>/matrix/<duty:duty>/who/", edits.who, name="who"),
    path("<slug:client>/matrix/<duty:duty>/backup/", edits.backup, name="backup"),
    path("<slug:client>/matrix/<duty:duty>/half/", edits.half, name="half"),
    path("<slug:client>/matrix/<duty:duty>/only/", edits.only, name="only"),
    path("<slug:client>/matrix/<duty:duty>/besides/", edits.besides, name="besides"),
    path("<slug:client>/matrix/<duty:duty>/nobody/", edits.nobody, name="nobody"),
    path("<slug:client>/matrix/<duty:duty>/place/", edits.add_place, name="add_place_row"),
    path("<slug:client>/matrix/<duty:duty>/inherit/", edits.inherit, name="inherit"),
    path("<slug:client>/matrix/<duty:duty>/exclude/", findings.exclude, name="exclude"),
    path("<slug:client>/matrix/<duty:duty>/include/", findings.include, name="include"),
    path("<slug:client>/findings/", findings.findings, name="findings"),
    path("<slug:client>/findings/<int:finding>/", findings.finding, name="finding"),
    path("<slug:client>/findings/<int:finding>/accept/", findings.accept, name="accept"),
    path("<slug:client>/findings/<int:finding>/accept-critical/", findings.accept_critical, name="accept_critical"),
    path("<slug:client>/findings/<int:finding>/dispute/", findings.dispute, name="dispute"),
    path("<slug:client>/blind/", attesting.blind, name="blind"),
    path("<slug:client>/blind/ask/", attesting.ask, name="blind_ask"),
    path("<slug:client>/blind/answer/", attesting.answer, name="blind_answer"),
    path("<slug:client>/blind/<int:attestation>/withdraw/", attesting.withdraw, name="blind_withdraw"),
    path("<slug:client>/sites/", places.sites, name="sites"),
    path("<slug:client>/sites/new/", places.new_place, name="new_place"),
    path("<slug:client>/sites/<slug:place>/", places.change_place, name="change_place"),
    path("<slug:client>/sites/<slug:place>/retire/", places.retire_place, name="retire_place"),
    path("<slug:client>/templates/", templates.own_templates, name="templates"),
    path("<slug:client>/templates/new/", templates.new_edition, name="new_edition"),
    path("<slug:client>/teams/", teams.teams, name="teams"),
    path("<slug:client>/teams/new/", teams.new_team, name="new_team"),
    path("<slug:client>/teams/away/", teams.someone_away, name="someone_away"),
    path("<slug:client>/teams/away/<int:absence>/end/", teams.someone_back, name="someone_back"),
    path("<slug:client>/teams/<int:team>/", teams.team, name="team"),
    path("<slug:client>/teams/<int:team>/change/", teams.change_team, name="change_team"),
    path("<slug:client>/teams/<int:team>/retire/", teams.retire_team, name="retire_team"),
    path("<slug:client>/teams/<int:team>/members/", teams.join_team, name="join_team"),
    path("<slug:client>/teams/<int:team>/members/<int:seat>/end/", teams.leave_team, name="leave_team"),
    path("<slug:client>/teams/<int:team>/members/<int:seat>/earlier/", teams.go_earlier, name="go_earlier"),
    path("<slug:client>/teams/<int:team>/turns/", teams.plan_turns, name="plan_turns"),
    path("<slug:client>/teams/<int:team>/turns/drop/", teams.drop_turns, name="drop_turns"),
    path("<slug:client>/teams/<int:team>/stretches/", teams.take_turn, name="take_turn"),
    path("<slug:client>/teams/<int:team>/stretches/<int:override>/end/", teams.give_back, name="give_back"),
    path("<slug:client>/away/", teams.away, name="away"),
    path("<slug:client>/away/<int:absence>/end/", teams.back_again, name="back_again"),
    path("<slug:client>/covers/", covers.covers, name="covers"),
    path("<slug:client>/covers/new/", covers.cover, name="cover"),
    path("<slug:client>/covers/ask/", covers.ask_cover, name="ask_cover"),
    path("<slug:client>/covers/<int:cover>/accept/", covers.accept_cover, name="accept_cover"),
    path("<slug:client>/covers/<int:cover>/decline/", covers.decline_cover, name="decline_cover"),
    path("<slug:client>/covers/<int:cover>/end/", covers.end_cover, name="end_cover"),
    path("<slug:client>/hours/", hours.hours, name="hours_page"),
    path("<slug:client>/hours/internal/new/", hours.add_own, name="add_own_hours"),
    path("<slug:client>/hours/internal/<int:calendar>/", hours.change_own, name="change_own_hours"),
    path("<slug:client>/hours/internal/<int:calendar>/remove/", hours.remove_own, name="remove_own_hours"),
    path("<slug:client>/hours/provider/new/", hours.add_provided, name="add_provided_hours"),
    path("<slug:client>/hours/provider/<int:provided>/", hours.change_provided, name="change_provided_hours"),
    path("<slug:client>/hours/provider/<int:provided>/remove/", hours.remove_provided, name="remove_provided_hours"),
]

api_urlpatterns = [
    path("answers/", api.Answers.as_view(), name="api_answers"),
    path("findings/", api.Findings.as_view(), name="api_findings"),
    path("matrix/", api.Matrix.as_view(), name="api_matrix"),
    path("matrix/export/", api.Export.as_view(), name="api_matrix_export"),
]
