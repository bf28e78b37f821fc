"""Mail: each school its own brochures, in its own language, as a letter of bytes that are made once.

    settings   who writes, which edition, which server          addresses  what may stand in a header or an envelope
    parcels    of every row: to whom, and which brochures       enclosures the brochures' files, and a picture of the first
    words      subject, text and HTML in the row's language     letter     one message, to the byte
    letters    a list of schools as letters and problems        drafts     letters to open and send by hand
    secrets    passwords and tokens, which are shown nowhere    imap       a mailbox and its folders
    outbox     the letters of a list, put into its journal      rehearsal  the same letters, to somebody who tries them
    journal    every letter's bytes and fate, on the disk       records    what it says of each
    connection a conversation with a server, step by step       replies    what the server's answers mean
    sender     letter after letter, each at most once           pace       how long to wait
    shield     Ctrl-C waits for the letter in hand              report     what became of every letter
    bounces    delivery reports, read by IMAP                   suppressions  addresses that get no letter
"""
