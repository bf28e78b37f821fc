"""Recipients: the schools that brochures are made for, one row of a list each.

    sources   a list as rows of text, from CSV                    workbook  … from Excel
    columns   the known columns and their kinds                   cells     what a cell of each kind may say
    clusters  a letter with all that hangs on it                  offer     the project's languages, layouts, editions, fonts
    roll      the list: recipients, and every problem of them     names     file names from ids
    words     what a row says in a slot of a layout               personal  a job laid out once, and a file for each recipient
    orders    which jobs are wanted for a row                     build     a file for each recipient of a whole list
    run       the print runs of a whole list                      series    the files of one run
    stack     the paper of a school's brochures in it
    blank     a page laid out once and filled in many times       separators, packing   labels and the list of a run
    report    what became of every row
"""
