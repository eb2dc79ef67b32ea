"""Images in blocks and in files. Nothing is loaded: each shows what it stands for.

A file that was uploaded to the workspace is drawn as a small landscape, always the same for the
same file, so that a post with photos looks like one.
"""

from __future__ import annotations

from sandbox.page.faces import face, pictured
from sandbox.page.markup import Html, tag, words
from sandbox.page.names import Lookup
from sandbox.page.payload import Payload, object_at, text_at

_INSIDE = ("/files/", "data:image/png;base64,", "data:image/jpeg;base64,")
_PALETTES = (
    ("#cfe8f3", "#f6c65b", "#8fbf9f", "#4f8a6d"),
    ("#fde3cf", "#e8734f", "#c9a98b", "#7d6450"),
    ("#dfe6f5", "#fff3c4", "#9fb3d1", "#4a628f"),
    ("#e3f0dc", "#f2b84b", "#a7c98a", "#5d8a4a"),
    ("#f3e3ea", "#f08a7b", "#c79bb0", "#85566f"),
)
_HILLS = (
    "M0 128 C 60 84 110 90 160 114 S 270 138 320 104 V200 H0 Z",
    "M0 112 C 50 130 90 138 140 118 S 250 84 320 116 V200 H0 Z",
    "M0 136 C 70 96 130 88 190 112 S 280 128 320 120 V200 H0 Z",
)
_FIELDS = (
    "M0 164 C 80 138 150 144 210 160 S 290 166 320 154 V200 H0 Z",
    "M0 152 C 70 166 140 172 200 158 S 280 144 320 160 V200 H0 Z",
    "M0 158 C 60 146 120 148 180 164 S 280 164 320 150 V200 H0 Z",
)


def picture(image: Payload, lookup: Lookup, class_: str) -> Html:
    """An image block or element, from an address or from a file of the workspace."""
    url, alt = text_at(image, "image_url"), text_at(image, "alt_text")
    if url.startswith(_INSIDE):
        return tag("img", src=url, alt=alt, class_=class_)
    person = pictured(url)
    if person:
        return face(lookup.person_name(person) or alt, person, f"{class_} face")
    file = object_at(image, "slack_file")
    if file:
        return scenery(text_at(file, "id") or text_at(file, "url"), alt, class_)
    return tag("span", words(alt or "画像"), class_=f"{class_} absent", title=url, role="img")


def scenery(key: str, alt: str, class_: str) -> Html:
    """A drawn landscape in place of a photo, with what it shows for those who point at it."""
    number = sum(ord(letter) * place for place, letter in enumerate(key, start=3))
    sky, sun, hills, field = _PALETTES[number % len(_PALETTES)]
    middle = str(60 + number * 7 % 200)
    return tag(
        "svg",
        tag("title", words(alt)),
        tag("path", d="M0 0 H320 V200 H0 Z", fill=sky),
        tag("circle", cx=middle, cy="62", r="26", fill=sun),
        tag("path", d=_HILLS[number % len(_HILLS)], fill=hills),
        tag("path", d=_FIELDS[number // 3 % len(_FIELDS)], fill=field),
        class_=f"{class_} scenery",
        viewBox="0 0 320 200",
        preserveAspectRatio="xMidYMid slice",
        role="img",
        aria_label=alt,
    )
