"""Weblate: what is uploaded, asked and refused, against recorded exchanges on this machine."""

import base64
import copy
import email
import email.policy
import io
import json
import re
import socket
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest
from click.testing import CliRunner, Result
from factories import ROOT, Folder
from PIL import Image

from brochure.catalog.markup import PLACEHOLDER
from brochure.cli.weblate import screenshots
from brochure.errors import BrochureError, CatalogError, Problem, UsageError
from brochure.project import Project, discover
from brochure.review import pictures, weblate, weblate_api
from brochure.review.weblate import Shot, upload

pytestmark = pytest.mark.filterwarnings("ignore:unclosed file.*sRGB:ResourceWarning")
DATA = ROOT / "tests/data/weblate"
TOKEN = "wlu_S3cretS3cret"
SMALL = 3  # objects a page in the recorded exchange, so that lists have more than one
REFUSALS: dict[str, list[dict[str, Any]]] = json.loads((DATA / "refusals.json").read_text("utf-8"))
PANELS = {"cover": ("nurse.title", "nurse.hook", "nurse.title"), "inside": ("nurse.what.title", "nurse.what.intro"),
          "back": ("common.as_of",), "empty": ()}


def png(width: int = 30, height: int = 40, colour: str = "navy") -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(file, "png")
    return file.getvalue()


def picture(*size: int, colour: str = "navy") -> pictures.Picture:
    return pictures.Picture(f"data:image/png;base64,{base64.b64encode(png(*size, colour=colour)).decode()}", 1, 1, "")


class Replay(HTTPServer):
    """A Weblate that answers as it was recorded, and notes whatever is not asked as it was recorded."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.exchanges: list[dict[str, Any]] = []
        self.asked: list[str] = []
        self.wrong: list[str] = []
        self.images: list[bytes] = []
        self.raw: bytes | None = None

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def play(self, name: str | list[dict[str, Any]]) -> None:
        self.exchanges = json.loads((DATA / name).read_text("utf-8")) if isinstance(name, str) else copy.deepcopy(name)

    def finished(self) -> None:
        """Every exchange happened, in order, as recorded."""
        assert self.wrong == []
        assert self.exchanges == []
        assert self.asked


class Handler(BaseHTTPRequestHandler):
    server: Replay

    def answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        line = f"{self.command} {self.path}"
        self.server.asked.append(line)
        if not self.server.exchanges:
            self.server.wrong.append(f"{line}: nothing was expected")
            return self.reply(599, b"")
        exchange = self.server.exchanges.pop(0)
        self.server.wrong += [f"{line}: {fault}" for fault in self.faults(exchange["request"], body)]
        said = exchange["answer"]
        text = json.dumps(said["json"], ensure_ascii=False) if "json" in said else said.get("text", "")
        text = text.replace("{base}", self.server.base).replace("{token}", TOKEN)
        headers = {name: value.replace("{other}", "http://127.0.0.1:9") for name, value in said.get("headers", {}).items()}
        return self.reply(said["status"], self.server.raw if self.server.raw is not None else text.encode(), headers)

    def faults(self, wanted: dict[str, Any], body: bytes) -> Iterator[str]:
        """How the request differs from the recorded one."""
        if f"{wanted['method']} {wanted['path']}" != f"{self.command} {self.path}":
            yield f"recorded is {wanted['method']} {wanted['path']}"
        if self.headers.get_all("Authorization") != [f"Token {TOKEN}"]:
            yield "its Authorization is another"
        if self.headers.get("Accept") != "application/json":
            yield "it does not ask for JSON"
        form, image, kind = self.form(body)
        if form != wanted.get("form", {}):
            yield f"its form is {form}, recorded is {wanted.get('form', {})}"
        if kind != wanted.get("image", ""):
            yield f"its picture is {kind or 'missing'}"
        if image:
            self.server.images.append(image)

    def form(self, body: bytes) -> tuple[dict[str, str], bytes, str]:
        """The fields of the body, and its file with the kind that it is said to be, if that is true."""
        kind = self.headers.get("Content-Type", "")
        if not kind.startswith("multipart/form-data"):
            return dict(parse_qsl(body.decode(), strict_parsing=bool(body))), b"", ""
        message = email.message_from_bytes(f"Content-Type: {kind}\r\n\r\n".encode() + body, policy=email.policy.HTTP)
        fields, image, said = {}, b"", ""
        for part in message.iter_parts():
            assert part.get_content_disposition() == "form-data"
            name = part.get_param("name", header="content-disposition")
            if part.get_filename():
                image, said = part.get_payload(decode=True), part.get_content_subtype()
                with Image.open(io.BytesIO(image)) as opened:
                    same = (name, part.get_filename()) == ("image", f"panel.{said}") and opened.format == said.upper()
                said = said if same else f"not as it is said to be ({name})"
            else:
                fields[str(name)] = part.get_content().rstrip("\r\n")
        return fields, image, said

    def reply(self, status: int, data: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": str(len(data)), **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    do_GET = do_POST = do_DELETE = answer

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Replay]:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")  # what is on this machine is asked directly
    monkeypatch.setattr(weblate_api, "PAGE", SMALL)
    with Replay() as replay:
        thread = threading.Thread(target=replay.serve_forever, args=(0.01,))
        thread.start()
        yield replay
        replay.shutdown()
        thread.join()


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch, project: Folder) -> Project:
    """The small project, with panels that need no laying out."""
    seen = pictures.View(None, {name: (picture(),) for name in PANELS}, {name: tuple(dict.fromkeys(keys))  # type: ignore[arg-type]  # a case knows
                                                                         for name, keys in PANELS.items()})
    monkeypatch.setattr(pictures, "view", lambda job, project, **_: seen)
    return discover(project.path)


Send = Callable[..., tuple[Shot, ...]]


@pytest.fixture
def put(drawn: Project, server: Replay) -> Send:
    """Upload the small project's panels to the recorded server."""
    def run(url: str = "", component: str = "brochure/nurse", token: str = TOKEN, send: bool = True) -> tuple[Shot, ...]:
        return tuple(upload(drawn, "nurse", "card", "km", url or server.base, component, token, send=send, timeout=5))

    return run


def refused(kind: type[BrochureError], call: Callable[[], object]) -> Problem:
    with pytest.raises(kind) as caught:
        call()
    (problem,) = caught.value.problems
    assert TOKEN not in str(problem) and "\x1b" not in str(problem)
    return problem


# ---- what is sent


def test_panels_are_uploaded_and_linked_to_the_messages_on_them(put: Send, server: Replay) -> None:
    server.play("first.json")
    shots = put()
    server.finished()
    assert [(shot.name, shot.state, shot.keys, shot.unlinked, shot.unknown) for shot in shots] == [
        ("nurse card cover (km)", "new", ("nurse.title", "nurse.hook"), (), ()),
        ("nurse card inside (km)", "new", ("nurse.what.title",), (), ("nurse.what.intro",))]
    assert server.images == [png(), png()]


def test_a_second_run_replaces_and_unlinks(put: Send, server: Replay) -> None:
    server.play("again.json")
    shots = put(url=f"{server.base}/api/")
    server.finished()
    assert [(shot.state, shot.unlinked) for shot in shots] == [("replaced", ("nurse.keywords",)), ("replaced", ())]


def test_a_language_has_the_code_that_weblate_gives_its_folder(put: Send, server: Replay) -> None:
    text = (DATA / "first.json").read_text("utf-8").replace("/km/", "/km_KH/")
    server.play(json.loads(text.replace('"code": "km"', '"code": "km_KH"')))
    for one in server.exchanges:
        if "language_code" in one["request"].get("form", {}):
            one["request"]["form"]["language_code"] = "km_KH"
    assert [shot.state for shot in put()] == ["new", "new"]
    server.finished()


def test_a_language_that_is_not_there_is_named_before_anything_is_laid_out(put: Send, server: Replay) -> None:
    server.play("first.json")
    there = server.exchanges[0]["answer"]["json"]["results"]
    there[:] = [one for one in there if one["language_code"] != "km"]
    there[0]["language_code"] = "\x1b[31m"
    problem = refused(UsageError, put)
    assert (problem.where, problem.what) == ("brochure/nurse", "has no language km")
    assert problem.hint == "it has lo; has Weblate pulled the catalogs?"
    assert len(server.asked) == 1


def test_without_send_the_server_is_only_asked(put: Send, server: Replay) -> None:
    server.play([one for one in json.loads((DATA / "again.json").read_text("utf-8")) if one["request"]["method"] == "GET"])
    shots = put(send=False)
    server.finished()
    assert [shot.state for shot in shots] == ["replaced", "replaced"]
    assert shots[0].summary() == "replaced, 30 × 40 px, 1 kB, 2 messages, 1 unlinked"


def test_without_a_token_nobody_is_asked(put: Send, server: Replay) -> None:
    shots = put(token="", send=False)
    assert server.asked == []
    assert [shot.name for shot in shots] == [f"nurse card {name} (km)" for name in ("cover", "inside", "back")]
    assert {shot.state for shot in shots} == {""}
    assert "is missing" in refused(UsageError, lambda: put(token="")).what


@pytest.mark.parametrize("name", ["first.json", "again.json"])
def test_the_replay_notices_what_is_not_as_recorded(name: str, put: Send, server: Replay) -> None:
    server.play(name)
    last = server.exchanges[-1]["request"]
    last["form"] = {"unit_id": "999"}
    put()
    assert len(server.wrong) == 1 and "999" in server.wrong[0]
    with pytest.raises(AssertionError):
        server.finished()


def test_a_picture_is_small_enough_and_shows_what_did_not_fit() -> None:
    kind, data, size = weblate._image([picture(1200, 2100), picture(1200, 300, colour="red")])
    with Image.open(io.BytesIO(data)) as whole:
        assert (kind, whole.format, whole.size) == ("png", "PNG", size)
        assert max(size) == 2000
        top, bottom = whole.convert("RGB").getpixel((5, 5)), whole.convert("RGB").getpixel((5, size[1] - 5))
    assert (top, bottom) == ((0, 0, 128), (255, 0, 0))
    assert weblate._image([picture()]) == ("png", png(), (30, 40))  # nothing is done to one that is right


# ---- what is refused


@pytest.mark.parametrize(("case", "kind", "what", "hint"), [
    ("401", UsageError, "Weblate does not know the token: Invalid token.", "make a new one"),
    ("403", UsageError, "the token may not do this: You do not have permission to perform this action.", "Add screenshot"),
    ("404", UsageError, "is not there, or the token may not see it", "are the address and PROJECT/COMPONENT right?"),
    ("429", CatalogError, "Weblate takes no more requests for now", "in 86400 seconds; what was uploaded stays"),
    ("500", CatalogError, "Weblate has a fault of its own (500)", "try again later"),
    ("400", CatalogError, "Weblate refuses (400): The image is too big, please crop or scale it down.", ""),
    ("old", UsageError, "the token may not do this: Invalid token …. [31m", "rights"),
    ("301", UsageError, "Weblate is at another address: http://127.0.0.1:9", "the token was not sent there"),
])
def test_every_refusal_is_a_sentence(case: str, kind: type[BrochureError], what: str, hint: str, put: Send,
                                     server: Replay) -> None:
    server.play(REFUSALS[case])
    problem = refused(kind, lambda: put(component="brochure/nothing" if case == "404" else "brochure/nurse"))
    server.finished()
    assert problem.what == what and hint in problem.hint
    assert problem.where.startswith(f"{server.base}/api/") and "?" not in problem.where


@pytest.mark.parametrize("answer", [b"<html>Sign in</html>", b"[]", b'{"results": 1}', b'{"results": [{"id": "x"}]}',
                                    b'{"results": [{"context": "a", "id": null}]}', b"\xff"])
def test_what_is_not_weblate_is_named(answer: bytes, put: Send, server: Replay) -> None:
    server.play(REFUSALS["404"])
    server.exchanges[0]["answer"]["status"] = 200
    server.raw = answer
    assert refused(CatalogError, put).what.startswith("does not answer as Weblate does")


def test_without_a_network_it_says_so(put: Send) -> None:
    problem = refused(CatalogError, lambda: put(url="http://127.0.0.1:9/"))
    assert problem.what == "cannot be reached: Connection refused" and problem.where == "http://127.0.0.1:9"


def test_a_silent_server_is_not_waited_for(drawn: Project) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://localhost:{silent.getsockname()[1]}"
        problem = refused(CatalogError, lambda: tuple(upload(drawn, "nurse", "card", "km", url, "a/b", TOKEN, timeout=0.2)))
    assert "timed out" in problem.what


@pytest.mark.parametrize(("change", "what"), [
    ({"url": "http://weblate.example.org/"}, "unencrypted"), ({"url": "http://127.0.0.1.example.org/"}, "unencrypted"),
    ({"url": "ftp://127.0.0.1/"}, "not the address"), ({"url": "weblate.example.org"}, "not the address"),
    ({"url": f"https://me:{TOKEN}@example.org/"}, "not the address"), ({"url": "https://[x/"}, "not the address"),
    ({"component": "nurse"}, "PROJECT/COMPONENT"), ({"component": "a/b/c"}, "PROJECT/COMPONENT"),
    ({"component": "a/../b"}, "PROJECT/COMPONENT"), ({"token": f"{TOKEN}\r\nX: y"}, "no token has"),
    ({"token": f"{TOKEN}ខ"}, "no token has"),
])
def test_what_the_caller_can_put_right_is_said_before_anything_is_sent(change: dict[str, str], what: str, put: Send,
                                                                       server: Replay) -> None:
    assert what in refused(UsageError, lambda: put(**change)).what
    assert server.asked == []


def test_a_component_of_something_else_is_named(put: Send, server: Replay) -> None:
    server.play(json.loads(json.dumps(REFUSALS["403"][:3]).replace('"context": "nurse.', '"context": "other.')))
    assert "no message that stands on one of the panels" in refused(UsageError, put).what
    server.finished()


# ---- the command


def call(folder: Path, *arguments: str, **environment: str) -> Result:
    return CliRunner(env=environment).invoke(screenshots, ["nurse", "--lang", "km", "--project", str(folder), *arguments])


def test_the_command_uploads_real_panels(project: Folder, server: Replay) -> None:
    server.play("first.json")
    first, *linked, second, last = (one for one in server.exchanges if one["request"]["method"] == "POST")
    first["request"]["form"]["name"] = "nurse card only (km)"  # all its messages are on one panel
    last["request"]["path"] = linked[0]["request"]["path"]
    server.exchanges.remove(second)
    project.write(".weblate", f"[weblate]\nurl = {server.base}/api/\ntranslation = brochure/nurse\n")
    done = call(project.path, "--send", WEBLATE_TOKEN=TOKEN)
    assert done.exception is None, done.output
    server.finished()
    assert TOKEN not in done.output
    assert done.output.splitlines()[0].startswith("nurse card only (km): new, ")
    assert "nurse.what.intro is not on Weblate yet" in done.output
    assert done.output.endswith("1 screenshots uploaded to brochure/nurse\n")
    with Image.open(io.BytesIO(server.images[0])) as panel:
        assert panel.width == pytest.approx(100 / 25.4 * pictures.DPI, abs=2)
        assert panel.width / panel.height == pytest.approx(100 / 70, rel=0.01)
        assert len(panel.convert("RGB").getcolors(10_000) or ()) > 10  # words, not a white page


def test_the_command_without_send_and_token_is_harmless(drawn: Project, server: Replay) -> None:
    done = call(drawn.root, "--url", server.base)
    assert done.exception is None and server.asked == []
    assert done.output.splitlines() == [
        "nurse card cover (km): 30 × 40 px, 1 kB, 2 messages", "nurse card inside (km): 30 × 40 px, 1 kB, 2 messages",
        "nurse card back (km): 30 × 40 px, 1 kB, 1 messages",
        "3 screenshots; nothing is uploaded yet: add --send to do it (the server was not asked: WEBLATE_TOKEN is not set)"]


def test_the_command_takes_the_token_from_the_variable_that_is_named(drawn: Project, server: Replay) -> None:
    server.play("first.json")
    given = ("--url", server.base, "--component", "brochure/nurse", "--send")
    assert isinstance(call(drawn.root, *given, "--token-from", "OURS", WEBLATE_TOKEN=TOKEN).exception, UsageError)
    assert server.asked == []
    assert call(drawn.root, *given, "--token-from", "OURS", OURS=f"{TOKEN}\n").exception is None
    server.finished()


@pytest.mark.parametrize("text", ["url = x", "[weblate\n", "\udcff".encode("utf-8", "surrogateescape")])
def test_a_damaged_settings_file_is_named(text: str | bytes, project: Folder) -> None:
    project.write(".weblate", text)
    assert refused(UsageError, lambda: weblate.settings(project.path)).where == ".weblate"


def test_the_settings_file_of_the_project_names_a_sample_server_and_no_key() -> None:
    url, owner = weblate.settings(ROOT)
    assert url.startswith("https://") and ".example." in url and owner
    assert weblate.settings(ROOT / "tests") == ("", "")
    assert "key =" not in (ROOT / ".weblate").read_text("utf-8")


# ---- what the admin reads


def test_the_page_for_admins_names_files_that_are_there_and_flags_that_fit() -> None:
    page = (ROOT / "locales/weblate.md").read_text("utf-8")
    masks = re.findall(r"`(locales/\*/\S+\.po)`", page)
    assert {Path(mask).stem for mask in masks} == {"brochure", "bmet"}
    assert all(list(ROOT.glob(mask)) for mask in masks)
    assert {Path(name).stem for name in re.findall(r"`(locales/\w+\.pot)`", page)} == {"brochure", "bmet"}
    (flag,) = re.findall(r'placeholders:r"(.+?)"', page)
    names = [match[0] for match in PLACEHOLDER.finditer("As of %(date)s, 100% sure, %% of %(lead)s") if match[1]]
    assert re.findall(flag, "As of %(date)s, 100% sure, %% of %(lead)s") == names == ["%(date)s", "%(lead)s"]
