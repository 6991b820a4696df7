"""G6: our server never connects to an address inside, however it is written and whatever a resolver says."""
# ruff: noqa: RUF001, S104 - letters that look like others, and numbers nobody binds to, are what this is about

import ipaddress
import ssl
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from comanaged.notices import channels
from comanaged.notices.domain import outside
from tests.notices.sinks import Sink, listening

INSIDE = """
http://127.0.0.1/
https://127.0.0.1/
https://127.1/
https://2130706433/
https://017700000001/
https://0x7f000001/
https://0x7f.0.0.1/
https://0177.0.0.1/
https://127.0.0.01/
https://127.0.0.1./
https://1２7.0.0.1/
https://１２７.０.０.１/
https://①②⑦.0.0.1/
https://127。0。0。1/
https://0.0.0.0/
https://0/
https://10.0.0.5/
https://172.16.9.1/
https://192.168.1.1/
https://169.254.169.254/latest/meta-data/
https://100.64.0.1/
https://198.18.0.1/
https://192.0.0.8/
https://192.88.99.1/
https://224.0.0.1/
https://240.0.0.1/
https://255.255.255.255/
https://localhost/
https://localhost./
https://LOCALHOST/
https://[::1]/
https://[::]/
https://[::ffff:127.0.0.1]/
https://[::ffff:7f00:1]/
https://[::127.0.0.1]/
https://[0:0:0:0:0:ffff:7f00:0001]/
https://[64:ff9b::7f00:1]/
https://[64:ff9b::10.0.0.5]/
https://[64:ff9b:1::7f00:1]/
https://[2002:7f00:1::]/
https://[2001:0:7f00:1::]/
https://[2001:0:53aa:64c:0:0:80ff:fffe]/
https://[fe80::1]/
https://[fe80::1%25lo]/
https://[fc00::1]/
https://[fd12:3456::1]/
https://[ff02::1]/
https://[fec0::1]/
https://[2001:db8::1]/
https://[2606:4700::5efe:7f00:1]/
https://user@hooks.example.com/
https://user:secret@hooks.example.com/
https://hooks.example.com@127.0.0.1/
https://127.0.0.1#@hooks.example.com/
https://127.0.0.1\\@hooks.example.com/
https://hooks.example.com:22/
https://hooks.example.com:8443/
https://hooks.example.com:443:80/
https://hooks.example.com:99999/
http://hooks.example.com/
https://hooks.example.com./
https://hooks..example.com/
https://hooks.example.com /
https://hooks.example.com/\tpath
https://hooks.example.com/\r\nHost:127.0.0.1
https:hooks.example.com
//hooks.example.com/
ftp://hooks.example.com/
file:///etc/passwd
gopher://127.0.0.1:6379/_FLUSHALL
unix:/run/postgresql
https://
https://-hooks.example.com/
https://hooks.exämple.com/
""".strip("\n").split("\n")


@pytest.fixture
def sink() -> Iterator[Sink]:
    """A receiver inside that nobody allowed."""
    with listening() as sink:
        yield sink


def never_asked(*_: Any) -> list[str]:
    raise AssertionError("An address that is refused is never looked up.")


@pytest.mark.parametrize("spelling", INSIDE)
def test_g6_no_spelling_of_an_address_inside_is_called(spelling: str, sink: Sink) -> None:
    assert len(INSIDE) >= 40
    with pytest.raises(channels.NotOutside):
        channels.post(spelling, b"{}", {}, resolve=never_asked)
    assert sink.connects == 0


@pytest.mark.parametrize(
    "answers",
    [
        ["127.0.0.1"], ["::1"], ["10.1.2.3"], ["::ffff:127.0.0.1"], ["64:ff9b::7f00:1"], ["2002:7f00:1::"], ["fe80::1%lo"], ["no number"],
        ["93.184.215.14", "127.0.0.1"], ["2606:2800:21f:cb07:6820:80da:af6b:8b2c", "169.254.169.254"], ["0.0.0.0"], ["100.100.100.100"],
    ],
)  # fmt: skip
def test_g6_a_name_that_leads_inside_is_not_called(answers: list[str], sink: Sink) -> None:
    with pytest.raises(channels.NotOutside):
        channels.post("https://hooks.example.com/", b"{}", {}, resolve=lambda host, port: answers)
    assert sink.connects == 0


def test_g6_a_resolver_that_alternates_its_answers_is_asked_once_and_its_first_answer_is_what_is_called(sink: Sink) -> None:
    asked: list[str] = []

    def alternates(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["203.0.113.9" if len(asked) % 2 else "127.0.0.1"]

    target = channels.target_of("https://hooks.example.com/")
    with pytest.raises(channels.NotOutside):  # a number of the books' own examples is no place either
        channels.numbers_of(target, time.monotonic() + 5, alternates)
    asked.clear()

    def turns(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["93.184.215.14" if len(asked) == 1 else "127.0.0.1"]

    numbers = channels.numbers_of(target, time.monotonic() + 5, turns)
    assert (numbers, asked) == (["93.184.215.14"], ["hooks.example.com"])
    assert channels.Pinned(numbers, time.monotonic()).numbers == ["93.184.215.14"]
    with pytest.raises(channels.NotOutside):
        channels.post("https://hooks.example.com/", b"{}", {}, resolve=turns)
    assert sink.connects == 0


def test_g6_the_name_is_never_looked_up_again_when_it_is_called(sink: Sink, settings: Any) -> None:
    settings.HOOKS_INSIDE = {f"chat.inside:{sink.port}"}
    asked: list[str] = []

    def once(host: str, port: int) -> list[str]:
        asked.append(host)
        assert len(asked) == 1
        return ["127.0.0.1"]

    answer = channels.post(f"http://chat.inside:{sink.port}/room", b"{}", {}, resolve=once)
    assert (answer.status, sink.connects, asked) == (204, 1, ["chat.inside"])
    assert sink.heard[0][0]["host"] == f"chat.inside:{sink.port}"


def test_g6_a_redirect_is_an_answer_and_is_not_followed(sink: Sink, settings: Any) -> None:
    with listening(Sink(answers=[302], headers={"Location": sink.address})) as door:
        settings.HOOKS_INSIDE = {door.place}
        for status in (301, 302, 303, 307, 308):
            door.answers = [status]
            assert channels.post(door.address, b"{}", {}).status == status
    assert sink.connects == 0


def test_g6_no_proxy_of_the_environment_is_used(sink: Sink, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, sink.address)
    with listening() as door:
        settings.HOOKS_INSIDE = {door.place}
        assert channels.post(door.address, b"{}", {}).status == 204
    assert sink.connects == 0


def test_only_the_place_that_the_operator_named_is_allowed_inside(sink: Sink, settings: Any) -> None:
    settings.HOOKS_INSIDE = {sink.place}
    assert channels.post(sink.address, b"{}", {}).status == 204
    for near in (f"http://127.0.0.1:{sink.port + 1}/", f"http://localhost:{sink.port}/", f"http://127.1:{sink.port}/", "http://127.0.0.1/"):
        with pytest.raises(channels.NotOutside):
            channels.post(near, b"{}", {})
    assert sink.connects == 1


@pytest.mark.parametrize("how", ["hangs", "drips"])
def test_the_whole_call_has_one_deadline_also_against_who_answers_letter_by_letter(how: str, settings: Any) -> None:
    settings.HOOKS_SECONDS = 0.5
    with listening(Sink(**{how: True})) as slow:
        settings.HOOKS_INSIDE = {slow.place}
        with pytest.raises(channels.NoAnswer, match="in time"):
            channels.post(slow.address, b"{}", {})


def test_the_certificate_is_of_the_name_and_the_name_is_what_is_asked_for(settings: Any, tmp_path: Path) -> None:
    server, ours = certified("hooks.example.com", tmp_path)
    with listening(Sink(tls=server)) as sink:
        settings.HOOKS_INSIDE = {f"{name}.example.com:{sink.port}" for name in ("hooks", "other")}

        def ask(name: str, context: ssl.SSLContext | None) -> int:
            address = f"https://{name}.example.com:{sink.port}/"
            return channels.post(address, b"{}", {}, resolve=lambda host, port: ["127.0.0.1"], context=context).status

        assert ask("hooks", ours) == 204
        assert sink.named == ["hooks.example.com"]
        assert sink.heard[0][0]["host"] == f"hooks.example.com:{sink.port}"
        for name, context in (("other", ours), ("hooks", None)):
            with pytest.raises(channels.NoAnswer, match="certificate"):
                ask(name, context)
        assert len(sink.heard) == 1


def certified(name: str, folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Return the two ends of an encrypted connection, and a new certificate of this name that the second end trusts."""
    key, at = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    called = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = x509.CertificateBuilder().subject_name(called).issuer_name(called).public_key(key.public_key()).serial_number(7)
    made = made.not_valid_before(at - timedelta(days=1)).not_valid_after(at + timedelta(days=1))
    made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
    text = made.sign(key, hashes.SHA256()).public_bytes(Encoding.PEM)
    (folder / "both.pem").write_bytes(text + key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(folder / "both.pem")
    return server, ssl.create_default_context(cadata=text.decode())


def test_a_resolver_that_hangs_costs_no_more_than_the_deadline(settings: Any, sink: Sink) -> None:
    settings.HOOKS_SECONDS = 0.3
    with pytest.raises(channels.NoAnswer, match="not found in time"):
        channels.post("https://hooks.example.com/", b"{}", {}, resolve=lambda host, port: sink.over.wait(5) and [])


@pytest.mark.parametrize("number", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "64:ff9b::5db8:d70e"])
def test_numbers_of_the_public_net_are_called(number: str) -> None:
    assert outside.outside(ipaddress.ip_address(number)) == ipaddress.ip_address(number)


def test_an_old_number_in_the_new_spelling_is_called_as_the_old_one() -> None:
    assert str(outside.outside(ipaddress.ip_address("::ffff:93.184.215.14"))) == "93.184.215.14"


def test_an_address_of_the_public_net_is_read(settings: Any) -> None:
    target = channels.target_of("HTTPS://Hooks.Example.com/a/b?c=d#e")
    assert (target.host, target.port, target.path, target.place) == ("hooks.example.com", 443, "/a/b?c=d", "hooks.example.com")
    assert channels.target_of("https://xn--exmple-cua.com").path == "/"
    assert channels.target_of("https://[2606:2800:21f:cb07:6820:80da:af6b:8b2c]/").place == "[2606:2800:21f:cb07:6820:80da:af6b:8b2c]"
