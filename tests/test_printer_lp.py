"""Printing: what is sent to CUPS, what is asked first, and what is said where there is no CUPS; lp is a stand-in."""

import json
import sys
from dataclasses import dataclass
from pathlib import Path

import click
import pikepdf
import pytest
from click.testing import CliRunner, Result
from printers import EVERYWHERE, install

from brochure.cli.print import print_
from brochure.errors import BrochureError, OutputError, SetupError, UsageError
from brochure.printer import lp, ticket
from brochure.printer.ticket import media, read

A4 = (297, 210)
PLAIN = "PageSize/Page Size: *Letter A4\nDuplex/Duplex: *None\nResolution/Output: *600dpi\n"
def pdf(path: Path, *sizes: tuple[float, float], duplex: str = "DuplexFlipShortEdge", scaling: str | None = "None",
        title: str = "Nurse · គិលានុបដ្ឋាក") -> Path:
    """A PDF with pages of these sizes (mm)."""
    with pikepdf.new() as made:
        for width, height in sizes:
            made.add_blank_page(page_size=(width / 25.4 * 72, height / 25.4 * 72))
        wishes = {"/Duplex": pikepdf.Name(f"/{duplex}")} if duplex else {}
        if scaling:
            wishes["/PrintScaling"] = pikepdf.Name(f"/{scaling}")
        made.Root.ViewerPreferences = pikepdf.Dictionary(wishes)
        made.docinfo["/Title"] = title
        made.save(path)
    return path


@dataclass
class Computer:
    """A computer with printers that take notes."""

    folder: Path
    leaflet: Path

    def answer(self, **answers: object) -> None:
        """Set what the commands say; ``lpstat_e`` is ``lpstat -e``."""
        path = self.folder / "answers"
        known = json.loads(path.read_text("utf-8"))
        known |= {name.replace("_", " -"): value if isinstance(value, list) else [value, 0] for name, value in answers.items()}
        path.write_text(json.dumps(known), "utf-8")

    @property
    def notes(self) -> list[list[str]]:
        """Every command, in order."""
        path = self.folder / "notes"
        return [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path.exists() else []

    @property
    def sent(self) -> list[list[str]]:
        """The commands that send something."""
        return [words for words in self.notes if words[0] == "lp"]

    def print(self, *arguments: object, typed: str | None = None) -> Result:
        """The command, in this process."""
        result = CliRunner().invoke(print_, [str(argument) for argument in arguments], input=typed)
        if isinstance(result.exception, BrochureError):
            raise result.exception
        return result


@pytest.fixture
def computer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Computer:
    folder = install(tmp_path / "bin")
    monkeypatch.setenv("PATH", str(folder))
    made = Computer(folder, pdf(tmp_path / "leaflet.pdf", A4, A4))
    made.answer(lpstat_e="Office\nStaff_room\n", lpstat_d="system default destination: Office\n")
    return made


def command(path: Path, *, sides: str = "two-sided-short-edge", copies: int = 1, paper: str = "A4", printer: str = "Office",
            page: int | None = None) -> list[str]:
    return ["lp", "-d", printer, "-n", str(copies), "-o", f"media={paper}", "-o", f"sides={sides}", "-o", "print-scaling=none",
            *(() if page is None else ("-P", str(page))), "-t", "Nurse · គិលានុបដ្ឋាក", "--", str(path)]


# ---- what the PDF asks for


@pytest.mark.parametrize(("width", "height", "name"), [
    (297, 210, "A4"), (210, 297, "A4"), (297, 420, "A3"), (148, 210, "A5"), (279.4, 215.9, "Letter"), (210.5, 296.6, "A4"),
    (317, 230, "Custom.230x317mm"), (97, 210, "Custom.97x210mm"), (210, 299, "Custom.210x299mm"),
    (100.25, 210, "Custom.100.2x210mm")])
def test_paper_is_named_as_cups_names_it(width: float, height: float, name: str) -> None:
    assert media(width, height) == name


@pytest.mark.parametrize(("duplex", "pages", "sides", "sheets"), [
    ("DuplexFlipShortEdge", 2, "two-sided-short-edge", 1), ("DuplexFlipLongEdge", 4, "two-sided-long-edge", 2),
    ("DuplexFlipLongEdge", 3, "two-sided-long-edge", 2), ("Simplex", 4, "one-sided", 4),
    ("DuplexFlipShortEdge", 1, "one-sided", 1), ("", 2, "one-sided", 2)])
def test_sides_and_sheets_come_from_the_file(tmp_path: Path, duplex: str, pages: int, sides: str, sheets: int) -> None:
    found = read(pdf(tmp_path / "x.pdf", *[A4] * pages, duplex=duplex))
    assert (found.sides, found.sheets, found.pages, found.media) == (sides, sheets, pages, "A4")
    assert found.title == "Nurse · គិលានុបដ្ឋាក" and found.doubts == ()


def test_a_file_without_a_title_has_its_name(tmp_path: Path) -> None:
    assert read(pdf(tmp_path / "poster.pdf", A4, title="")).title == "poster"


@pytest.mark.parametrize("data", [b"", b"<html>"])
def test_what_is_no_pdf_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "x.pdf").write_bytes(data)
    with pytest.raises(UsageError, match=r"x\.pdf: cannot be read as a PDF"):
        read(tmp_path / "x.pdf")


# ---- what is sent


def test_paper_sides_and_size_always_go_together(computer: Computer) -> None:
    done = computer.print(computer.leaflet)
    assert computer.sent == [command(computer.leaflet)]
    assert done.output == ("leaflet.pdf: 1 sheet of A4, both sides, flip on short edge, actual size\n"
                           "request id is Office-7 (1 file(s))\n")
    assert done.exit_code == 0


def test_copies_printer_and_several_files(computer: Computer, tmp_path: Path) -> None:
    other = pdf(tmp_path / "-poster.pdf", (297, 420), duplex="Simplex")
    done = computer.print("--copies", 3, "--printer", "Staff_room", "--", computer.leaflet, other)
    assert computer.sent == [command(computer.leaflet, copies=3, printer="Staff_room"),
                             command(other, copies=3, printer="Staff_room", paper="A3", sides="one-sided")]
    assert "leaflet.pdf: 3 sheets of A4" in done.output and "-poster.pdf: 3 sheets of A3, one side, actual size" in done.output
    assert ["lpoptions", "-p", "Staff_room", "-l"] in computer.notes


def test_a_dry_run_shows_the_command_and_sends_nothing(computer: Computer) -> None:
    done = computer.print(computer.leaflet, "--dry-run", "--copies", 500)
    assert computer.sent == []
    assert (f"lp -d Office -n 500 -o media=A4 -o sides=two-sided-short-edge -o print-scaling=none -t 'Nurse · គិលានុបដ្ឋាក' -- "
            f"{computer.leaflet}\nnothing was sent\n") in done.output


@pytest.mark.parametrize(("copies", "asked"), [(20, False), (21, True)])
def test_it_asks_above_twenty_sheets(computer: Computer, copies: int, asked: bool) -> None:
    done = computer.print(computer.leaflet, "--copies", copies, typed="n\n")
    assert ("Print 21 sheets on Office?" in done.output) == asked
    assert len(computer.sent) == (0 if asked else 1)
    assert isinstance(done.exception, SystemExit) == asked


def test_sheets_of_all_files_count(computer: Computer, tmp_path: Path) -> None:
    booklet = pdf(tmp_path / "booklet.pdf", *[A4] * 4)
    done = computer.print(computer.leaflet, booklet, "--copies", 7, typed="y\n")
    assert "Print 21 sheets on Office?" in done.output and len(computer.sent) == 2


def test_yes_asks_nothing(computer: Computer) -> None:
    assert "Print" not in computer.print(computer.leaflet, "--copies", 21, "--yes").output
    assert computer.sent == [command(computer.leaflet, copies=21)]


def test_what_lp_refuses_is_said(computer: Computer) -> None:
    computer.answer(lp=["lp: The printer or class does not exist.\n", 1])
    with pytest.raises(OutputError, match=r"lp did not take the file: lp: The printer or class does not exist\."):
        computer.print(computer.leaflet)


# ---- which printer


def test_the_only_printer_needs_no_name(computer: Computer) -> None:
    computer.answer(lpstat_e="Only\n", lpstat_d="no system default destination\n")
    computer.print(computer.leaflet)
    assert computer.sent == [command(computer.leaflet, printer="Only")]


@pytest.mark.parametrize(("stat", "default", "name", "error", "said"), [
    ("", "", None, SetupError, "no printer is set up"),
    ("A\nB\n", "no system default destination\n", None, UsageError, "more than one"),
    ("A\nB\n", "system default destination: A\n", "C", UsageError, "there is no printer 'C'.*\n.*A, B"),
    ("A\n", "system default destination: gone\n", None, UsageError, "there is no printer 'gone'")])
def test_a_printer_that_is_not_there(computer: Computer, stat: str, default: str, name: str | None,
                                     error: type[BrochureError], said: str) -> None:
    computer.answer(lpstat_e=stat, lpstat_d=default)
    with pytest.raises(error, match=said):
        lp.choose(name)


@pytest.mark.parametrize(("text", "duplex", "a3"), [
    (EVERYWHERE, True, True), (PLAIN, False, False), ("", None, True), ("PageSize/Media Size: *A4\n", False, False),
    ("EFDuplex/Duplex: *False Top\nPageSize/x: A3\n", True, True), ("OptionDuplex/Unit installed: *True False\n", False, True)])
def test_what_a_printer_says_of_itself(computer: Computer, text: str, duplex: bool | None, a3: bool) -> None:
    computer.answer(lpoptions=text)
    found = lp.choose("Office")
    assert (found.duplex, found.has("A3")) == (duplex, a3)


def test_any_size_if_it_takes_any(computer: Computer) -> None:
    assert lp.choose("Office").has("Custom.100x210mm")
    computer.answer(lpoptions=PLAIN)
    assert not lp.choose("Office").has("Custom.100x210mm")


def test_paper_that_the_printer_lacks_is_asked_about(computer: Computer, tmp_path: Path) -> None:
    computer.answer(lpoptions="PageSize/Page Size: *Letter\nDuplex/x: None *DuplexNoTumble\n")
    done = computer.print(computer.leaflet, typed="n\n")
    assert "warning: Office: does not name A4 among its papers" in done.output and "Print on Office all the same?" in done.output
    assert computer.sent == []
    computer.print(computer.leaflet, "--yes")
    assert computer.sent == [command(computer.leaflet)]


# ---- one side at a time


def test_without_duplex_fronts_come_first_and_backs_after_enter(computer: Computer) -> None:
    computer.answer(lpoptions=PLAIN)
    done = computer.print(computer.leaflet, "--copies", 5, "--yes", typed="\n")
    assert computer.sent == [command(computer.leaflet, copies=5, sides="one-sided", page=page) for page in (1, 2)]
    assert "warning: Office: prints on one side only" in done.output
    assert "turn them over along the short edge" in done.output and "Then press Enter" in done.output
    assert done.output.index("request id") < done.output.index("press Enter")


def test_backs_wait(computer: Computer) -> None:
    computer.answer(lpoptions=PLAIN)
    computer.print(computer.leaflet, "--yes", typed="")
    assert computer.sent == [command(computer.leaflet, sides="one-sided", page=1)]


def test_a_booklet_goes_sheet_by_sheet(computer: Computer, tmp_path: Path) -> None:
    """So that it does not matter in which order a printer stacks its paper."""
    computer.answer(lpoptions=PLAIN)
    booklet = pdf(tmp_path / "booklet.pdf", *[A4] * 3, duplex="DuplexFlipLongEdge")
    found = lp.plan(lp.choose("Office"), ticket.read(booklet), 2)
    pages = [step.command[step.command.index("-P") + 1] for step in found]
    assert pages == ["1", "2", "3"] and [step.turn for step in found] == [False, True, False]
    done = computer.print(booklet, "--dry-run")
    assert done.output.count("# When the fronts are printed, turn them over along the long edge") == 1


def test_one_sided_files_need_no_turning(computer: Computer, tmp_path: Path) -> None:
    computer.answer(lpoptions=PLAIN)
    poster = pdf(tmp_path / "poster.pdf", A4, A4, duplex="Simplex")
    assert "warning" not in computer.print(poster).output
    assert computer.sent == [command(poster, sides="one-sided")]


# ---- what was not made for paper


@pytest.mark.parametrize("scaling", [None, "AppDefault"])
def test_a_file_for_screens_is_asked_about(computer: Computer, tmp_path: Path, scaling: str | None) -> None:
    screen = pdf(tmp_path / "leaflet.screen.pdf", (100, 210), (97, 210), duplex="", scaling=scaling)
    done = computer.print(screen, typed="n\n")
    assert "warning: leaflet.screen.pdf: does not ask to be printed at actual size" in done.output
    assert "office edition" in done.output and computer.sent == []
    computer.print(screen, typed="y\n")
    assert len(computer.sent) == 1


def test_pages_of_several_sizes_are_asked_about(computer: Computer, tmp_path: Path) -> None:
    done = computer.print(pdf(tmp_path / "x.pdf", A4, (297, 420)), typed="n\n")
    assert "pages of more than one size" in done.output and computer.sent == []


def test_turned_pages_are_one_size(computer: Computer, tmp_path: Path) -> None:
    assert read(pdf(tmp_path / "x.pdf", A4, A4[::-1])).doubts == ()


# ---- without CUPS


@pytest.mark.parametrize(("fails", "dry", "opened"), [(0, False, True), (1, False, True), (0, True, False)])
def test_without_lp_the_file_is_opened_and_three_settings_are_named(
        computer: Computer, monkeypatch: pytest.MonkeyPatch, fails: int, dry: bool, opened: bool) -> None:
    monkeypatch.setenv("PATH", str(computer.folder / "nowhere"))
    seen = list[str]()
    monkeypatch.setattr(click, "launch", lambda path: seen.append(path) or fails)
    done = computer.print(computer.leaflet, "--copies", 30, *(["--dry-run"] if dry else []))
    assert seen == ([str(computer.leaflet)] if opened else [])
    for line in ("1. paper: A4", "2. both sides, flip on short edge", "3. actual size, or 100 %", "and 30 copies"):
        assert line in done.output
    assert ("open it yourself" in done.output) == bool(fails) and ("nothing was opened" in done.output) == dry


def test_a_cups_that_lacks_a_command(computer: Computer) -> None:
    (computer.folder / "lpoptions").unlink()
    with pytest.raises(SetupError, match="lpoptions: could not be run"):
        computer.print(computer.leaflet)


def test_a_server_that_does_not_answer(computer: Computer, monkeypatch: pytest.MonkeyPatch) -> None:
    (computer.folder / "lpstat").write_text(f"#!{sys.executable}\nimport time; time.sleep(9)", "utf-8")
    monkeypatch.setattr(lp, "PATIENCE", 0.2)
    with pytest.raises(SetupError, match="gave no answer"):
        computer.print(computer.leaflet)


# ---- the command line


@pytest.mark.parametrize(("arguments", "said"), [
    ((), "name the PDFs to print"), (("LEAFLET", "--test-sheet"), "name the PDFs to print"),
    (("LEAFLET", "--lang", "km"), "are for --test-sheet"), (("LEAFLET", "--out", "x.pdf"), "are for --test-sheet"),
    (("nothing.pdf",), "does not exist"), (("LEAFLET", "--copies", "0"), "0 is not in the range")])
def test_what_makes_no_sense_is_said(computer: Computer, arguments: tuple[str, ...], said: str) -> None:
    done = computer.print(*[computer.leaflet if word == "LEAFLET" else word for word in arguments])
    assert done.exit_code == 2 and said in done.output and computer.notes == []
