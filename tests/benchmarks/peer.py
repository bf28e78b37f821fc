"""The peer: a brochure for every school by Typst, from the same words, fonts and pages, in one warm process.

``peer.py PROJECT LANGUAGE COUNT`` prints the seconds of a file. It ends with 3 if Typst is not installed.
"""

import json
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from brochure import qr
from brochure.build import lay_out
from brochure.project import Job, discover
from brochure.recipients.roll import read

SOURCE = Path(__file__).with_suffix(".typ")
MISSING = 3


def words(root: Path, language: str) -> dict[str, Any]:
    """What the layout says, panel by panel, as the source wants it."""
    project = discover(root)
    laid = lay_out(Job(project.careers[0], "trifold-a4", "screen", language), project)
    there: list[dict[str, str]] = [{} for _ in laid.panels.panels]
    for ink in laid.panels.ink:
        if ink.key in laid.page.texts:
            there[ink.panel][str(ink.key)] = laid.page.texts[str(ink.key)]
    panels = [{"width": panel.width, "height": panel.height, "texts": list(texts.values())}
              for panel, texts in zip(laid.panels.panels, there, strict=True)]
    families = [path.name.replace("-", " ") for path in sorted((root / "assets/fonts").iterdir()) if path.is_dir()]
    return {"title": laid.page.title, "lang": language, "panels": panels, "families": families}


def main() -> None:
    """Run as the docstring says."""
    root, language, count = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    try:
        import typst
    except ImportError:
        sys.exit(MISSING)
    rows = [entry.recipient.values for entry, _ in zip(read(root / "schools.csv", discover(root)), range(count), strict=False)
            if entry.recipient]
    with tempfile.TemporaryDirectory() as folder:
        source = shutil.copy(SOURCE, folder)
        (Path(folder) / "peer.json").write_text(json.dumps(words(root, language)), "utf-8")
        compiler = typst.Compiler(source, root=folder, font_paths=[str(root / "assets/fonts")], ignore_system_fonts=True)

        def make(number: int) -> None:
            row = rows[number]
            said = {"name": row[f"name_{language}"], "contact": row["contact"], "url": row["url"], "qr": qr.svg(row["url"])}
            compiler.compile(output=f"{folder}/{number}.pdf", sys_inputs=said)

        make(0)
        start = time.perf_counter()
        for number in range(1, len(rows)):
            make(number)
        print((time.perf_counter() - start) / (len(rows) - 1), (Path(folder) / "1.pdf").stat().st_size, sep="\t")


if __name__ == "__main__":
    main()
