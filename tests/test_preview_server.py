"""The preview as it is started: what it answers, what it draws after a save, and that it can be ended."""

import asyncio
import contextlib
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from factories import ROOT, Folder, brochure, command, surroundings, tiny
from previews import PATIENCE, Ear, Preview

from brochure.errors import RenderError, UsageError
from brochure.preview.worker import Worker

ID, KEY = "nurse.card.paper.km", "nurse.hook"
PO, HTML = "locales/km/LC_MESSAGES/nurse.po", "templates/layouts/card/layout.html"
KHMER = "ថែទាំមនុស្ស"


@pytest.fixture
def preview(tmp_path: Any) -> Iterator[Preview]:
    with Preview(tiny(tmp_path / "project"), "--edit", "--no-open") as found:
        yield found
    assert "Traceback" not in found.said


def test_what_it_answers(preview: Preview) -> None:
    listed = preview.get("/api/brochures").json()
    assert listed["edit"] and [one["id"] for one in listed["brochures"]][1] == ID
    assert [one["tag"] for one in listed["languages"]] == ["en", "km"]
    assert listed["watching"] == sum(len(files) for folder in ("templates", "locales", "assets")
                                     for _, _, files in os.walk(preview.project / folder))
    found = preview.brochure(ID)
    assert found["state"] == "ready" and found["dir"] == "ltr" and len(found["pages"]) == 1 and KEY in found["order"]
    picture = preview.get(found["pages"][0]["picture"])
    assert picture.status == 200 and picture.headers["content-type"] == "image/jpeg" and picture.body[:3] == b"\xff\xd8\xff"
    assert "immutable" in picture.headers["cache-control"]
    page = preview.get("/")
    assert page.status == 200 and b"<main" in page.body and "default-src 'self'" in page.headers["content-security-policy"]
    assert "server" not in page.headers
    assert preview.get("/fonts/0.ttf").headers["content-type"] == "font/ttf" and b"@font-face" in preview.get("/fonts.css").body


@pytest.mark.parametrize("path", [
    "/static/..%2fapp.py", "/static/../app.py", "/static/%2e%2e/app.py", "/static/nothing.js", "/fonts/99.ttf", "/fonts/-1.ttf",
    "/api/brochures/..%2f..%2fetc", "/api/brochures/nurse.card.paper.fr", "/api/pictures/x/1.00000000000000000000.jpg",
    f"/api/pictures/{ID}/1.jpg", f"/api/pictures/{ID}/..%2f1.00000000000000000000.jpg", "/etc/passwd", "/../../etc/passwd",
    f"/api/messages/{ID}/nurse.nothing", f"/api/messages/{ID}/..%2fnurse", "/api/messages/x/nurse.hook", "/api/save", "/docs",
])
def test_nothing_else_is_there(path: str, shared: Preview) -> None:
    answer = shared.get(path)
    assert answer.status in (404, 405)
    assert b"root:" not in answer.body and b"import" not in answer.body


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Preview]:
    with Preview(tiny(tmp_path_factory.mktemp("shared") / "project"), "--edit", "--no-open") as found:
        yield found


@pytest.mark.parametrize("lines", [
    b"GET / HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nHost: evil\r\nCookie: %s\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: [::1\xff/..?#@:%d\r\nCookie: %s\r\n\r\n",
    b"GET / HTTP/1.0\r\nX: %d\r\nCookie: %s\r\n\r\n",
    b"GET http://evil.example:%d/ HTTP/1.1\r\nHost: evil.example\r\nCookie: %s\r\n\r\n",
    b"GET http://evil.example/ HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nCookie: %s\r\n\r\n",
    b"GET /../../etc/passwd HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nCookie: %s\r\n\r\n",
    b"OPTIONS * HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nCookie: %s\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: %d\r\nCookie: %s\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: 0.0.0.0:%d\r\nCookie: %s\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: localhost.evil.example:%d\r\nCookie: %s\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: localhost:%d \x00\r\nCookie: %s\r\n\r\n",
    b"\x16\x03\x01\x02%d\x00\xff%s\r\n\r\n",
    b"GET /api/events HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: AAAA\r\n"
    b"Sec-WebSocket-Version: 13\r\nOrigin: http://evil.example\r\nX: %s\r\n\r\n",
    b"POST /api/save HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nTransfer-Encoding: chunked\r\nContent-Type: application/json\r\n"
    b"Cookie: %s\r\n\r\n",
])
def test_bytes_that_no_browser_of_ours_sends_are_refused_and_harm_nothing(shared: Preview, lines: bytes) -> None:
    answer = shared.raw(lines % (shared.port, shared.cookie.encode()))
    assert answer[:10] in (b"HTTP/1.1 4", b"")
    assert b"<main" not in answer
    assert shared.get("/").status == 200


FUZZ = random.Random(8765)  # the same bytes in every run


def fuzzed(own: bytes) -> bytes:
    """An address that is nearly ours, or nothing like it, in a line of its own."""
    letters = bytearray(own)
    for _ in range(FUZZ.randrange(1, 4)):
        at, sign = FUZZ.randrange(len(letters) + 1), FUZZ.choice([FUZZ.randrange(256), *b" ,.:/@[]%\\\t\x00"])
        letters[at : at + FUZZ.randrange(2)] = bytes([sign]) * FUZZ.randrange(2)
    made = bytes(letters) if FUZZ.random() < 0.8 else FUZZ.randbytes(FUZZ.randrange(40))
    return made.replace(b"\r", b"").replace(b"\n", b"")


def test_no_bytes_near_its_address_open_it(shared: Preview) -> None:
    own, cookie = b"127.0.0.1:%d" % shared.port, shared.cookie.encode()
    before = (shared.project / PO).read_bytes()
    statuses = set[bytes]()
    for _ in range(150):
        host = fuzzed(own)
        if host.strip(b" \t").lower() not in (own, own.replace(b"127.0.0.1", b"localhost")):
            answer = shared.raw(b"GET / HTTP/1.1\r\nHost: %s\r\nCookie: %s\r\nConnection: close\r\n\r\n" % (host, cookie))
            statuses.add(answer[9:12])
            assert b"<main" not in answer, host
    assert statuses - {b"421", b"400", b""} == set() and b"421" in statuses
    statuses.clear()
    body = b'{"id": "%s", "key": "%s", "text": "x", "fuzzy": false, "version": ""}' % (ID.encode(), KEY.encode())
    for _ in range(150):
        origin = fuzzed(b"http://" + own)
        if origin.strip(b" \t") != b"http://" + own:
            answer = shared.raw(b"POST /api/save HTTP/1.1\r\nHost: %s\r\nOrigin: %s\r\nCookie: %s\r\n"
                                b"Content-Type: application/json\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s"
                                % (own, origin, cookie, len(body), body))
            statuses.add(answer[9:12])
    assert statuses - {b"403", b"400", b""} == set() and b"403" in statuses
    assert (shared.project / PO).read_bytes() == before and shared.get("/").status == 200


def test_only_this_computer_reaches_it(shared: Preview) -> None:
    names = {info[4][0] for info in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)} | {"127.0.0.2"}
    for name in names - {"127.0.0.1"}:
        with pytest.raises(OSError), socket.create_connection((str(name), shared.port), timeout=2):
            pass


@pytest.mark.parametrize("body", [
    b"", b"[", b"[]", b"null", b'{"id": 1}', {"id": ID}, {"id": ID, "key": KEY, "text": None},
    b'{"id": "%s", "key": "%s", "text": "\\ud800", "fuzzy": false, "version": ""}' % (ID.encode(), KEY.encode()),
    {"id": ID, "key": KEY, "text": "x", "fuzzy": 1, "version": "x"}, {"id": ID, "key": KEY, "text": "x", "fuzzy": True},
    b"[" * 60_000, b"\xff\xfe", b'{"id": NaN}',
])
def test_a_body_that_the_page_does_not_send_is_a_problem(shared: Preview, body: Any) -> None:
    answer = shared.post("/api/save", body)
    assert answer.status == 400
    assert answer.json()["problems"][0]["what"]


def test_without_edit_nothing_can_be_written(project: Folder) -> None:
    before = (project / PO).read_bytes()
    with Preview(project) as preview:  # it opens a browser that the surroundings name
        body = {"id": ID, "key": KEY, "text": "x", "fuzzy": False, "version": ""}
        for path in ("/api/try", "/api/save", "/api/undo", "/api/approve"):
            assert preview.post(path, body).status == 404
        assert preview.get(f"/api/messages/{ID}/{KEY}").status == 404
        assert not preview.get("/api/brochures").json()["edit"]
    assert (project / PO).read_bytes() == before


def test_a_translator_types_sees_and_saves(preview: Preview) -> None:
    old = preview.brochure(ID)
    message = preview.get(f"/api/messages/{ID}/{KEY}").json()
    assert (message["english"], message["text"]) == ("Care for people.", KHMER)
    assert message["editable"] and not message["undo"]
    assert message["gauge"]["fits"] and message["gauge"]["lines"] == 1
    before = (preview.project / PO).read_bytes()
    tried = preview.post("/api/try", {"id": ID, "key": KEY, "text": "ថែទាំ " * 300}).json()
    assert tried["gauge"]["over"] > 0 and not tried["gauge"]["fits"] and tried["failure"] == []
    (patch,) = tried["patches"]
    assert (patch["number"], patch["box"]) == (1, [0, 0, 1, 1]) and patch["picture"] != old["pages"][0]["picture"]
    assert preview.get(patch["picture"]).status == 200 and KEY in {spot["key"] for spot in patch["spots"]}
    wrong = preview.post("/api/try", {"id": ID, "key": KEY, "text": "<b>ថែទាំ"}).json()
    assert {one["code"] for one in wrong["findings"] if one["severity"] == "error"} == {"S01"}
    assert (preview.project / PO).read_bytes() == before

    body = {"id": ID, "key": KEY, "text": "ថែទាំ", "fuzzy": False, "version": message["version"]}
    saved = preview.post("/api/save", body)
    assert saved.status == 200 and saved.json()["text"] == "ថែទាំ" and saved.json()["undo"]
    new = preview.brochure(ID, lambda found: found["version"] > old["version"] and found["state"] == "ready")
    assert [spot["text"] for spot in new["pages"][0]["spots"] if spot["key"] == KEY] == ["ថែទាំ"]
    late = preview.post("/api/save", body | {"text": "មនុស្ស"})
    assert late.status == 409 and (late.json()["mine"], late.json()["theirs"]) == ("មនុស្ស", "ថែទាំ")
    assert preview.post("/api/save", body | {"text": "<b>", "version": late.json()["version"]}).status == 422
    undone = preview.post("/api/undo", {})
    assert undone.status == 200 and undone.json()["text"] == KHMER and undone.json()["id"] == ID
    assert (preview.project / PO).read_bytes() == before
    assert preview.post("/api/undo", {}).status == 404
    assert preview.post("/api/save", body | {"id": "nurse.card.paper.en"}).status == 404
    assert not preview.get(f"/api/messages/nurse.card.paper.en/{KEY}").json()["editable"]


def test_a_failure_is_told_with_its_line_and_goes_away_by_itself(preview: Preview) -> None:
    good = preview.brochure(ID)
    ear = Ear(preview)
    preview.project.edit(HTML, "{{ say(hook) }}", "{{ say(hook }}")
    bad = preview.brochure(ID, lambda found: found["failure"])
    assert bad["state"] == "failed" and bad["pages"] == good["pages"]
    assert bad["failure"][0]["where"].startswith(f"{HTML}:") and bad["failure"][0]["what"]
    preview.project.edit(HTML, "{{ say(hook }}", "{{ say(hook) }}")
    mended = preview.brochure(ID, lambda found: found["state"] == "ready")
    assert mended["failure"] == [] and mended["pages"] == good["pages"]
    told = [line for line in ear.heard if f'"id": "{ID}"' in line and "version" in line]
    assert len(told) >= 2 and '"state": "failed"' in told[0] and '"changed": []' in told[-1]
    ear.close()


def test_only_what_is_looked_at_is_drawn_again(preview: Preview) -> None:
    preview.brochure(ID)
    ear = Ear(preview)
    preview.project.edit(PO, KHMER, "ថែទាំ")
    preview.brochure(ID, lambda found: found["version"] == 2)
    assert preview.get("/api/brochures").json()["brochures"][0]["state"] == "waiting"  # nobody has looked at it
    assert any('"changed": [1]' in line for line in ear.heard)
    preview.project.write("locales/fr/language.css", "").write("locales/fr/language.toml", 'name = "français"\n')
    end = time.monotonic() + PATIENCE
    while not any("watching" in line for line in ear.heard):
        assert time.monotonic() < end
        time.sleep(0.05)
    assert "nurse.card.paper.fr" in {one["id"] for one in preview.get("/api/brochures").json()["brochures"]}
    ear.close()


def test_a_project_without_the_pages_words_says_so(shared: Preview) -> None:
    answer = shared.get("/api/words?lang=km")
    assert answer.status == 400 and answer.json()["problems"][0]["where"] == "templates/preview/words.html"


def test_it_ends_at_once_and_well(project: Folder) -> None:
    with Preview(project, "--no-open") as preview:
        ear = Ear(preview)
        preview.brochure(ID)
        start = time.monotonic()
    assert preview.code == 0 and preview.said == "" and time.monotonic() - start < PATIENCE / 2
    ear.close()


def test_a_folder_that_is_no_project_and_a_port_that_is_taken(project: Folder, shared: Preview) -> None:
    nothing = brochure("serve", "--no-open", "--project", "templates", folder=project.path)
    assert nothing.returncode == UsageError.exit_code and "is not a project folder" in nothing.stderr
    taken = project.run("serve", "--no-open", "--port", str(shared.port))
    assert taken.returncode == UsageError.exit_code and "cannot be used" in taken.stderr


def test_the_port_of_a_preview_that_has_just_ended_is_free(project: Folder) -> None:
    with Preview(project, "--no-open") as first:
        ear = Ear(first)  # who hangs up last has to remember the port for a while
    ear.close()
    with Preview(project, "--no-open", "--port", str(first.port)) as again:
        assert again.port == first.port


def test_without_the_extra_it_says_what_to_install(project: Folder, tmp_path: Any) -> None:
    (tmp_path / "uvicorn.py").write_text("raise ModuleNotFoundError('No module named uvicorn', name='uvicorn')")
    done = subprocess.run(command(["serve"]), cwd=project.path, capture_output=True, encoding="utf-8", check=False,
                          env=surroundings(PYTHONPATH=f"{tmp_path}{os.pathsep}{ROOT}"))
    assert done.returncode == 10
    assert "the package uvicorn is not installed" in done.stderr and 'brochure[preview]' in done.stderr


# ---- the process that draws


def endless() -> None:
    while True:
        pass


def greedy() -> int:
    return len(bytearray(1 << 34))


def dying() -> None:
    os._exit(3)


def killed(tries: Path, times: int) -> int:
    """How often it was tried: the first times something kills it."""
    with tries.open("a") as file:
        file.write("x")
    if tries.stat().st_size <= times:
        os.kill(os.getpid(), signal.SIGKILL)
    return tries.stat().st_size


def wrong() -> None:
    raise ValueError("a fault")


def sleepy(seconds: float) -> int:
    time.sleep(seconds)
    return os.getpid()


@pytest.mark.parametrize(("task", "said"), [
    (endless, "was not drawn in 3 s"), (dying, "the process that drew it ended"), (wrong, "brochure itself failed"),
    pytest.param(greedy, "the process that drew it ended", marks=pytest.mark.skipif(
        sys.platform != "linux", reason="only Linux keeps a process to its address space")),
])
def test_a_task_that_does_not_end_well_is_a_problem_and_the_next_is_done(task: Any, said: str) -> None:
    async def go() -> int:
        worker = Worker(patience=3)
        try:
            with pytest.raises(RenderError, match=said):
                await worker.do("x", task)
            return await worker.do("x", sleepy, 0)
        finally:
            worker.end()

    assert asyncio.run(go()) not in (0, os.getpid())


@pytest.mark.skipif(sys.platform == "win32", reason="no signals there")
@pytest.mark.parametrize(("times", "done"), [(1, True), (2, False)])
def test_what_a_killed_process_was_at_is_done_once_more(tmp_path: Path, times: int, done: bool) -> None:
    async def go() -> int:
        worker = Worker()
        try:
            return await worker.do("x", killed, tmp_path / "tries", times)
        finally:
            worker.end()

    with contextlib.nullcontext() if done else pytest.raises(RenderError, match="the process that drew it ended"):
        assert asyncio.run(go()) == 2
    assert (tmp_path / "tries").read_text() == "xx"


@pytest.mark.skipif(sys.platform == "win32", reason="no signals there")
def test_a_process_that_only_begins_does_not_hear_ctrl_c() -> None:
    async def go() -> int:
        worker = Worker()
        done = asyncio.create_task(worker.do("x", sleepy, 0))
        while worker._process is None or worker._process.pid is None:
            await asyncio.sleep(0)
        os.kill(begun := worker._process.pid, signal.SIGINT)
        try:
            return await done - begun
        finally:
            worker.end()

    assert asyncio.run(go()) == 0


def test_a_task_that_nobody_waits_for_any_more_does_not_answer_for_the_next() -> None:
    async def go() -> int:
        worker = Worker()
        first = await worker.do("x", sleepy, 0)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(worker.do("x", sleepy, 9), 0.3)
        second = await worker.do("x", sleepy, 0)
        worker.end()
        return second if second != first else 0

    assert asyncio.run(go())
