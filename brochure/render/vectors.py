"""Vectors: SVG pictures that a process has drawn before; the preview draws the same ones again after every change.

What is remembered is the text that a picture adds to a page, and only of a picture that adds nothing else: no font, raster
picture, group, gradient or pattern, and no complaint. It is drawn on a stream of its own, so that nothing before it counts.
"""

import contextlib
import logging
import re
from collections import OrderedDict
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import tostring

import pydyf
from weasyprint.images import SVGImage

from brochure.render.complaints import LOGGER

MOST = 8_000_000  # bytes that are remembered
DRAW = SVGImage.draw
OTHERS = re.compile(rb"href=[\"'](?!#)|@import")  # it is made of other files too
ALPHA = re.compile(r"[aA][\d.]+")  # the name of a state that says how opaque something is
SHARED = ("XObject", "Pattern", "Shading")

Drawn = tuple[dict[str, Any], bytes]
"""The states of opacity that a picture refers to, and the text that draws it."""

_known: OrderedDict[tuple[Any, ...], Drawn] = OrderedDict()


@contextlib.contextmanager
def remembered() -> Iterator[None]:
    """Within it a picture that was drawn before in the same size is not drawn again."""

    def draw(image: Any, stream: Any, width: float, height: float, style: Any) -> None:
        text = _text(image)
        key = (text, width, height, stream._output_intent, *sorted(stream._color_profiles))
        drawn = _known.get(key) or (None if OTHERS.search(text) else _draw(image, stream, width, height, style))
        if drawn is None:
            DRAW(image, stream, width, height, style)
            return
        _keep(key, drawn)
        states, content = drawn
        for name, state in states.items():
            stream._resources["ExtGState"].setdefault(name, pydyf.Dictionary(state))
        with stream.stacked():
            stream.stream.append(content)

    SVGImage.draw = draw
    try:
        yield
    finally:
        SVGImage.draw = DRAW


def _text(image: Any) -> bytes:
    if "written" not in vars(image):
        image.written = tostring(image._svg.tree._etree_node)
    written: bytes = image.written
    return written


def _draw(image: Any, stream: Any, width: float, height: float, style: Any) -> Drawn | None:
    """The picture alone; None if it adds more to the page than its text."""
    fonts, images = dict[Any, Any](), dict[Any, Any]()
    resources = pydyf.Dictionary({name: pydyf.Dictionary() for name in ("ExtGState", *SHARED)})
    resources["ColorSpace"] = stream._resources["ColorSpace"]
    bare, heard = stream.clone(fonts=fonts, images=images, resources=resources, tags=None), _Heard()
    logging.getLogger(LOGGER).addHandler(heard)
    try:
        DRAW(image, bare, width, height, style)
    finally:
        logging.getLogger(LOGGER).removeHandler(heard)
    states = resources["ExtGState"]
    more = fonts or images or heard.records or any(resources[name] for name in SHARED)
    if more or not all(ALPHA.fullmatch(name) for name in states):
        return None
    return {name: dict(state) for name, state in states.items()}, b"\n".join(bare.stream)


def _keep(key: tuple[Any, ...], drawn: Drawn) -> None:
    _known[key] = drawn
    _known.move_to_end(key)
    while sum(len(known[0]) + len(content) for known, (_, content) in _known.items()) > MOST:
        _known.popitem(last=False)


class _Heard(logging.Handler):
    """How much was complained of."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.records = 0

    def emit(self, record: logging.LogRecord) -> None:
        self.records += 1
