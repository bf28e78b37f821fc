"""Preview: a local web page that shows every brochure as it will print, and in which a translator types on the page.

    state     which brochures there are, what each depends on, what is known of it
    drawing   one brochure as pictures, and what is wrong with it
    parts     what of it is laid out anew
    places    where its panels and its lines stand on the pages
    pictures  pages, or boxes of them, as JPEGs
    worker    the process that draws; it can be killed
    watch     files that change, and the brochures that are drawn anew
    entries   one message in the text of a catalog
    reading   what is known of the catalogs until a file changes
    person    who translates
    edit      what a translator does: read, try, save, approve, undo
    checks    what is to be said of the messages beside how they fit
    words     what the page itself says, and what brochures are called
    faces     the fonts it is set in
    guard     who may ask: the browser that was given the link, and nobody through it
    app       the addresses, and what they answer
    gallery   those at which the brochures are looked at
    desk      those at which a translator works
    answers   what is found, as JSON
    server    all of it together, on this computer's own address
"""
