"""The yardstick of personal files: the same page rendered anew with a recipient's words in their places."""

from collections.abc import Mapping, Sequence
from io import BytesIO
from xml.etree.ElementTree import Element, SubElement

import pypdfium2
from factories import ROOT
from PIL import Image, ImageChops

from brochure import breaks, paper, press, qr
from brochure.build import lay_out
from brochure.project import Job, Project, discover
from brochure.recipients.personal import Personal
from brochure.recipients.roll import Recipient
from brochure.render import Panels, render
from brochure.slots import CODE, LANGUAGE, LINK, MARK

KHMER = ("វិទ្យាល័យ", "ព្រះស៊ីសុវត្ថិ", "ហ៊ុនសែន", "បាត់ដំបង", "កំពង់ចាម", "ឧត្តរមានជ័យ", "ស្ទឹងត្រែង", "ព្រៃវែង")
ENGLISH = ("Northern", "Riverside", "Provincial", "Technical", "Saint Mary", "Secondary", "Boarding", "Kampong")


def recipient(number: int, **values: str) -> Recipient:
    """The school of a row, with its own words in every column; ``values`` replace some of them, "" takes one away."""
    words = [(number // 8**place) % 8 for place in range(2)]
    row = {"id": f"{number}", "name_en": f"{' '.join(ENGLISH[word] for word in words)} School {number}",
           "name_km": f"វិទ្យាល័យ{''.join(KHMER[word] for word in words)} {number}", "contact": f"Sok Dara {number}",
           "telephone": f"+855 00 000 {number:03}", "url": f"https://example.org/school/{number}",
           "event_date": f"2026-11-{number % 28 + 1:02}"} | values
    return Recipient(row["id"], number + 2, {column: text for column, text in row.items() if text})


def where(row: int, column: str) -> str:
    """How the tests name a cell."""
    return f"row {row}, {column}"


def personal(edition: str, language: str, layout: str = "trifold-a4", project: Project | None = None) -> Personal:
    """A job of the real project, or of another one's first career."""
    project = project or discover(ROOT)
    return Personal(Job(project.careers[0], layout, edition, language), project, where)


def made(one: Personal, recipients: Sequence[Recipient]) -> dict[str, bytes]:
    """The file of each recipient, by its id; none may fail."""
    found = {}
    for who, result in one.files(recipients):
        assert isinstance(result, bytes), result
        found[who.id] = result
    assert set(found) == {who.id for who in recipients}
    return found


def refused(one: Personal, *recipients: Recipient) -> dict[str, list[str]]:
    """The sentences about the recipients that have no file, by their ids."""
    return {who.id: list(map(str, result)) for who, result in one.files(recipients) if not isinstance(result, bytes)}


def rendered(one: Personal, who: Recipient, sizes: Mapping[str, float] | None = None) -> bytes:
    """One file by a whole rendering; ``sizes`` says of slots which part of their size their text has."""
    laid = lay_out(one.job, one.project, lacking=one.lacking(who))
    say = one.say(laid.page, who)
    edition, project = one.project.edition(one.job.edition), one.project
    terms = breaks.glossary(project.root / f"locales/{one.job.language}/glossary.csv", project.root)
    slots = {str(number): slot for number, slot in enumerate(laid.page.slots)}

    def edit(tree: Element) -> None:
        breaks.apply(tree, one.job.language, terms)
        for element in tree.iter():
            number = element.get("data-slot", "")
            if number not in slots:
                continue
            if slots[number].kind == CODE:
                element.set("src", qr.data_url(say.texts[number]))
                element.set("alt", element.get("alt", "").replace(f"{MARK}{number}", say.marks[number]))
                continue
            if slots[number].kind == LINK:
                element.set("href", say.marks[number])
            else:
                element.set("data-language", say.marks[f"{LANGUAGE}{number}"])
            holder = element
            if size := (sizes or {}).get(slots[number].name):
                element.text, holder = "", SubElement(element, "span", {"style": f"font-size:{size}em"})
            holder.text = say.texts[number]
        next(tree.iter("title")).text = say.title

    panels: Panels = render(laid.page.html, project=project.root, fonts=project.root / "assets/fonts", edit=edit,
                            name=str(one.job))
    if not edition.imposed:
        return panels.write(variant=edition.variant, tagged_ua=True, dpi=edition.dpi, finish=press.plain)
    sheets = paper.sheets(one.job, project, (laid,))[0]
    return panels.write(variant=edition.variant, tagged_ua=False, dpi=edition.dpi,
                        finish=lambda pdf: press.write(paper.bind(one.job, project, sheets, (pdf,))))


def pictures(data: bytes) -> list[Image.Image]:
    """Every page, as PDFium draws it at 144 dpi."""
    return [page.render(scale=2).to_pil().convert("RGB") for page in pypdfium2.PdfDocument(BytesIO(data))]


def texts(data: bytes) -> list[str]:
    """The text of every page, as PDFium finds it."""
    return [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(BytesIO(data))]


def difference(one: Sequence[Image.Image], two: Sequence[Image.Image]) -> int:
    """The largest difference of a channel of a pixel."""
    assert [page.size for page in one] == [page.size for page in two]
    return max(int(most) for a, b in zip(one, two, strict=True) for _, most in ImageChops.difference(a, b).getextrema())
