"""The preview: from a saved file, or a text that is typed, to the new picture in a browser; and what many edits need.

``lines(project, alone)`` gives what ``make bench`` prints; ``alone`` are the seconds of a plain ``write_pdf`` of the same page.
"""

import contextlib
import http.client
import json
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

SHOWN, KEY = "bmet.trifold-a4.office.km", "bmet.outlook.text"
CATALOG, STYLE = "locales/km/LC_MESSAGES/bmet.po", "templates/layouts/trifold-a4/layout.css"
ROUNDS = 15
EDITS = (10, 500, 1000)
REST = 300  # ms without a key until what is typed is drawn
SLOW = 60_000  # ms that anything may take
WATCHED = "[...document.images].filter(one => one.src.includes('/api/pictures/'))"
WAIT = f"""before => {{ window.seen = new Promise(done => {{
  const there = one => one.complete && one.naturalWidth && !before.includes(one.src)
  const look = () => {WATCHED}.some(there) ? done(Date.now()) : setTimeout(look, 2)
  look()
}}) }}"""
Line = tuple[str, str, str]


@contextlib.contextmanager
def served(project: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The project, served for editing; its process and the link."""
    process = subprocess.Popen([sys.executable, "-m", "brochure", "serve", "--no-open", "--edit"], cwd=project, text=True,
                               stdout=subprocess.PIPE)
    assert process.stdout
    try:
        yield process, process.stdout.readline().strip()
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)


def lines(project: Path, alone: float) -> Iterator[Line]:
    """What was measured: what it is, the figure, what it should reach."""
    yield from _looked_at(project, alone)
    yield from _memory(project)


def _looked_at(project: Path, alone: float) -> Iterator[Line]:
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        yield "a saved file to its new picture", "playwright is not installed", "0.50 s"
        return
    if not (browser := shutil.which("chromium")):
        yield "a saved file to its new picture", "chromium is not installed", "0.50 s"
        return
    with served(project) as (_, link), sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=browser, args=["--no-sandbox"] if os.geteuid() == 0 else [])
        page = chromium.new_page(locale="en", viewport={"width": 1400, "height": 900})
        page.set_default_timeout(SLOW)
        page.goto(link)
        page.goto(f"{link.partition('?')[0]}?show={SHOWN}")
        page.locator(".spot").first.wait_for(state="attached")
        catalog, style = ((project / name).read_text("utf-8") for name in (CATALOG, STYLE))
        text = _msgstr(catalog)

        def saved(number: int) -> None:
            (project / CATALOG).write_text(catalog.replace(f'"{text}"', f'"{text} {"កខគឃង"[:number % 5 + 1]}"'), "utf-8")

        def styled(number: int) -> None:
            (project / STYLE).write_text(f"{style}\n:root {{ --jade: #00{number + 16:02x}6b }}\n", "utf-8")

        for what, change, name, good in (("a saved translation to its new picture", saved, CATALOG, catalog),
                                         ("a saved style sheet to its new picture", styled, STYLE, style)):
            took = _median(page, change, 0)
            yield f"{what} : plain write_pdf", f"{took / alone:.1f} x ({took:.2f} : {alone:.2f} s)", "0.50 s"
            (project / name).write_text(good, "utf-8")
            time.sleep(2)
        page.locator(f'.spot[data-key="{KEY}"]').first.click()
        page.get_by_role("textbox", name="Translation").focus()
        took = _median(page, lambda number: page.keyboard.insert_text("ក"), REST)
        figure = f"{took / alone:.1f} x ({took:.2f} : {alone:.2f} s)"
        yield "a text typed to its panel, after the rest of 0.3 s", figure, "0.25 s"
        chromium.close()


def _median(page: Any, change: Callable[[int], Any], rest: int) -> float:
    """The median of the seconds from a change to another picture that is there, without what it had to rest."""
    times = list[float]()
    for number in range(ROUNDS + 1):
        time.sleep(1)  # nothing is being drawn, and the machine is quiet
        page.evaluate(WAIT, page.evaluate(f"{WATCHED}.map(one => one.src)"))
        start = time.time()
        change(number)
        times.append(page.evaluate("window.seen") / 1000 - start - rest / 1000)
    return statistics.median(times[1:])  # the first one may begin a process


def _msgstr(catalog: str) -> str:
    found = re.search(rf'msgctxt "{re.escape(KEY)}"\nmsgid "[^\n]*"\nmsgstr "([^\n]*)"', catalog)
    assert found
    return found[1]


def _memory(project: Path) -> Iterator[Line]:
    """What all processes hold after so many edits, each a try or a save, of one message after another."""
    with served(project) as (process, link):
        ask = _asker(link)
        while (found := ask("GET", f"/api/brochures/{SHOWN}"))["state"] == "waiting":
            time.sleep(0.1)
        peaks, keys = list[float](), [key for key in found["order"] if key.startswith("bmet.") and key.endswith(".text")]
        for number in range(EDITS[-1] + 1):
            if number in EDITS:
                peaks.append(_resident(process.pid))
            key = keys[number // 2 % len(keys)]
            message = ask("GET", f"/api/messages/{SHOWN}/{key}")
            edit = {"id": SHOWN, "key": key, "text": _other(message["text"])}
            if number % 2:
                ask("POST", "/api/save", edit | {"fuzzy": False, "comment": message["comment"], "version": message["version"]})
            else:
                ask("POST", "/api/try", edit)
        figure = " : ".join(f"{peak:.0f}" for peak in peaks)
        yield f"memory of the preview after {' : '.join(map(str, EDITS))} edits", f"{figure} MB", "300 MB, steady"


def _other(text: str) -> str:
    return text.removesuffix(" ក") if text.endswith(" ក") else f"{text} ក"


def _asker(link: str) -> Callable[..., Any]:
    """Ask the server as the page does that was opened with the link."""
    place = urlsplit(link)
    first = http.client.HTTPConnection(place.netloc)
    first.request("GET", f"{place.path}?{place.query}")
    cookie = (first.getresponse().getheader("set-cookie") or "").partition(";")[0]

    def ask(method: str, path: str, body: Any = None) -> Any:
        connection = http.client.HTTPConnection(place.netloc, timeout=60)
        connection.request(method, path, json.dumps(body) if body else None,
                           {"Cookie": cookie, "Origin": f"http://{place.netloc}", "Content-Type": "application/json"})
        answer = connection.getresponse()
        found = json.loads(answer.read())
        connection.close()
        assert answer.status == 200, (method, path, answer.status, found)
        return found

    return ask


def _resident(process: int) -> float:
    """What a process and its children have in memory, in MB."""
    status = Path(f"/proc/{process}/status").read_text("utf-8")
    own = int(status.partition("VmRSS:")[2].split()[0]) / 1024 if "VmRSS:" in status else 0.0
    children = [int(child) for task in Path(f"/proc/{process}/task").iterdir()
                for child in (task / "children").read_text("utf-8").split()]
    return own + sum(map(_resident, children))
