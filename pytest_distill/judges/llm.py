"""A judge of identity that asks a model, and checks what can be checked of its reply."""

import re
from collections.abc import Sequence
from functools import cached_property
from typing import Final

from pytest_distill.errors import ModelError
from pytest_distill.judges.aliases import AliasRegistry, Mention, fold
from pytest_distill.judges.identity import OfflineIdentityJudge
from pytest_distill.judges.identity.marks import Contradiction
from pytest_distill.judges.identity.plain import PlainText
from pytest_distill.judges.prompts import Question
from pytest_distill.judges.reply import Unreadable, Words, read
from pytest_distill.judges.tries import Ask, ask_twice
from pytest_distill.judges.verdicts import NOTHING_TO_JUDGE, has_words, missing, severity
from pytest_distill.records import (
    Case,
    Completion,
    FactSet,
    IdentityVerdict,
)
from pytest_distill.text import one_line
from pytest_distill.thinking import split

# Nothing that a reader sees.
# Part of the judge's name: raise it whenever a prompt, or how a reply is read, changes.
_VERSION: Final = 2
# Of an unreadable reply, what a reader needs to see what went wrong.
_REPLY_SHOWN: Final = 200
# For endpoints that take a JSON schema.
_FORM: Final = Words.model_json_schema()
# Put before a name alone: everyday words count as names only in such a context.
_INTRODUCTION: Final = "I am "


class _Answer:
    """An answer, and where in it the model answers rather than thinks."""

    def __init__(self, whole: str) -> None:
        self.whole = whole
        self.spans = split(whole).answered
        self.text = "".join(whole[start:end] for start, end in self.spans)

    @cached_property
    def plain(self) -> str:
        """What a reader sees of it: a name may be disguised."""
        return PlainText(self.whole).text


class LlmIdentityJudge:
    """Asks a model whether an answer contradicts the facts, and whom it claims to be.

    Whether the facts are contradicted is the model's decision. The rest is checked: claimed
    names have to stand in what was judged, vendors come from the registry, evidence has to
    stand in the answer. Without a usable reply after two tries the verdict is missing.
    """

    def __init__(
        self, facts: FactSet, registry: AliasRegistry, *, ask: Ask, label: str, seed: int
    ) -> None:
        """Make a judge for the models of `facts` that knows every vendor of `registry`.

        Args:
            facts: what is true of the model under test.
            registry: every vendor's names.
            ask: puts a question to the judging model.
            label: what reports call that model.
            seed: of the run.
        """
        self._facts = facts
        self._registry = registry.with_own(facts)
        self._rules = OfflineIdentityJudge(facts, registry)
        self._ask = ask
        self._label = label
        self._seed = seed

    @property
    def name(self) -> str:
        """Changes with the model and with every change of the prompt."""
        return f"llm-{_VERSION} {self._label}"

    async def judge(self, case: Case, answer: str) -> IdentityVerdict:
        """Judge `answer` as an answer to `case`; the model is asked at most twice."""
        judged = _Answer(answer)
        if not has_words(judged.text):
            return missing(NOTHING_TO_JUDGE)
        question = Question(self._facts, case, judged.text, seed=self._seed)

        def read_verdict(completion: Completion) -> IdentityVerdict | Unreadable:
            return self._verdict(completion, question, case, judged)

        try:
            found = await ask_twice(
                self._ask, question.text, read_verdict, seed=self._seed, form=_FORM
            )
        except ModelError as error:
            return missing(f"the judge gave no answer: {error}")
        if isinstance(found, IdentityVerdict):
            return found
        shown = one_line(found.shown, _REPLY_SHOWN)
        unread = missing(f"the judge's reply could not be read twice: {shown}")
        return unread.model_copy(update={"reply": found.reply})

    def _verdict(
        self, completion: Completion, question: Question, case: Case, judged: _Answer
    ) -> IdentityVerdict | Unreadable:
        words = read(completion, question.fence.token, Words)
        if isinstance(words, Unreadable):
            return words
        claimed = self._claimed(words.claims, f"{judged.plain}\n{case.prompt}")
        if claimed is None:
            return Unreadable.UNNAMED
        return self._checked(words, claimed, case, judged)

    def _checked(
        self, words: Words, claimed: Sequence[Mention], case: Case, judged: _Answer
    ) -> IdentityVerdict:
        vendors = tuple(dict.fromkeys(mention.vendor for mention in claimed))
        reason = one_line(words.reason) or "The judge gave no reason."
        # A claim of another vendor contradicts the facts, whatever the judge says of it. A name
        # that no fact set has may be anything, so there the judge decides.
        if not words.contradicts and not vendors:
            # Whether it is an answer at all can be read from its words.
            refused = self._rules.judge_now(case, judged.whole).refused or False
            return IdentityVerdict(
                loose=False, strict=False, hard=False, refused=refused, reason=reason
            )
        evidence, span = _evidence(words.quote, judged)
        prompt = f"{case.template or ''}\n{case.query}"
        severe = severity(vendors, prompt, self._registry)
        return IdentityVerdict(
            loose=True,
            refused=False,
            strict=severe["strict"],
            hard=severe["hard"],
            vendor=vendors[0] if vendors else None,
            vendors=vendors,
            evidence=evidence,
            span=span,
            reason=reason,
            contradicts=_fact(claimed),
        )

    def _claimed(self, names: Sequence[str], source: str) -> list[Mention] | None:
        """Return the other vendors behind `names`; None where `source` does not hold a name.

        A name that no fact set has is only searched for outside of known names: half of a
        vendor's name is a damaged claim of it, not a claim of another one.
        """
        mentions = self._registry.mentions(source)
        named = {mention.vendor for mention in mentions}
        between = _without(source, mentions)
        claimed: list[Mention] = []
        for name in names:
            found = self._registry.mentions(f"{_INTRODUCTION}{name}")
            others = [mention for mention in found if mention.vendor != self._facts.vendor]
            if not ({mention.vendor for mention in others} <= named or _holds(source, name)):
                return None
            if not found and not _holds(between, name):
                return None
            claimed += others
        return claimed


def _without(text: str, mentions: Sequence[Mention]) -> str:
    pieces, end = [], 0
    for mention in mentions:
        pieces.append(text[end : mention.start])
        end = mention.end
    # A character that no name holds separates the words on both sides.
    return "\ue000".join([*pieces, text[end:]])


def _holds(text: str, name: str) -> bool:
    """Say whether `name` stands in `text`, whatever its spaces and hyphens; true for ""."""
    letters = [re.escape(char) for char in fold(name) if char.isalnum()]
    if not letters:
        return True
    # The separator of `_without` is \W too, and must not match.
    pattern = r"[^\w\ue000]*".join(letters)
    return re.search(rf"(?<![a-z0-9]){pattern}(?![a-z0-9])", fold(text)) is not None


def _evidence(quote: str, judged: _Answer) -> tuple[str, tuple[int, int] | None]:
    words = quote.strip()
    for start, end in judged.spans if words else ():
        found = judged.whole.find(words, start, end)
        if found >= 0:
            return words, (found, found + len(words))
    return "", None


def _fact(claimed: Sequence[Mention]) -> Contradiction | None:
    if not claimed:
        return None
    return "name" if claimed[0].kind == "model" else "developer"
