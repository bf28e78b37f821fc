"""Catalog: a language's PO files, read strictly, and the words they put in the source text's place.

    store    PO file → Catalog    a strict line check, then translate-toolkit
    markup   msgstr → Words       tags and placeholders: data, never code
    copy     catalogs → Copy      the messages of one language, with a policy for gaps
    damage   what is wrong with a PO file, in a translator's words
    extract  templates → .pot     Babel's extraction, with our own reader of content and templates
"""
