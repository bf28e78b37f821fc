"""What is drawn first, what is not drawn any more, and what happens where the system tells of no changes."""

import asyncio
import os
import shutil
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
from factories import Folder

from brochure.errors import Problem, RenderError
from brochure.preview import watch as watching
from brochure.preview.drawing import Attempt, Drawing, attempt
from brochure.preview.state import State
from brochure.preview.watch import Watch
from brochure.project import discover

NAMES = ["nurse.card.paper.en", "nurse.card.paper.km", "nurse.card.phone.en", "nurse.card.phone.km"]
PO = "locales/km/LC_MESSAGES/nurse.po"
NOTHING = Drawing((), (), {}, ())
NO_PATCH = Attempt((), None)


class Slow:
    """Draws nothing, and slowly; ``asked`` is what it was asked for, in order."""

    def __init__(self) -> None:
        self.asked = list[str]()
        self.before: Callable[[str], None] = lambda name: None

    async def do(self, name: str, task: Any, *rest: Any) -> Drawing | Attempt:
        self.asked.append(" ".join([name, *map(str, rest[3:4])]))
        self.before(name)
        await asyncio.sleep(0.02)
        return NO_PATCH if task is attempt else NOTHING

    def end(self) -> None:
        self.asked.append("end")


def during(project: Folder, act: Callable[[Watch, State], Coroutine[Any, Any, None]], rest: float = 0.3) -> list[str]:
    """What is drawn while this happens, and in a while after it."""
    state, slow = State(discover(project.path)), Slow()
    watch = Watch(state, slow, lambda: None)  # type: ignore[arg-type]  # all of a worker that is used

    async def go() -> None:
        async with watch.running():
            await act(watch, state)
            await asyncio.sleep(rest)

    asyncio.run(asyncio.wait_for(go(), 30))
    assert slow.asked.pop() == "end"
    return slow.asked


def test_what_was_looked_at_last_is_drawn_first_and_only_once(project: Folder) -> None:
    async def act(watch: Watch, state: State) -> None:
        for name in (NAMES[0], NAMES[1], NAMES[0], NAMES[2]):
            watch.look(state.brochures[name])

    assert during(project, act) == [NAMES[2], NAMES[0], NAMES[1]]


def test_of_several_texts_typed_only_the_last_is_drawn(project: Folder) -> None:
    answers = list[Attempt | None]()

    async def act(watch: Watch, state: State) -> None:
        watch.look(state.brochures[NAMES[0]])
        await asyncio.sleep(0.01)
        one = state.brochures[NAMES[1]]
        watch.look(one)
        tries = [asyncio.create_task(watch.attempt(one, {}, key, "km")) for key in ("a", "b", "c")]
        answers.extend(await asyncio.gather(*tries))

    assert during(project, act) == [NAMES[0], f"{NAMES[1]} c", NAMES[1]]
    assert answers == [None, None, NO_PATCH]


def test_a_text_that_is_drawn_while_the_next_is_typed_is_late(project: Folder) -> None:
    answers = list[Attempt | None]()

    async def act(watch: Watch, state: State) -> None:
        first = asyncio.create_task(watch.attempt(state.brochures[NAMES[1]], {}, "a", "km"))
        await asyncio.sleep(0.01)
        second = asyncio.create_task(watch.attempt(state.brochures[NAMES[1]], {}, "b", "km"))
        answers.extend(await asyncio.gather(first, second))

    assert during(project, act) == [f"{NAMES[1]} a", f"{NAMES[1]} b"]
    assert answers == [None, NO_PATCH]


def test_what_changes_while_it_is_drawn_is_drawn_again(project: Folder) -> None:
    async def act(watch: Watch, state: State) -> None:
        watch.look(state.brochures[NAMES[1]])
        await asyncio.sleep(0.01)
        watch.changed({PO})

    assert during(project, act) == [NAMES[1], NAMES[1]]


def test_four_are_kept_up_to_date_and_the_others_wait_to_be_looked_at(project: Folder) -> None:
    project.write("locales/fr/language.toml", 'name = "français"\n').write("locales/fr/language.css", "")

    async def act(watch: Watch, state: State) -> None:
        for name in (*NAMES, "nurse.card.paper.fr"):
            watch.look(state.brochures[name])
            await asyncio.sleep(0.05)
        watch.changed({"assets/images/x.svg"})

    seen = during(project, act)
    assert seen[5:] == ["nurse.card.paper.fr", *NAMES[:0:-1]]


def test_what_nobody_asked_for_is_drawn_while_somebody_looks(project: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watching, "PAUSE", 0.05)

    async def alone(watch: Watch, state: State) -> None:
        watch.look(state.brochures[NAMES[2]])

    async def looking(watch: Watch, state: State) -> None:
        state.listen()
        watch.look(state.brochures[NAMES[2]])

    assert during(project, alone) == [NAMES[2]]
    assert during(project, looking) == [NAMES[2], NAMES[0], NAMES[1], NAMES[3]]


def test_a_failure_is_noted_and_the_next_is_drawn(project: Folder) -> None:
    failed = list[Any]()

    async def act(watch: Watch, state: State) -> None:
        def before(name: str) -> None:
            if name == NAMES[1]:
                raise RenderError([Problem("a", "b")])

        watch.worker.before = before  # type: ignore[attr-defined]  # it is the slow one
        with pytest.raises(RenderError):
            await watch.attempt(state.brochures[NAMES[1]], {}, "a", "km")
        watch.look(state.brochures[NAMES[0]])
        watch.look(state.brochures[NAMES[1]])
        await asyncio.sleep(0.2)
        failed.extend(state.brochures[name].state for name in NAMES)

    assert during(project, act) == [f"{NAMES[1]} a", NAMES[1], NAMES[0]]
    assert failed == ["ready", "failed", "waiting", "waiting"]


@pytest.mark.parametrize(("path", "seen"), [
    ("/p/locales/km/a.po", True), ("/p/locales/km/.a.po.swp", False), ("/p/locales/km/a.po~", False),
    ("/p/.hidden/a/b.po", True), ("/p/locales/__pycache__/a.pyc", False), ("/p/locales/.0123456789abcdef.part", False),
])
def test_an_editors_own_files_are_no_change(path: str, seen: bool) -> None:
    assert watching._seen(watching.watchfiles.Change.added, path) is seen


async def until(watch: Watch, count: int) -> None:
    """So many drawings were asked for."""
    while len(watch.worker.asked) < count:  # type: ignore[attr-defined]  # it is the slow one
        await asyncio.sleep(0.05)


def test_a_folder_that_another_took_the_place_of_is_watched_on(project: Folder) -> None:
    async def act(watch: Watch, state: State) -> None:
        watch.look(state.brochures[NAMES[1]])
        await until(watch, 1)
        await asyncio.sleep(0.3)  # it is being watched by now
        (project / "locales").rename(project / "old")
        shutil.copytree(project / "old", project / "locales")
        await until(watch, 2)
        await asyncio.sleep(1.5)  # and what was told first was not the end of the old one
        before = len(watch.worker.asked)  # type: ignore[attr-defined]  # it is the slow one
        project.edit(PO, "ថែទាំ", "ថែ")
        await until(watch, before + 1)
        shutil.rmtree(project / "locales")
        await asyncio.sleep(1.5)
        (project / "old").rename(project / "locales")
        await until(watch, before + 3)

    assert set(during(project, act)) == {NAMES[1]}


@pytest.mark.skipif(sys.platform != "linux", reason="names are text elsewhere")
def test_a_name_that_is_no_text_does_not_end_the_watching(project: Folder) -> None:
    async def act(watch: Watch, state: State) -> None:
        watch.look(state.brochures[NAMES[1]])
        await until(watch, 1)
        await asyncio.sleep(0.3)  # it is being watched by now
        Path(os.fsdecode(bytes(project / "locales") + b"/\xff")).mkdir()
        await until(watch, 2)
        project.edit(PO, "ថែទាំ", "ថែ")
        await until(watch, 3)

    assert set(during(project, act)) == {NAMES[1]}


def test_where_the_system_tells_of_no_changes_the_files_are_looked_at(project: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    ways, follow = list[Any](), watching.watchfiles.awatch

    def awatch(*paths: Any, force_polling: Any, **more: Any) -> Any:
        ways.append(force_polling)
        if not force_polling:
            raise OSError("too many watches")
        return follow(*paths, force_polling=True, **more)

    monkeypatch.setattr(watching.watchfiles, "awatch", awatch)

    async def act(watch: Watch, state: State) -> None:
        watch.look(state.brochures[NAMES[1]])
        await until(watch, 2)  # once more when looking begins: what has changed until then nobody told
        project.edit(PO, "ថែទាំ", "ថែ")
        await until(watch, 3)

    assert during(project, act) == [NAMES[1]] * 3
    assert ways == [None, True]
