"""The preview in a real browser: a translator presses a line, types, sees the page, saves; by mouse, by keys, and by ear."""

import difflib
import io
import itertools
import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from factories import Folder, command, sample, surroundings
from PIL import Image, ImageChops

pytestmark = pytest.mark.peers
BROWSER = shutil.which("chromium")
SHOWN = "bmet.trifold-a4.office.km"
AXE = "axe_playwright_python"
KEY = "bmet.outlook.text"
CATALOG = "locales/km/LC_MESSAGES/bmet.po"
PART = "templates/macros/parts.html"
SIGNED = "locales/km/signoff.csv"
YOU = "Sok Dara"
MORE = " ហើយ​ការងារ​នេះ​ក៏​មាន​តម្លៃ​ខ្ពស់​សម្រាប់​សង្គម។"
REFUSED = "status of 409"  # a browser reports it, and the page asks what to do
SOURCES = "[...document.querySelectorAll('.leaf > .page')].map(one => one.src)"
PATCHES = "[...document.querySelectorAll('.patch')].map(one => one.src)"
TYPED = "text => document.querySelector('#text').value === text"
SLOW = 60_000  # ms: the machine may be busy
GOLDENS = Path(__file__).parent / "goldens"
SMALL, COLOURS, TILE = 300, 256, 10  # goldens: pixels across, how many colours, pixels across a tile
APART = 12  # of 255, which two tiles may differ


@dataclass(frozen=True)
class Served:
    """A project that is served, and the link that opens it."""

    project: Folder
    link: str

    @property
    def base(self) -> str:
        """The address without the token."""
        return self.link.partition("?")[0]

    def text(self) -> str:
        """The catalog as it is now."""
        return (self.project / CATALOG).read_text("utf-8")

    def put(self, text: str) -> None:
        """Save the catalog as a careful program does: nobody reads half of it."""
        new = self.project / "catalog.new"
        new.write_text(text, "utf-8")
        new.replace(self.project / CATALOG)


def serve(project: Folder, *options: str) -> Iterator[Served]:
    process = subprocess.Popen(command(["serve", "--no-open", *options]), cwd=project.path, env=surroundings(), encoding="utf-8",
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout
    try:
        yield Served(project, process.stdout.readline().strip())
    finally:
        process.send_signal(signal.SIGINT)
        _, complaints = process.communicate(timeout=60)
        assert (process.returncode, complaints) == (0, "")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    yield from serve(sample(tmp_path_factory.mktemp("preview"), fonts=True), "--edit", "--name", f"{YOU} <sok@example.org>")


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A project in which nobody types, and that looks the same in whatever order the tests run."""
    yield from serve(sample(tmp_path_factory.mktemp("untouched"), fonts=True), "--edit", "--name", YOU)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api", reason="not installed: playwright")
    if BROWSER is None:
        pytest.skip("not installed: chromium (make test-peers installs it)")
    with playwright.sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"] if os.geteuid() == 0 else [])
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Any, served: Served) -> Iterator[Any]:
    """A window of an English browser; what its console complains of is a failure."""
    yield from window(browser, served)


def window(browser: Any, served: Served, **options: Any) -> Iterator[Any]:
    context = browser.new_context(**{"locale": "en", "viewport": {"width": 1400, "height": 900}, **options})
    context.set_default_timeout(SLOW)
    page, complaints = context.new_page(), list[str]()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: None if said.type != "error" or REFUSED in said.text else complaints.append(said.text))
    page.on("request", lambda asked: None if asked.url.startswith(served.base) else complaints.append(f"asked {asked.url}"))
    page.goto(served.link)
    yield page
    context.close()
    assert complaints == []


def show(page: Any, served: Served, more: str = "", shown: str = SHOWN) -> None:
    page.goto(f"{served.base}?show={shown}{more}")
    page.locator(".spot").first.wait_for(state="attached")


def pictures(page: Any) -> list[str]:
    found: list[str] = page.evaluate(SOURCES)
    return found


def spot(page: Any, key: str = KEY) -> Any:
    return page.locator(f'.spot[data-key="{key}"]').first


def edit(page: Any, served: Served, more: str = "", key: str = KEY) -> Any:
    """The field of a message that is open."""
    show(page, served, f"{more}&key={key}")
    ready(page)
    return page.locator("#text")


def ready(page: Any) -> None:
    """Wait until the message that was asked for is there to be typed into."""
    page.wait_for_function("() => document.activeElement.id === 'text' && !document.querySelector('#side').inert")


def other_pictures(page: Any, before: list[str]) -> list[str]:
    """The pictures, when one of them is another."""
    page.wait_for_function(f"before => {SOURCES}.some((src, at) => src !== before[at])", arg=before)
    return pictures(page)


def other_patch(page: Any, before: str = "") -> str:
    """The picture of the panel that is typed, when it is another than the one before."""
    found = page.wait_for_function(f"before => {PATCHES}.find(src => src !== before)", arg=before).json_value()
    return str(found)


def entry(text: str, key: str = KEY) -> str:
    """A message of a catalog with all that stands above it."""
    return next(found for found in text.split("\n\n") if f'msgctxt "{key}"' in found)


def msgstr(text: str, key: str = KEY) -> str:
    found = re.search(rf'msgctxt "{re.escape(key)}"\nmsgid "[^\n]*"\nmsgstr "([^\n]*)"', text)
    assert found
    return found[1]


# ---- the one thing it is for


def test_a_line_that_is_too_long_is_shortened_on_the_page(page: Any, served: Served) -> None:
    before = served.text()
    show(page, served)
    first = pictures(page)
    spot(page).click()
    ready(page)
    field = page.get_by_role("textbox", name="Translation")
    assert field.input_value() == msgstr(before)
    page.keyboard.press("Control+End")
    field.press_sequentially(MORE * 6)
    page.get_by_text(re.compile(r"^Too long: \d+ lines must go$")).wait_for()
    long = other_patch(page)
    panel, line = page.locator(".patch").bounding_box(), spot(page).bounding_box()
    assert panel["x"] < line["x"] < panel["x"] + panel["width"] and panel["y"] < line["y"] < panel["y"] + panel["height"]
    assert "សម្រាប់សង្គម" in spot(page).get_attribute("aria-label").replace("\u200b", "")  # the lines are those of the panel typed
    assert pictures(page) == first  # it lies over the page, which stays
    assert served.text() == before  # nothing is saved by typing
    page.keyboard.press("Control+A")
    page.keyboard.insert_text(msgstr(before) + MORE)
    page.get_by_text(re.compile(r"^Fits: \d+ of \d+ lines$")).wait_for()
    other_patch(page, long)
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("Saved", exact=True).wait_for()
    other_pictures(page, first)
    page.locator(".patch").wait_for(state="detached")  # the page itself says it now
    lines = [line for line in difflib.ndiff(before.splitlines(), served.text().splitlines()) if line[0] in "+-"]
    kept = [line for line in lines if not re.match(r'[+-] "(PO-Revision-Date|Last-Translator): ', line)]
    assert kept == [f'- msgstr "{msgstr(before)}"', f'+ msgstr "{msgstr(before)}{MORE}"']
    page.get_by_role("button", name="Take back").click()
    page.wait_for_function(TYPED, arg=msgstr(before))
    assert msgstr(served.text()) == msgstr(before)


def test_a_panel_that_was_only_typed_goes_with_its_message(page: Any, served: Served) -> None:
    field = edit(page, served)
    before = field.input_value()
    field.fill(before + MORE)
    other_patch(page)
    page.get_by_role("button", name="Close").click()
    page.locator(".patch").wait_for(state="detached")
    spot(page).click()
    page.wait_for_function(TYPED, arg=before + MORE)  # what was typed is there again, and on the page
    other_patch(page)
    page.reload()
    page.wait_for_function(TYPED, arg=before + MORE)
    field.fill(before)
    page.get_by_text("Not saved yet").wait_for(state="hidden")


def test_what_is_typed_and_not_saved_is_there_again(page: Any, served: Served) -> None:
    field = edit(page, served)
    field.press_sequentially("x")
    page.get_by_role("button", name="Next text").click()
    page.wait_for_function("text => !document.querySelector('#text').value.includes(text)", arg="x")
    page.get_by_role("button", name="Previous text").click()
    page.wait_for_function("text => document.querySelector('#text').value.includes(text)", arg="x")
    page.get_by_text("Not saved yet").wait_for()
    assert "x" not in msgstr(served.text())


def test_what_another_program_saves_is_in_the_field(page: Any, served: Served) -> None:
    before = served.text()
    show(page, served, f"&key={KEY}")
    page.locator("#text").wait_for()
    served.put(served.text().replace(msgstr(before), msgstr(before) + " ក"))
    page.wait_for_function(TYPED, arg=msgstr(before) + " ក")
    served.put(before)
    page.wait_for_function(TYPED, arg=msgstr(before))


def test_two_people_change_one_message_and_a_person_says_who_wins(page: Any, served: Served) -> None:
    before = served.text()
    field = edit(page, served)
    field.fill(msgstr(before) + " ខ")
    served.put(served.text().replace(msgstr(before), msgstr(before) + " ក"))
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("alert").get_by_text("Somebody else has changed this text meanwhile.").wait_for()
    assert msgstr(served.text()).endswith(" ក")
    assert page.locator("#clash p").first.text_content() == msgstr(before) + " ក"
    page.get_by_role("button", name="Keep mine").click()
    page.get_by_text("Saved", exact=True).wait_for()
    assert msgstr(served.text()).endswith(" ខ")
    served.put(before)


def test_a_chip_goes_as_a_whole_and_a_mark_is_seen(page: Any, served: Served) -> None:
    field = edit(page, served)
    field.fill("ក<strong>ខ</strong>")
    assert page.locator("#echo .chip").all_text_contents() == ["<strong>", "</strong>"]
    page.keyboard.press("Control+End")
    page.keyboard.press("Backspace")
    assert field.input_value() == "ក<strong>ខ"
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")  # into the chip, which is selected as a whole
    page.wait_for_function("() => (area => area.selectionEnd - area.selectionStart === 8)(document.querySelector('#text'))")
    page.keyboard.press("Delete")
    assert field.input_value() == "កខ"
    page.keyboard.press("Control+Z")
    assert field.input_value() == "ក<strong>ខ"
    page.get_by_role("button", name="A line may end here").click()
    assert "\u200b" in field.input_value()
    assert page.locator("#echo .sign.zwsp").count() == 1


def test_a_remark_is_written_and_taken_away(page: Any, served: Served) -> None:
    before = served.text()
    edit(page, served)
    remark = page.get_by_role("textbox", name="Remark of the translator")
    for text in ("Ask the ministry.\nThen ask again.", ""):
        remark.fill(text)
        page.get_by_role("button", name="Save", exact=True).click()
        page.get_by_text("Saved", exact=True).wait_for()
        assert ("# Ask the ministry.\n# Then ask again.\n" in entry(served.text())) == bool(text)
        page.reload()
        ready(page)
        assert remark.input_value() == text
    assert entry(served.text()) == entry(before)


def test_what_changed_in_the_english_is_seen(page: Any, served: Served) -> None:
    before = served.text()
    served.put(served.text().replace("The number of jobs in Cambodia will", "The amount of jobs will"))
    edit(page, served)
    page.get_by_role("heading", name="The source text has changed").wait_for()
    assert "amount" in "".join(page.locator("#english del").all_text_contents())
    assert "in Cambodia" in "".join(page.locator("#english ins").all_text_contents())
    served.put(before)
    page.get_by_role("heading", name="Source text", exact=True).wait_for()
    assert page.locator("#english :is(del, ins)").count() == 0


def test_a_text_is_approved_and_then_changed(page: Any, served: Served) -> None:
    before = served.text()
    field = edit(page, served)
    approve = page.get_by_role("button", name="Approve")
    approve.click()
    page.get_by_text(re.compile(rf"^Approved by {YOU}.* on \d{{4}}-\d\d-\d\d$")).wait_for()
    approve.wait_for(state="hidden")
    field.fill(msgstr(before) + " ក")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text(re.compile(rf"^Approved by {YOU}.*, changed since$")).wait_for()
    approve.wait_for()
    served.put(before)
    served.project.delete(SIGNED)


# ---- what is wrong


@pytest.fixture
def faulty(served: Served) -> Iterator[dict[str, str]]:
    """The keys of a message that is too long, one that is missing, and one that its translator was not sure of, by kind."""
    before, missing, unsure = served.text(), "bmet.outlook.title", "bmet.skills.title"
    empty = entry(before, missing).replace(f'msgstr "{msgstr(before, missing)}"', 'msgstr ""')
    doubted = entry(before, unsure).replace("msgctxt", "#, fuzzy\nmsgctxt")
    text = before.replace(entry(before, missing), empty).replace(entry(before, unsure), doubted)
    served.put(text.replace(msgstr(before), msgstr(before) + MORE * 6))
    yield {"Too long": KEY, "Not translated": missing, "Not sure": unsure}
    served.put(before)


def test_problems_are_filtered_by_kind_and_each_leads_to_its_place(page: Any, served: Served, faulty: dict[str, str]) -> None:
    show(page, served)
    page.get_by_role("button", name=re.compile("^Problems: [1-9]")).click()
    page.wait_for_url("**only=all*")
    chips = page.get_by_role("group", name="Kinds of problems")
    for name, key in faulty.items():
        chips.get_by_role("button", name=re.compile(rf"^{name} 1$")).click()
        page.locator("#problems li:only-child").wait_for()
        assert page.locator("#problems button").get_attribute("data-key") == key
    page.wait_for_url("**only=fuzzy*")
    page.reload()
    page.locator("#problems button").click()
    ready(page)
    assert page.locator("#where").text_content() == "Not sure 1 / 1"
    assert page.get_by_role("checkbox", name="I am not sure of this yet").is_checked()
    assert spot(page, faulty["Not sure"]).evaluate("node => node.classList.contains('on')")
    page.keyboard.press("Escape")
    page.locator("#problems button").wait_for()


def test_keys_go_through_the_problems_and_on_from_one_that_is_mended(page: Any, served: Served, faulty: dict[str, str]) -> None:
    show(page, served, "&only=all")
    page.get_by_role("button", name=re.compile("^Not sure")).wait_for()
    for name in faulty:  # what is found in the language follows a while after the page, all of it together
        page.get_by_role("button", name=re.compile(rf"^{name} 1$")).wait_for()
    rows = page.locator("#problems button").evaluate_all("all => all.map(one => one.dataset.key ?? '')")
    keys = [key for key, _ in itertools.groupby(rows)]
    assert {faulty["Not translated"], faulty["Not sure"]} <= set(keys)
    page.locator("main").focus()
    for letter, way, there in (("n", "ArrowDown", keys), ("p", "ArrowUp", keys[-2::-1])):
        for key in there:
            page.keyboard.press(f"Alt+{way}" if "key=" in page.url else letter)  # a letter would be typed into a message
            page.wait_for_function("key => (new URLSearchParams(location.search).get('key') ?? '') === key", arg=key)
            if key:
                ready(page)
    page.goto(f"{served.base}?show={SHOWN}&only=all&key={faulty['Not sure']}")
    ready(page)
    page.get_by_role("checkbox", name="I am not sure of this yet").uncheck()
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("Saved", exact=True).wait_for()
    page.locator(f'#problems [data-key="{faulty["Not sure"]}"]').wait_for(state="detached")
    page.keyboard.press("Alt+ArrowDown")
    ready(page)
    page.wait_for_url(f"**key={keys[keys.index(faulty['Not sure']) + 1]}")  # on from there, and none is skipped


def test_from_a_mended_text_that_was_listed_often_the_next_is_the_one_after_it(page: Any, served: Served) -> None:
    """It stands in several lines of the list, and all of them go."""
    before, key, after = served.text(), "bmet.what.intro", "bmet.path.title"
    bad = served.text()
    for one in (key, after):
        bad = bad.replace(f'msgstr "{msgstr(bad, one)}"', 'msgstr "Bad care text, , and  two"')
    served.put(bad)
    show(page, served, "&only=finding")
    row = '#problems [data-key="{}"]'
    page.locator(row.format(key)).nth(2).wait_for()
    page.locator(row.format(key)).nth(2).click()
    ready(page)
    listed = page.locator("#problems button").evaluate_all("all => all.map(one => one.dataset.key ?? '')")
    keys = [one for one, _ in itertools.groupby(listed)]
    page.get_by_role("textbox", name="Translation").fill(msgstr(before, key))
    page.get_by_role("button", name="Save", exact=True).click()
    page.locator(row.format(key)).first.wait_for(state="detached")
    page.get_by_role("button", name="Next text").click()
    page.wait_for_url(f"**key={keys[keys.index(key) + 1]}")
    served.put(before)


def test_the_number_of_problems_is_that_of_the_page_shown(page: Any, served: Served) -> None:
    before = served.text()
    show(page, served)
    number = page.get_by_role("button", name=re.compile("^Problems: "))
    page.get_by_role("button", name="Problems: 0", exact=True).wait_for()
    served.put(served.text().replace(msgstr(before), msgstr(before) + MORE * 6))
    page.get_by_role("button", name=re.compile("^Problems: [1-9]")).wait_for()
    served.put(before)
    page.get_by_role("button", name="Problems: 0", exact=True).wait_for()
    assert number.count() == 1


# ---- looking


def test_language_and_layout_are_chosen_and_stand_in_the_address(page: Any, served: Served) -> None:
    show(page, served)
    page.get_by_label("Language", exact=True).select_option("en")
    page.wait_for_url("**/?show=bmet.trifold-a4.office.en*")
    page.get_by_label("Layout").select_option("zfold-a4")
    page.wait_for_url("**/?show=bmet.zfold-a4.office.en*")
    page.get_by_role("img", name=re.compile("^Picture of the page")).first.wait_for()
    page.go_back()
    page.wait_for_url("**/?show=bmet.trifold-a4.office.en*")
    page.get_by_role("button", name="Side by side").click()
    page.locator(".column h1").nth(1).wait_for()
    assert page.locator(".column h1").all_text_contents() == ["English", "ភាសាខ្មែរ"]
    page.reload()
    page.locator(".column h1").nth(1).wait_for()


def test_each_line_of_the_printer_is_shown_on_its_own(page: Any, served: Served) -> None:
    show(page, served, shown="bmet.trifold-a4.press.km")
    page.get_by_role("button", name="View").click()
    names = {"Folds": "folds", "Edge of the paper": "trim", "Bleed": "bleed", "Safe area": "safe"}
    seen = "[...new Set([...document.querySelectorAll('.leaf i')].filter(it => it.checkVisibility()).map(it => it.className))]"
    for name, kind in names.items():
        page.get_by_role("checkbox", name=name).check()
        assert page.evaluate(seen) == [kind]
        assert f"marks={kind}" in page.url
        page.get_by_role("checkbox", name=name).uncheck()
    page.get_by_role("checkbox", name="Bleed").check()
    page.get_by_role("checkbox", name="Folds").check()
    page.reload()
    page.locator(".leaf i.folds").first.wait_for()
    assert sorted(page.evaluate(seen)) == ["bleed", "folds"]


def test_a_bank_card_says_how_large_print_is(page: Any, served: Served) -> None:
    show(page, served, "&zoom=100")
    page.get_by_role("button", name="View").click()
    page.get_by_text("Print size on this screen").click()
    slider = page.get_by_role("slider", name="Size of the card")
    card, leaf = page.locator(".bank"), page.locator(".leaf").first
    millimetre = 96 / 25.4
    assert card.bounding_box()["height"] == pytest.approx(85.6 * millimetre, abs=0.5)
    assert card.bounding_box()["width"] == pytest.approx(53.98 * millimetre, abs=0.5)
    assert leaf.bounding_box()["width"] == pytest.approx(297 * millimetre, abs=1)
    slider.focus()
    for _ in range(20):
        page.keyboard.press("ArrowRight")  # 20 steps of 0.005
    assert card.bounding_box()["height"] == pytest.approx(1.1 * 85.6 * millimetre, abs=0.5)
    assert leaf.bounding_box()["width"] == pytest.approx(1.1 * 297 * millimetre, abs=1)
    page.reload()
    page.wait_for_function("width => Math.abs(document.querySelector('.leaf')?.getBoundingClientRect().width - width) < 1",
                           arg=1.1 * 297 * millimetre)


def test_a_brochure_in_two_languages_knows_whose_line_is_pressed(page: Any, served: Served) -> None:
    both, key = SHOWN.replace("km", "en+km"), "bmet.what.intro"
    page.goto(f"{served.base}?layout=trifold-a4")
    page.get_by_label("Language", exact=True).select_option("en+km")
    page.get_by_role("link", name="English + ភាសាខ្មែរ").click()
    page.locator(".spot").first.wait_for(state="attached")
    assert page.locator(".column h1").text_content() == "English + ភាសាខ្មែរ"
    page.set_viewport_size({"width": 1400, "height": 500})  # where one line is seen, the other is not
    before, text = served.text(), page.locator("#text")
    for tag in ("en", "km"):  # the English line stands for its translation
        pressed = page.locator(f'.spot[data-key="{key}"][lang={tag}]').first
        pressed.click()
        ready(page)
        assert pressed.evaluate("node => (({top, bottom}) => top >= 0 && bottom <= innerHeight)(node.getBoundingClientRect())")
        assert (text.get_attribute("lang"), text.input_value()) == ("km", msgstr(before, key))
        assert f"lang={tag}" in page.url
        with page.expect_request(re.compile("/api/try")) as tried:
            text.fill(msgstr(before, key) + MORE)
        assert (tried.value.post_data_json["id"], tried.value.post_data_json["lang"]) == (both, "km")
        other_patch(page)
        over = page.locator(".patch").first.bounding_box()
        line = page.locator(f'.spot[data-key="{key}"][lang=km]').first.bounding_box()
        assert over["x"] < line["x"] < over["x"] + over["width"] and over["y"] < line["y"] < over["y"] + over["height"]
        text.fill(msgstr(before, key))
        page.get_by_text("Not saved yet").wait_for(state="hidden")
        page.get_by_role("button", name="Close").click()
    assert served.text() == before


def test_a_pseudo_language_is_there_for_who_asks_and_cannot_be_typed(page: Any, served: Served) -> None:
    page.goto(f"{served.base}?layout=trifold-a4")
    page.locator(".card").first.wait_for()
    names = page.locator(".card strong").all_text_contents()
    assert names == ["English", "ភាសាខ្មែរ", "English + ភាសាខ្មែរ"]
    page.get_by_label("Language", exact=True).select_option("en-XA")
    page.get_by_role("link", name="en-XA").click()
    page.locator(".spot").first.wait_for(state="attached")
    assert page.locator(".spot:enabled").count() == 0


def test_a_small_page_is_not_blown_up(page: Any, served: Served) -> None:
    show(page, served, shown="bmet.trifold-a4.proof.km")
    wide = page.locator(".leaf").first.bounding_box()["width"] * 25.4 / 96
    assert 100 < wide < 200  # mm: of a panel of 100 mm, in a window of 370 mm


def test_a_broken_template_leaves_the_last_good_page_and_the_banner_goes_by_itself(page: Any, served: Served) -> None:
    show(page, served, "&zoom=150")
    page.locator(".leaf > img[src]").first.wait_for()
    good = (served.project / PART).read_text("utf-8")
    page.locator("main").evaluate("main => main.scrollTop = 333")
    before = pictures(page)
    served.project.append(PART, "\n{{ broken")
    banner = page.locator("#banner")
    banner.get_by_text(re.compile(r"parts\.html:\d+")).wait_for()
    assert pictures(page) == before
    served.project.write(PART, good)
    banner.wait_for(state="hidden")
    assert page.locator("main").evaluate("main => main.scrollTop") == 333
    assert "zoom=150" in page.url


def test_a_saved_style_sheet_changes_the_pictures_in_place(page: Any, served: Served) -> None:
    show(page, served)
    page.locator(".leaf > img[src]").first.wait_for()
    before = pictures(page)
    sheet = "templates/macros/tokens.css"
    good = (served.project / sheet).read_text("utf-8")
    served.project.edit(sheet, "--jade: #00796b", "--jade: #a3231b")
    other_pictures(page, before)
    served.project.write(sheet, good)
    page.wait_for_function(f"before => {SOURCES}.every((src, at) => src === before[at])", arg=before)


def test_without_edit_a_line_cannot_be_pressed(browser: Any, served: Served) -> None:
    for other in serve(served.project):
        for page in window(browser, other):
            show(page, other)
            assert page.locator(".spot:enabled").count() == 0
            assert page.locator(".spot").count() > 10
            spot(page).click(force=True)
            assert "key=" not in page.url


# ---- by keys, by ear, on a phone


def test_everything_is_done_with_keys(page: Any, served: Served) -> None:
    before = served.text()
    show(page, served)
    keys = page.locator(".spot:not([tabindex])").evaluate_all("all => all.map(one => one.dataset.key)")
    page.locator("main").focus()
    page.keyboard.press("Tab")
    focused = "document.activeElement.dataset.key"
    assert page.evaluate(focused) == keys[0]
    page.keyboard.press("Tab")
    assert page.evaluate(focused) == keys[1]
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.activeElement.tagName === 'TEXTAREA'")
    page.keyboard.press("Alt+ArrowDown")
    page.wait_for_url(f"**key={keys[2]}")
    page.wait_for_function("text => document.activeElement.value === text", arg=msgstr(before, keys[2]))
    page.keyboard.press("Control+End")
    page.keyboard.insert_text("\u200b")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(f"**key={keys[3]}")
    assert msgstr(served.text(), keys[2]) == msgstr(before, keys[2]) + "\u200b"
    page.wait_for_function("text => document.activeElement.value === text", arg=msgstr(before, keys[3]))
    page.keyboard.press("Escape")
    page.wait_for_function("key => document.activeElement.dataset.key === key", arg=keys[3])
    served.put(before)


def test_what_is_typed_while_the_next_text_comes_is_not_taken_for_it(page: Any, served: Served) -> None:
    before, first, key = served.text(), "bmet.what.title", "bmet.what.intro"
    show(page, served, f"&key={first}")
    page.wait_for_function("text => document.activeElement.value === text", arg=msgstr(before, first))
    held, posts = list[Any](), list[Any]()
    page.route("**/api/messages/**", lambda route: route.continue_() if held else held.append(route))
    page.on("request", lambda asked: posts.append(asked.post_data_json) if asked.method == "POST" else None)
    with page.expect_request("**/api/messages/**"):
        page.keyboard.press("Alt+ArrowDown")
    page.keyboard.insert_text("x")
    page.keyboard.press("Control+Enter")
    held[0].continue_()
    page.wait_for_function("text => document.activeElement.value === text", arg=msgstr(before, key))
    assert page.evaluate("sessionStorage.length") == 0
    with page.expect_request("**/api/try"):
        page.keyboard.insert_text("y")
    assert [(sent["key"], sent["text"].count("y")) for sent in posts] == [(key, 1)]
    page.locator("#text").fill(msgstr(before, key))
    page.get_by_text("Not saved yet").wait_for(state="hidden")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("tongue", ["en", "km"])
def test_axe_finds_nothing(browser: Any, served: Served, scheme: str, tongue: str) -> None:
    axe = resources.files(pytest.importorskip(AXE, reason=f"not installed: {AXE}")) / "axe.min.js"
    for page in window(browser, served, color_scheme=scheme, locale=tongue, reduced_motion="reduce"):
        for state in ("", f"?show={SHOWN}&beside=1&marks=folds+trim", f"?show={SHOWN}&only=all", f"?show={SHOWN}&key={KEY}"):
            page.goto(served.base + state)
            page.locator(".spot, .card").first.wait_for(state="attached")
            if "key" in state:
                page.locator("#text").wait_for()
            if "beside" in state:
                page.locator("[popovertarget]").click()
                page.locator("summary").click()
            assert page.locator("html").get_attribute("lang") == tongue
            page.evaluate(axe.read_text("utf-8"))
            found = page.evaluate("axe.run()")
            assert len(found["passes"]) > 15
            assert [(one["id"], one["nodes"][0]["html"], one["nodes"][0]["failureSummary"]) for one in found["violations"]] == []


def test_on_a_phone_nothing_is_wider_than_the_window(browser: Any, served: Served, tmp_path: Path) -> None:
    for page in window(browser, served, viewport={"width": 360, "height": 740}, locale="km"):
        for state in ("", f"?show={SHOWN}&beside=1", f"?show={SHOWN}&only=all", f"?show={SHOWN}&key={KEY}"):
            page.goto(served.base + state)
            page.locator(".spot, .card").first.wait_for(state="attached")
            assert page.evaluate("document.documentElement.scrollWidth") == 360
            assert page.locator("header").bounding_box()["height"] <= 140
        ready(page)
        page.wait_for_function("""key => document.querySelector(`.spot[data-key="${key}"]`).getBoundingClientRect().y
            < document.querySelector('#side').getBoundingClientRect().y""", arg=KEY)  # what is typed is seen above


# ---- as it looks


def state(page: Any, served: Served, address: str) -> None:
    """Show a state that is the same every time: all of it is there, nothing depends on the clock, and there is no caret."""
    page.goto(served.base + address)
    page.locator(".page, .thumb img").first.wait_for()
    if "only=" in address:
        page.locator("#problems .warning, #problems .remark").first.wait_for()
    if "key=" in address:
        ready(page)
        page.locator("#gauge:not(.old) span", has_text=re.compile(r"\d|[០-៩]")).wait_for()
    if "show=" in address:
        page.wait_for_function("() => [...document.querySelectorAll('.page')].every(one => one.naturalWidth)")
    else:  # every brochure of this list has its picture
        page.wait_for_function("() => document.querySelector('.card') && !document.querySelector('.thumb i')")
    page.evaluate("""async () => {
        document.querySelector('#state').style.visibility = 'hidden'
        document.querySelector('#undo').disabled = true
        document.activeElement.blur()
        for (const box of document.querySelectorAll('html, main, #side')) box.scrollTop = 0
        await document.fonts.ready
        await Promise.allSettled([...document.images].map(one => one.decode()))
    }""")


def picture(page: Any) -> Image.Image:
    """The window, small and in few colours."""
    taken = Image.open(io.BytesIO(page.screenshot(animations="disabled"))).convert("RGB")
    width = min(SMALL, taken.width // 2)
    return taken.resize((width, round(width * taken.height / taken.width)), Image.Resampling.BOX)


def difference(one: Image.Image, other: Image.Image) -> int:
    """The largest difference of mean colour (0 to 255) of any tile: letters may differ by a hair, surfaces may not."""
    if one.size != other.size:
        return 255
    size = (one.width // TILE, one.height // TILE)
    apart = ImageChops.difference(one.resize(size, Image.Resampling.BOX), other.resize(size, Image.Resampling.BOX))
    return max(apart.tobytes())


STATES: dict[str, tuple[str, dict[str, Any]]] = {
    "gallery": ("?language=en&layout=trifold-a4&edition=office", {}),
    "page": (f"?show={SHOWN}&marks=folds+trim+safe", {}),
    "editing": (f"?show={SHOWN}&key={KEY}", {}),
    "problems": (f"?show={SHOWN}&only=finding", {}),
    "dark": (f"?show={SHOWN}&key={KEY}", {"color_scheme": "dark", "locale": "km"}),
    "phone": (f"?show={SHOWN}&key={KEY}", {"viewport": {"width": 360, "height": 740}, "locale": "km"}),
}


def pictured(page: Any, served: Served, name: str) -> Image.Image:
    state(page, served, STATES[name][0])
    return picture(page)


@pytest.mark.parametrize("name", STATES)
def test_it_looks_as_its_golden(browser: Any, untouched: Served, name: str, pytestconfig: pytest.Config) -> None:
    path = GOLDENS / f"{name}.png"
    for page in window(browser, untouched, **{"viewport": {"width": 1200, "height": 800}, **STATES[name][1]}):
        found = pictured(page, untouched, name)
    if pytestconfig.getoption("--rewrite-traces"):
        path.parent.mkdir(exist_ok=True)
        found.quantize(palette=found.quantize(COLOURS)).save(path, optimize=True)  # dithered, so that means are kept
    assert difference(found, Image.open(path).convert("RGB")) < APART


@pytest.mark.parametrize(("change", "noticed"), [
    ("document.body.style.letterSpacing = '.004em'", False),  # letters a hair wider, as with another version of the browser
    ("document.body.style.transform = 'translate(.4px, .3px)'", False),
    ("document.querySelector('#gauge').className = 'over'", True),
    ("document.querySelector('#side').hidden = true", True),
    ("document.querySelector('#desk').style.flexDirection = 'column'", True),
    ("document.documentElement.style.setProperty('--act', '#a3231b')", True),
    ("document.querySelector('.page').style.visibility = 'hidden'", True),
])
def test_a_golden_notices_what_is_broken_and_not_a_hair(browser: Any, untouched: Served, change: str, noticed: bool) -> None:
    for page in window(browser, untouched, viewport={"width": 1200, "height": 800}):
        before = pictured(page, untouched, "editing")
        page.evaluate(change)
        assert (difference(before, picture(page)) >= APART) is noticed


def test_goldens_are_small_and_all_are_used() -> None:
    files = {path.stem: path.stat().st_size for path in GOLDENS.iterdir()}
    assert set(files) == set(STATES)
    assert sum(files.values()) <= 200_000
