"""Panels: the laid-out document, what stands where in it, and the way from it to a PDF."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar
from xml.etree.ElementTree import Element

from brochure.errors import Problem

if TYPE_CHECKING:
    import pydyf

    from brochure.render.composition import Composition

T = TypeVar("T")

# WeasyPrint takes 0.4 s to import and reads the environment meanwhile: the modules that need it are imported
# by the functions, after `fonts.isolate` and `engine.load`.


@dataclass(frozen=True)
class Panel:
    """One rendered page, in mm at trim size; a panel that overflows repeats its name on the next page.

    `room` is the page's content box: x, y, width, height from the trim's top-left corner.
    """

    name: str
    width: float
    height: float
    room: tuple[float, float, float, float]


@dataclass(frozen=True)
class Ink:
    """One fragment of a line, or one picture (text ""), in mm from its panel's top-left trim corner.

    `panel` is an index into `Panels.panels`; `key` the message it belongs to. Rotation is not counted in.
    """

    panel: int
    key: str | None
    x: float
    y: float
    width: float
    height: float
    text: str


@dataclass(frozen=True)
class Filled:
    """A slot as it was drawn: `form` is the number of the Form XObject that stands for it, `texts` has the number of the
    one that takes its place for each text, `problems` what is wrong with the texts that could not be drawn.
    """

    slot: str
    form: int
    texts: Mapping[str, int]
    problems: Mapping[str, Problem]

    def moved(self, by: int) -> "Filled":
        """The same in a document in which all numbers are counted on."""
        return replace(self, form=self.form + by, texts={text: number + by for text, number in self.texts.items()})


class Panels:
    """The rendered panels in reading order.

    `lost` has the messages of which less was laid out than the HTML holds: key -> (letters in the HTML, laid
    out). `served` are the project's files that went in, as paths from its root. `shelf` are the font families
    the project has, written as fontconfig compares them: no other may be in the PDF. `apart` says whether a panel
    would be the same without the others.
    """

    def __init__(self, composition: "Composition", served: tuple[str, ...]) -> None:
        self.panels: tuple[Panel, ...] = tuple(composition.survey.panels)
        self.ink: tuple[Ink, ...] = tuple(composition.survey.ink)
        self.lost: Mapping[str, tuple[int, int]] = composition.lost
        self.shelf: frozenset[str] = composition.families
        self.apart = composition.apart
        self.served = served
        self._composition = composition

    @property
    def inputs(self) -> Mapping[str, str]:
        """What the panels are made of beside the HTML: digests of the project's files, and the state of its fonts."""
        return {**self._composition.fetcher.digests, "": self._composition.fonts_key}

    def only(self, pages: Sequence[int]) -> "Panels":
        """Some of the pages, by their indices, to be written without the others."""
        return Panels(self._composition.only(pages), self.served)

    def write(
        self, *, variant: str | None, tagged_ua: bool, dpi: int | None, finish: "Callable[[pydyf.PDF], bytes]"
    ) -> bytes:
        """The bytes that `finish` makes of the complete PDF objects.

        `variant` is WeasyPrint's name of a PDF flavour ("pdf/a-3a", "pdf/x-4"); `tagged_ua` adds tags and the
        claim of PDF/UA-1; `dpi` is the highest resolution of pictures. May be called again with other values.
        Raises `RenderError` with everything WeasyPrint complains about.
        """
        return finish(self._composition.draw(variant=variant, tagged_ua=tagged_ua, dpi=dpi))

    def fill(
        self, texts: Mapping[str, Sequence[str]], *, variant: str | None, tagged_ua: bool, dpi: int | None,
        finish: "Callable[[pydyf.PDF, tuple[Filled, ...]], T]",
    ) -> T:
        """As `write`, with every one of `texts` drawn for its slot: the complete objects hold them all."""
        return finish(*self._composition.fill(texts, variant=variant, tagged_ua=tagged_ua, dpi=dpi))


def render(html: str, *, project: Path, fonts: Path, edit: Callable[[Element], None], name: str) -> Panels:
    """Lay out `html`, after `edit` has changed its tree; its addresses begin with https://brochure.invalid/.

    `fonts` is the only folder whose fonts exist; `name` says in problems which document it is, and makes
    identifiers reproducible. Raises `RenderError` for everything WeasyPrint complains about, `SetupError` for
    a machine on which it cannot work.
    """
    from brochure.render import engine
    from brochure.render.fonts import isolate

    key = isolate(fonts)
    engine.load()

    from brochure.render.composition import lay_out

    composition = lay_out(html, project=project, fonts_key=key, edit=edit, name=name)
    return Panels(composition, tuple(sorted(composition.fetcher.served)))
