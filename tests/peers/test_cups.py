"""A real CUPS sends the tri-fold to a real IPP Everywhere printer, and what arrives there is measured on the rendered page."""

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pypdfium2
import pytest
from factories import ROOT, brochure, command, surroundings
from PIL import Image

pytestmark = pytest.mark.peers
NEEDED = ("cupsd", "ippeveprinter", "ipptool", "lp", "avahi-daemon", "dbus-daemon", "unshare", "ip")
ALONE = ("unshare", "--net", "--mount", "--pid", "--fork", "--kill-child")
RUN = ROOT / "tests/peers/cups/run.sh"
NO_RIGHT = 77  # what run.sh says then
DPI = 600
MM = 25.4 / DPI
RULE = 50.0
TOLERANCE = 0.1  # mm


@dataclass(frozen=True)
class Rule:
    """The rule of 50 mm where it was found: its length, and its middle on the page; all in mm."""

    length: float
    middle: tuple[float, float]


def rules(path: Path) -> list[Rule]:
    """The rules on all pages of a file; a page that lies on its side is turned upright for its reader."""
    found = list[Rule]()
    with pypdfium2.PdfDocument(path) as pdf:
        for page in pdf:
            image = page.render(scale=DPI / 72, grayscale=True).to_pil().point(lambda tone: 0 if tone < 128 else 255)
            found += [rule for turn in (None, Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_270)
                      if (rule := _rule(image.transpose(turn) if turn is not None else image))][:1]
    return found


def _rule(image: Image.Image) -> Rule | None:
    """The rule on a page of black and white: a level line with six ticks on it, the two at its ends higher than the others."""
    width, height = image.size
    data = image.tobytes()
    line = re.compile(b"\xff(\x00{%d,%d})\xff" % (40 / MM, 60 / MM))

    def ticks(number: int, start: int, end: int) -> list[float]:
        row = data[number * width + start - 12 : number * width + end + 12]
        return [(tick.start() + tick.end()) / 2 - 12 for tick in re.finditer(b"\x00+", row)]

    for number in range(height):
        run = line.search(data, number * width, (number + 1) * width)
        if run is None:
            continue
        start, end = run.start(1) - number * width, run.end(1) - number * width
        low, high = (ticks(number - round(above / MM), start, end) for above in (0.7, 1.5))
        if len(low) == 6 and len(high) == 2 and max(abs(high[0]), abs(high[1] - (end - start))) < 1 / MM:
            return Rule((high[1] - high[0]) * MM, ((start + end) / 2 * MM, number * MM))
    return None


@dataclass(frozen=True)
class Received:
    """What the printer was sent: the file, and what it was told about it."""

    path: Path

    @property
    def told(self) -> dict[str, str]:
        """IPP attributes of the job, by their names in capitals."""
        lines = self.path.with_suffix(".txt").read_text("utf-8").splitlines()
        return dict(line.removeprefix("IPP_").split("=", 1) for line in lines)


@dataclass(frozen=True)
class Session:
    """A file that was printed twice: by brochure, and by lp with no options."""

    leaflet: Path
    ours: Received
    bare: Received


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Session:
    lacking = [name for name in NEEDED if shutil.which(name) is None]
    if lacking:
        pytest.skip(f"not installed: {', '.join(lacking)} (make test-peers installs them)")
    if subprocess.run([*ALONE, "true"], capture_output=True, check=False).returncode:
        pytest.skip("no right to make namespaces here")
    folder = tmp_path_factory.mktemp("cups")
    which = ("--lang", "km", "--layout", "trifold-a4", "--edition", "office")
    made = brochure("build", "bmet", *which, "--out", str(folder), folder=ROOT)
    assert made.returncode == 0, made.stderr
    leaflet = folder / "bmet/trifold-a4.office.km.pdf"
    script = folder / "print.sh"
    script.write_text('"${@:2}" && lp -d peer -- "$1"\n', "utf-8")
    ours = command(["print", str(leaflet), "--copies", "3"])
    done = subprocess.run([*ALONE, "bash", RUN, folder, "bash", script, leaflet, *ours],
                          env=surroundings(), capture_output=True, encoding="utf-8", timeout=120, check=False)
    if done.returncode == NO_RIGHT:
        pytest.skip("no right to mount inside a namespace here")
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith("trifold-a4.office.km.pdf: 3 sheets of A4, both sides, flip on short edge, actual size\n")
    return Session(leaflet, *(Received(folder / f"received/{number}.pdf") for number in range(2)))


def test_the_rule_is_50_mm_long_on_the_printed_page(session: Session) -> None:
    (rule,) = rules(session.ours.path)
    assert abs(rule.length - RULE) < TOLERANCE


def test_it_stands_where_it_stood_so_that_folds_are_at_their_marks(session: Session) -> None:
    (before,), (after,) = rules(session.leaflet), rules(session.ours.path)
    assert abs(before.length - RULE) < TOLERANCE
    assert all(abs(a - b) < TOLERANCE for a, b in zip(before.middle, after.middle, strict=True))


def test_sides_copies_paper_and_title_arrive(session: Session) -> None:
    told = session.ours.told
    assert (told["SIDES"], told["COPIES"]) == ("two-sided-short-edge", "3")
    assert "x-dimension=21000 y-dimension=29700" in told["MEDIA_COL"]
    assert told["JOB_NAME"].endswith("(BMET)") and told["DOCUMENT_FORMAT_SUPPLIED"] == "application/pdf"


def test_without_the_options_the_same_printer_makes_it_smaller(session: Session) -> None:
    """So the measuring can fail, and the options are what helps."""
    (rule,) = rules(session.bare.path)
    assert rule.length < RULE - 2
    assert session.bare.told.get("SIDES", "one-sided") == "one-sided"
