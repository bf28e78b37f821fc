"""Settings and addresses: every problem of mail.toml at once, no password in it, and addresses that a server knows."""

import pytest
from factories import ROOT, Folder
from hypothesis import given
from hypothesis import strategies as st

from brochure.errors import MailError
from brochure.mail import addresses, settings
from brochure.mail.settings import Account, Enclosed, Sender, Settings
from brochure.project import discover
from brochure.recipients.cells import Fault

WHOLE = """\
[sender]
name = "Career  Office"
address = "Careers@Guidance.LAN"
reply_to = "head@guidance.lan"

[letter]
layout = "trifold-a4"
editions = ["screen", "office"]
languages = ["km"]
careers = ["bmet"]
native_names = true

[server]
host = "mail.guidance.lan"
port = 465
tls = "implicit"
user = "careers"
password_command = "pass show mail"
rate = 60

[imap]
host = "imap.guidance.lan"
port = 993
tls = "implicit"
drafts = "Entwürfe"
"""
BARE = '[sender]\nname = "A"\naddress = "a@guidance.lan"\n[letter]\nlayout = "trifold-a4"\neditions = ["screen"]\n'


def load(project: Folder, text: str) -> Settings:
    project.write(settings.FILE, text)
    return settings.load(discover(project.path))


def said(project: Folder, text: str) -> list[str]:
    with pytest.raises(MailError) as caught:
        load(project, text)
    assert caught.value.exit_code == 12
    return [str(problem).replace(f"{settings.FILE}: ", "") for problem in caught.value.problems]


def test_everything_that_can_be_said(copied: Folder) -> None:
    secret = ("password_command", "pass show mail")
    assert load(copied, WHOLE) == Settings(
        Sender("Career Office", "Careers@guidance.lan", "head@guidance.lan"),
        Enclosed("trifold-a4", ("screen", "office"), ("km",), ("bmet",), True),
        Account("mail.guidance.lan", 465, "implicit", "careers", secret), 60,
        Account("imap.guidance.lan", 993, "implicit", "careers", secret), "Entwürfe")


def test_drafts_need_no_server(copied: Folder) -> None:
    found = load(copied, BARE)
    assert found.server is None and found.imap is None and not found.sample and settings.doubts(found) == ()


def test_the_projects_own_are_a_sample_and_say_so() -> None:
    found = settings.load(discover(ROOT))
    assert found.sample and [problem.severity for problem in settings.doubts(found)] == ["warning"]


SERVER = '[server]\nhost = "mail.guidance.lan"\nport = 587\ntls = "starttls"\n'


@pytest.mark.parametrize(("more", "problem"), [
    (SERVER + 'user = "a"\npassword = "s3cret"\n', "server.password: a password never stands in a file of the project"),
    (SERVER + 'user = "a"\ntoken = "s3cret"\n', "server.token: a password never stands in a file of the project"),
    (SERVER + 'password_env = "P"\n', "server.user: is missing: a password belongs to a user"),
    (SERVER + 'user = "a"\npassword_env = "P"\nkeyring = "k"\n',
     "server: password_env and keyring both say where the password is"),
    (SERVER.replace("starttls", "ssl"),
     "server.tls: 'ssl' is not a kind of encryption\n    hint: there are: implicit, starttls, none"),
    (SERVER.replace("starttls", "none"), "server.tls: without encryption everybody on the way to mail.guidance.lan reads along"),
    (SERVER.replace("587", "70000"), "server.port: 70000 is not a port"),
    (SERVER + "rate = 0\n", "server.rate: 0 letters a minute"),
    (SERVER + 'hots = "x"\n', "server.hots: is not a known key"),
    ("[imap]\n", "imap.host: is missing"),
    ("[smtp]\n", "smtp: is not a known key\n    hint: known here: sender, letter, server, imap"),
])
def test_a_server_that_cannot_be(more: str, problem: str, copied: Folder) -> None:
    found = said(copied, BARE + more)
    assert found[0].startswith(problem)
    assert "s3cret" not in "".join(found)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
def test_this_computer_needs_no_encryption(host: str, copied: Folder) -> None:
    assert load(copied, BARE + SERVER.replace("starttls", "none").replace("mail.guidance.lan", host)).server


@pytest.mark.parametrize("host", ["localhost.evil.lan", "127.0.0.1.evil.lan", "10.0.0.1", "0.0.0.0"])
def test_and_another_computer_does(host: str, copied: Folder) -> None:
    assert said(copied, BARE + SERVER.replace("starttls", "none").replace("mail.guidance.lan", host))


@pytest.mark.parametrize(("old", "new", "problem"), [
    ('"a@guidance.lan"', '"a at guidance"', "sender.address: “a at guidance” is not an e-mail address"),
    ('name = "A"', 'name = "A\\u2028B"', "sender.name: has a sign that no line of a letter's head may have (U+2028)"),
    ('"trifold-a4"', '"trifold"', "letter.layout: there is no layout 'trifold'"),
    ('["screen"]', '["screens"]', "letter.editions: there is no edition of trifold-a4 'screens'"),
    ('["screen"]', "[]", "letter.editions: names no edition"),
    ('["screen"]', '["screen"]\nlanguages = ["xx"]', "letter.languages: there is no language 'xx'\n    hint: there are: en, km"),
    ('["screen"]', '["screen"]\ncareers = ["nurse"]', "letter.careers: there is no career 'nurse'\n    hint: there are: bmet"),
    ('name = "A"', "", "sender.name: is missing"),
])
def test_a_letter_that_cannot_be(old: str, new: str, problem: str, copied: Folder) -> None:
    assert said(copied, BARE.replace(old, new))[0].startswith(problem)


def test_every_problem_is_said_at_once(copied: Folder) -> None:
    assert len(said(copied, BARE.replace('"a@guidance.lan"', '"a"').replace('"trifold-a4"', '"x"') + SERVER + "rate = 0\n")) == 3


def test_without_the_file_there_is_a_sentence(copied: Folder) -> None:
    copied.delete(settings.FILE)
    with pytest.raises(MailError, match=r"mail\.toml: cannot be read"):
        settings.load(discover(copied.path))


# ---- addresses


@pytest.mark.parametrize(("text", "address"), [
    ("a@b.kh", "a@b.kh"), ("A.b+c@B.KH", "A.b+c@b.kh"), ("a@faß.de", "a@xn--fa-hia.de"),
    ("a@BÜCHER.example", "a@xn--bcher-kva.example"),
])
def test_an_address_as_an_envelope_has_it(text: str, address: str) -> None:
    assert addresses.normal(text) == address


@pytest.mark.parametrize(("text", "words"), [
    ("", "is not an e-mail address"), ("a", "is not an e-mail address"), ("a@b", "is not an e-mail address"),
    ("a b@c.kh", "is not an e-mail address"), ("a@b.kh, c@d.kh", "is not an e-mail address"),
    ("a@b..kh", "is not an e-mail address"),
    ("a@b.kh\r\nBcc: c@d.kh", "is not an e-mail address"), ("<a@b.kh>", "is not an e-mail address"),
    ("សាលា@b.kh", "letters before the @"), ("a" * 65 + "@b.kh", "longer than an address can be"),
    ("a@" + "b" * 64 + ".kh", "a host that no network knows"),
    ("a" * 20 + "@" + ("b" * 60 + ".") * 4 + "kh", "longer than an address can be"),
])
def test_an_address_that_is_none(text: str, words: str) -> None:
    fault = addresses.normal(text)
    assert isinstance(fault, Fault) and words in fault.what


@given(st.text(max_size=80))
def test_an_address_is_ascii_in_one_line_or_none(text: str) -> None:
    for one in (text, f"a@{text}.kh", f"{text}@b.kh"):
        found = addresses.normal(one)
        if isinstance(found, str):
            assert found.isascii() and found.isprintable() and found.count("@") == 1 and " " not in found


def test_one_mailbox_in_two_ways_is_one() -> None:
    assert addresses.key("Office@b.kh") == addresses.key("office@b.kh") != addresses.key("office@c.kh")


@pytest.mark.parametrize("address", ["a@example.org", "a@mail.example.com", "a@school.test", "a@b.invalid", "a@b.example"])
def test_domains_that_do_not_exist(address: str) -> None:
    assert addresses.reserved(address)


@pytest.mark.parametrize("address", ["a@example.org.kh", "a@myexample.org", "a@test.kh", "example@b.kh", "test@b.kh"])
def test_and_domains_that_may(address: str) -> None:
    assert not addresses.reserved(address)


@pytest.mark.parametrize("sign", ["\r", "\n", "\t", "\0", "\x0b", "\x85", "\u2028", "\u2029", "\u202e", "\u2066",
                                  "\ud800", "\x7f"])
def test_what_no_head_may_have(sign: str) -> None:
    fault = addresses.unsafe(f"a{sign}b")
    assert fault is not None and f"U+{ord(sign):04X}" in fault.what
    assert addresses.unsafe("សាលា ‘a’, \"b\" <c>") is None
