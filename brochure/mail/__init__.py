"""Mail: each school its own brochures, in its own language, as a letter of bytes that are made once.

    settings   who writes, which edition, which server          addresses  what may stand in a header or an envelope
    parcels    of every row: to whom, and which brochures       enclosures the brochures' files, and a picture of the first
    words      subject, text and HTML in the row's language     letter     one message, to the byte
    letters    a list of schools as letters and problems        drafts     letters to open and send by hand
    imap       a mailbox and its folders
"""
