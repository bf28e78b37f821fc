"""What is drawn in parts is what is drawn as a whole: pixel for pixel, whatever was drawn before."""

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from factories import Folder, sample
from PIL import Image

from brochure.errors import RenderError
from brochure.preview import drawing, parts, pictures, places
from brochure.preview.drawing import Drawing, Patch, attempt, draw
from brochure.preview.edit import Editor
from brochure.preview.parts import Parts, Unknown
from brochure.preview.person import Person
from brochure.preview.pictures import Picture
from brochure.preview.places import Page
from brochure.preview.reading import Reading
from brochure.preview.state import State
from brochure.project import Job, Project, discover, jobs

ROOT = Path(__file__).parents[1]
PROJECT = discover(ROOT)
EDITIONS = ("office", "press", "screen", "tiles", "large")
TRIFOLD = Job("bmet", "trifold-a4", "office", "km")
LINE = "bmet.outlook.text"
CATALOG = "locales/km/LC_MESSAGES/bmet.po"
LAST = Editor(Person(), Reading()).read(PROJECT, "km", LINE).text
ADDED = " ហើយ​ការងារ​នេះ​ក៏​មាន​តម្លៃ​ខ្ពស់​សម្រាប់​សង្គម។"
CASES = [job for job in (*jobs(PROJECT, editions=EDITIONS),
                         *jobs(PROJECT, editions=("office",), languages=("en+km",), pairs=True))
         if job.language != "en" or (job.layout, job.edition) == ("trifold-a4", "office")]


@pytest.fixture(autouse=True)
def raw(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Pictures as they are before they are JPEGs; nothing is known at first."""
    def encoded(image: Image.Image, box: places.Box) -> Picture:
        data = b"%d %d\n" % image.size + image.tobytes()
        return Picture(box, f"{hash(data):x}", data)

    monkeypatch.setattr(pictures, "_encoded", encoded)
    drawing._known.clear()
    yield
    drawing._known.clear()


@pytest.fixture
def home(tmp_path: Path) -> Folder:
    return sample(tmp_path, fonts=True)


def image(data: bytes) -> Image.Image:
    size, _, pixels = data.partition(b"\n")
    width, height = map(int, size.split())
    return Image.frombytes("RGB", (width, height), pixels)


def region(page: Page, patch: Patch) -> bytes:
    """What the page shows in the patch's box."""
    whole, (x, y, w, h) = image(page.picture), patch.box
    edges = (x * whole.width, y * whole.height, (x + w) * whole.width, (y + h) * whole.height)
    part = whole.crop(tuple(map(round, edges)))
    return b"%d %d\n" % part.size + part.tobytes()


def inside(page: Page, patch: Patch) -> list[places.Spot]:
    x, y, w, h = patch.box
    return [spot for spot in page.spots
            if x <= spot.box[0] + spot.box[2] / 2 <= x + w and y <= spot.box[1] + spot.box[3] / 2 <= y + h]


def whole(job: Job, project: Project) -> Drawing:
    """The job drawn with nothing known of it."""
    drawing._known.clear()
    return draw(job, project)


def typed(project: Project, key: str, text: str) -> dict[str, bytes]:
    return Editor(Person(), Reading()).instead(project, "km", key, text)


def shares(job: Job, panels: Mapping[str, tuple[str, ...]]) -> list[str]:
    """A message of each of the panels that are this job's to try: the jobs of a layout share them, and each has one at least."""
    mates = [other for other in CASES if other.layout == job.layout]
    place, each = mates.index(job), [keys for keys in panels.values() if keys]
    mine = each[place :: len(mates)] or [each[place % len(each)]]
    return [keys[len(keys) // 2] for keys in mine]


@pytest.mark.parametrize("job", CASES, ids=str)
def test_a_panel_is_drawn_alone_as_it_is_with_the_others(job: Job) -> None:
    before, lang = draw(job, PROJECT), job.languages[-1]
    for key in shares(job, drawing._known[PROJECT.root, job].halves[-1].parts.keys):
        made = attempt(job, PROJECT, {}, key, lang)
        for patch in made.patches:
            page = before.pages[patch.number - 1]
            assert region(page, patch) == patch.picture
            assert sorted(map(str, patch.spots)) == sorted(map(str, inside(page, patch)))
        assert key in {spot.key for patch in made.patches for spot in patch.spots}
        assert made.gauge == before.gauges.get(f"{lang} {key}" if job.pair else key)


def test_every_panel_of_a_layout_is_tried_by_one_of_its_jobs() -> None:
    for layout, count in ((layout, count) for layout in {job.layout for job in CASES} for count in range(1, 12)):
        panels = {str(number): (f"{number} first", f"{number} last") for number in range(count)}
        shared = [shares(job, panels) for job in CASES if job.layout == layout]
        assert all(shared) and {key.partition(" ")[0] for keys in shared for key in keys} == set(panels)


@pytest.mark.parametrize(("edition", "text"), [
    ("office", lambda old: old + ADDED), ("press", lambda old: old[:20]), ("screen", lambda old: old + ADDED * 12),
    ("press", lambda old: old + ADDED * 12),
], ids=["longer", "shorter", "too long", "too long to press"])
def test_a_text_is_tried_as_it_will_print(home: Folder, edition: str, text: Callable[[str], str]) -> None:
    project, job = discover(home.path), replace(TRIFOLD, edition=edition)
    before = draw(job, project)
    old = Editor(Person(), Reading()).read(project, "km", LINE).text
    instead = typed(project, LINE, text(old))
    made = attempt(job, project, instead, LINE, "km")
    (home / CATALOG).write_bytes(instead[CATALOG])
    after = whole(job, project)
    assert made.gauge == after.gauges[LINE] and made.gauge != before.gauges[LINE]
    (patch,) = made.patches
    page = after.pages[patch.number - 1]
    assert region(page, patch) == patch.picture != region(before.pages[patch.number - 1], patch)
    assert sorted(map(str, patch.spots)) == sorted(map(str, inside(page, patch)))


# ---- what is saved


def painted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the pages that are painted from now on."""
    found, paint = list[str](), pictures.pictures

    def spied(job: Job, project: Project, parts: Any, wanted: Any) -> Any:
        found.extend(sheet.side for sheet, _ in wanted)
        return paint(job, project, parts, wanted)

    monkeypatch.setattr(pictures, "pictures", spied)
    return found


BOTH = ["outside", "inside"]


@pytest.mark.parametrize(("name", "old", "new", "anew"), [
    (CATALOG, LAST, LAST + ADDED, ["outside"]),
    (CATALOG, LAST, LAST + ADDED * 12, [*BOTH, "back (page 2)"]),
    (CATALOG, "# Khmer words", "# The Khmer words", []),
    ("locales/km/glossary.csv", "biomedical,ជីវវេជ្ជសាស្ត្រ,,ជីវវេជ្ជសាស្ត្រ,", "biomedical,ជីវវេជ្ជសាស្ត្រ,,ជីវវេជ្ជ|សាស្ត្រ,",
     ["outside"]),
    ("templates/content/bmet.toml", "\n", "\n\n", []),
    ("templates/macros/tokens.css", "--jade: #00796b", "--jade: #a3231b", BOTH),
    ("templates/layouts/trifold-a4/layout.css", "@page", "/* */ @page", BOTH),
    ("assets/images/bmet/pupil.svg", "<svg", "<svg opacity='.5'", BOTH),
    ("templates/layouts/trifold-a4/layout.toml", '["inside-left", "inside-mid", "inside-right"]',
     '["inside-right", "inside-mid", "inside-left"]', BOTH),
    ("templates/layouts/trifold-a4/layout.toml", "short-edge", "long-edge", BOTH),
    ("templates/editions/office.toml", "end = 6.5", "end = 7.5", BOTH),
])
def test_after_every_change_all_is_as_if_it_was_drawn_for_the_first_time(
    home: Folder, monkeypatch: pytest.MonkeyPatch, name: str, old: str, new: str, anew: list[str],
) -> None:
    draw(TRIFOLD, discover(home.path))
    found = painted(monkeypatch)
    home.edit(name, old, new)
    project = discover(home.path)
    made = draw(TRIFOLD, project)
    assert found == anew
    assert made == whole(TRIFOLD, project)


def test_a_file_of_the_same_size_and_time_is_another_file(home: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    file = home / "templates/macros/tokens.css"
    before, project = file.stat(), discover(home.path)
    first = draw(TRIFOLD, project)
    home.edit("templates/macros/tokens.css", "--jade: #00796b", "--jade: #a3231b")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    made = draw(TRIFOLD, project)
    assert made.pages[1].picture != first.pages[1].picture
    assert made == whole(TRIFOLD, project)


def test_a_text_that_is_too_long_is_seen_on_a_page_of_its_own_until_it_fits(home: Folder) -> None:
    project = discover(home.path)
    short, old = draw(TRIFOLD, project), Editor(Person(), Reading()).read(project, "km", LINE).text
    (home / CATALOG).write_bytes(typed(project, LINE, old + ADDED * 12)[CATALOG])
    long = draw(TRIFOLD, project)
    assert [page.name for page in long.pages] == [*BOTH, f"{long.gauges[LINE].panel} (page 2)"]
    assert {spot.key for spot in long.pages[2].spots} and not long.gauges[LINE].fits
    made = attempt(TRIFOLD, project, typed(project, LINE, old + ADDED * 40), LINE, "km")
    assert [patch.number for patch in made.patches] == [1, 3]
    assert made.patches[1].box == places.WHOLE and made.patches[1].picture != long.pages[2].picture
    made = attempt(TRIFOLD, project, typed(project, LINE, old), LINE, "km")
    first, blank = made.patches
    assert region(short.pages[0], first) == first.picture
    assert (blank.number, blank.spots, image(blank.picture).getextrema()) == (3, (), ((255, 255),) * 3)


def test_a_document_whose_panels_flow_into_each_other_is_drawn_as_a_whole(home: Folder) -> None:
    home.append("templates/layouts/trifold-a4/layout.css",
                "p { counter-increment: every } p::after { content: counter(every) }\n")
    project = discover(home.path)
    before = draw(TRIFOLD, project)
    made = attempt(TRIFOLD, project, {}, LINE, "km")
    assert [patch.box for patch in made.patches] == [places.WHOLE]
    assert made.patches[0].picture == before.pages[made.patches[0].number - 1].picture
    home.edit(CATALOG, LAST, LAST + ADDED)
    assert draw(TRIFOLD, project) == whole(TRIFOLD, project)


@pytest.mark.parametrize("rule", ["h2 { string-set: name content() }", "body:has(h2) p { color: red }",
                                  ".panel:has(+ .panel h2) { color: red }", "@page { @top-left { content: counter(pages) } }"])
def test_what_a_style_sheet_may_take_from_another_panel_is_seen(home: Folder, rule: str) -> None:
    home.append("templates/layouts/trifold-a4/layout.css", rule + "\n")
    project = discover(home.path)
    draw(TRIFOLD, project)
    assert {patch.box for patch in attempt(TRIFOLD, project, {}, LINE, "km").patches} == {places.WHOLE}


def test_pages_keep_their_numbers_where_a_panel_before_them_is_too_long(home: Folder) -> None:
    project, job, key = discover(home.path), Job("bmet", "booklet-a5", "office", "km"), "bmet.what.duties"
    old = Editor(Person(), Reading()).read(project, "km", key).text
    (home / CATALOG).write_bytes(typed(project, key, old + ADDED * 30)[CATALOG])
    before = draw(job, project)
    assert before.pages[-1].name == "what (page 2)"
    made = attempt(job, project, {}, "bmet.skills.technical", "km")
    assert made.patches and all(region(before.pages[patch.number - 1], patch) == patch.picture for patch in made.patches)
    home.edit(CATALOG, LAST, LAST + ADDED)
    assert draw(job, project) == whole(job, project)


def test_messages_that_were_partly_lost_are_counted_in_all_panels() -> None:
    there = Parts(0, keys={"a": ("x", "y"), "b": ("z", "w"), "c": ("w",)}, drawn=frozenset({"a"}))
    assert parts._lost({"w": (5, 1), "z": (3, 1), "y": (9, 8)}, {"x": (4, 2)}, there) == {"x": (4, 2), "z": (3, 1), "w": (5, 1)}
    there.drawn = frozenset({"b"})
    for before, now in (({"w": (5, 1)}, {}), ({}, {"w": (2, 1)})):
        with pytest.raises(Unknown):
            parts._lost(before, now, there)


def test_what_is_wrong_with_a_part_is_said_of_the_whole(home: Folder) -> None:
    project = discover(home.path)
    draw(TRIFOLD, project)
    home.edit(CATALOG, LAST, LAST + " \u2603")
    with pytest.raises(RenderError) as caught:
        draw(TRIFOLD, project)
    drawing._known.clear()
    with pytest.raises(RenderError) as again:
        draw(TRIFOLD, project)
    assert caught.value.problems == again.value.problems and LINE in caught.value.problems[0].where


def test_what_is_typed_while_the_saved_text_cannot_be_drawn_is_drawn(home: Folder) -> None:
    home.edit(CATALOG, LAST, LAST + " \u2603")
    project = discover(home.path)
    made = attempt(TRIFOLD, project, typed(project, LINE, LAST), LINE, "km")
    assert {patch.box for patch in made.patches} == {places.WHOLE} and LINE in {spot.key for spot in made.patches[0].spots}


def test_only_the_last_brochures_are_remembered(home: Folder) -> None:
    project = discover(home.path)
    for number, job in enumerate(jobs(project, layouts=("card-a6", "poster-a3"), editions=("office", "mono"))):
        draw(job, project)
        assert len(drawing._known) == min(number + 1, drawing.REMEMBERED)


# ---- brochures that are made when they are asked for


@pytest.mark.parametrize(("layout", "edition", "language"), [
    ("trifold-a4", "office", "en+km"), ("handout-a4", "press", "en+km"), ("booklet-a5", "office", "en+km"),
    ("card-a6", "proof", "km"), ("card-a6", "coach", "km"), ("card-a6", "office", "km-XT"), ("card-a6", "office", "ar-XB"),
])
def test_every_kind_of_brochure_is_drawn(layout: str, edition: str, language: str) -> None:
    job = Job("bmet", layout, edition, language)
    made = draw(job, PROJECT)
    assert made.pages and all(page.digest for page in made.pages) and made.order
    assert {spot.lang for page in made.pages for spot in page.spots} == (set(job.languages) if job.pair else {""})
    assert all(spot.text for page in made.pages for spot in page.spots)
    assert f"bmet.card-a6.{edition}.{language}" in State(PROJECT).brochures or layout != "card-a6"


def test_what_is_typed_in_one_of_two_languages_changes_its_half_only(home: Folder) -> None:
    project, job = discover(home.path), replace(TRIFOLD, language="en+km")
    before = draw(job, project)
    key = "bmet.what.duties"
    text = Editor(Person(), Reading()).read(project, "km", key).text
    instead = typed(project, key, text + ADDED)
    made = attempt(job, project, instead, key, "km")
    (home / CATALOG).write_bytes(instead[CATALOG])
    after = whole(job, project)
    (patch,) = made.patches
    assert patch.number == 2 and {spot.lang for spot in patch.spots} == {"km"}
    assert region(after.pages[1], patch) == patch.picture != region(before.pages[1], patch)
    assert made.gauge == after.gauges[f"km {key}"] and after.gauges[f"en {key}"] == before.gauges[f"en {key}"]


def test_what_is_typed_is_seen_on_a_proof(home: Folder) -> None:
    project, job, key = discover(home.path), Job("bmet", "card-a6", "proof", "km"), "bmet.path.title"
    draw(job, project)
    (patch,) = attempt(job, project, typed(project, key, "កខគ"), key, "km").patches
    assert patch.box == places.WHOLE and "កខគ" in {spot.text for spot in patch.spots if spot.key == key}
