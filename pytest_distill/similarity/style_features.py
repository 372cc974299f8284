"""Style features that a student takes over from its teacher, each a number for an answer.

No feature is a length: a student told to be brief still has its teacher's style, and length
explains most of what ROUGE-L calls similar. Counts are per word or per line, and what still depends
on length is removed where it matters (`feature_scaling.length_free`).
"""

import math
import re
from array import array
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal, NamedTuple

from pytest_distill.similarity.parsed_answer import ParsedAnswer, is_item, words_of

View = Literal["style", "structure"]

_BOLD: Final = re.compile(r"\*\*[^*\n]+\*\*|__[^_\n]+__")
_ITALIC: Final = re.compile(r"(?<![*\w])\*[^*\s][^*\n]*\*(?![*\w])")
_CODE: Final = re.compile(r"`[^`\n]+`")
_HEADING: Final = re.compile(r"#{1,6} ")
# These look behind their first character for what stands before it, and are found faster so.
_CAPITALS: Final = re.compile(r"[A-Z](?<!\w.)[A-Z]++\b")
_CONTRACTION: Final = re.compile(r"['’](?<=\w.)(?:s|t|re|ve|ll|d|m)\b", re.IGNORECASE)
_EMOJI: Final = re.compile("[\u2600-\u27bf\U0001f300-\U0001faff]")
# The second hyphen of a-b-c is not counted: its left letter is the right one of the first.
_HYPHEN: Final = re.compile(r"-(?<=\w-)\w(?:-(?=\w))?")
_DASH: Final = re.compile(" -+ ")
_TIGHT_DASH: Final = re.compile(r"\w--\w")
_ITEM_DASH: Final = re.compile(r" [-–—] ")
_SELF: Final = re.compile(r"\b(?:I|I'm|As an)\b|我|作为")
_SURE: Final = re.compile(
    r"sure|certainly|of course|absolutely|here|thank|great|hello|hi\b|okay"
    r"|当然|好的|您好|你好|谢谢|以下|もちろん|はい|물론|네"
)
_OFFER: Final = re.compile(
    r"\b(?:let me know|hope|feel free|assist|help you)\b|希望|随时|帮助|如果你|如果您|お気軽|언제든"
)
_SUMMARY: Final = re.compile(
    r"overall|in conclusion|in summary|ultimately|remember|by |these |in short|please note|note"
    r"|总之|总的来说|综上|总而言之|请注意|まとめ|결론"
)
_ENDED: Final = tuple(".!?。！？\"')`*")

# Characters of a line in which a colon or dash marks a heading or name.
_HEAD: Final = 60
# Feature vectors kept: those of twelve models on a thousand prompts, each compared with those of
# every other model.
_REMEMBERED: Final = 16_384
# Words at the beginning of an answer that may repeat the question.
_ECHO: Final = 25

_FIRST_PERSON: Final = frozenset({"i", "i'm", "i'd", "my", "me", "我"})
_SECOND_PERSON: Final = frozenset({"you", "your", "you're", "你", "您"})
_PLURAL: Final = frozenset({"we", "our", "let's", "us"})


@dataclass(frozen=True)
class StyleFeature:
    """One feature."""

    name: str
    view: View
    words: str
    """Description for reports; completes "writes ..."."""
    count: Callable[[ParsedAnswer], float]


def _rate(marks: str) -> Callable[[ParsedAnswer], float]:
    return lambda a: a.per_word(sum(a.marks.count(mark) for mark in marks))


def _found(pattern: re.Pattern[str]) -> Callable[[ParsedAnswer], float]:
    return lambda a: a.per_word(len(pattern.findall(a.body)))


def _share_of_words(wanted: frozenset[str]) -> Callable[[ParsedAnswer], float]:
    return lambda a: a.per_word(sum(map(wanted.__contains__, a.lower)))


def _italics(body: str) -> int:
    return len(_ITALIC.findall(_BOLD.sub("", body))) if "*" in body else 0


def _dashes(marks: str) -> int:
    tight = len(_TIGHT_DASH.findall(marks)) if "--" in marks else 0
    return len(_DASH.findall(marks)) + tight


def _words_in(line: str) -> float:
    return math.log1p(len(words_of(line)))


def _item_words(a: ParsedAnswer) -> float:
    # Without a list a usual value: other features say that there is none.
    if not a.items:
        return 2.0
    return math.log1p(sum(len(words_of(line)) for line in a.items) / len(a.items))


def _echo(a: ParsedAnswer) -> float:
    asked = {word.lower() for word in words_of(a.prompt) if len(word) > len("the")}
    said = [word.lower() for word in words_of(a.first)[:_ECHO]]
    return sum(word in asked for word in said) / max(1, len(said))


def _bold_heads(a: ParsedAnswer) -> float:
    heads = (line.lstrip("-*•0123456789.) ").startswith("**") for line in a.prose)
    starts = (line.startswith("**") for line in a.prose)
    return a.per_line(sum(map(max, heads, starts)))


def _opens_with_intro(a: ParsedAnswer) -> float:
    return float(not is_item(a.first) and any(map(is_item, a.prose[1:3])))


def is_welcome(opening: str) -> bool:
    """Return whether an answer opens with a word that only greets or agrees."""
    return _SURE.match(opening.lower()) is not None


def _mean(total: float, count: float, *, otherwise: float) -> float:
    return total / count if count else otherwise


def _log_ratio(over: float, under: float) -> float:
    return math.log(max(1.0, over) / max(1.0, under))


STYLE_FEATURES: Final = (
    StyleFeature(
        "bullets", "structure", "lists with bullets", lambda a: a.per_line(len(a.bullets))
    ),
    StyleFeature("numbered", "structure", "numbered lists", lambda a: a.per_line(len(a.numbered))),
    StyleFeature(
        "has numbered", "structure", "a numbered list at all", lambda a: float(bool(a.numbered))
    ),
    StyleFeature(
        "has bullets", "structure", "a bulleted list at all", lambda a: float(bool(a.bullets))
    ),
    StyleFeature(
        "headings",
        "structure",
        "headings",
        lambda a: math.sqrt(a.per_line(sum(map(bool, map(_HEADING.match, a.prose))))),
    ),
    StyleFeature(
        "code",
        "structure",
        "blocks of code",
        lambda a: a.code_lines / len(a.lines),
    ),
    StyleFeature(
        "tables",
        "structure",
        "tables",
        lambda a: a.per_line(sum(line.startswith("|") for line in a.prose)),
    ),
    StyleFeature(
        "asterisks",
        "style",
        "asterisks as bullets",
        lambda a: a.per_line(sum(line[0] == "*" for line in a.bullets)),
    ),
    StyleFeature(
        "dots",
        "style",
        "dots as bullets",
        lambda a: a.per_line(sum(line[0] == "•" for line in a.bullets)),
    ),
    StyleFeature(
        "spaced lines",
        "structure",
        "empty lines between lines",
        lambda a: _mean(len(a.paragraphs) - 1, len(a.lines) - 1, otherwise=0.5),
    ),
    StyleFeature(
        "one line", "structure", "everything on one line", lambda a: float(len(a.lines) == 1)
    ),
    StyleFeature("bold heads", "structure", "lines that begin in bold", _bold_heads),
    StyleFeature("bold", "style", "words in bold", _found(_BOLD)),
    StyleFeature(
        "italics",
        "style",
        "words in italics",
        lambda a: a.per_word(_italics(a.body)),
    ),
    StyleFeature("inline code", "style", "code inside sentences", _found(_CODE)),
    StyleFeature(
        "lines to colons",
        "structure",
        "lines that end with a colon",
        lambda a: a.per_line(sum(line.rstrip("*").endswith((":", "：")) for line in a.prose)),
    ),
    StyleFeature(
        "named items",
        "structure",
        "items that begin with a name and a colon",
        lambda a: a.per_line(sum(":" in line[:_HEAD] or "：" in line[:_HEAD] for line in a.items)),
    ),
    StyleFeature(
        "dashed items",
        "structure",
        "items that begin with a name and a dash",
        lambda a: a.per_line(sum(bool(_ITEM_DASH.search(line[:_HEAD])) for line in a.items)),
    ),
    StyleFeature(
        "full stops in lists",
        "style",
        "items that end with a full stop",
        lambda a: _mean(
            sum(line.endswith((".", "。")) for line in a.items), len(a.items), otherwise=0.5
        ),
    ),
    StyleFeature("long items", "structure", "long items", _item_words),
    StyleFeature("lead-ins", "structure", "a lead-in before a list", _opens_with_intro),
    StyleFeature(
        "closing lines",
        "structure",
        "a closing line after a list",
        lambda a: float(bool(a.items) and not is_item(a.last)),
    ),
    StyleFeature(
        "long sentences",
        "style",
        "long sentences",
        lambda a: _log_ratio(len(a.words), a.sentences),
    ),
    StyleFeature(
        "long lines", "structure", "long lines", lambda a: _log_ratio(len(a.words), len(a.prose))
    ),
    StyleFeature(
        "long paragraphs",
        "structure",
        "long paragraphs",
        lambda a: _log_ratio(len(a.words), len(a.paragraphs)),
    ),
    StyleFeature("commas", "style", "commas", _rate(",")),
    StyleFeature("full stops", "style", "full stops", _rate(".")),
    StyleFeature("colons", "style", "colons", _rate(":")),
    StyleFeature("semicolons", "style", "semicolons", _rate(";")),
    StyleFeature("brackets", "style", "brackets", _rate("(")),
    StyleFeature("quotes", "style", "quotation marks", _rate('"')),
    StyleFeature(
        "hyphens", "style", "hyphens", lambda a: a.per_word(len(_HYPHEN.findall(a.marks)))
    ),
    StyleFeature("dashes", "style", "dashes", lambda a: a.per_word(_dashes(a.marks))),
    StyleFeature("exclamations", "style", "exclamation marks", _rate("!")),
    StyleFeature("questions", "style", "question marks", _rate("?")),
    StyleFeature("slashes", "style", "slashes", _rate("/")),
    StyleFeature("contractions", "style", "contractions", _found(_CONTRACTION)),
    StyleFeature(
        "curly quotes",
        "style",
        "curly quotation marks",
        lambda a: a.per_word(sum(map(a.body.count, "“”‘’"))),
    ),
    StyleFeature(
        "digits",
        "style",
        "figures",
        lambda a: a.per_word(sum(word[0].isdigit() for word in a.words)),
    ),
    StyleFeature("emoji", "style", "emoji", _found(_EMOJI)),
    StyleFeature("capitals", "style", "words in capitals", _found(_CAPITALS)),
    StyleFeature(
        "capitalised",
        "style",
        "capitalised words",
        lambda a: _mean(sum(word[0].isupper() for word in a.words), len(a.words), otherwise=0.0),
    ),
    StyleFeature(
        "long words",
        "style",
        "long words",
        lambda a: _log_ratio(sum(map(len, a.words)), len(a.words)),
    ),
    StyleFeature("I", "style", "the first person", _share_of_words(_FIRST_PERSON)),
    StyleFeature("you", "style", "the second person", _share_of_words(_SECOND_PERSON)),
    StyleFeature("we", "style", "the first person plural", _share_of_words(_PLURAL)),
    StyleFeature(
        "opens to a colon",
        "structure",
        "a first line that ends with a colon",
        lambda a: float(a.first.endswith((":", "："))),
    ),
    StyleFeature(
        "opens loudly",
        "style",
        "an exclamation in the first line",
        lambda a: float("!" in a.first[:_HEAD] or "！" in a.first[:_HEAD]),
    ),
    StyleFeature("opens at length", "structure", "a long first line", lambda a: _words_in(a.first)),
    StyleFeature(
        "opens with itself",
        "style",
        "itself in the first words",
        lambda a: float(bool(_SELF.search(a.first[:_HEAD]))),
    ),
    StyleFeature(
        "opens with a welcome",
        "style",
        "a word of welcome first",
        lambda a: float(is_welcome(a.first)),
    ),
    StyleFeature("echoes", "structure", "the words of the question first", _echo),
    StyleFeature(
        "closes loudly",
        "style",
        "an exclamation mark last",
        lambda a: float(a.last.endswith(("!", "！"))),
    ),
    StyleFeature(
        "closes with a question",
        "style",
        "a question last",
        lambda a: float(a.last.endswith(("?", "？"))),
    ),
    StyleFeature(
        "closes with a stop",
        "style",
        "a last line with an end",
        lambda a: float(a.last.endswith(_ENDED)),
    ),
    StyleFeature("closes at length", "structure", "a long last line", lambda a: _words_in(a.last)),
    StyleFeature(
        "closes with an offer",
        "style",
        "an offer of help last",
        lambda a: float(bool(_OFFER.search(a.last.lower()))),
    ),
    StyleFeature(
        "closes with a summary",
        "structure",
        "a summary last",
        lambda a: float(bool(_SUMMARY.match(a.last.lower()))),
    ),
)
"""Every feature."""

WIDTH: Final = len(STYLE_FEATURES)


class FeatureVector(NamedTuple):
    """One answer as numbers."""

    features: "array[float]"
    """In the order of `STYLE_FEATURES`."""
    length: float
    """Logarithm of the number of words."""


@lru_cache(_REMEMBERED)
def feature_vector(answer: str, *, prompt: str = "") -> FeatureVector | None:
    """Return the features of one answer; None for an empty one.

    Args:
        answer: text of the model.
        prompt: of the answer, for the feature that counts repeated words of it.
    """
    parsed = ParsedAnswer(answer, prompt=prompt)
    if parsed.is_empty:
        return None
    counts = array("d", (feature.count(parsed) for feature in STYLE_FEATURES))
    return FeatureVector(counts, math.log(max(1, len(parsed.words))))
