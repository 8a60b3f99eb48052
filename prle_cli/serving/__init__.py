"""Answers over HTTP: the reports that views draw for a terminal, as JSON for programs and a page for people.

It stands beside ``views`` and ``html``: what it sends is made by the functions behind ``--format json``, so that an
answer is the same however it was asked for. Starlette and uvicorn are known here alone.
"""
