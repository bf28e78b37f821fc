"""A brochure as pictures: every line stands where it is said to stand, and what is wrong has its place."""

import io
import os
from pathlib import Path

import pytest
from factories import Folder
from PIL import Image

from brochure.catalog import pseudo
from brochure.errors import CatalogError, Problem, TemplateError
from brochure.impose import Placement
from brochure.preview import state as states
from brochure.preview.drawing import Drawing, Remark, attempt, draw, failure
from brochure.preview.places import placed
from brochure.preview.state import KEPT, NEWS, State, TooMany
from brochure.project import Job, discover
from brochure.render import Ink

PAPER, PHONE = Job("nurse", "card", "paper", "km"), Job("nurse", "card", "phone", "km")
PO = "locales/km/LC_MESSAGES/nurse.po"
HOOK = "nurse.hook"
USUAL = ["nurse.card.paper.en", "nurse.card.paper.km", "nurse.card.phone.en", "nurse.card.phone.km"]


def drawn(project: Folder, job: Job = PAPER) -> Drawing:
    return draw(job, discover(project.path))


def ink_in(drawing: Drawing, key: str) -> float:
    """The darkest grey (0 to 255) of the picture at the first spot of the message."""
    page = next(page for page in drawing.pages if any(spot.key == key for spot in page.spots))
    spot = next(spot for spot in page.spots if spot.key == key)
    picture = Image.open(io.BytesIO(page.picture)).convert("L")
    x, y, width, height = spot.box
    box = (x * picture.width, y * picture.height, (x + width) * picture.width, (y + height) * picture.height)
    return float(picture.crop(tuple(map(round, box))).getextrema()[0])


@pytest.mark.parametrize("job", [PAPER, PHONE])
def test_lines_stand_where_they_are_said_to(project: Folder, job: Job) -> None:
    made = drawn(project, job)
    (page,) = made.pages
    assert (page.width, page.height, page.trim) == (pytest.approx(100, abs=0.1), pytest.approx(70, abs=0.1), (0, 0, 1, 1))
    assert (page.bleed, page.safe is None, page.folds) == (None, job is PHONE, ())
    assert [name for name, _, _ in page.panels] == ["only"]
    assert {spot.key for spot in page.spots} == set(made.order)
    assert made.order[0] == "nurse.title" and HOOK in made.order
    for key in made.order:
        assert ink_in(made, key) < 120
    first, last = page.spots[0].box, page.spots[-1].box
    edge = 10 + 8 * 25.4 / 96  # the page's margin, and the body's of 8 px
    assert first[0] == pytest.approx(edge / 100, abs=0.005)
    assert edge / 70 - 0.01 < first[1] < last[1] < 1


def test_with_bleed_everything_is_counted_from_the_edge_of_the_paper(project: Folder) -> None:
    plain = drawn(project).pages[0]
    project.append("templates/editions/paper.toml", "bleed = 3\naround = 10\n")
    project.append("templates/editions/paper.css", "@page { bleed: 3mm }\n")
    made = drawn(project)
    page = made.pages[0]
    assert (page.width, page.height) == (pytest.approx(120, abs=0.1), pytest.approx(90, abs=0.1))
    assert page.trim == pytest.approx((10 / 120, 10 / 90, 100 / 120, 70 / 90), abs=1e-3)
    assert page.bleed == pytest.approx((7 / 120, 7 / 90, 106 / 120, 76 / 90), abs=1e-3)
    assert page.safe == pytest.approx((15 / 120, 15 / 90, 90 / 120, 60 / 90), abs=1e-3)
    moved = [(x * 100 + 10) / 120 for x, *_ in (spot.box for spot in plain.spots)]
    assert [spot.box[0] for spot in page.spots] == pytest.approx(moved, abs=1e-3)
    assert ink_in(made, HOOK) < 120


@pytest.mark.parametrize(("place", "box"), [
    (Placement(0, 100, 0, 50, 80), (110, 20, 30, 5)),
    (Placement(0, 100, 0, 50, 80, 180), (110, 55, 30, 5)),
    (Placement(0, 0, 0, 50, 80, offset=(20, 0)), (0, 20, 20, 5)),
    (Placement(0, 0, 0, 25, 80), (10, 20, 15, 5)),
    (Placement(0, 0, 0, 50, 80, offset=(41, 0)), None),
    (Placement(0, 0, 0, 50, 20), None),
])
def test_a_line_moves_with_its_panel(place: Placement, box: tuple[float, ...] | None) -> None:
    assert placed(Ink(0, "a", 10, 20, 30, 5, "x"), place) == box


def test_text_that_does_not_fit_is_a_remark_with_its_place_and_a_gauge(project: Folder) -> None:
    full = drawn(project).gauges[HOOK]
    assert full.fits and full.over == 0 and full.lines == 1 and full.room > 1 and full.panel == "only"
    project.edit(PO, "ថែទាំមនុស្ស", "ថែទាំមនុស្ស " * 60)
    made = drawn(project)
    gauge = made.gauges[HOOK]
    assert not gauge.fits and gauge.over > 0 and gauge.share > 1 and gauge.room == max(gauge.lines - gauge.over, 0)
    (remark,) = [one for one in made.remarks if "too long" in one.problem.what]
    assert (remark.problem.severity, remark.key, remark.page) == ("error", HOOK, 1)  # the one that has grown


def test_what_is_not_translated_is_drawn_in_the_source_language_and_told(project: Folder) -> None:
    project.edit(PO, 'msgstr "ថែទាំមនុស្ស"', 'msgstr ""')
    made = drawn(project)
    (remark,) = [one for one in made.remarks if "is not translated" in one.problem.what]
    assert (remark.key, remark.page, remark.problem.severity) == (HOOK, 1, "warning")
    assert "Care" in "".join(spot.text for spot in made.pages[0].spots if spot.key == HOOK)


def test_a_text_is_drawn_before_it_is_written(project: Folder) -> None:
    there, before = discover(project.path), (project / PO).read_bytes()
    instead = {PO: before.replace("ថែទាំមនុស្ស".encode(), "មនុស្ស".encode())}
    (patch,) = attempt(PAPER, there, instead, HOOK, "km").patches
    assert [spot.text for spot in patch.spots if spot.key == HOOK] == ["មនុស្ស"]
    assert (patch.number, patch.box) == (1, (0, 0, 1, 1)) and patch.digest != draw(PAPER, there).pages[0].digest
    assert attempt(PAPER, there, {}, "nurse.nothing", "km").patches == ()
    assert (project / PO).read_bytes() == before


def test_the_same_inputs_give_the_same_pictures(project: Folder) -> None:
    assert [page.digest for page in drawn(project).pages] == [page.digest for page in drawn(project).pages]


def test_what_cannot_be_drawn_says_where(project: Folder) -> None:
    project.append(PO, 'msgstr "\n')
    with pytest.raises(CatalogError, match=f"{PO}:"):
        drawn(project)
    project.append("templates/layouts/card/layout.html", "{% if %}")
    with pytest.raises((TemplateError, CatalogError)):
        drawn(project, Job("nurse", "card", "paper", "en"))
    with pytest.raises(ZeroDivisionError) as caught:
        1 / 0  # noqa: B018  # for its traceback
    assert failure(PAPER, caught.value)[0].what.startswith("brochure itself failed")


# ---- what is known of all of them


@pytest.fixture
def state(project: Folder) -> State:
    return State(discover(project.path))


def test_brochures_have_names_that_are_no_paths(state: State) -> None:
    assert [name for name, one in state.brochures.items() if one.usual] == USUAL
    others = {f"nurse.card.{edition}.{tag}" for edition in ("paper", "phone") for tag in pseudo.TAGS}
    assert set(state.brochures) - set(USUAL) == others
    assert {one.state for one in state.brochures.values()} == {states.WAITING}


@pytest.mark.parametrize(("name", "stale"), [
    (PO, USUAL[1::2]),
    ("locales/km/glossary.csv", USUAL[1::2]),
    ("locales/km", USUAL[1::2]),
    ("templates/content/nurse.toml", USUAL),
    ("templates/layouts/card/layout.css", USUAL),
    ("templates/layouts", USUAL),
    ("assets/fonts/x.ttf", USUAL),
    ("templates/content/other.toml", []),
    ("templates/mail/letter.txt", []),
    ("locales/lo/language.css", []),
])
def test_a_file_spoils_what_depends_on_it(state: State, name: str, stale: list[str]) -> None:
    for one in state.brochures.values():
        one.stale = False
    found = sorted(one.id for one in state.spoil({name}))
    assert [name for name in found if name in USUAL] == stale
    assert sorted(one.id for one in state.brochures.values() if one.stale) == found


def test_only_pages_that_changed_are_told_and_the_last_good_ones_stay(project: Folder, state: State) -> None:
    one, heard = state.brochures["nurse.card.paper.km"], state.listen()
    made = drawn(project)
    state.drawn(one, made, (), 0.5)
    state.drawn(one, made, (), 0.5)
    state.drawn(one, None, (Problem("a.po:1", "is damaged"),), 0.5)
    told = [heard.get_nowait() for _ in range(3)]
    assert ['"changed": [1]' in text for text in told] == [True, False, False]
    assert one.drawing is made and one.state == states.FAILED and one.version == 3 and len(one.failure) == 1
    page = made.pages[0]
    assert state.picture(one.id, 1, page.digest) == page.picture
    assert state.picture(one.id, 2, page.digest) is None and state.picture("nurse.card.phone.km", 1, page.digest) is None


def test_old_pictures_are_kept_for_a_while_only(project: Folder, state: State) -> None:
    import dataclasses

    one, made = state.brochures["nurse.card.paper.km"], drawn(project)
    for number in range(10):
        picture = b"x" * (KEPT // 4)
        state.keep(one, (dataclasses.replace(made.pages[0], digest=f"{number:020}", picture=picture),))
    kept = [number for number in range(10) if state.picture(one.id, 1, f"{number:020}")]
    assert kept == [6, 7, 8, 9]


def test_drawings_that_were_made_long_ago_are_made_again(project: Folder, state: State, monkeypatch: pytest.MonkeyPatch) -> None:
    made = drawn(project)
    monkeypatch.setattr(states, "HELD", 2 * len(made.pages[0].picture))
    for name in (USUAL[0], USUAL[1], USUAL[0], USUAL[2]):
        one = state.brochures[name]
        one.stale = False
        state.drawn(one, made, (), 0.1)
    assert [bool(state.brochures[name].drawing) for name in USUAL] == [True, False, True, False]
    assert [state.brochures[name].state for name in USUAL[:3]] == [states.READY, states.WAITING, states.READY]


def test_a_project_that_cannot_be_read_stays_as_it_was(project: Folder, state: State) -> None:
    heard = state.listen()
    project.edit("templates/layouts/card/layout.toml", "needs", "neds")
    before = len(state.brochures)
    assert not state.again() and len(state.brochures) == before
    assert state.failure and "layout.toml" in state.failure[0].where
    assert "layout.toml" in heard.get_nowait()
    project.edit("templates/layouts/card/layout.toml", "neds", "needs")
    project.write("locales/fr/language.toml", 'name = "français"\n').write("locales/fr/language.css", "")
    assert state.again() and "nurse.card.phone.fr" in state.brochures and not state.failure
    assert '"problems": []' in heard.get_nowait()


def test_a_fault_in_reading_the_project_is_a_failure_too(state: State, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(root: Path) -> None:
        raise PermissionError("no")

    monkeypatch.setattr(states, "discover", broken)
    assert not state.again() and "brochure itself failed" in state.failure[0].what
    monkeypatch.undo()
    assert not state.again() and state.failure == ()


def test_a_name_that_is_no_text_is_told() -> None:
    told = states.problem_json(Remark(Problem(os.fsdecode(b"a/\xff.toml"), "is no file of ខ្មែរ")))
    assert (told["where"], told["what"]) == ("a/\\udcff.toml", "is no file of ខ្មែរ")


def test_a_browser_that_does_not_read_is_let_go(state: State) -> None:
    quiet = state.listen()
    for _ in range(NEWS + 1):
        state.tell("drawing", id="x")
    assert not state.listens(quiet) and quiet.qsize() == NEWS
    queues = [state.listen() for _ in range(states.LISTENERS)]
    with pytest.raises(TooMany):
        state.listen()
    state.leave(queues[0])
    assert state.listens(state.listen())


def test_an_event_is_two_lines_whatever_is_in_it(state: State) -> None:
    heard = state.listen()
    state.tell("failure", problems=[{"what": "a\n\nevent: x\r\n\u2028"}])
    assert heard.get_nowait().count("\n") == 3


def test_the_modules_that_are_named_are_there() -> None:
    import brochure.preview

    named = {line.split()[0] for line in (brochure.preview.__doc__ or "").splitlines() if line.startswith("    ")}
    assert named == {path.stem for path in Path(brochure.preview.__file__).parent.glob("*.py")} - {"__init__"}
