"""The yardstick of personal files: the same page rendered anew with a recipient's words in their places."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from io import BytesIO
from xml.etree.ElementTree import Element, SubElement

import pypdfium2
from factories import ROOT
from PIL import Image, ImageChops

from brochure import breaks, paper, press, qr
from brochure.build import Laid, halves
from brochure.project import Job, Project, discover
from brochure.recipients.personal import Personal, Say
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
    laids = halves(one.job, one.project, lacking=one.lacking(who))
    edition, project, say = one.project.edition(one.job.edition), one.project, one.say(laids, who)
    again = [_rendered(laid, say, project, sizes or {}) for laid in laids]
    if not edition.imposed:
        return again[0].write(variant=edition.variant, tagged_ua=True, dpi=edition.dpi, finish=press.plain)
    return paper.write(one.job, project, [replace(laid, panels=panels) for laid, panels in zip(laids, again, strict=True)],
                       paper.sheets(one.job, project, laids)[0])


def _rendered(laid: Laid, say: Say, project: Project, sizes: Mapping[str, float]) -> Panels:
    """The page again, with what the row says in the place of its slots."""
    tag, slots = laid.job.language, laid.page.slots
    terms = breaks.glossary(project.root / f"locales/{tag}/glossary.csv", project.root)

    def edit(tree: Element) -> None:
        breaks.apply(tree, tag, terms)
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
            if size := sizes.get(slots[number].name):
                element.text, holder = "", SubElement(element, "span", {"style": f"font-size:{size}em"})
            holder.text = say.texts[number]
        next(tree.iter("title")).text = say.title

    return render(laid.page.html, project=project.root, fonts=project.root / "assets/fonts", edit=edit, name=str(laid.job))


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
