"""Printer: what stands between a finished file and a sheet that folds at its marks.

    ticket      what a PDF asks of a printer: paper, sides, size
    lp          the printers of this computer, through CUPS' commands
    folding     what is done with the sheets when they are printed
    coach       a page for whoever prints: settings, pictures, folds
    testsheet   a sheet that shows what a printer does to lengths, folds and the back
"""
