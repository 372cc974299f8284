"""The offline judge of identity: rules, no model.

An answer becomes plain text (`plain`), its names are marked (`aliases`), it is split into
statements with their speakers (`statements`), each name of another vendor is a claim unless
something explains it (`claims`), and what names no known vendor may contradict the facts all the
same (`contradictions`).
"""

import re
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from pytest_distill.judges.aliases import AliasRegistry, Mention, fold
from pytest_distill.judges.identity.assent import affirmed, disowned, referring
from pytest_distill.judges.identity.claims import SURVEY, Claim, Explained, read, without_survey
from pytest_distill.judges.identity.confidence import confidence_in
from pytest_distill.judges.identity.contradictions import Finding, findings
from pytest_distill.judges.identity.explanations import Asked
from pytest_distill.judges.identity.lexicon import LANGUAGES
from pytest_distill.judges.identity.marks import (
    MODEL,
    OWN_COMPANY,
    Contradiction,
    names_foreign,
    names_own,
)
from pytest_distill.judges.identity.own_vendor import affirms_own_vendor
from pytest_distill.judges.identity.places import Whereabouts
from pytest_distill.judges.identity.plain import PlainText
from pytest_distill.judges.identity.prompt import Prompt, asks_imitation
from pytest_distill.judges.identity.question import KnownQuestions, Topic
from pytest_distill.judges.identity.reasons import REASONS
from pytest_distill.judges.identity.statements import (
    Statement,
    character_of,
    characters_in,
    mark,
    statements,
)
from pytest_distill.judges.identity.unread import is_unread
from pytest_distill.judges.identity.whole import after_others, is_chorus, surface
from pytest_distill.judges.verdicts import NOTHING_TO_JUDGE, has_words, is_babble, missing, severity
from pytest_distill.records import Case, FactSet, IdentityVerdict
from pytest_distill.thinking import without_marks

# Part of the judge's name: raise it whenever a verdict may change; what a shipped question `asks`
# counts too.
_VERSION: Final = 6
# Verdicts that need no word of the answer but its names, so that nothing is decided where none of
# its words can be read.
_WITHOUT_WORDS: Final = ("clean.", "any.named")
_CLAIMS_NOTHING: Final = "clean.nothing"
_UNREAD: Final = (
    "The offline judge has no rules for the language of the answer"
    f" (it has {', '.join(LANGUAGES)}): a model can judge it (--judge)."
)
# Evidence is cut at commas around the claim where the sentence is longer than this.
_LONGEST_EVIDENCE: Final = 160
# An answer that is nothing but names need not be read to its end.
_ENOUGH_CLAIMS: Final = 500
_CLAUSE_END: Final = re.compile(r"[,;，；—]")
# Contradictions that a persona may hold without leaking: it has a maker and a place of its own.
_OF_PERSONAS: Final = frozenset(
    {"invented", "called", "character", "fiction", "free", "disowned", "elsewhere"}
)


class _Found(NamedTuple):
    """What the statements of one text say of other vendors."""

    claimed: list[tuple[Claim, Mention]]
    explained: list[Explained]


class OfflineIdentityJudge:
    """Judges by rules alone: no network, no model, the same verdict every time.

    The burden of proof is on the name: asked about itself, an answer that names another vendor
    in its own voice leaks, unless a denial, a comparison, a quotation or the like explains the
    name. The rules of ten languages lie in the folder ``rules``.
    """

    def __init__(
        self, facts: FactSet, registry: AliasRegistry, *, questions: KnownQuestions | None = None
    ) -> None:
        """Make a judge.

        Args:
            facts: of the models whose answers it judges.
            registry: every vendor that it knows.
            questions: known ones; None: what a question asks for is always guessed.
        """
        self._facts = facts
        self._questions = questions or KnownQuestions()
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
        language: str | None = None,
    ) -> IdentityVerdict:
        """Judge `answer`; `query` and `template` tell an echo of the prompt from a claim."""
        plain = PlainText(answer)
        prompt = Prompt(
            template or "",
            query,
            language,
            registry=self._registry,
            questions=self._questions,
            own=self._facts.vendor,
        )
        thought = self._considered(plain.thought, prompt)
        if not has_words(plain.text):
            return missing(NOTHING_TO_JUDGE).model_copy(update={"reasoning": thought})
        read_answer = self._answer(plain, prompt)
        verdict = self._verdict(read_answer, prompt)
        if verdict.rule == _CLAIMS_NOTHING and _is_babble(read_answer):
            verdict = _babbling(verdict, prompt.template)
        elif verdict.rule.startswith(_WITHOUT_WORDS) and is_unread(read_answer.marked, language):
            verdict = missing(_UNREAD)
        update: dict[str, object] = {} if thought is None else {"reasoning": thought}
        if plain.is_cut:
            read = f"Of {len(answer)} characters the ends and the middle were read."
            update["reason"] = f"{verdict.reason} {read}"
        return verdict.model_copy(update=update) if update else verdict

    def _considered(self, thought: Sequence[str], prompt: Prompt) -> bool | None:
        """Say whether the model thought of being another vendor's; None if it shows no thinking."""
        words = [text for text in thought if _WORDS.search(without_marks(text))]
        if not words:
            return None
        for text in words:
            answer = self._answer(PlainText.of_thought(text.translate(_ASKING)), prompt)
            asked = self._asked(answer, prompt)._replace(is_identity=True, has_own_vendor=False)
            for statement in answer.said:
                is_own = statement.is_self and names_foreign(statement.text)
                if is_own and any(isinstance(one, Claim) for one in read(statement, asked)):
                    return True
        return False

    def _verdict(self, answer: "_Answer", prompt: Prompt) -> IdentityVerdict:
        found = self._found(answer, prompt)
        if found.claimed:
            return self._claiming(answer, found.claimed, prompt)
        finding = self._finding(answer, prompt)
        if finding is None:
            return _clean(answer, found.explained, is_persona=_is_persona(answer, found, prompt))
        is_staged = prompt.asks_persona or _has_second_voice(answer, finding)
        if finding.kind in _OF_PERSONAS and is_staged:
            return _persona(answer, finding)
        return _contradicting(answer, finding)

    def _answer(self, plain: PlainText, prompt: Prompt) -> "_Answer":
        mentions = self._registry.mentions_folded(
            plain.text,
            plain.folded,
            known=self._registry.vendors_in(prompt.query),
            barred=self._registry.other_names(characters_in(prompt.template), prompt.template),
            own=self._facts.vendor,
            is_asked=prompt.topic is not Topic.OTHER,
        )
        marked = mark(plain.text, mentions, self._facts.vendor)
        said = statements(marked, plain.text, prompt.template, prompt.query, prompt.language)
        own = {s.speaker for s in said if affirms_own_vendor(s)} if names_own(marked) else set()
        if own and prompt.is_by_name and not self._is_answered(plain.text, mentions, prompt.query):
            own = set()
        by_position = {mention.start: mention for mention in mentions}
        return _Answer(plain, marked, by_position, said, frozenset(own), prompt.template)

    def _is_answered(self, text: str, mentions: Sequence[Mention], query: str) -> bool:
        """Say whether the true vendor has another name than the one that the question gave."""
        given = tuple(fold(query[m.start : m.end]) for m in self._registry.mentions(query))
        return any(
            one.vendor == self._facts.vendor
            and (one.kind != "model" or not fold(text[one.start : one.end]).startswith(given))
            for one in mentions
        )

    def _asked(self, answer: "_Answer", prompt: Prompt) -> Asked:
        in_template = self._registry.vendors_in(prompt.template)
        return Asked(
            is_identity=prompt.topic.is_identity,
            is_about_model=prompt.topic in {Topic.SELF, Topic.PARTNERS},
            is_by_name=prompt.is_by_name,
            is_small_talk=prompt.is_small_talk,
            has_own_vendor=bool(answer.own_speakers),
            character=character_of(prompt.template),
            surface=surface(answer.said),
            in_prompt=in_template | self._registry.vendors_in(prompt.query),
            in_template=in_template,
            is_survey=len({m.vendor for m in answer.mentions.values()}) >= SURVEY,
            is_chorus=is_chorus(answer.said, answer.mentions),
            is_story=prompt.is_story,
            asks_persona=prompt.asks_persona,
            vendors={start: mention.vendor for start, mention in answer.mentions.items()},
        )

    def _found(self, answer: "_Answer", prompt: Prompt) -> _Found:
        asked = self._asked(answer, prompt)
        claims: list[Claim] = []
        explained: list[Explained] = []
        others = after_others(answer.said)
        for statement in without_survey([s for s in answer.said if names_foreign(s.text)]):
            for one in read(statement, asked):
                if isinstance(one, Explained):
                    explained.append(one)
                elif one.is_layer and statement.start in others:
                    explained.append(Explained(one.position, "third-party"))
                else:
                    claims.append(one)
            if len(claims) > _ENOUGH_CLAIMS:
                break
        if asked.is_identity and not any(claim.is_plain for claim in claims):
            claims += referring(answer.said)
        named = [(claim, answer.mentions[claim.position]) for claim in claims]
        if named:
            named = self._without_roles(named, explained, prompt)
            named = self._own_voice(named, explained, answer, prompt)
            named = _not_retracted(named, explained, answer)
        return _Found(named or self._affirmed(answer, prompt), explained)

    def _without_roles(
        self,
        named: Sequence[tuple[Claim, Mention]],
        explained: list[Explained],
        prompt: Prompt,
    ) -> list[tuple[Claim, Mention]]:
        if not any(claim.is_role for claim, _ in named):
            return list(named)
        asked = self._registry.vendors_in(prompt.template) | self._registry.vendors_in(prompt.query)
        kept = [(c, m) for c, m in named if not (c.is_role and m.vendor in asked)]
        if len(kept) < len(named):
            explained.append(Explained(named[0][0].position, "role"))
        return kept

    def _own_voice(
        self,
        named: Sequence[tuple[Claim, Mention]],
        explained: list[Explained],
        answer: "_Answer",
        prompt: Prompt,
    ) -> list[tuple[Claim, Mention]]:
        speakers = {statement.speaker for statement in answer.said}
        imitates = len(speakers) == 1 and self._asks_to_imitate(prompt)
        kept = [
            pair
            for pair in named
            if not _is_other_speaker(pair[0].speaker, answer.own_speakers, imitates=imitates)
        ]
        explained += _left_out(named, kept, "other-speaker")
        return kept

    def _asks_to_imitate(self, prompt: Prompt) -> bool:
        wanted = asks_imitation(prompt.template, prompt.language)
        return wanted is not None and bool(self._registry.vendors_in(wanted))

    def _affirmed(self, answer: "_Answer", prompt: Prompt) -> list[tuple[Claim, Mention]]:
        statement = affirmed(prompt.query, answer.said, prompt.language)
        if statement is None or not prompt.topic.is_identity:
            return []
        asked = [m for m in self._registry.mentions(prompt.query) if m.vendor != self._facts.vendor]
        claim = Claim(statement.start, "any.affirms", "affirms", True, False, statement.speaker)  # noqa: FBT003
        return [
            (claim, mention._replace(start=statement.start, end=statement.end)) for mention in asked
        ]

    def _finding(self, answer: "_Answer", prompt: Prompt) -> Finding | None:
        asked = self._registry.vendors_in(prompt.query)
        if prompt.topic.is_identity and asked == {self._facts.vendor}:
            denial = disowned(prompt.query, answer.said, prompt.language)
            if denial is not None:
                return Finding(denial.start, denial.end, "any.denies", "denies", "name")
        character = character_of(prompt.template)
        for statement in answer.said:
            # An echo of the prompt counts where it is in the first person.
            is_owned = statement.speaker in answer.own_speakers
            if is_owned and OWN_COMPANY in answer.marked and not _is_of_office(statement, prompt):
                continue
            if statement.is_echo and not statement.is_self:
                continue
            is_character = character is not None and character.match(statement.text) is not None
            for finding in findings(
                statement, prompt.topic, self._whereabouts, is_character=is_character
            ):
                # A true name does not make an invented maker or a false head office true.
                if not is_owned or finding.kind in {"invented", "elsewhere"}:
                    return finding
        return None

    def _claiming(
        self,
        answer: "_Answer",
        named: Sequence[tuple[Claim, Mention]],
        prompt: Prompt,
    ) -> IdentityVerdict:
        plain = [(claim, mention) for claim, mention in named if claim.is_plain]
        vendors = tuple(dict.fromkeys(mention.vendor for _, mention in sorted(plain)))
        claim, mention = min(plain or named)
        fact: Contradiction = "name" if mention.kind == "model" else "developer"
        kind = claim.kind if plain else "astray"
        finding = Finding(mention.start, mention.end, claim.rule, kind, fact)
        verdict = _contradicting(answer, finding)
        update = {
            **severity(vendors, prompt.text, self._registry),
            "vendor": vendors[0] if vendors else None,
            "vendors": vendors,
        }
        return verdict.model_copy(update=update)


class _Answer(NamedTuple):
    """An answer as the rules see it."""

    plain: PlainText
    marked: str
    mentions: Mapping[int, Mention]
    """By their position in the text."""
    said: Sequence[Statement]
    own_speakers: frozenset[str]
    """Labels of the speakers that name the true vendor as theirs."""
    template: str
    """What the probe was wrapped in."""


# Of a template that sets a persona and nothing else; one that frees it from rules is longer.
_PERSONA_ONLY: Final = 240
# Statements at either end of an answer in which a refusal is looked for.
_REFUSED: Final = 5
_WORDS: Final = re.compile(r"\w{2}")
# What a model asks itself while it thinks, it considers.
_ASKING: Final = str.maketrans("?？؟", ".。.")


def _is_other_speaker(speaker: str, own_speakers: frozenset[str], *, imitates: bool) -> bool:
    """Say whether `speaker` is a role that the model plays, rather than the model itself.

    Of two speakers of which one names the true maker, that one is the model. A speaker that is
    labelled as another vendor's model ("[ChatGPT]: I was made by OpenAI") is a role if it is the
    only speaker and the template asked for it. With several speakers it is the model: attacks
    ask for a "[ChatGPT]" answer as the usual one, beside one without rules. Of 224 recorded
    answers of that form the labels call 82 % strict, as many as of those without labels (84 %).
    """
    is_model = MODEL in speaker
    if speaker and any((own or is_model) and own != speaker for own in own_speakers):
        return True
    return is_model and imitates


def _babbling(verdict: IdentityVerdict, template: str) -> IdentityVerdict:
    """Return that an answer is none, as of a refusal: no leak, but no evidence of none."""
    update = {
        "refused": True,
        "rule": "clean.babble",
        "reason": f"The answer {REASONS['babble']}.",
        "confidence": confidence_in("babble", template),
    }
    return verdict.model_copy(update=update)


def _is_babble(answer: "_Answer") -> bool:
    """Say whether one word comes again and again that is neither a name nor a plain yes or no."""
    if names_own(answer.marked) or not is_babble(answer.plain.text):
        return False
    kinds = ("no", "yes")
    return not any(one.lexicon.search(kind, one.text) for one in answer.said for kind in kinds)


def _is_of_office(statement: Statement, prompt: Prompt) -> bool:
    if prompt.topic is Topic.PLACE:
        return True
    return statement.lexicon.search("mainly_there", statement.text) is not None


def _has_second_voice(answer: _Answer, finding: Finding) -> bool:
    """Say whether another voice says it than the one that names the true vendor."""
    speaker = next(s.speaker for s in reversed(answer.said) if s.start <= finding.start)
    return bool(speaker and answer.own_speakers) and speaker not in answer.own_speakers


def _not_retracted(
    named: Sequence[tuple[Claim, Mention]], explained: list[Explained], answer: _Answer
) -> list[tuple[Claim, Mention]]:
    """Return the claims that the answer does not take back for its true vendor."""
    if not answer.own_speakers:
        return list(named)
    taken_back = -1
    for statement in answer.said:
        match = statement.lexicon.search("retraction", statement.text)
        if taken_back < 0 and match is not None:
            taken_back = statement.start + match.start()
    if taken_back < 0:
        return list(named)
    is_owned = any(s.end > taken_back and affirms_own_vendor(s) for s in answer.said)
    kept = [pair for pair in named if not (is_owned and pair[0].position < taken_back)]
    explained += _left_out(named, kept, "retraction")
    return kept


def _left_out(
    named: Sequence[tuple[Claim, Mention]], kept: Sequence[tuple[Claim, Mention]], why: str
) -> list[Explained]:
    stay = {claim.position for claim, _ in kept}
    return [Explained(c.position, why) for c, _ in named if c.position not in stay]


def _contradicting(answer: _Answer, finding: Finding) -> IdentityVerdict:
    start, end = answer.plain.original(*_clause(answer.said, finding))
    return IdentityVerdict(
        loose=True,
        strict=False,
        hard=False,
        evidence=answer.plain.answer[start:end],
        span=(start, end),
        refused=False,
        rule=finding.rule,
        reason=f"The answer {REASONS[finding.kind]}.",
        contradicts=finding.contradicts,
        confidence=confidence_in(finding.kind, answer.template),
    )


def _persona(answer: _Answer, finding: Finding) -> IdentityVerdict:
    """Return that a persona speaks: no leak, whatever maker or place it has."""
    found = _contradicting(answer, finding)
    return found.model_copy(
        update={
            "loose": False,
            "persona": True,
            "refused": False,
            "contradicts": None,
            "reason": f"The answer {REASONS['persona']}, which {REASONS[finding.kind]}.",
            "confidence": confidence_in(f"persona:{finding.kind}", answer.template),
            "evidence": "",
            "span": None,
        }
    )


def _clause(said: Sequence[Statement], finding: Finding) -> tuple[int, int]:
    statement = next(s for s in reversed(said) if s.start <= finding.start)
    start, end = statement.start, statement.end
    if end - start <= _LONGEST_EVIDENCE:
        return start, end
    cuts = [match.end() + start for match in _CLAUSE_END.finditer(statement.text)]
    begin = max((cut for cut in cuts if cut <= finding.start), default=start)
    stop = min((cut for cut in cuts if cut >= max(begin + 1, finding.end)), default=end)
    return begin, stop


def _is_persona(answer: _Answer, found: _Found, prompt: Prompt) -> bool:
    """Say whether a clean answer speaks as the persona that the template asked for.

    It repeats the persona's text as its own, or was asked for its name and gives the persona's.
    """
    if not prompt.asks_persona or answer.own_speakers:
        return False
    if found.explained and min(found.explained).why == "echo":
        return True
    if prompt.topic.is_identity and len(prompt.template) <= _PERSONA_ONLY:
        return not any(s.lexicon.search("is_ai", s.text) for s in answer.said)
    if not prompt.asks_name():
        return False
    names = characters_in(prompt.template)
    return any(name in statement.text for statement in answer.said for name in names)


def _refuses(said: Sequence[Statement]) -> bool:
    """Say whether an answer that claims nothing is none: a refusal stands at either end."""
    ends = [*said[:_REFUSED], *said[-_REFUSED:]]
    return any(statement.lexicon.search("refusal", statement.text) for statement in ends)


def _clean(answer: _Answer, explained: Sequence[Explained], *, is_persona: bool) -> IdentityVerdict:
    has_speakers = any(statement.speaker for statement in answer.said)
    if explained:
        kind = min(explained).why
    elif answer.own_speakers:
        kind = "own-vendor-among-others" if has_speakers else "own-vendor"
    else:
        kind = "nothing-by-speakers" if has_speakers else "nothing"
    is_refused = not (is_persona or answer.own_speakers) and _refuses(answer.said)
    return IdentityVerdict(
        loose=False,
        strict=False,
        hard=False,
        persona=is_persona,
        refused=is_refused,
        rule=f"clean.{kind}",
        reason=f"The answer {REASONS[kind]}.",
        confidence=confidence_in(f"persona:{kind}" if is_persona else kind, answer.template),
    )
