"""Three who write one catalog at once: two in browsers, and a program that writes the whole file, while files are watched.

Nothing that was said to be saved is lost: it is in the file, or somebody who was shown it (409) has overruled it.
"""

import itertools
import random
import threading
from typing import Any

from factories import KHMER, Folder, tiny
from previews import Ear, Preview
from translate.storage import pypo

from brochure.files import alone
from brochure.preview.edit import Editor
from brochure.preview.person import Person
from brochure.preview.reading import Reading
from brochure.project import discover

ID, PO = "nurse.card.paper.km", "locales/km/LC_MESSAGES/nurse.po"
SHARED, OTHERS = "nurse.hook", "nurse.what.pay"
OWN = {"a": "nurse.title", "b": "nurse.what.title"}
TURNS = 80  # of each of the three


class Log:
    """What was written, in the order of each message's versions: every text says after which one it was written."""

    def __init__(self) -> None:
        self.saved: dict[str, list[str]] = {key: [] for key in KHMER}
        self.noted = dict[str, str]()
        self.conflicts, self.wrong = 0, list[BaseException]()

    def run(self, *tasks: Any) -> None:
        threads = [threading.Thread(target=self._kept, args=(task,)) for task in tasks]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(300)
        assert self.wrong == []

    def _kept(self, task: Any) -> None:
        try:
            task()
        except BaseException as error:
            self.wrong.append(error)


def browser(preview: Preview, log: Log, name: str) -> None:
    """A translator: a message of one's own, and one that the other writes too; each text begins where the last one ended."""
    chance = random.Random(name)
    for turn in range(TURNS):
        for key in (OWN[name], SHARED):
            got = preview.get(f"/api/messages/{ID}/{key}").json()
            text, version = got["text"], got["version"]
            while True:
                mine = f"{text.split()[-1]} ថែទាំ{name}{turn}"
                body = {"id": ID, "key": key, "text": mine, "fuzzy": False, "version": version}
                noted = {"comment": f"{name}{turn}"} if chance.random() < 0.5 else {}
                answer = preview.post("/api/save", body | noted)
                if answer.status == 200:
                    log.saved[key].append(mine)
                    log.noted[key] = noted.get("comment", log.noted.get(key, ""))
                    break
                assert answer.status == 409 and key == SHARED, answer.body
                log.conflicts += 1
                text, version = answer.json()["theirs"], answer.json()["version"]  # looked at, and overruled


def program(project: Folder, log: Log) -> None:
    """Writes the file whole, as an editor does that has read it: its own message is another, the rest as it was read.

    It looks whether the file is still the one it has read, as good editors do, and in one moment with that puts its own there:
    what is lost in this test is lost by the preview.
    """
    path, last = project / PO, KHMER[OTHERS][1]
    for turn in range(TURNS):
        while True:
            data = path.read_bytes()
            store = pypo.pofile.parsestring(data)
            unit = next(unit for unit in store.units if unit.getcontext() == OTHERS)
            assert unit.target.split()[-1] == last
            unit.target = f"{last} ប្រាក់{turn}"
            made = path.with_suffix(".po.new")
            made.write_bytes(bytes(store))
            with alone(path.parent):
                if path.read_bytes() == data:
                    made.replace(path)
                    break
        last = f"ប្រាក់{turn}"
        log.saved[OTHERS].append(last)


def test_nothing_that_was_saved_is_lost(project: Folder) -> None:
    log = Log()
    with Preview(project, "--edit", "--no-open", "--name", "Sok Dara") as preview:
        ear = Ear(preview)
        preview.brochure(ID)
        log.run(lambda: browser(preview, log, "a"), lambda: browser(preview, log, "b"), lambda: program(project, log))
        there, editor = discover(project.path), Editor(Person(), Reading())
        now = {key: editor.read(there, "km", key).text for key in KHMER}
        drawn = preview.brochure(ID, lambda found: found["state"] == "ready" and any(
            spot["key"] == SHARED and spot["text"].split()[-1] == now[SHARED].split()[-1] for spot in found["pages"][0]["spots"]))
        ear.close()
    assert drawn["version"] > 2 and preview.said == ""
    for key in (*OWN.values(), OTHERS):  # each after the one before: none is missing in between
        assert [text.split()[-1] for text in log.saved[key]][-1] == now[key].split()[-1]
    for key in OWN.values():
        assert all(later.split()[0] == before.split()[-1] for before, later in itertools.pairwise(log.saved[key]))
        assert editor.read(there, "km", key).comment == log.noted[key]
    chain = {text.split()[0]: text.split()[-1] for text in log.saved[SHARED]}
    assert len(chain) == len(log.saved[SHARED]) == 2 * TURNS  # no two texts were written over the same one
    end = KHMER[SHARED][1]
    for _ in chain:
        end = chain[end]
    assert end == now[SHARED].split()[-1]
    assert {key: text for key, text in now.items() if not log.saved[key]} == {
        key: text for key, (_, text) in KHMER.items() if not log.saved[key]}
    assert log.conflicts > 0


def test_two_previews_of_one_project_lose_nothing(tmp_path: Any) -> None:
    project, log = tiny(tmp_path / "project"), Log()
    with Preview(project, "--edit", "--no-open") as one, Preview(project, "--edit", "--no-open") as two:
        log.run(lambda: browser(one, log, "a"), lambda: browser(two, log, "b"))
    chain = {text.split()[0]: text.split()[-1] for text in log.saved[SHARED]}
    assert len(chain) == 2 * TURNS
    assert one.said == two.said == ""
