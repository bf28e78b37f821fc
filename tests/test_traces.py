"""Traces: what each finished file is, in a few lines of text that a person can read and compare.

A change of layout, text or fonts shows here as a difference; when it is wanted, `make traces` writes the traces anew.
"""

import difflib
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from printed import JOBS, MM, PROJECT, SCREEN, Brochure, Shelf, elements

from brochure import paper
from brochure.build import Laid, lay_out
from brochure.impose import SLUG
from brochure.project import Job

TRACES = Path(__file__).parent / "traces"


Sides = list[tuple[str, list[str]]]
Box = tuple[float, float, float, float]


def sides(laid: Laid) -> Sides:
    """For every page of a file the name of the side, if it is a sheet, and its panels in the order they are drawn."""
    names = [panel.name for panel in laid.panels.panels]
    if not PROJECT.edition(laid.job.edition).imposed:
        return [("", [name]) for name in names]
    made, _ = paper.sheets(laid.job, PROJECT, (laid,))
    return [(sheet.side, [names[place.panel] for place in sheet.placements]) for sheet in made]


def trace(brochure: Brochure, fills: dict[str, int], sides: Sides) -> str:
    """The trace of a file; `fills` says how full each panel is, in per cent. Of panels that are alike one is told."""
    pdf, view = brochure.pdf, brochure.pdf.Root.ViewerPreferences
    lines = [f"{brochure.job.file} ({pdf.Root.Lang}): {pdf.docinfo['/Title']}"]
    if "/Duplex" in view:
        lines.append(f"print: scaling {view.PrintScaling}, {view.Duplex}")
    with pypdfium2.PdfDocument(brochure.path) as drawn:
        for number, page in enumerate(pdf.pages):
            width, height = (float(value) * MM for value in page.mediabox[2:])
            side, names = sides[number]
            boxes = drawn_at(page) if side else [(0.0, 0.0, width, height)]
            if side:
                lines.append(f"{side}: {width:.1f} × {height:.1f} mm")
            for name, box in reversed(dict(zip(reversed(names), reversed(boxes), strict=True)).items()):
                if name.startswith(SLUG):  # it holds a checksum of all the rest
                    continue
                left, top, right, bottom = box
                full = fills.get(name) or fills[f"{name} (page {number + 1})"]  # the second: of a panel that flows
                alike = f", {names.count(name)} times" if names.count(name) > 1 else ""
                lines.append(f"  {name}: {left:.1f} to {right:.1f} of {bottom - top:.1f} mm, {full} % full{alike}")
                lines += [f"    {line}" for line in text(drawn[number], brochure, number, box)]
    fonts = sorted({str(item.FontName)[8:] for item in pdf.objects
                    if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/FontDescriptor"})
    lines.append(f"fonts: {', '.join(fonts)}")
    if "/StructTreeRoot" in pdf.Root:
        tags = [str(element.S)[1:] for element in elements(pdf)]
        lines += [f"link: {target}" for target in brochure.link_targets()]
        lines.append("headings: " + " ".join(tag for tag in tags if tag[1:].isdigit()))
        lines += [f"picture: {element.Alt}" for element in elements(pdf) if element.S == "/Figure"]
    return "\n".join(lines) + "\n"


def drawn_at(page: pikepdf.Page) -> list[Box]:
    """Left, top, right and bottom edge of what each panel on a sheet shows, in mm."""
    found, place, clip, high = [], (0.0, 0.0), None, float(page.mediabox[3])
    for operands, operator in pikepdf.parse_content_stream(page):
        if str(operator) == "q":
            clip = None
        elif str(operator) == "re":
            x, y, width, height = map(float, operands)
            clip = (x, y, x + width, y + height)
        elif str(operator) == "cm":
            place = (float(operands[4]), float(operands[5]))
        elif str(operator) == "Do":
            left, bottom, right, top = map(float, page.Resources.XObject[operands[0]].BBox)
            left, bottom, right, top = clip or (place[0] + left, place[1] + bottom, place[0] + right, place[1] + top)
            found.append((left * MM, (high - top) * MM, right * MM, (high - bottom) * MM))
    return found


def text(drawn: pypdfium2.PdfPage, brochure: Brochure, number: int, box: Box) -> list[str]:
    """Where a panel's text begins and ends, and its first and last line."""
    left, top, right, bottom = box
    inside = [glyph for glyph in brochure.glyphs[number]
              if left <= glyph.left and glyph.right <= right and top <= glyph.top and glyph.bottom <= bottom]
    across = f"{min(glyph.left for glyph in inside) - left:.0f} to {max(glyph.right for glyph in inside) - left:.0f} mm"
    down = f"{min(glyph.top for glyph in inside) - top:.0f} to {max(glyph.bottom for glyph in inside) - top:.0f} mm"
    high = drawn.get_height()
    said = drawn.get_textpage().get_text_bounded(left=left / MM, right=right / MM, top=high - top / MM,
                                                 bottom=high - bottom / MM).splitlines()
    said = [line.replace("\ufffe", "-").replace("\x02", "-").strip() for line in said if line.strip()]
    return [f"{len(inside)} letters, across {across}, down {down}", f"first: {said[0]}", f"last: {said[-1]}"]


@pytest.mark.parametrize("job", JOBS, ids=str)
def test_the_file_is_as_its_trace_says(shelf: Shelf, job: Job, request: pytest.FixtureRequest) -> None:
    laid = lay_out(job, PROJECT)
    fills = {fill.panel: round(fill.share * 100) for fill in laid.fit.fills}
    found = trace(shelf[job], fills, sides(laid))
    path = TRACES / job.file.replace("/", ".").replace(".pdf", ".txt")
    if request.config.getoption("--rewrite-traces"):
        path.write_text(found, "utf-8")
    known = path.read_text("utf-8") if path.exists() else ""
    difference = "\n".join(difflib.unified_diff(known.splitlines(), found.splitlines(), str(path.name), "now", lineterm="", n=1))
    assert found == known, f"the file has changed; if it should have, type: make traces\n{difference}"


def test_there_is_a_trace_for_every_file_and_no_other(request: pytest.FixtureRequest) -> None:
    names = {job.file.replace("/", ".").replace(".pdf", ".txt") for job in JOBS}
    if request.config.getoption("--rewrite-traces"):
        for path in TRACES.glob("*.txt"):
            if path.name not in names:
                path.unlink()
    else:
        assert {path.name for path in TRACES.glob("*.txt")} == names


@pytest.mark.parametrize("change", [lambda fills: {name: share + 1 for name, share in fills.items()}, dict])
def test_a_panel_a_little_fuller_is_noticed(shelf: Shelf, change: type[dict[str, int]]) -> None:
    brochure = shelf[SCREEN[-1]]
    fills = dict.fromkeys(brochure.panels, 80)
    pages = [("", [name]) for name in brochure.panels]
    assert (trace(brochure, change(fills), pages) == trace(brochure, fills, pages)) is (change is dict)
