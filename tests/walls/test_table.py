"""The table of permissions keeps its own promises."""

import pytest

from comanaged.accounts import access

RULES = access.rules()
KEYS = {role for role in access.table()["roles"] if role.startswith("k_")}
POWER = (
    ".sign_",
    "invite",
    "engagement.accept",
    "change_role",
    "set_signatory",
    "reset_mfa",
    "key.create",
    "key.rotate",
    "channel.manage",
    "sso.",
    "take_out",
)
READS = ("view", "list", "download", "read_opened", "leadership", "find_by_number")
BESIDES_DATA = {"session.end_own", "account.manage_own"}


def actions_with(*roles: str) -> set[str]:
    return {name for name, rule in RULES.items() if rule.allow & set(roles)}


def test_keys_read_feed_and_work_tickets_and_add_no_power() -> None:
    for name in actions_with(*(KEYS - {"k_desk"})):
        assert (
            name.startswith("ingest.") or name.endswith(".view") or name in {"report.upload", "evidence.upload", "matrix.export_signed"}
        ), name
    for name in actions_with("k_desk"):
        assert name.startswith(("ticket.", "attachment.")) or name.endswith(".view") or "_private" in name or name == "alert.acknowledge", (
            name
        )


def test_a_user_of_the_client_sees_their_own_requests_only() -> None:
    assert all(name.startswith("request.") or name == "account.manage_own" for name in actions_with("c_user"))


def test_the_provider_never_decides_what_is_the_clients() -> None:
    clients = (
        "matrix.sign_client",
        "review.sign_client",
        "client.settings",
        "finding.accept",
        "exclusion.create",
        "exemption.grant",
        "policy.loosen",
        "export.take_out",
    )
    clients += (
        "people.invite_client",
        "people.change_role_client",
        "people.remove_client",
        "sso.configure_client",
        "engagement.invite",
        "tenant.ask_delete",
    )
    for name in actions_with("p_tech", "p_lead", "p_admin"):
        assert not name.startswith(clients), name


def test_the_client_never_decides_what_is_the_providers() -> None:
    providers = ("matrix.sign_provider", "review.sign_provider", "sso.configure_provider", "calendar.edit_provider")
    for name in actions_with("c_mgr", "c_tech", "c_lead", "c_audit"):
        assert not name.startswith(providers), name
        assert not (name.startswith("people.") and name.endswith("provider")), name


def test_an_auditor_writes_nothing() -> None:
    for name in actions_with("c_audit") - BESIDES_DATA:
        assert name.endswith(READS) or ".export" in name or name.startswith("export."), name


def test_the_operator_runs_the_installation_and_reads_no_client() -> None:
    for name in actions_with("operator") - BESIDES_DATA:
        assert name in {"tenant.create", "tenant.suspend", "tenant.delete", "breakglass.open"} or name.startswith("platform."), name


@pytest.mark.parametrize("name", [name for name, rule in RULES.items() if any(word in name for word in POWER) and not rule.never])
def test_what_adds_power_asks_for_the_second_factor(name: str) -> None:
    assert "mfa_fresh" in RULES[name].when


@pytest.mark.parametrize("name", [name for name, rule in RULES.items() if rule.never])
def test_what_is_never_done_is_allowed_to_nobody(name: str) -> None:
    assert RULES[name].allow == frozenset()
