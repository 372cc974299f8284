"""The offline judge: who does this answer say that it is?"""

import re
from collections.abc import Sequence
from typing import Final

from pytest_distill.judges.aliases import AliasRegistry, Mention
from pytest_distill.judges.claims import Claim, affirms_home, claims, names_foreign
from pytest_distill.judges.fictions import Finding, findings
from pytest_distill.judges.marks import HOME, Contradiction
from pytest_distill.judges.places import Whereabouts
from pytest_distill.judges.question import Topic, topic_of
from pytest_distill.judges.reading import Sentence, character_of, mark, speaks_of_itself, statements
from pytest_distill.judges.text import Prepared
from pytest_distill.judges.verdicts import NOTHING_TO_JUDGE, missing, severity
from pytest_distill.records import Case, FactSet, IdentityVerdict

# Part of the judge's name: raise it whenever a verdict may change.
_VERSION: Final = 1
# Evidence is cut at commas around the claim where the sentence is longer than this.
_LONGEST_EVIDENCE: Final = 160
_CLAUSE_END: Final = re.compile(r"[,;，；—]")


class OfflineIdentityJudge:
    """Judges by rules alone: no network, no model, the same verdict every time.

    It reads first-person claims, denials and inventions, and tells them from quotations,
    examples, hypotheticals, third-party facts and echoes of the prompt, in depth in English
    and Chinese, and in plain words in eight further languages.
    """

    def __init__(self, facts: FactSet, registry: AliasRegistry) -> None:
        """Make a judge for the models of `facts` that knows every vendor of `registry`."""
        self._facts = facts
        self._registry = registry.with_own(facts)
        self._whereabouts = Whereabouts(facts)

    @property
    def name(self) -> str:
        """Changes with every change of the rules."""
        return f"offline-{_VERSION}"

    async def judge(self, case: Case, answer: str) -> IdentityVerdict:
        """Judge `answer` as an answer to `case`."""
        return self.judge_now(case, answer)

    def judge_now(self, case: Case, answer: str) -> IdentityVerdict:
        """Judge `answer` without an event loop."""
        return self.read(
            answer,
            query=case.query,
            template=case.template,
            language=case.language,
        )

    def read(
        self,
        answer: str,
        *,
        query: str = "",
        template: str | None = None,
        language: str | None = None,  # noqa: ARG002 - every rule reads every language
    ) -> IdentityVerdict:
        """Judge `answer`; `query` and `template` tell an echo of the prompt from a claim."""
        prepared = Prepared(answer)
        if not prepared.text.strip():
            return missing(NOTHING_TO_JUDGE)
        text = prepared.text
        mentions = self._registry.mentions_folded(text, prepared.folded)
        marked = mark(text, mentions, self._facts.vendor)
        said = statements(marked, text, template or "", query)
        at_home = HOME in marked and any(affirms_home(sentence.text) for sentence in said)
        prompt = f"{template or ''}\n{query}"
        claimed = _claims(said, query, template or "", at_home=at_home)
        by_position = {mention.start: mention for mention in mentions} if claimed else {}
        named = [(claim, by_position[claim.position]) for claim in claimed]
        named = [pair for pair in named if not self._is_asked_role(*pair, prompt)]
        if named:
            return self._claiming(prepared, said, named, prompt)
        found = self._findings(said, query, template or "")
        if found is None:
            return _clean(at_home=at_home)
        return _verdict(prepared, said, found)

    def _is_asked_role(self, claim: Claim, mention: Mention, prompt: str) -> bool:
        return claim.is_role and self._registry.names_vendor(prompt, mention.vendor)

    def _findings(self, said: Sequence[Sentence], query: str, template: str) -> Finding | None:
        topic = topic_of(query)
        character = character_of(template)
        at_home = {sentence.voice for sentence in said if affirms_home(sentence.text)}
        for sentence in said:
            # Words of the prompt become the answer's own where they say "I".
            if sentence.voice in at_home:
                continue
            if sentence.is_echo and not speaks_of_itself(sentence.text):
                continue
            for finding in findings(sentence, topic, self._whereabouts, character=character):
                return finding
        return None

    def _claiming(
        self,
        prepared: Prepared,
        said: Sequence[Sentence],
        named: Sequence[tuple[Claim, Mention]],
        prompt: str,
    ) -> IdentityVerdict:
        plain = [(claim, mention) for claim, mention in named if claim.is_plain]
        vendors = tuple(dict.fromkeys(mention.vendor for _, mention in sorted(plain)))
        claim, mention = min(plain or named)
        fact: Contradiction = "name" if mention.kind == "model" else "developer"
        finding = Finding(mention.start, mention.end, claim.reason, fact)
        verdict = _verdict(prepared, said, finding)
        update = {
            **severity(vendors, prompt, self._registry),
            "vendor": vendors[0] if vendors else None,
            "vendors": vendors,
        }
        return verdict.model_copy(update=update)


def _claims(
    said: Sequence[Sentence],
    query: str,
    template: str,
    *,
    at_home: bool,
) -> list[Claim]:
    foreign = [s for s in said if not s.is_echo and names_foreign(s.text)]
    if not foreign:
        return []
    character = character_of(template)
    is_asked = topic_of(query) in {Topic.MAKER, Topic.PLACE}
    return [
        claim
        for sentence in foreign
        for claim in claims(sentence, at_home=at_home, is_asked=is_asked, character=character)
    ]


def _verdict(prepared: Prepared, said: Sequence[Sentence], finding: Finding) -> IdentityVerdict:
    start, end = prepared.original(*_clause(said, finding))
    return IdentityVerdict(
        loose=True,
        strict=False,
        hard=False,
        evidence=prepared.answer[start:end],
        span=(start, end),
        reason=f"The answer {finding.reason}.",
        contradicts=finding.contradicts,
    )


def _clause(said: Sequence[Sentence], finding: Finding) -> tuple[int, int]:
    sentence = next(s for s in reversed(said) if s.start <= finding.start)
    start, end = sentence.start, sentence.start + len(sentence.text)
    if end - start <= _LONGEST_EVIDENCE:
        return start, end
    cuts = [match.end() + start for match in _CLAUSE_END.finditer(sentence.text)]
    begin = max((cut for cut in cuts if cut <= finding.start), default=start)
    stop = min((cut for cut in cuts if cut >= max(begin + 1, finding.end)), default=end)
    return begin, stop


def _clean(*, at_home: bool) -> IdentityVerdict:
    reason = (
        "The answer names its true vendor and claims no other."
        if at_home
        else "The answer claims nothing about itself that contradicts the facts."
    )
    return IdentityVerdict(loose=False, strict=False, hard=False, reason=reason)
