"""Traces: what each finished file is, in a few lines of text that a person can read and compare.

A change of layout, text or fonts shows here as a difference; when it is wanted, `make traces` writes the traces anew.
"""

import difflib
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from printed import JOBS, MM, PROJECT, Brochure, Shelf, elements

from brochure.build import lay_out
from brochure.project import Job

TRACES = Path(__file__).parent / "traces"


def trace(brochure: Brochure, fills: dict[str, int]) -> str:
    """The trace of a file; `fills` says how full each panel is, in per cent."""
    pdf, view = brochure.pdf, brochure.pdf.Root.ViewerPreferences
    lines = [f"{brochure.job.file} ({pdf.Root.Lang}): {pdf.docinfo['/Title']}"]
    if "/Duplex" in view:
        lines.append(f"print: scaling {view.PrintScaling}, {view.Duplex}")
    with pypdfium2.PdfDocument(brochure.path) as drawn:
        for number, page in enumerate(pdf.pages):
            width, height = (float(value) * MM for value in page.mediabox[2:])
            boxes = {brochure.panels[number]: (0.0, width)}
            if brochure.job.edition == "office":
                side, row = list(brochure.layout_rows.items())[number]
                lines.append(f"{side}: {width:.1f} × {height:.1f} mm")
                boxes = dict(zip(row, spans(page), strict=True))
            for name, (left, right) in boxes.items():
                lines.append(f"  {name}: {left:.1f} to {right:.1f} of {height:.1f} mm, {fills[name]} % full")
                lines += [f"    {line}" for line in text(drawn[number], brochure, number, left, right)]
    fonts = sorted({str(item.FontName)[8:] for item in pdf.objects
                    if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/FontDescriptor"})
    lines.append(f"fonts: {', '.join(fonts)}")
    if "/StructTreeRoot" in pdf.Root:
        tags = [str(element.S)[1:] for element in elements(pdf)]
        lines += [f"link: {target}" for target in brochure.link_targets()]
        lines.append("headings: " + " ".join(tag for tag in tags if tag[1:].isdigit()))
        lines += [f"picture: {element.Alt}" for element in elements(pdf) if element.S == "/Figure"]
    return "\n".join(lines) + "\n"


def spans(page: pikepdf.Page) -> list[tuple[float, float]]:
    """Left and right edge of each panel on a sheet, in mm."""
    found, place = [], 0.0
    for operands, operator in pikepdf.parse_content_stream(page):
        if str(operator) == "cm":
            place = float(operands[4])
        elif str(operator) == "Do":
            found.append((place * MM, (place + float(page.Resources.XObject[operands[0]].BBox[2])) * MM))
    return found


def text(drawn: pypdfium2.PdfPage, brochure: Brochure, number: int, left: float, right: float) -> list[str]:
    """Where a panel's text begins and ends, and its first and last line."""
    inside = [glyph for glyph in brochure.glyphs[number] if left <= glyph.left and glyph.right <= right]
    across = f"{min(glyph.left for glyph in inside) - left:.0f} to {max(glyph.right for glyph in inside) - left:.0f} mm"
    down = f"{min(glyph.top for glyph in inside):.0f} to {max(glyph.bottom for glyph in inside):.0f} mm"
    said = drawn.get_textpage().get_text_bounded(left=left / MM, right=right / MM).splitlines()
    said = [line.replace("\ufffe", "-").replace("\x02", "-").strip() for line in said if line.strip()]
    return [f"{len(inside)} letters, across {across}, down {down}", f"first: {said[0]}", f"last: {said[-1]}"]


@pytest.mark.parametrize("job", JOBS, ids=str)
def test_the_file_is_as_its_trace_says(shelf: Shelf, job: Job, request: pytest.FixtureRequest) -> None:
    fills = {fill.panel: round(fill.share * 100) for fill in lay_out(job, PROJECT).fit.fills}
    found = trace(shelf[job], fills)
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
    brochure = shelf[JOBS[-1]]
    fills = dict.fromkeys(brochure.panels, 80)
    assert (trace(brochure, change(fills)) == trace(brochure, fills)) is (change is dict)
