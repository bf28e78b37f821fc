"""A composition: one document between its layout and its PDF, and everything WeasyPrint says meanwhile."""

import contextlib
import os
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

import pydyf
import weasyprint
import weasyprint.document
from weasyprint.images import RasterImage
from weasyprint.pdf import VARIANTS

from brochure import BASE
from brochure.errors import Problem, RenderError
from brochure.render import apart, boxes, clusters, complaints, fonts, slots, tags, weights
from brochure.render.fetcher import ProjectFetcher
from brochure.render.panels import Filled

PDF_UA = "pdf/ua-1"
LINK_SCHEMES = frozenset({"https", "http", "mailto", "tel"})
UNSEEN = dict.fromkeys(map(ord, "\u200b\u2060\u00ad"))  # break opportunities have no place in a title


@dataclass(frozen=True)
class Composition:
    """A laid-out document; `draw` makes PDF objects of it, as often as wanted."""

    name: str
    document: Any
    fetcher: ProjectFetcher
    images: Mapping[str, Any]
    profiles: Mapping[str, Any]  # colour profiles of the style sheets
    fonts_key: str
    families: frozenset[str]  # that the fonts folder offers
    survey: boxes.Survey
    lost: Mapping[str, tuple[int, int]]
    apart: bool

    def only(self, pages: Sequence[int]) -> "Composition":
        """The same with some of its pages, by their indices."""
        return replace(self, document=self.document.copy([self.document.pages[index] for index in pages]))

    def draw(self, *, variant: str | None, tagged_ua: bool, dpi: int | None) -> pydyf.PDF:
        """The complete PDF objects."""
        return self.fill({}, variant=variant, tagged_ua=tagged_ua, dpi=dpi)[0]

    def fill(
        self, texts: Mapping[str, Sequence[str]], *, variant: str | None, tagged_ua: bool, dpi: int | None
    ) -> tuple[pydyf.PDF, tuple[Filled, ...]]:
        """The complete PDF objects, with every text of each slot."""
        flavour = variant or (PDF_UA if tagged_ua else None)
        self._prepare(flavour)
        drawn: list[pydyf.PDF] = []

        def keep(_: Any, pdf: pydyf.PDF) -> None:
            drawn.append(pdf)
            pdf.write = lambda *_, **__: None  # the press writes the bytes

        with (
            complaints.listening() as listener,
            clusters.exact_text() as text,
            tags.complete_tags(self.document),
            slots.filling(self.document.pages, texts, self.fonts_key) as filling,
            self._resolution(dpi),
            _stops(self.name),
            warnings.catch_warnings(),
        ):
            warnings.filterwarnings("ignore", "unclosed file .*sRGB", ResourceWarning)  # WeasyPrint's own
            self.document.write_pdf(finisher=keep, pdf_variant=flavour, pdf_tags=tagged_ua or None, dpi=dpi)
        _raise(
            [
                *self.fetcher.refused.values(),
                *_complaints(listener, self.name, self.survey, self.fetcher),
                # Only now is text in pictures known; the text of the page was looked at before.
                *fonts.missing_families(dict.fromkeys(text.stacks), self.families, self.name),
                *weights.missing(text.uses, self.fonts_key, self.name),
            ]
        )
        tags.complete_metadata(drawn[0], pdf_ua=tagged_ua, seed=self.name)
        return drawn[0], filling.filled(drawn[0])

    def _prepare(self, flavour: str | None) -> None:
        """Undo what an earlier drawing left; set what WeasyPrint does when it knows the flavour at layout."""
        self.document.fonts = {}
        self.document.color_profiles = dict(self.profiles)
        self.document.output_intent = VARIANTS[flavour][1].get("output_intent") if flavour else None
        metadata = self.document.metadata
        if not flavour or not flavour.startswith("pdf/x") or (metadata.created and metadata.modified):
            return
        epoch = os.environ.get("SOURCE_DATE_EPOCH", "")  # WeasyPrint would take the clock's time
        if not epoch.isdecimal():
            hint = "give the page dcterms.created and dcterms.modified, or set SOURCE_DATE_EPOCH"
            raise RenderError([Problem(self.name, "PDF/X needs a date, and the document has none", hint)])
        moment = datetime.fromtimestamp(int(epoch), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        metadata.created = metadata.created or moment
        metadata.modified = metadata.modified or moment

    @contextlib.contextmanager
    def _resolution(self, dpi: int | None) -> Iterator[None]:
        """Set the pictures' highest resolution, which WeasyPrint fixes when it reads them."""
        pictures = [image for image in self.images.values() if isinstance(image, RasterImage)]
        data = [picture.image_data for picture in pictures]
        for picture in pictures:
            picture._dpi = dpi
        try:
            yield
        finally:
            for picture, original in zip(pictures, data, strict=True):
                picture.image_data = original  # a smaller copy took its place


def lay_out(
    html: str, *, project: Path, fonts_key: str, edit: Callable[[Element], None], name: str
) -> Composition:
    """Lay out `html` with the fonts that `fonts.isolate` gave the key of."""
    fetcher, images = ProjectFetcher(project), dict[str, Any]()
    source = weasyprint.HTML(string=html, base_url=BASE, url_fetcher=fetcher)
    root = source.etree_element
    edit(root)
    configuration = fonts.configuration(fonts_key)
    with complaints.listening() as listener, _styles() as styles, _stops(name):
        document = source.render(font_config=configuration, cache=images)
    if complaints.lost_sheet(listener.complaints, fetcher.refused):
        _raise(fetcher.refused.values())
    survey = boxes.survey(document.pages)
    families = fonts.families(fonts_key)
    problems = [
        *fetcher.refused.values(),
        *_complaints(listener, name, survey, fetcher),
        *fonts.missing_families(survey.stacks, families, name),
        *weights.missing(survey.uses, fonts_key, name),
        *_links(document, name),
        *_pages(survey, name),
    ]
    if configuration._folder is not None:
        fonts.configuration.cache_clear()  # it would offer the face to the next document too
        hint = "put the font into assets/fonts and name its family"
        problems.append(Problem(name, "@font-face is not used here", hint))
    _raise(problems)
    _clean_titles(document)

    def shown(element: Element) -> bool:
        style = styles[0](element)
        return style is None or style["display"] != ("none",)

    return Composition(
        name=name,
        document=document,
        fetcher=fetcher,
        images=images,
        profiles=dict(document.color_profiles),
        fonts_key=fonts_key,
        families=families,
        survey=survey,
        lost=boxes.lost(boxes.letters(root, shown), survey.laid_out),
        apart=apart.apart(root, styles[0], (*fetcher.sheets.values(), *(style.text or "" for style in root.iter("style")))),
    )


@contextlib.contextmanager
def _styles() -> Iterator[list[Any]]:
    """Catch the function that knows each element's computed style: WeasyPrint forgets it after layout."""
    compute, caught = weasyprint.document.get_all_computed_styles, []

    def get_all_computed_styles(*arguments: Any, **named: Any) -> Any:
        caught.append(compute(*arguments, **named))
        return caught[-1]

    weasyprint.document.get_all_computed_styles = get_all_computed_styles
    try:
        yield caught
    finally:
        weasyprint.document.get_all_computed_styles = compute


@contextlib.contextmanager
def _stops(name: str) -> Iterator[None]:
    """Turn a fault inside WeasyPrint into a problem: with one it answers much of what it cannot do."""
    try:
        yield
    except Exception as error:
        reason = f"{type(error).__name__}: {error}".strip(": ").splitlines()[0][:300]
        hint = (
            "take back the last change of the template or style sheet: WeasyPrint cannot do what it asks for"
        )
        raise RenderError([Problem(name, f"WeasyPrint stopped with {reason}", hint)]) from error


def _complaints(
    listener: complaints.Listener, name: str, survey: boxes.Survey, fetcher: ProjectFetcher
) -> Iterable[Problem]:
    texts = ((ink.key, ink.text) for ink in survey.ink)
    return complaints.problems(listener.complaints, name, texts, fetcher.refused)


def _links(document: Any, name: str) -> Iterable[Problem]:
    for page in document.pages:
        for kind, target, _, _ in page.links:
            alive = urlsplit(target).scheme in LINK_SCHEMES and not target.startswith(BASE)
            if kind == "external" and not alive:
                what = f"a link leads to {target.removeprefix(BASE)[:200]}"
                yield Problem(name, what, "link to https:, mailto: or tel: only")


def _pages(survey: boxes.Survey, name: str) -> Iterable[Problem]:
    for number, names in enumerate(survey.names, 1):
        if not names:
            what = f"page {number} belongs to no panel"
            yield Problem(name, what, "put everything into a <section data-panel>")
        elif len(names) > 1:
            what = f"the panels {' and '.join(names)} share page {number}"
            yield Problem(name, what, "give each panel a page of its own")


def _clean_titles(document: Any) -> None:
    for page in document.pages:
        page.bookmarks[:] = [
            (level, label.translate(UNSEEN), *rest) for level, label, *rest in page.bookmarks
        ]
    if document.metadata.title:
        document.metadata.title = document.metadata.title.translate(UNSEEN)


def _raise(problems: Iterable[Problem]) -> None:
    if found := tuple(dict.fromkeys(problems)):
        raise RenderError(found)
