"""Preflight: read the finished file and compare it with what its edition promises.

Nothing that came before is trusted: only the bytes are read, by other programs than the one that
wrote them (qpdf, PDFium, page-validation, ZXing). What a check finds is a problem: an error (the file must
not leave), a warning or a remark.

    promise        what is checked               claim         the promise a strange file makes itself
    file           opening; what others share    report        a file's problems, coverage and cost
    content        what the pages paint          spaces        colour spaces and inks

The checks, a module each, and their order: ``checks.CHECKS``.
"""

from brochure.preflight.checks import preflight, validated
from brochure.preflight.promise import Promise

__all__ = ["Promise", "preflight", "validated"]
