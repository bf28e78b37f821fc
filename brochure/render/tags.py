"""Tags and metadata: what WeasyPrint's lack for a screen reader and for a validator."""

import contextlib
import re
import uuid
from collections.abc import Iterator
from typing import Any

import pydyf
import weasyprint.pdf.tags as tagging

PASSED_THROUGH = frozenset({"html", "body"})  # WeasyPrint makes no structure element of these
SPOKEN = "data-language"  # of words that are put in later (slots): a mark stands for their language
POINTS = 0.75  # of a CSS pixel
DOCUMENT_ID = re.compile(rb"xmp\.did:[0-9a-f-]{36}")
RDF = re.compile(rb"<rdf:RDF\b[^>]*>")

# PDF/A allows a foreign schema only with its description beside it (ISO 19005-2, 6.6.2.3).
PDF_UA = b"""
<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">
<pdfuaid:part>1</pdfuaid:part>
</rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289 that the file conforms to</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
"""


@contextlib.contextmanager
def complete_tags(document: Any) -> Iterator[None]:
    """Within it structure elements say their language, and figures their box in the PDF's own coordinates.

    An element says its language where it differs from the element above; the document's is in the catalog.
    """
    build = tagging._build_box_tree
    heights = [page.height for page in document.pages]
    languages = [document.metadata.lang]

    def build_box_tree(
        box: Any, parent: Any, pdf: Any, page_number: int, nums: Any, annotations: Any, tags: Any
    ) -> list[Any]:
        real = getattr(box, "_box", box)  # an absolutely positioned box stands behind a placeholder
        if real.element is None or real.element_tag in PASSED_THROUGH:
            return list(build(box, parent, pdf, page_number, nums, annotations, tags))
        outer, language = languages[-1], real.element.get(SPOKEN) or real.style["lang"] or languages[-1]
        languages.append(language)
        try:
            elements = list(build(box, parent, pdf, page_number, nums, annotations, tags))
        finally:
            languages.pop()
        for element in elements:
            if language != outer:
                element["Lang"] = pydyf.String(language)
            if element["S"] == "/Figure":
                left, top, right, bottom = element["A"]["BBox"]
                height = heights[page_number]
                corners = (left, height - bottom, right, height - top)
                element["A"]["BBox"] = pydyf.Array([round(value * POINTS, 3) for value in corners])
        return elements

    tagging._build_box_tree = build_box_tree
    try:
        yield
    finally:
        tagging._build_box_tree = build


def complete_metadata(pdf: pydyf.PDF, *, pdf_ua: bool, seed: str) -> None:
    """Leave the XMP packet readable, add PDF/UA-1 to PDF/A where `pdf_ua`, make its identifier of `seed`.

    Some validators read PDF/A-2 and later as forbidding a compressed packet.
    """
    identifier = b"xmp.did:" + str(uuid.uuid5(uuid.NAMESPACE_URL, seed)).encode()
    for stream in pdf.objects:
        if not isinstance(stream, pydyf.Stream) or stream.extra.get("Type") != "/Metadata":
            continue
        stream.compress = False
        packet = DOCUMENT_ID.sub(identifier, stream.stream[0])
        if pdf_ua and b"pdfuaid:part" not in packet:
            packet = RDF.sub(lambda start: start[0] + PDF_UA, packet, count=1)
        stream.stream[0] = packet
