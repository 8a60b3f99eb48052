"""The page that ``prle report`` writes: records in, one self-contained HTML file out.

It stands beside ``views``, which turn records into pictures for a terminal. Templates say what is on the page, pure
functions draw its charts as SVG; only this package knows Jinja2, which comes with the extra ``report``.
"""
