"""``brochure preflight``: a job's file against its promise, any other PDF against what it says of itself."""

import contextlib
import io
import json
import random
import shutil
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from factories import Folder, tiny
from pages import GOOD, page_file
from pikepdf import Array, Dictionary, Name

from brochure.errors import ContentError
from brochure.preflight.claim import claimed
from brochure.preflight.cost import Prices, sheets
from brochure.preflight.file import opened
from brochure.preflight.origin import origin
from brochure.preflight.promise import Promise
from brochure.preflight.report import report
from brochure.project import Job

PRICES = '[tool.brochure.prices]\ncurrency = "USD"\npaper = 0.01\ncolour = 1.0\nblack = 2.0\n'


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """A small project with its files built."""
    project = tiny(tmp_path_factory.mktemp("built"))
    assert project.run("build", "--lang", "en").returncode == 0
    return project


def edited(path: Path, edit: Any) -> None:
    out = io.BytesIO()
    with pikepdf.open(path) as pdf:
        edit(pdf)
        pdf.save(out)
    path.write_bytes(out.getvalue())


# ---- a file of the project


def test_files_of_the_project_pass(built: Folder) -> None:
    files = ("dist/nurse/card.paper.en.pdf", "dist/nurse/card.phone.en.pdf")
    done = built.run("preflight", *files)
    assert (done.returncode, done.stderr) == (0, "")
    for file in files:
        assert f"{file}: page 1 is covered with about C 0.0%, M 0.0%, Y 0.0%, K " in done.stdout
        assert f"{file}: passes" in done.stdout
    assert "costs" not in done.stdout


def test_it_is_compared_with_what_the_project_holds_now(built: Folder, tmp_path: Path) -> None:
    project = Folder(tmp_path / "changed")
    shutil.copytree(built.path, project.path)
    project.edit("templates/content/nurse.toml", "Care for people.", "Care for animals.")
    done = project.run("preflight", "dist/nurse/card.paper.en.pdf")
    assert done.returncode == 8
    assert "error: nurse/card.paper.en.pdf: nurse.hook: after “Carefor” the message has “a” (U+0061)" in done.stderr
    assert "does not pass" in done.stdout

    away = project.path / "elsewhere.pdf"
    shutil.copy(project.path / "dist/nurse/card.paper.en.pdf", away)
    assert project.run("preflight", "elsewhere.pdf").returncode == 0, "a file of no job is not compared with the words"


def test_one_document_for_machines(built: Folder, tmp_path: Path) -> None:
    project = Folder(tmp_path / "priced")
    shutil.copytree(built.path, project.path)
    project.write("pyproject.toml", PRICES)
    edited(project / "dist/nurse/card.paper.en.pdf", lambda pdf: pdf.docinfo.__setitem__("/Title", "Curse"))
    done = project.run("preflight", "dist/nurse/card.paper.en.pdf", "dist/nurse/card.phone.en.pdf", "--json")
    assert done.returncode == 8
    paper, phone = json.loads(done.stdout)
    assert (paper["passed"], phone["passed"]) == (False, True)
    assert [problem["what"] for problem in paper["problems"] if "title" in problem["what"]] == [
        "its title is “Curse”, promised was “Nurse”"]
    assert set(paper["coverage"][0]) == {"cyan", "magenta", "yellow", "black"}
    assert paper["cost"]["currency"] == "USD"
    assert paper["cost"]["copy"] == pytest.approx(0.01 + 2 * paper["coverage"][0]["black"] / 100, abs=0.002)
    assert phone["cost"] is None, "it is not for paper"


def test_the_cost_is_said(built: Folder, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(PRICES)
    done = built.run("preflight", "dist/nurse/card.paper.en.pdf", "--project", str(tmp_path))
    assert "dist/nurse/card.paper.en.pdf: a copy costs about 0." in done.stdout
    assert done.stdout.count(" USD\n") == 1


def test_which_job_a_file_is_of(project: Folder, tmp_path: Path) -> None:
    project.write("templates/content/aid.toml", (project / "templates/content/nurse.toml").read_bytes())
    found = origin(tmp_path / "nurse/card.paper.km.pdf", project.path)
    assert found and found[0] == Job("nurse", "card", "paper", "km")
    for other in ("nurse/card.paper.fr.pdf", "nurse/card.pdf", "nurse/card.paper.km.txt", "card.paper.km.pdf",
                  "x/card.paper.km.pdf"):
        assert origin(tmp_path / other, project.path) is None
    project.edit("templates/content/nurse.toml", "edition", "addition")
    assert origin(tmp_path / "nurse/card.paper.km.pdf", project.path), "the content is read when it is laid out"
    project.write("templates/content/Ill Name.toml", "")
    with pytest.raises(ContentError):
        origin(tmp_path / "nurse/card.paper.km.pdf", project.path)


# ---- any other file


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"", "is no PDF: "),
        (b"nonsense", "is no PDF: unable to find trailer dictionary while recovering damaged file"),
        (page_file()[:-400], "is a damaged PDF: "),
        (page_file()[:3000], "is a damaged PDF"),
        (None, "cannot be read: Is a directory"),
    ],
)
def test_what_is_no_whole_pdf_is_one_sentence(tmp_path: Path, data: bytes | None, what: str) -> None:
    project = Folder(tmp_path)
    if data is None:
        (tmp_path / "file.pdf").mkdir()
    else:
        project.write("file.pdf", data)
    done = project.run("preflight", "file.pdf")
    assert done.returncode == (2 if data is None else 8)
    first, hint = done.stderr.splitlines()
    assert first.startswith(f"error: file.pdf: {what}") and hint.startswith("    hint: ")
    assert "BytesIO" not in first


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    done = Folder(tmp_path).run("preflight", "file.pdf", "--json")
    assert done.returncode == 2
    (problem,) = json.loads(done.stdout)["problems"]
    assert (problem["where"], problem["what"]) == ("file.pdf", "cannot be read: No such file or directory")


@pytest.mark.parametrize(("user", "what"), [("secret", "is locked with a password"),
                                            ("", "is encrypted, which neither an archive nor a print shop takes")])
def test_an_encrypted_file(user: str, what: str) -> None:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(page_file())) as pdf:
        pdf.save(out, encryption=pikepdf.Encryption(owner="owner", user=user))
    found = report(out.getvalue(), "file.pdf", None, None)
    assert [(problem.where, problem.what) for problem in found.problems] == [("file.pdf", what)]
    assert not found.passed


def what_it_claims(data: bytes) -> Promise:
    with opened(data, "file.pdf") as file:
        return claimed(file, "file.pdf")


def test_what_a_file_says_of_itself() -> None:
    press = what_it_claims(page_file())
    assert (press.variants, press.inks, press.safe, press.dpi, press.tagged) == (("pdf/x-4",), "cmyk", 5, 300, False)

    def archive(pdf: pikepdf.Pdf) -> None:
        del pdf.Root.OutputIntents
        pdf.Root.StructTreeRoot = Dictionary()
        says = b"<pdfaid:part>2</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance> pdfuaid:part='1'"
        pdf.Root.Metadata = pdf.make_stream(says, Type=Name.Metadata, Subtype=Name.XML)

    found = what_it_claims(page_file(edit=archive))
    assert (found.variants, found.inks, found.safe, found.dpi, found.tagged) == (("pdf/a-2b", "pdf/ua-1"), None, None, 150, True)

    def silent(pdf: pikepdf.Pdf) -> None:
        pdf.Root.Metadata = pdf.make_stream(b"", Type=Name.Metadata, Subtype=Name.XML)

    assert what_it_claims(page_file(edit=silent)).variants == ("pdf/x-4",), "an output intent is a claim"


def test_a_file_for_a_print_shop_is_looked_at_as_one() -> None:
    assert report(page_file(), "file.pdf", None, None).problems == ()
    found = report(page_file(GOOD + b" 1 0 0 rg"), "file.pdf", None, None)
    assert "page 1: the colour RGB 100 0 0 %" in [problem.what for problem in found.problems]


def test_a_plain_file_may_be_in_rgb() -> None:
    def plain(pdf: pikepdf.Pdf) -> None:
        del pdf.Root.OutputIntents
        del pdf.Root.Metadata

    assert report(page_file(b"1 0 0 rg 0 0 9 9 re f", plain), "file.pdf", None, None).problems == ()


VALUES = (None, 0, -1, 1e9, True, Name.X, "text", Array([]), Array([1, 2]), Array([Name.Separation]), Dictionary())


@pytest.mark.parametrize("seed", range(40))
def test_a_strange_file_is_answered_with_sentences(seed: int) -> None:
    """Ten values of a good file are replaced by others, some of them of the wrong kind."""
    chance = random.Random(seed)

    def edit(pdf: pikepdf.Pdf) -> None:
        places = [(item, key) for item in dictionaries(pdf) for key in item.keys()  # noqa: SIM118  # pikepdf has no iterator
                  if key not in ("/Root", "/Pages", "/Kids", "/Count", "/Parent", "/Type", "/Length")]
        for item, key in chance.sample(places, 10):
            with contextlib.suppress(ValueError, TypeError):
                item[key] = chance.choice(VALUES)

    odd = b" /Odd cs 1 scn 1 cm (x) rg /Lost gs /Lost Do /Lost sh 0 0 m /Lost scn Q Q S BT 3 Tr Tr ET"
    found = report(page_file(GOOD + odd, edit, {"ColorSpace": Dictionary(Odd=Array([Name.ICCBased]))}), "file.pdf", None,
                   Prices("USD", 1, 1, 1))
    assert found.problems
    assert all(problem.what and problem.hint for problem in found.problems)


def dictionaries(pdf: pikepdf.Pdf) -> list[Any]:
    return [item for item in pdf.objects if isinstance(item, pikepdf.Dictionary | pikepdf.Stream)]


def test_the_worst_comes_first() -> None:
    def edit(pdf: pikepdf.Pdf) -> None:
        resources: Any = pdf.pages[0].resources
        resources.Font.F1.FontDescriptor = Dictionary()
        resources.XObject = Dictionary(P=pdf.make_stream(
            b"\0" * 16, Type=Name.XObject, Subtype=Name.Image, Width=4, Height=4, ColorSpace=Name.DeviceGray, BitsPerComponent=8))
        pdf.pages[0].obj.Annots = Array([])

    promise = Promise("file.pdf", dpi=150, pages=(), codes=("https://school.test",))
    found = report(page_file(b"72 0 0 72 50 50 cm /P Do", edit), "file.pdf", promise, None)
    severities = [problem.severity for problem in found.problems]
    assert severities == ["error", "error", "error", "warning"]


def test_paper_of_a_copy() -> None:
    two_sided = report(page_file(b""), "file.pdf", None, Prices("USD", 1, 0, 0))
    assert (two_sided.copy, two_sided.currency) == (1, "USD")
    assert [sheets(count, "/Simplex") for count in (1, 2, 3)] == [1, 2, 3]
    assert [sheets(count, "") for count in (1, 2, 3)] == [1, 1, 2]


# ---- at the end of a build


def test_a_build_promises_margins_and_codes(project: Folder) -> None:
    build = ("build", "--lang", "en", "--edition", "paper")
    title = '{{ say(title, "h1") }}'
    project.edit("templates/layouts/card/layout.html", title, f'<img src="{{{{ qr }}}}" alt="a code">{title}')
    project.append("templates/layouts/card/layout.css", "img { width: 25mm; float: right }\n")
    done = project.run(*build)
    assert done.returncode == 0, done.stderr
    assert "warning: nurse/card.paper.en.pdf: page 1: the QR code to https://school.test/nurse is 1" in done.stdout

    project.append("templates/layouts/card/layout.css", "img { width: 12mm }\n")
    done = project.run(*build)
    assert done.returncode == 8
    assert "page 1: the modules of the QR code to https://school.test/nurse are 0.3" in done.stderr

    project.append("templates/layouts/card/layout.css", "img { display: none }\n")
    done = project.run(*build)
    assert done.returncode == 8
    assert "no QR code leads to https://school.test/nurse, as was promised" in done.stderr

    project.append("templates/layouts/card/layout.css", "img { display: inline; width: 30mm } @page only { margin: 4mm }\n")
    done = project.run(*build)
    assert done.returncode == 8
    assert "page 1: text stands " in done.stderr and "from the edge, promised were 7 mm" in done.stderr
    assert project.run(*build[:-1], "phone").returncode == 0, "a screen has no edge that is not printed"
