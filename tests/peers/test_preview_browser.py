"""The preview in a real browser: a translator presses a line, types, sees the page, saves; by mouse, by keys, and by ear."""

import difflib
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

pytestmark = pytest.mark.peers
BROWSER = shutil.which("chromium")
SHOWN = "bmet.trifold-a4.office.km"
AXE = "axe_playwright_python"
KEY = "bmet.outlook.text"
CATALOG = "locales/km/LC_MESSAGES/bmet.po"
PART = "templates/macros/parts.html"
MORE = " ហើយ​ការងារ​នេះ​ក៏​មាន​តម្លៃ​ខ្ពស់​សម្រាប់​សង្គម។"
REFUSED = "status of 409"  # a browser reports it, and the page asks what to do
SOURCES = "[...document.querySelectorAll('.leaf > img')].map(one => one.src)"
SLOW = 60_000  # ms: the machine may be busy


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
    yield from serve(sample(tmp_path_factory.mktemp("preview"), fonts=True), "--edit")


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


def other_pictures(page: Any, before: list[str]) -> list[str]:
    """The pictures, when one of them is another."""
    page.wait_for_function(f"before => {SOURCES}.some((src, at) => src !== before[at])", arg=before)
    return pictures(page)


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
    field = page.get_by_role("textbox", name="Translation")
    assert field.input_value() == msgstr(before)
    page.keyboard.press("Control+End")
    field.press_sequentially(MORE * 6)
    page.get_by_text(re.compile(r"^Too long")).wait_for()
    long = other_pictures(page, first)
    assert served.text() == before  # nothing is saved by typing
    page.keyboard.press("Control+A")
    page.keyboard.insert_text(msgstr(before) + MORE)
    page.get_by_text(re.compile(r"^Fits: \d+ of \d+ lines$")).wait_for()
    other_pictures(page, long)
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("Saved", exact=True).wait_for()
    lines = [line for line in difflib.ndiff(before.splitlines(), served.text().splitlines()) if line[0] in "+-"]
    kept = [line for line in lines if not re.match(r'[+-] "(PO-Revision-Date|Last-Translator): ', line)]
    assert kept == [f'- msgstr "{msgstr(before)}"', f'+ msgstr "{msgstr(before)}{MORE}"']
    page.get_by_role("button", name="Take back").click()
    page.wait_for_function("text => document.querySelector('textarea').value === text", arg=msgstr(before))
    assert msgstr(served.text()) == msgstr(before)


def test_what_is_typed_and_not_saved_is_there_again(page: Any, served: Served) -> None:
    show(page, served, f"&key={KEY}")
    field = page.get_by_role("textbox", name="Translation")
    field.press_sequentially("x")
    page.get_by_role("button", name="Next text").click()
    page.wait_for_function("text => !document.querySelector('textarea').value.includes(text)", arg="x")
    page.get_by_role("button", name="Previous text").click()
    page.wait_for_function("text => document.querySelector('textarea').value.includes(text)", arg="x")
    page.get_by_text("Not saved yet").wait_for()
    assert "x" not in msgstr(served.text())


def test_what_another_program_saves_is_in_the_field(page: Any, served: Served) -> None:
    before = served.text()
    show(page, served, f"&key={KEY}")
    page.locator("textarea").wait_for()
    served.project.edit(CATALOG, msgstr(before), msgstr(before) + " ក")
    page.wait_for_function("text => document.querySelector('textarea').value === text", arg=msgstr(before) + " ក")
    served.project.write(CATALOG, before)
    page.wait_for_function("text => document.querySelector('textarea').value === text", arg=msgstr(before))


def test_two_people_change_one_message_and_a_person_says_who_wins(page: Any, served: Served) -> None:
    before = served.text()
    show(page, served, f"&key={KEY}")
    field = page.get_by_role("textbox", name="Translation")
    field.fill(msgstr(before) + " ខ")
    served.project.edit(CATALOG, msgstr(before), msgstr(before) + " ក")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("alert").get_by_text("Somebody else has changed this text meanwhile.").wait_for()
    assert msgstr(served.text()).endswith(" ក")
    page.get_by_role("button", name="Keep mine").click()
    page.get_by_text("Saved", exact=True).wait_for()
    assert msgstr(served.text()).endswith(" ខ")
    served.project.write(CATALOG, before)


def test_a_chip_goes_as_a_whole_and_a_mark_is_seen(page: Any, served: Served) -> None:
    show(page, served, f"&key={KEY}")
    field = page.get_by_role("textbox", name="Translation")
    field.fill("ក<strong>ខ</strong>")
    assert page.locator(".echo .chip").all_text_contents() == ["<strong>", "</strong>"]
    page.keyboard.press("Control+End")
    page.keyboard.press("Backspace")
    assert field.input_value() == "ក<strong>ខ"
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Delete")
    assert field.input_value() == "កខ"
    page.keyboard.press("Control+Z")
    assert field.input_value() == "ក<strong>ខ"
    page.get_by_role("button", name="A line may end here").click()
    assert "\u200b" in field.input_value()
    assert page.locator(".echo .sign.zwsp").count() == 1


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
            assert page.locator("button.spot").count() == 0
            assert page.locator(".spot").count() > 10


# ---- by keys, by ear, on a phone


def test_everything_is_done_with_keys(page: Any, served: Served) -> None:
    before = served.text()
    show(page, served)
    keys = page.locator("button.spot:not([tabindex])").evaluate_all("all => all.map(one => one.dataset.key)")
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
    served.project.write(CATALOG, before)


def test_what_is_typed_while_the_next_text_comes_is_not_taken_for_it(page: Any, served: Served) -> None:
    before = served.text()
    show(page, served, f"&key={KEY}")
    page.wait_for_function("text => document.activeElement.value === text", arg=msgstr(before))
    page.route("**/api/messages/**", lambda route: (page.wait_for_timeout(1500), route.continue_()))
    posts = list[str]()
    page.on("request", lambda asked: posts.append(asked.url) if asked.method == "POST" else None)
    page.keyboard.press("Alt+ArrowDown")
    page.keyboard.insert_text("x")
    page.keyboard.press("Control+Enter")
    page.wait_for_function("text => document.activeElement.value !== undefined && document.activeElement.value !== text",
                           arg=msgstr(before))
    page.wait_for_timeout(500)
    assert posts == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("tongue", ["en", "km"])
def test_axe_finds_nothing(browser: Any, served: Served, scheme: str, tongue: str) -> None:
    axe = resources.files(pytest.importorskip(AXE, reason=f"not installed: {AXE}")) / "axe.min.js"
    for page in window(browser, served, color_scheme=scheme, locale=tongue, reduced_motion="reduce"):
        for state in ("", f"?show={SHOWN}&beside=&marks=", f"?show={SHOWN}&list=", f"?show={SHOWN}&key={KEY}"):
            page.goto(served.base + state)
            page.locator(".spot, .card").first.wait_for(state="attached")
            if "key" in state:
                page.locator("textarea").wait_for()
            assert page.locator("html").get_attribute("lang") == tongue
            page.evaluate(axe.read_text("utf-8"))
            found = page.evaluate("axe.run()")
            assert len(found["passes"]) > 15
            assert [(one["id"], one["nodes"][0]["html"], one["nodes"][0]["failureSummary"]) for one in found["violations"]] == []


def test_on_a_phone_nothing_is_wider_than_the_window(browser: Any, served: Served, tmp_path: Path) -> None:
    for page in window(browser, served, viewport={"width": 360, "height": 740}, locale="km"):
        for state in ("", f"?show={SHOWN}&beside=", f"?show={SHOWN}&key={KEY}"):
            page.goto(served.base + state)
            page.locator(".spot, .card").first.wait_for(state="attached")
            assert page.evaluate("document.documentElement.scrollWidth") == 360
        field, line = page.locator("textarea"), spot(page)
        field.wait_for()
        assert line.bounding_box()["y"] < page.locator("aside").bounding_box()["y"]  # what is typed is seen above
