"""Render: tags, metadata, flavours, and the same bytes on any machine."""

import io
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import page
import pikepdf
import pydyf
import pytest
from test_render_text import document, html, laid_out, unchanged, written

from brochure.errors import RenderError
from brochure.press import plain
from brochure.render import render

ROOT = Path(__file__).parents[1]
FONTS = ROOT / "assets/fonts"
PICTURE = "https://brochure.invalid/assets/images/icons/xray.svg"


@pytest.fixture(scope="module")
def tagged() -> bytes:
    return written(document(), "pdf/a-3a", tagged_ua=True)


@pytest.fixture(scope="module")
def untagged() -> bytes:
    return written(document())


@pytest.mark.parametrize("lang", ["km", "en"])
def test_file_is_pdf_ua_and_pdf_a(lang: str) -> None:
    source = (
        document()
        if lang == "km"
        else html(
            f'<section data-panel="one"><h1>Office</h1><p>First <span lang="km">ខ្ញុំ</span> text</p>'
            f'<img alt="a machine" src="{PICTURE}"></section>',
            lang="en",
            title="Title",
        )
    )
    content = written(source, "pdf/a-3a", tagged_ua=True)
    for profile in ("ua1", "3a"):
        report = page.validate_pdf_bytes(content, profile=profile)
        assert report.is_compliant, [(failure.rule_id, failure.message) for failure in report.failures]


def test_validator_is_not_blind() -> None:
    report = page.validate_pdf_bytes(written(document()), profile="ua1")
    assert not report.is_compliant


@pytest.mark.parametrize("variant", ["pdf/a-2u", "pdf/a-3u", "pdf/a-2a"])
def test_other_flavours_comply(variant: str) -> None:
    report = page.validate_pdf_bytes(written(document(), variant), profile=variant.removeprefix("pdf/a-"))
    assert report.is_compliant, [(failure.rule_id, failure.message) for failure in report.failures]


def elements(content: bytes) -> list[dict[str, Any]]:
    with pikepdf.open(io.BytesIO(content)) as pdf:
        found = []
        for item in pdf.objects:
            if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == "/StructElem":
                kind = str(item["/S"])
                lang = str(item["/Lang"]) if "/Lang" in item else None
                attributes = item.get("/A")
                box = (
                    [float(value) for value in attributes["/BBox"]]
                    if attributes and "/BBox" in attributes
                    else None
                )
                found.append({"kind": kind, "lang": lang, "box": box})
        return found


def test_language_is_told_where_it_changes() -> None:
    content = written(
        html(
            '<section data-panel="one"><h1>ក</h1><div lang="en"><p>one</p><p lang="km">ក</p>'
            '<p lang="en">two</p></div><p>ក <em lang="fr">mot</em></p></section>'
        ),
        tagged_ua=True,
    )
    told = [(element["kind"], element["lang"]) for element in elements(content) if element["lang"]]
    assert sorted(told) == [("/Div", "en"), ("/NonStruct", "fr"), ("/P", "km")]


def test_figure_box_is_in_points_from_the_bottom() -> None:
    content = written(
        html(
            f'<section data-panel="one"><h1>ក</h1><img alt="x" src="{PICTURE}" style="position: absolute; '
            'left: 10mm; top: 20mm; width: 30mm; height: 40mm"></section>'
        ),
        tagged_ua=True,
    )
    (box,) = (element["box"] for element in elements(content) if element["box"])
    millimetres = [round(value / 72 * 25.4, 1) for value in box]
    assert millimetres == [16, 120 - 26 - 40, 46, 120 - 26]


def test_titles_and_bookmarks_have_no_break_marks() -> None:
    def edit(root: Element) -> None:
        for element in root.iter():
            if element.tag in ("title", "h1"):
                element.text = "\u200b".join(element.text or "")

    panels = laid_out(html('<section data-panel="one"><h1>ក្រុម</h1></section>'), edit)
    content = panels.write(variant=None, tagged_ua=True, dpi=None, finish=plain)
    with pikepdf.open(io.BytesIO(content)) as pdf:
        assert str(pdf.docinfo["/Title"]) == "ទំព័រ"
        with pdf.open_outline() as outline:
            assert [item.title for item in outline.root] == ["ក្រុម"]


def test_metadata_is_readable_and_names_both_standards(tagged: bytes) -> None:
    assert re.search(rb"<pdfuaid:part>1</pdfuaid:part>", tagged)
    assert re.search(rb'pdfaid:part="3"', tagged)
    with pikepdf.open(io.BytesIO(tagged)) as pdf:
        assert "/Filter" not in pdf.Root.Metadata


def test_print_flavour_has_a_reproducible_identity(monkeypatch: pytest.MonkeyPatch) -> None:
    source = html('<section data-panel="one"><p>ក</p></section>')
    with pytest.raises(RenderError, match="PDF/X needs a date"):
        written(source, "pdf/x-4")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767225600")
    first = written(source, "pdf/x-4")
    assert first == written(source, "pdf/x-4")
    assert b"2026-01-01T00:00:00Z" in first


def test_one_layout_serves_several_editions(tagged: bytes, untagged: bytes) -> None:
    panels = laid_out(document())
    for _ in range(2):
        assert panels.write(variant="pdf/a-3a", tagged_ua=True, dpi=None, finish=plain) == tagged
        assert panels.write(variant=None, tagged_ua=False, dpi=None, finish=plain) == untagged


def test_resolution_is_chosen_when_writing(tmp_path: Path) -> None:
    from PIL import Image

    images = tmp_path / "assets"
    images.mkdir()
    Image.effect_noise((600, 600), 50).save(images / "noise.png")
    source = html(
        '<section data-panel="one"><h1>ក</h1><img alt="x" src="https://brochure.invalid/assets/noise.png" '
        'style="width: 25.4mm"></section>'
    )
    panels = render(source, project=tmp_path, fonts=FONTS, edit=unchanged, name="job")

    def widths(dpi: int | None) -> list[int]:
        content = panels.write(variant=None, tagged_ua=False, dpi=dpi, finish=plain)
        with pikepdf.open(io.BytesIO(content)) as pdf:
            return [
                int(image.Width)
                for image in pdf.objects
                if isinstance(image, pikepdf.Stream) and "/Width" in image
            ]

    assert [widths(dpi) for dpi in (150, None, 300, 150)] == [[150], [600], [300], [150]]


CHILD = """
import hashlib, json, sys
from pathlib import Path
sys.path[:0] = [sys.argv[1], sys.argv[2]]
import test_render_text as sample
from brochure.press import plain
from brochure.render import render
project = Path(sys.argv[3])
fonts = project / "assets/fonts"
panels = render(sample.document(), project=project, fonts=fonts, edit=sample.unchanged, name="job")
found = []
for variant, tagged in ((None, False), ("pdf/a-3a", True), ("pdf/x-4", False)):
    data = panels.write(variant=variant, tagged_ua=tagged, dpi=None, finish=plain)
    assert str(project).encode() not in data
    found.append(hashlib.sha256(data).hexdigest())
print(json.dumps(found))
"""


def test_bytes_are_the_same_anywhere(tmp_path: Path) -> None:
    results = []
    for number, zone in enumerate(("UTC", "Asia/Phnom_Penh")):
        project = tmp_path / f"folder {number}" / ("deeper" * number) / "project"
        shutil.copytree(ROOT / "assets", project / "assets")
        environment = os.environ | {
            "PYTHONHASHSEED": str(number + 1),
            "TZ": zone,
            "LC_ALL": "C",
            "XDG_CACHE_HOME": str(tmp_path / f"cache {number}"),
            "SOURCE_DATE_EPOCH": "1767225600",
        }
        command = [sys.executable, "-c", CHILD, str(ROOT), str(Path(__file__).parent), str(project)]
        answer = subprocess.run(
            command, env=environment, cwd=project, capture_output=True, text=True, check=False
        )
        assert answer.returncode == 0, answer.stderr
        results.append(json.loads(answer.stdout))
    assert results[0] == results[1]
    assert len(set(results[0])) == 3


def test_finish_gets_the_complete_document() -> None:
    seen: list[pydyf.PDF] = []

    def finish(pdf: pydyf.PDF) -> bytes:
        seen.append(pdf)
        assert pdf.pages["Count"] == 2
        assert "Metadata" in pdf.catalog
        assert pdf.write(None) is None  # WeasyPrint writes nothing
        return b"bytes"

    content = laid_out(document()).write(variant="pdf/a-3a", tagged_ua=True, dpi=None, finish=finish)
    assert content == b"bytes"
    assert len(seen) == 1


def test_patches_are_gone_afterwards() -> None:
    import weasyprint.draw.text as drawing
    import weasyprint.pdf.tags as tagging
    from weasyprint.pdf.fonts import Font

    laid_out(document()).write(variant=None, tagged_ua=True, dpi=None, finish=plain)
    for name in (drawing.draw_first_line, Font.clean, Font.get_unused_glyph_id, tagging._build_box_tree):
        assert name.__module__.startswith("weasyprint.")
