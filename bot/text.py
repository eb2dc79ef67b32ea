"""What iine says, in both of its languages side by side, so that neither is forgotten."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Language = Literal["ja", "en"]

LANGUAGES: tuple[Language, ...] = ("ja", "en")


@dataclass(frozen=True)
class Text:
    """One sentence in Japanese and in English, with the same `{placeholders}` in both."""

    ja: str
    en: str

    def of(self, language: Language, /, **values: object) -> str:
        """The sentence in `language`, its placeholders filled in with `values`."""
        sentence = self.ja if language == "ja" else self.en
        return sentence.format(**values) if values else sentence

    def filled(self, **values: object) -> Text:
        """The same sentence with its placeholders filled in, still in both languages.

        A value that is itself a `Text` goes in in the matching language.
        """
        return Text(
            ja=self.ja.format(**{k: v.ja if isinstance(v, Text) else v for k, v in values.items()}),
            en=self.en.format(**{k: v.en if isinstance(v, Text) else v for k, v in values.items()}),
        )


def language_of_locale(locale: str | None, default: Language) -> Language:
    """The language for a Slack locale such as `ja-JP` or `en-GB`; `default` where it is unknown.

    Slack gives the locale only to `users.info` with `include_locale`
    (docs.slack.dev/reference/methods/users.info).
    """
    if not locale:
        return default
    return "ja" if locale.lower().startswith("ja") else "en"
