"""What all pages share: how they look, how they follow a hall, and the words they say.

    site.py        `Site`: templates, static files and headers; one for all packages with pages
    words.py       the catalogues of `translations/`, read as they are
    static/        tokens.css dark.css page.css: the look; hall.js: the line to a hall; line.js and
                   words.js: what a page says of its line, and in which languages
    templates/     base.html, which every page extends; problem.html, a page that is not there

Which pages there are is for the packages that have them.
"""
