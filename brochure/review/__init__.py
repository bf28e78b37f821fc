"""Review: what people who work on a translation are given to read, compare and sign.

proof        marks on the page itself: gaps, numbers, room left
pictures     the panels of a job as small pictures
signature    approvals, message by message, in ``signoff.csv``
signoff      the sheet on which a translation is approved
versions     two states of a project, from a revision or a file
marks        which words of a text have changed
difference   the report of what changed on the page
document     a review document from its template, as PDF or as one HTML file
"""
