"""Separation: every colour of a document turned into inks, those of a press or the one of a copier.

A colour is looked up, never calculated: a press mixes what a designer chose, and body text in four inks would
show every plate that is a hair off. Only photographs are converted, with the ICC profile of the press.
Inks are fractions, 0 (paper) to 1 (solid). DeviceGray is the black plate already and stays; so does what is
given in the space of the inks. Type 3 glyphs are masks, which take the colour of the text.
"""

import functools
import io
import re
import struct
import zlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pydyf

from brochure.errors import Problem, TemplateError
from brochure.press import Objects

SPACES = {1: "/DeviceGray", 4: "/DeviceCMYK"}
OPERATORS = {1: (b"g", b"G"), 4: (b"k", b"K")}
LUMINOSITY = (0.3, 0.59, 0.11)
"""How much of red, green and blue the eye sees, as ISO 32000-1 has it for soft masks (10.3.4, 11.5.3)."""

QUALITY = 90
"""Of a photograph's JPEG: above it the file grows and print does not."""

NUMBER = rb"[-+]?+(?:\d++\.?+\d*+|\.\d++)"
PAINT = re.compile(
    rb"\((?:\\.|[^\\()])*\)|<[0-9A-Fa-f\s]*>"  # strings, in which nothing is an operator
    rb"|(?<!\S)(?P<values>(?:" + NUMBER + rb"\s+)++)(?P<set>rg|RG|scn|SCN|sc|SC)(?!\S)"
    rb"|(?<!\S)/(?P<space>\S+)\s+(?P<choose>cs|CS)(?!\S)",
    re.DOTALL,
)
REFERENCE = re.compile(rb"(\d+) 0 R")


def separated(objects: Objects, inks: Mapping[str, Sequence[float]], profile: bytes | None, where: str) -> Objects:
    """The same objects, with every colour as the inks that ``inks`` has for it: #rrggbb → four fractions, or one.

    ``where`` is the file the inks stand in, for problems. Raises TemplateError for every colour without inks, and
    for pictures if there are four and no ``profile``. Transparency stays as it is; soft masks become grey.
    """
    return _Separation(objects, inks, profile, where).result()


def intents(objects: Objects, profile: bytes, condition: str) -> pydyf.Array:
    """The output intents of PDF/X, for the catalog; the profile is added to the objects.

    ``condition`` is the printing condition's name in the registry of the International Color Consortium.
    """
    number = max(objects) + 1
    objects[number] = pydyf.Stream([profile], {"N": 4}, compress=True)
    intent = {"Type": "/OutputIntent", "S": "/GTS_PDFX", "OutputConditionIdentifier": pydyf.String(condition),
              "RegistryName": pydyf.String("http://www.color.org"), "Info": pydyf.String(condition),
              "DestOutputProfile": b"%d 0 R" % number}
    return pydyf.Array([pydyf.Dictionary(intent)])


class _Separation:
    """One run over the objects; what has no ink is collected, so that all of it is said at once."""

    def __init__(self, objects: Objects, inks: Mapping[str, Sequence[float]], profile: bytes | None, where: str) -> None:
        self.objects, self.inks, self.profile, self.where = objects, inks, profile, where
        self.plates = len(next(iter(inks.values())))
        self.panels = _panels(objects)
        self.masks = _masks(objects)
        self.missing = defaultdict[str, set[int]](set)
        self.problems: list[Problem] = []

    def result(self) -> Objects:
        made = {number: self._object(number, item) for number, item in self.objects.items()}
        where, plates = f"{self.where}: inks", self.plates
        lacking = [Problem(where, f"the colour {colour} has no ink{_standing(panels)}", _hint(colour, plates))
                   for colour, panels in self.missing.items()]
        if problems := lacking + self.problems:
            raise TemplateError(problems)
        return made

    def _object(self, number: int, item: pydyf.Object) -> pydyf.Object:
        if isinstance(item, pydyf.Stream):
            if _is_picture(item):
                return self._picture(number, item)
            if number in self.panels or item.extra.get("Subtype") == "/Form" or "PatternType" in item.extra:
                return self._drawing(number, item)
        elif isinstance(item, pydyf.Dictionary) and "ShadingType" in item:
            return self._shading(number, item)
        return item

    def _plates(self, number: int) -> int:
        return 1 if number in self.masks else self.plates

    def _inks(self, number: int, values: Sequence[float]) -> Sequence[float] | None:
        """What to write for a colour given in RGB; None if it has no ink."""
        if number in self.masks:
            return (sum(share * value for share, value in zip(LUMINOSITY, values, strict=True)),)
        name = _name(values)
        found = self.inks.get(name)
        if found is None:
            self._lacks(number, name)
            return None
        return (1 - found[0],) if self.plates == 1 else found

    def _lacks(self, number: int, name: str) -> None:
        self.missing[name].update({self.panels[number]} if number in self.panels else ())

    def _drawing(self, number: int, stream: pydyf.Stream) -> pydyf.Stream:
        plates, extra = self._plates(number), dict(stream.extra)
        strange: dict[bool, str] = {}  # a space without inks that is in force, for strokes and for fills

        def ink(match: re.Match[bytes]) -> bytes:
            word = match["set"] or match["choose"]
            if not word:
                return match[0]
            stroke = word.isupper()
            if match["choose"]:
                space = match["space"].decode()
                strange[stroke] = "" if f"/{space}" in ("/DeviceGray", SPACES[plates]) else space
                return match[0]
            values = [float(value) for value in match["values"].split()]
            if word in (b"rg", b"RG"):
                inks = self._inks(number, values)
                return match[0] if inks is None else b"%s %s" % (_written(inks), OPERATORS[plates][stroke])
            if space := strange.get(stroke):
                self._lacks(number, f"{space} {' '.join(f'{value:g}' for value in values)}")
            return match[0]

        if "Group" in extra:
            extra["Group"] = pydyf.Dictionary(extra["Group"] | {"CS": SPACES[plates]})
        return pydyf.Stream([PAINT.sub(ink, _body(stream))], extra, stream.compress)

    def _shading(self, number: int, shading: pydyf.Dictionary) -> pydyf.Dictionary:
        plates: set[int] = set()

        def function(old: Mapping[str, Any]) -> pydyf.Dictionary:
            new = pydyf.Dictionary(old)
            if "Functions" in old:
                new["Functions"] = pydyf.Array(map(function, old["Functions"]))
            for key in ("C0", "C1") if "C0" in old else ():
                inks = self._inks(number, old[key]) if len(old[key]) == 3 else old[key]
                new[key] = pydyf.Array(inks or old[key])
                plates.add(len(new[key]))
            return new

        made = pydyf.Dictionary(shading | {"Function": function(shading["Function"])})
        return pydyf.Dictionary(made | {"ColorSpace": SPACES.get(max(plates), "/DeviceRGB")})

    def _picture(self, number: int, stream: pydyf.Stream) -> pydyf.Stream:
        space, plates = stream.extra.get("ColorSpace"), self._plates(number)
        if space in (None, "/DeviceGray", SPACES[plates]):
            return stream
        if plates == 4 and not self.profile:
            self.problems.append(Problem(self.where, "the pictures cannot be separated without a profile", "add profile = …"))
            return stream
        photograph = stream.extra["Filter"] == "/DCTDecode"
        image = _opened(stream, photograph)
        printed = _converted(image, self.profile) if plates == 4 and self.profile else image.convert("RGB").convert("L")
        kept = {key: value for key, value in stream.extra.items() if key not in ("Filter", "DecodeParms", "Decode")}
        kept["ColorSpace"] = SPACES[plates]
        if not photograph:
            return pydyf.Stream([printed.tobytes()], kept, compress=True)
        data = io.BytesIO()
        printed.save(data, "JPEG", quality=QUALITY)
        if plates == 4:  # a JPEG of four channels is written upside down, as Adobe began it
            kept["Decode"] = pydyf.Array([1, 0] * plates)
        return pydyf.Stream([data.getvalue()], kept | {"Filter": "/DCTDecode"})


def _name(values: Sequence[float]) -> str:
    """The colour as a style sheet writes it: #rrggbb, unless it lies between two of these."""
    steps = [value * 255 for value in values]
    if all(abs(step - round(step)) < 0.01 for step in steps):
        return "#" + "".join(f"{round(step):02x}" for step in steps)
    return f"rgb({' '.join(f'{step:.2f}' for step in steps)})"


def _hint(colour: str, plates: int) -> str:
    inks = "[cyan, magenta, yellow, black]" if plates == 4 else "[black]"
    if colour.startswith("#"):
        return f'write "{colour}" = {inks} in per cent, or draw with a colour that is there'
    return f'draw with a colour written as "#rrggbb", and give that its {inks} in per cent'


def _standing(panels: set[int]) -> str:
    return f" (panel {', '.join(map(str, sorted(panels)))} in reading order)" if panels else ""


def _written(inks: Sequence[float]) -> bytes:
    return b" ".join(b"%g" % round(value, 4) for value in inks)


def _body(stream: pydyf.Stream) -> bytes:
    """What a content stream says, without compression."""
    data: bytes = pydyf.Stream(stream.stream).data
    return data.partition(b"\nstream\n")[2].removesuffix(b"\nendstream")


def _panels(objects: Objects) -> dict[int, int]:
    """The streams of pages, each with the number of its page, from 1."""
    pages = [item for item in objects.values() if isinstance(item, pydyf.Dictionary) and item.get("Type") == "/Page"]
    return {number: page for page, item in enumerate(pages, 1) for number in _numbers(item["Contents"])}


def _masks(objects: Objects) -> set[int]:
    """The objects that soft masks are drawn with: shades of grey that say how much is seen, not colours."""
    waiting = [number for item in objects.values() for found in _dictionaries(item)
               if isinstance(mask := found.get("SMask"), dict) for number in _numbers(mask["G"])]
    masks, theirs = set[int](), set[int]()  # and the resources they draw with
    while waiting:
        number = waiting.pop()
        if number in masks:
            continue
        masks.add(number)
        for resources in _numbers(getattr(objects[number], "extra", {}).get("Resources", b"")):
            theirs.add(resources)
            waiting += _held(objects[resources], "XObject", "Pattern", "Shading")
    seen = {one for number, item in objects.items() if number not in theirs for one in _held(item, "XObject")}
    return {number for number in masks if number not in seen or not _is_picture(objects[number])}


def _held(resources: Any, *kinds: str) -> list[int]:
    """The objects of these kinds that a dictionary of resources names."""
    if not isinstance(resources, dict):
        return []
    return [one for kind in kinds for value in resources.get(kind, {}).values() for one in _numbers(value)]


def _is_picture(item: pydyf.Object) -> bool:
    return isinstance(item, pydyf.Stream) and item.extra.get("Subtype") == "/Image"


def _dictionaries(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, pydyf.Stream):
        value = value.extra
    if isinstance(value, dict):
        yield value
        for one in value.values():
            yield from _dictionaries(one)


def _numbers(value: Any) -> list[int]:
    """The objects that a reference, or an array of them, leads to."""
    data = value.data if isinstance(value, pydyf.Object) else value
    return [int(number) for number in REFERENCE.findall(data)]


def _opened(stream: pydyf.Stream, photograph: bool) -> Any:
    """The picture; what is no photograph is the inside of a PNG, whose head and foot are put back."""
    from PIL import Image

    data = _body(stream)
    if photograph:
        return Image.open(io.BytesIO(data))
    head = struct.pack(">IIBBBBB", stream.extra["Width"], stream.extra["Height"], 8, 2, 0, 0, 0)  # 8 bits of R, G and B
    chunks = (b"IHDR" + head, b"IDAT" + data, b"IEND")
    parts = [struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk)) for chunk in chunks]
    return Image.open(io.BytesIO(b"\x89PNG\r\n\x1a\n" + b"".join(parts)))


def _converted(image: Any, profile: bytes) -> Any:
    from PIL import ImageCms

    return ImageCms.applyTransform(image.convert("RGB"), _transform(profile))


@functools.lru_cache(maxsize=1)
def _transform(profile: bytes) -> Any:
    """From sRGB to the press: what paper can show stays as it is, and the darkest of one is the darkest of the other."""
    from PIL import ImageCms

    return ImageCms.buildTransform(
        ImageCms.createProfile("sRGB"), ImageCms.getOpenProfile(io.BytesIO(profile)), "RGB", "CMYK",
        renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC, flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
    )
