"""Faces: the project's fonts inside a web page, so that it looks right where they are not installed."""

import base64
import io
import re
from html import unescape
from pathlib import Path
from typing import Any

from fontTools import subset
from fontTools.ttLib import TTFont

FAMILY, TYPOGRAPHIC_FAMILY = 1, 16  # of the name table (OpenType 1.9)


def style(fonts: Path, html: str) -> str:
    """``@font-face`` rules for every font of the folder, cut down to the letters of the page."""
    text = unescape(re.sub(r"<[^>]*>", "", html)) + "0123456789"
    return "".join(_rule(path, text) for path in sorted(fonts.rglob("*.ttf")))


def _rule(path: Path, text: str) -> str:
    options = subset.Options(layout_features=["*"], flavor="woff2", notdef_outline=True)
    font = TTFont(path, recalcTimestamp=False)
    named = _named(font)  # before some of the names are cut away
    cutter = subset.Subsetter(options)
    cutter.populate(text=text)
    cutter.subset(font)
    font.flavor = options.flavor
    out = io.BytesIO()
    font.save(out)
    data = base64.b64encode(out.getvalue()).decode()
    return f'@font-face {{ {named} src: url(data:font/woff2;base64,{data}) format("woff2") }}\n'


def linked(path: Path, address: str) -> str:
    """The ``@font-face`` rule for a font that the browser fetches from an address."""
    with TTFont(path, lazy=True) as font:
        return f"@font-face {{ {_named(font)} src: url({address}) }}\n"


def _named(font: TTFont) -> str:
    """A font's family and weight as it says them itself."""
    names = font["name"]
    family = names.getDebugName(TYPOGRAPHIC_FAMILY) or names.getDebugName(FAMILY)
    weight = f"{int(axis.minValue)} {int(axis.maxValue)}" if (axis := _weights(font)) else str(font["OS/2"].usWeightClass)
    return f'font-family: "{family}"; font-weight: {weight};'


def _weights(font: Any) -> Any:
    """The weight axis of a variable font."""
    return next((axis for axis in font["fvar"].axes if axis.axisTag == "wght"), None) if "fvar" in font else None
