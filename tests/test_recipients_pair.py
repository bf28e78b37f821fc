"""A school's brochure in two languages: each half as a whole rendering gives it, in its own language."""

import io
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

import pikepdf
import pytest
from factories import Folder
from printed import bare
from yardstick import difference, made, personal, pictures, recipient, refused, rendered, texts

from brochure.preflight import preflight, validated
from brochure.project import discover
from brochure.recipients.personal import Personal, Say
from brochure.recipients.roll import Recipient
from brochure.slots import CODE, MARK

JOBS = [("handout-a4", "office", "en+km"), ("trifold-a4", "office", "km+en"), ("booklet-a5", "office", "en+km"),
        ("booklet-a5", "office", "km+en"), ("handout-a4", "mono", "km+en"), ("trifold-a4", "press", "en+km")]
BOOKLET = ("booklet-a5", "office", "en+km")
SHORT = recipient(77, name_en="Riverside School", name_km="វិទ្យាល័យព្រៃវែង")
BARE = recipient(5, name_en="Hill School", name_km="", contact="", telephone="", url="", event_date="")
NAMELESS = recipient(6, name_en="", name_km="")
ROWS = (recipient(3), SHORT, BARE, NAMELESS)
BUILD = ("schools", "build", "list.csv", "--out", "out", "--layout", "card", "--edition", "paper", "--jobs", "1")
LIST = """\
id,name_en,name_km,language
1,Hill,ភ្នំ,en+km
2,Lake,បឹង,km
3,Sea,,km+en;en
4,Sun,,
"""
Which = tuple[str, str, str]


@cache
def job(which: Which) -> Personal:
    layout, edition, language = which
    return personal(edition, language, layout)


@cache
def files(which: Which) -> dict[str, bytes]:
    return made(job(which), ROWS)


def words(data: bytes) -> list[str]:
    """The text of every page; whether what stands side by side is one line PDFium guesses by how it was drawn."""
    return [" ".join(page.split()) for page in texts(data)]


def said(one: Personal, who: Recipient) -> Say:
    """What a row says."""
    (drawing,), _ = one.draw([who])
    return drawing.says[0]


# ---- the same as a whole rendering


@pytest.mark.parametrize("who", [SHORT, BARE, NAMELESS], ids=["short", "bare", "nameless"])
@pytest.mark.parametrize("which", JOBS, ids=".".join)
def test_a_file_is_what_a_whole_rendering_gives(which: Which, who: Recipient) -> None:
    ours, whole = files(which)[who.id], rendered(job(which), who)
    assert words(ours) == words(whole)
    assert difference(pictures(ours), pictures(whole)) == 0


def upright(data: bytes, *, turned: bool = False) -> str:
    """The text of all pages as someone reads it who holds them upright, or turned upside down."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        for page in pdf.pages:
            page.rotate(180 if turned else 0, relative=True)
        out = io.BytesIO()
        pdf.save(out)
    return bare("".join(texts(out.getvalue())))


@pytest.mark.parametrize("which", JOBS, ids=".".join)
def test_each_half_names_the_school_in_its_language(which: Which) -> None:
    everything = [bare(text) for text in texts(files(which)[SHORT.id])]
    first, second = (SHORT.values[f"name_{tag}"] for tag in which[2].split("+"))
    if which[0] != "booklet-a5":
        front, back = everything
        assert bare(first) in front and bare(second) in back
        assert bare(first) not in back and bare(second) not in front
    else:
        data = files(which)[SHORT.id]
        assert bare(first) in upright(data) and bare(second) in upright(data, turned=True)


def test_a_name_in_the_other_language_is_better_than_none() -> None:
    front, back = texts(files(JOBS[0])[BARE.id])
    assert "Hill School" in front and "Hill School" in back


@pytest.mark.parametrize("which", JOBS, ids=".".join)
def test_the_title_is_in_the_first_language_and_no_mark_is_left(which: Which) -> None:
    with pikepdf.open(io.BytesIO(files(which)[SHORT.id])) as pdf:
        title = str(pdf.docinfo.Title)
        assert title.endswith(f" – {SHORT.values[f'name_{which[2][:2]}']}")
        assert f">{title}<" in pdf.Root.Metadata.read_bytes().decode()
        assert str(pdf.Root.Lang) == which[2][:2]
        everything = b"".join(item.unparse() if not isinstance(item, pikepdf.Stream) else item.unparse() + item.read_bytes()
                              for item in pdf.objects if not (isinstance(item, pikepdf.Stream) and "/Width" in item))
        assert pdf.check_pdf_syntax() == []
    assert len(everything) > 100_000
    assert MARK.encode() not in everything
    assert MARK.encode("utf-16-be") not in everything


def test_a_name_that_is_too_wide_for_one_half_is_set_smaller_there() -> None:
    who = recipient(8, name_km="វិទ្យាល័យព្រៃវែង", name_en="Northern Riverside Technical Secondary School of Kampong Cham")
    one = job(JOBS[0])
    ours = made(one, [who])[who.id]
    front, back = pictures(ours)
    whole, small = pictures(rendered(one, who)), pictures(rendered(one, who, {"school.name": .8}))
    assert difference([back], whole[1:]) == 0 < difference([back], small[1:])
    assert difference([front], whole[:1]) > 100
    assert words(ours)[0] == words(rendered(one, who, {"school.name": .8}))[0]


# ---- the same bytes, whoever is made beside


def test_a_group_gives_the_same_bytes_again() -> None:
    assert made(job(BOOKLET), ROWS) == files(BOOKLET)


# ---- promised and kept


@pytest.mark.parametrize("which", [*JOBS[:3], JOBS[-1]], ids=".".join)
def test_a_dozen_files_keep_what_they_promise(which: Which) -> None:
    one, rows = job(which), [recipient(number) for number in range(12)]
    (drawing,), failures = one.draw(rows)
    assert not failures
    for say, data in zip(drawing.says, made(one, rows).values(), strict=True):
        promise = one.promise(drawing.mould, say)
        assert not [problem for problem in validated(data, promise) if problem.severity == "error"]
    assert not [problem for problem in preflight(data, promise) if problem.severity == "error"]


def test_every_file_can_be_validated_on_the_way() -> None:
    found = [data for _, data in job(BOOKLET).files([recipient(number) for number in range(12)], validate=True)]
    assert all(isinstance(data, bytes) for data in found) and len(found) == 12


def wrong(one: Personal, data: bytes, who: Recipient) -> list[str]:
    """What preflight says of a file that should be another's."""
    (drawing,), _ = one.draw([who])
    return [f"{problem.where}: {problem.what}" for problem in preflight(data, one.promise(drawing.mould, drawing.says[0]))]


@pytest.mark.parametrize(("tag", "name"), [("en", "Lake School"), ("km", "សាលាបឹង")])
def test_preflight_looks_for_the_words_of_either_half(tag: str, name: str) -> None:
    other = replace(SHORT, values=SHORT.values | {f"name_{tag}": name})
    found = wrong(job(BOOKLET), files(BOOKLET)[SHORT.id], other)
    assert [line for line in found if line.startswith(f"bmet/booklet-a5.office.en+km.pdf: {tag} school.name: ")]
    assert not [line for line in found if ": en school.contact" in line]


def test_preflight_looks_for_the_code_of_the_school() -> None:
    other = replace(SHORT, values=SHORT.values | {"url": "https://example.org/other"})
    assert [line for line in wrong(job(JOBS[1]), files(JOBS[1])[SHORT.id], other)
            if "no QR code leads to https://example.org/other" in line]


def test_both_codes_lead_to_the_school() -> None:
    one = job(JOBS[0])
    say, slots = said(one, SHORT), {number: slot for _, number, slot in one._slots}
    assert [say.texts[number] for number, slot in slots.items() if slot.kind == CODE] == [SHORT.values["url"]] * 2


# ---- what cannot be


def test_a_name_that_does_not_fit_its_half_is_a_problem_of_its_cell() -> None:
    for column in ("name_en", "name_km"):
        far = recipient(11, **{column: "School " * 40})
        found = refused(job(BOOKLET), recipient(10), far, recipient(12))
        assert list(found) == ["11"]
        assert [line[:24] for line in found["11"]] == [f"row 13, {column}: “School"]
        assert "the brochure has 2 lines of " in found["11"][0]


def test_what_is_wrong_in_both_halves_is_said_once() -> None:
    assert len(refused(job(BOOKLET), recipient(11, contact="Sok 漢"))["11"]) == 1
    assert len(refused(job(BOOKLET), recipient(11, url="https://example.org/" + "x" * 3000))["11"]) == 2  # a line, and a code


# ---- slots of one half only


def paired(project: Folder, front: str, back: str) -> Folder:
    """The small project in two languages, with other slots in each half."""
    project.append("templates/layouts/card/layout.toml", """
[bilingual]
needs = ["what"]

[[bilingual.sheet]]
side = "front"
language = 1
row = ["only"]

[[bilingual.sheet]]
side = "back"
language = 2
row = ["only"]
""")
    project.edit("templates/layouts/card/layout.html", "{{ say(hook) }}",
                 f"{{{{ say(hook) }}}}{{% if half == 2 %}}{back}{{% else %}}{front}{{% endif %}}")
    return project.edit("templates/layouts/card/layout.css", "size: 100mm 70mm", "size: 100mm 90mm")


@pytest.mark.parametrize("turned", [False, True])
def test_a_half_may_have_no_slot_and_what_is_lacking_is_left_out_of_either(project: Folder, turned: bool) -> None:
    halves: Sequence[str] = ('{{ slot("school.name", fallback=name) }}{{ slot("school.contact", lines=1) }}', "")
    paired(project, *(halves[::-1] if turned else halves))
    one, who = personal("paper", "en+km", "card", discover(project.path)), recipient(1, contact="")
    found = made(one, [who, recipient(2)])
    assert one.lacking(who) == {"school.contact"}
    pages = texts(found["2"])
    assert "Sok Dara 2" in pages[turned] and "Sok" not in pages[not turned]
    for one_of in (who, recipient(2)):
        assert difference(pictures(found[one_of.id]), pictures(rendered(one, one_of))) == 0


def test_rows_in_one_language_and_in_two_are_made_together(project: Folder) -> None:
    slot = '{{ slot("school.name", fallback=name) }}'
    paired(project, slot, slot).write("list.csv", LIST)
    done = project.run(*BUILD, "--validate", "--lang", "en+km")
    assert (done.returncode, done.stderr, done.stdout) == (0, "", "5 built in out; report.csv has every row\n")
    found = {path.name: words(path.read_bytes()) for path in (project / "out/nurse").iterdir()}
    assert {name: len(pages) for name, pages in found.items()} == {
        "1.card.paper.en+km.pdf": 2, "2.card.paper.km.pdf": 1, "3.card.paper.km+en.pdf": 2, "3.card.paper.en.pdf": 1,
        "4.card.paper.en+km.pdf": 2}
    front, back = found["1.card.paper.en+km.pdf"]
    assert "Hill" in front and "ភ្នំ" in back
    assert project.run(*BUILD, "--lang", "en+km").stdout == "5 unchanged in out; report.csv has every row\n"


def test_a_layout_that_does_not_take_two_languages_says_so_to_the_row_that_asks(project: Folder) -> None:
    project.edit("templates/layouts/card/layout.html", "{{ say(hook) }}", '{{ say(hook) }}{{ slot("school.contact", lines=1) }}')
    project.write("list.csv", "id,contact,language\n1,A,en+km\n2,B,en;en+km\n3,C,en\n")
    done = project.run(*BUILD)
    assert done.returncode == 11
    assert done.stdout == "2 built, 2 failed in out; report.csv has every row\n"
    for row in (2, 3):
        assert (f"error: list.csv: row {row}, column C (language): the layout card does not take two languages, en+km\n"
                "    hint: write en;km for a file each") in done.stderr
    assert sorted(path.name for path in (project / "out/nurse").iterdir()) == ["2.card.paper.en.pdf", "3.card.paper.en.pdf"]


def test_one_language_twice_is_refused_before_anything_is_made(project: Folder) -> None:
    project.write("list.csv", "id\n1\n")
    done = project.run(*BUILD, "--lang", "en+en")
    assert done.returncode == 2 and "names one language twice" in done.stderr
    assert not (project / "out").exists()
