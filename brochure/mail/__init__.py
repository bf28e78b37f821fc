"""Mail: each school its own brochures, in its own language, as a letter of bytes that are made once.

    settings   who writes, which edition, which server          addresses  what may stand in a header or an envelope
    words      subject, text and HTML in the row's language     letter     one message, to the byte
    letters    a list of schools as letters and problems        drafts     letters to open and send by hand
"""
