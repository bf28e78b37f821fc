"""Multilingual career brochures: a career's content, in a language, poured into a layout, published as an edition.

The pipeline, one module a step (``break`` is ``breaks.py``, since ``break`` is a word of Python):

    discover → content → catalog → compose → break → render → copyfit → impose → press → preflight
"""

__version__ = "0.1.0"

BASE = "https://brochure.invalid/"  # never resolves (RFC 2606), and keeps the machine's paths out of the PDF

PIPELINE = ("discover", "content", "catalog", "compose", "break", "render", "copyfit", "impose", "press", "preflight")
