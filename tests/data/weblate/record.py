"""Records what a running Weblate is asked and answers: see README.md beside this file.

Run it as ``python tests/data/weblate/record.py URL CASE…`` from the folder of the project.
"""

import http.client
import io
import json
import os
import secrets
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
import zipfile
from contextlib import suppress
from http.server import HTTPServer
from pathlib import Path
from typing import Any
from unittest import mock
from urllib.parse import urlsplit

HERE = Path(__file__).parent
PROJECT, COMPONENT = "brochure", "nurse"
KEPT = ("Content-Type", "Location", "Retry-After", "WWW-Authenticate", "X-RateLimit-Limit", "X-RateLimit-Reset")
BEYOND = "nurse.keywords"  # is on no panel
OVER = "nurse.what.title"  # of the section’s messages the only one that is on Weblate already


def recorder(url: str) -> Any:
    """A server that hands every request on to the Weblate, and notes it and its answer."""
    from test_review_weblate import Handler

    class Recorder(Handler):
        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            form, _, kind = self.form(body)
            there = http.client.HTTPConnection(urlsplit(url).netloc, timeout=60)
            headers = {name: value for name, value in self.headers.items() if name not in ("Host", "Connection")}
            there.request(self.command, self.path, body, headers)  # with the Weblate's own Host
            got = there.getresponse()
            data = got.read()
            request = {"method": self.command, "path": self.path} | ({"form": form} if form else {})
            kept = {name: value.replace(url.replace("http:", "https:"), "{other}").replace(url, "{base}")
                    for name, value in got.getheaders() if name in KEPT}
            answer: dict[str, Any] = {"status": got.status, "headers": kept}
            text = data.decode().replace(url, "{base}")
            if got.headers.get_content_type() == "application/json":
                answer["json"] = json.loads(text)
            elif text:
                answer["text"] = text if len(text) < 2000 else text[:200]
            self.server.noted.append({"request": request | ({"image": kind} if kind else {}), "answer": answer})
            self.reply(got.status, data, {name: value for name, value in got.getheaders() if name in KEPT})

        do_GET = do_POST = do_DELETE = answer

    server = HTTPServer(("127.0.0.1", 0), Recorder)
    server.noted = []
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    return server


def fill(url: str, token: str) -> dict[str, int]:
    """Make project and component anew; the numbers of the Khmer messages by key."""
    from factories import KHMER, po
    from test_review_weblate import png

    def ask(method: str, path: str, fields: dict[str, str] | None = None, name: str = "", data: bytes = b"") -> Any:
        edge = secrets.token_hex(16)
        parts = [f'--{edge}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
                 for key, value in (fields or {}).items()]
        if data:
            field = {"zip": "zipfile", "png": "image"}[name.rpartition(".")[2]]
            parts.append(f'--{edge}\r\nContent-Disposition: form-data; name="{field}"; filename="{name}"\r\n\r\n'.encode() + data)
        headers = {"Authorization": f"Token {token}", "Accept": "application/json",
                   "Content-Type": f"multipart/form-data; boundary={edge}"}
        body = b"".join(parts) + f"\r\n--{edge}--\r\n".encode() if parts else None
        try:
            with urllib.request.urlopen(urllib.request.Request(f"{url}/api/{path}", body, headers, method=method)) as answer:
                said = answer.read()
        except urllib.error.HTTPError as error:
            raise OSError(f"{method} {path}: {error.read().decode()}") from error
        return json.loads(said) if said else None

    catalogs = io.BytesIO()
    words = {key: pair for key, pair in KHMER.items() if key.count(".") == 1 or key == OVER}
    with zipfile.ZipFile(catalogs, "w") as packed:
        packed.writestr("locales/nurse.pot", po({key: (english, "") for key, (english, _) in words.items()}))
        for tag, texts in (("km", words), ("lo", {key: (english, "") for key, (english, _) in words.items()})):
            packed.writestr(f"locales/{tag}/LC_MESSAGES/nurse.po", po(texts).replace("Language: km", f"Language: {tag}"))
    with suppress(OSError):
        ask("POST", "projects/", {"name": "Brochure", "slug": PROJECT, "web": "https://brochure.example.org/"})
    path = f"components/{PROJECT}/{COMPONENT}/"
    with suppress(OSError):
        ask("DELETE", path)
        time.sleep(10)  # Weblate does it later
    ask("POST", f"projects/{PROJECT}/components/",
        {"name": "Nurse", "slug": COMPONENT, "filemask": "locales/*/LC_MESSAGES/nurse.po", "new_base": "locales/nurse.pot",
         "file_format": "po", "license": "proprietary", "new_lang": "contact"}, "nurse.zip", catalogs.getvalue())
    units: dict[str, dict[str, int]] = {}
    for tag in ("km", "lo"):
        for _ in range(60):
            with suppress(OSError):
                found = ask("GET", f"translations/{PROJECT}/{COMPONENT}/{tag}/units/")["results"]
                units[tag] = {unit["context"]: unit["id"] for unit in found}
            if len(units.get(tag, ())) == len(words):
                break
            time.sleep(1)
    for name, tag, key in (("nurse card cover (km)", "lo", "nurse.hook"), ("from the menu", "km", "nurse.hook")):
        fields = {"name": name, "project_slug": PROJECT, "component_slug": COMPONENT, "language_code": tag}
        made = ask("POST", "screenshots/", fields, "panel.png", png())
        ask("POST", made["url"].partition("/api/")[2] + "units/", {"unit_id": str(units[tag][key])})
    return units["km"]


def main(url: str, cases: list[str]) -> None:
    """Record ``cases``: all (first, again and the refusals that need nothing special), or a refusal by its name."""
    sys.path[:0] = [str(HERE.parents[1]), str(HERE.parents[2])]
    from factories import tiny
    from test_review_weblate import PANELS, SMALL, TOKEN, picture

    from brochure.errors import BrochureError
    from brochure.project import discover
    from brochure.review import pictures, weblate, weblate_api

    token = os.environ["WEBLATE_TOKEN"]
    refusals = json.loads((HERE / "refusals.json").read_text("utf-8"))
    weblate_api.PAGE = SMALL
    folder = tempfile.TemporaryDirectory()
    project = discover(tiny(Path(folder.name)).path)

    def play(who: str, component: str = f"{PROJECT}/{COMPONENT}", size: tuple[int, int] = (30, 40)) -> list[Any]:
        server = recorder(url)
        seen = mock.Mock(pictures={name: (picture(*size),) for name in PANELS},
                         keys={name: tuple(dict.fromkeys(keys)) for name, keys in PANELS.items()})
        with mock.patch.object(pictures, "view", lambda *_: seen), mock.patch.object(weblate, "LARGEST", max(size)):
            try:
                for shot in weblate.upload(project, COMPONENT, "card", "km",
                                           f"http://127.0.0.1:{server.server_port}", component, who, send=True):
                    print(shot.name, shot.summary(), shot.unknown)
            except BrochureError as error:
                print(error)
        server.shutdown()
        text = json.dumps(server.noted)
        assert token not in text and who not in text
        return list(server.noted)

    def save(name: str, what: Any) -> None:
        (HERE / name).write_text(json.dumps(what, ensure_ascii=False, indent=1) + "\n", "utf-8")

    if cases == ["all"]:
        units = fill(url, token)
        save("first.json", play(token))
        there = weblate_api.Server(url, token, 60)
        cover = max(one["id"] for one in there.pages(f"components/{PROJECT}/{COMPONENT}/screenshots/") if "cover" in one["name"])
        there.send("POST", f"screenshots/{cover}/units/", {"unit_id": str(units[BEYOND])})
        save("again.json", play(token))
        refusals["401"] = play(TOKEN)
        refusals["403"] = play(os.environ["VIEWER_TOKEN"])
        refusals["404"] = play(token, f"{PROJECT}/nothing")
    for case in [case for case in cases if case != "all"]:
        if case == "400":
            fill(url, token)
        who = os.environ["LIMITED_TOKEN"] if case == "429" else token
        refusals[case] = play(who, size=(2100, 40) if case == "400" else (30, 40))
    save("refusals.json", refusals)


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"), sys.argv[2:])
