"""Check: what a reader of paper would stumble over in one language's catalogs, said to its translator.

    run          check() and fix(), the two ways in
    rules        how a rule is written and registered; its docstring is its manual
    facts        what rules may ask: messages, style, glossary, script, fonts
    file         F  the file as a whole
    safety       S  tags and strange characters      P  placeholders
    numbers      N  numbers, addresses, telephones
    state        T  untranslated, fuzzy, copied, translated in two ways
    glossary     G  terms, forbidden terms, words to keep
    typography   Y  spaces, quotation marks, final punctuation, invisible characters
    southeast    K  Khmer, and scripts written like it
    glyphs       L  glyphs that the fonts lack, dotted circles, text that does not fit
    silence      U  the translator's "lint-ok" comments
"""
