"""Reading a JSON array item by item, so that no file has to fit into memory as a whole."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator

from bot.text import Text

# Characters of one item. Slack cuts a message at 40,000; with its blocks it is some times as long.
ITEM_LENGTH = 8_000_000

NOT_JSON = Text(
    ja="JSONとして読めません（{place}文字目の付近）",
    en="It is not JSON (near character {place})",
)
NOT_TEXT = Text(ja="文字コードがUTF-8ではありません", en="It is not UTF-8 text")
NOT_A_LIST = Text(ja="記録の一覧（JSONの配列）ではありません", en="It is not a list (a JSON array)")
CUT_OFF = Text(ja="途中で切れています", en="It is cut off")
TOO_LONG = Text(
    ja="1件の記録が長すぎます（{limit}文字まで）",
    en="An item of it is too long (the limit is {limit} characters)",
)
TOO_DEEP = Text(ja="入れ子が深すぎます", en="It is nested too deeply")


class BrokenFileError(Exception):
    """A file of the archive can't be read; `text` says why, without a full stop."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


def items(chunks: Iterator[bytes]) -> Iterator[object]:
    """The items of a JSON array in UTF-8. Raises `BrokenFileError`, perhaps after some of them."""
    feed = _Feed(chunks)
    if feed.sign() != "[":
        raise BrokenFileError(NOT_A_LIST)
    feed.skip_sign()
    if feed.sign() == "]":
        feed.skip_sign()
    else:
        while True:
            yield feed.value()
            sign = feed.sign()
            feed.skip_sign()
            if sign == "]":
                break
            if sign != ",":
                raise BrokenFileError(feed.complaint())
    if feed.sign():
        raise BrokenFileError(feed.complaint())


class _Feed:
    """The part of the text that is in memory, and where in it we are."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")()
        self._json = json.JSONDecoder()
        self._text = ""
        self._at = 0
        self._gone = 0
        self._is_all = False

    def sign(self) -> str:
        """The next character that is no space; "" at the end."""
        while True:
            while self._at < len(self._text):
                if self._text[self._at] not in " \t\r\n":
                    return self._text[self._at]
                self._at += 1
            if not self._more():
                return ""

    def skip_sign(self) -> None:
        """Go on behind it."""
        self._at += 1

    def value(self) -> object:
        """The next value."""
        if not self.sign():
            raise BrokenFileError(CUT_OFF)
        while True:
            try:
                value, end = self._json.raw_decode(self._text, self._at)
            except RecursionError as error:
                raise BrokenFileError(TOO_DEEP) from error
            except ValueError as error:
                if not self._more():
                    raise BrokenFileError(self.complaint(error)) from error
            else:
                # A number that ends with what is in memory may go on behind it.
                if end < len(self._text) or not self._more():
                    self._at = end
                    return value

    def complaint(self, error: ValueError | None = None) -> Text:
        """What is wrong here."""
        place = error.pos if isinstance(error, json.JSONDecodeError) else self._at
        if self._is_all and place >= len(self._text):
            return CUT_OFF
        return NOT_JSON.filled(place=self._gone + place + 1)

    def _more(self) -> bool:
        """Have at least twice as much in memory; says whether there was more."""
        if self._is_all:
            return False
        wanted = 2 * (len(self._text) - self._at)
        if wanted > 2 * ITEM_LENGTH:
            raise BrokenFileError(TOO_LONG.filled(limit=f"{ITEM_LENGTH:,}"))
        parts, length = [self._text[self._at :]], len(self._text) - self._at
        try:
            while length <= wanted and not self._is_all:
                chunk = next(self._chunks, b"")
                self._is_all = not chunk
                parts.append(self._decoder.decode(chunk, final=self._is_all))
                length += len(parts[-1])
        except UnicodeDecodeError as error:
            raise BrokenFileError(NOT_TEXT) from error
        self._gone += self._at
        self._text, self._at = "".join(parts), 0
        return True
