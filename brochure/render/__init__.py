"""Render: HTML and CSS become `Panels`, and `Panels` become PDF objects; the only door to WeasyPrint.

panels      `render()`, `Panels`, `Panel`, `Ink`: what other steps use
engine      WeasyPrint itself: version, system libraries, the private names this package leans on
fonts       the project's fonts and no others
weights     no weight of a font stands in for another
fetcher     the project's files and no others, with drawings that end
clusters    text that extracts exactly, with syllables and sfnt
vectors     SVG pictures that were drawn before
apart       whether panels know nothing of each other
slots       every text of a room that recipients share
tags        languages, figure boxes and PDF/UA identification
boxes       what was laid out, and where
complaints  WeasyPrint's log as problems
"""

from brochure.render.panels import Filled, Ink, Panel, Panels, render

__all__ = ["Filled", "Ink", "Panel", "Panels", "render"]
