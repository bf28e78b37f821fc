"""What six PDF readers make of a file: programs people search, copy and listen with."""

import io
import json
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import pdfminer.high_level
import pdfminer.layout
import pypdf
import pypdfium2

PDFJS = "4.10.38"  # the last series that runs on Node 20 without a canvas


def poppler(path: Path, *options: str) -> str:
    """poppler (Evince, Okular) as `pdftotext` has it."""
    return _said("pdftotext", "-enc", "UTF-8", *options, str(path), "-")


def pdfium(path: Path) -> str:
    """PDFium: Chrome, Edge, Android."""
    with pypdfium2.PdfDocument(path) as pdf:
        return "\n".join(page.get_textpage().get_text_range() for page in pdf)


def pdfminer_six(path: Path) -> str:
    """pdfminer.six; it looks into Form XObjects only when told to."""
    return pdfminer.high_level.extract_text(path, laparams=pdfminer.layout.LAParams(all_texts=True))


def py_pdf(path: Path) -> str:
    """pypdf, behind many small web services."""
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(path.read_bytes())).pages)


def mupdf(path: Path) -> str:
    """MuPDF (SumatraPDF, many phones)."""
    return _said("mutool", "draw", "-q", "-F", "txt", str(path))


READERS: dict[str, Callable[[Path], str]] = {
    "poppler": poppler,
    "poppler-raw": lambda path: poppler(path, "-raw"),
    "pdfium": pdfium,
    "pdfminer": pdfminer_six,
    "pypdf": py_pdf,
    "mupdf": mupdf,
}


def pdfjs(library: Path, paths: Sequence[Path]) -> list[str]:
    """pdf.js, Firefox's reader: one text for each file."""
    script = Path(__file__).with_name("pdfjs.mjs")
    return json.loads(_said("node", str(script), str(library), *map(str, paths)))


def install_pdfjs(folder: Path) -> Path | None:
    """pdf.js below the folder, from npm if it is not there yet; None without node or npm."""
    library = folder / PDFJS / "node_modules/pdfjs-dist/legacy/build/pdf.mjs"
    if not shutil.which("node") or not shutil.which("npm"):
        return None
    if not library.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(dir=folder))  # another worker may be at it too: the folder appears whole or not at all
        _said("npm", "install", "--prefix", str(made), "--no-save", "--no-package-lock", "--no-audit", "--no-fund",
              "--omit=optional", "--ignore-scripts", f"pdfjs-dist@{PDFJS}")
        try:
            made.rename(folder / PDFJS)
        except OSError:
            shutil.rmtree(made)  # the other worker was first
    return library


def _said(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False, timeout=300)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stderr}"
    return done.stdout
