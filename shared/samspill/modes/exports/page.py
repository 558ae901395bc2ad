"""The page of a link: one button. Mail filters open links, so that opening one must do nothing."""

from __future__ import annotations

from html import escape

from samspill.export_files import FileLink
from samspill.modes.exports.texts import TEXTS
from samspill.reasons import Language
from samspill.signs import shown

HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}
"""The address holds the token: nothing may keep the page, show it in a frame, or tell the address on."""
_PAGE = """<!doctype html>
<html lang="{language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>body{{font:1rem/1.5 system-ui,sans-serif;max-width:32rem;margin:4rem auto;padding:0 1rem}}
button{{font:inherit;padding:.6rem 1.2rem;cursor:pointer}}</style></head>
<body><h1>{title}</h1>{body}</body></html>
"""
_SIZES = (("MB", 1024 * 1024), ("kB", 1024))


def open_page(language: Language, link: FileLink) -> str:
    """Return the page that offers the file."""
    texts = TEXTS[language]
    what = texts.what.format(name=shown(link.name), rows=link.rows, size=size(link.size_bytes))
    until = texts.until.format(until=f"{link.ends_at:%Y-%m-%d %H:%M} UTC")
    button = f'<form method="post"><button>{escape(texts.fetch)}</button></form>'
    return _page(language, texts.title, f"<p>{escape(what)}</p><p>{escape(until)}</p>{button}")


def closed_page(language: Language) -> str:
    """Return the one page for links that lead nowhere."""
    texts = TEXTS[language]
    return _page(language, "Samspill", f"<p>{escape(texts.closed)}</p>")


def size(size_bytes: int) -> str:
    """Return a size as a person reads it."""
    for unit, unit_bytes in _SIZES:
        if size_bytes >= unit_bytes:
            return f"{size_bytes / unit_bytes:.0f} {unit}"
    return f"{size_bytes} B"


def _page(language: Language, title: str, body: str) -> str:
    return _PAGE.format(language=language, title=escape(title), body=body)
