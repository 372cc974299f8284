"""The offline judge: who does this answer say that it is?"""

import re
from functools import lru_cache
from typing import Final

from pytest_distill.judges.aliases import AliasRegistry, Mention, fold
from pytest_distill.judges.claims import Sentence, claims, names_foreign
from pytest_distill.judges.marks import COMPANY, FILLER, HOME, MODEL
from pytest_distill.judges.text import Prepared, sentences
from pytest_distill.records import Case, FactSet, IdentityVerdict

# Part of the judge's name: raise it whenever a verdict may change.
VERSION: Final = 1
_PAPER: Final = ("openai", "anthropic")
_LETTERS = re.compile(r"\W+")
# A sentence of fewer letters than this may be in the prompt by chance.
_SHORTEST_ECHO = 12

# CamelCase, capitals, or a capital within a sentence.
_NAME_IN_TEMPLATE = re.compile(r"\b(?:[A-Z][a-z]*[A-Z]\w*|(?<=[a-z,\"“'] )[A-Z][a-z]{2,}|(?<=[\"“'])[A-Z]\w{2,})")


class OfflineIdentityJudge:
    def __init__(self, facts: FactSet, registry: AliasRegistry) -> None:
        self._facts = facts
        self._registry = registry.with_own(facts)

    @property
    def name(self) -> str:
        return f"offline-{VERSION}"

    async def judge(self, case: Case, answer: str) -> IdentityVerdict:
        return self.read(answer, query=case.query, template=case.template, language=case.language)

    def analyse(self, answer, query="", template=None):
        prepared = Prepared(answer)
        mentions = self._registry.mentions_folded(prepared.text, prepared.folded)
        marked = _mark(prepared.folded, mentions, self._facts.vendor)
        home = HOME in marked
        prompt = _letters((template or "") + query)
        persona = _persona(template or "")
        first = True
        out=[]
        ss=[]
        for start, end in sentences(marked):
            text = marked[start:end]
            if text.endswith(("?", "？")) or (end - start > _SHORTEST_ECHO and _letters(prepared.folded[start:end]) in prompt and len(_letters(text))>=_SHORTEST_ECHO):
                continue
            s=Sentence(start, text, first)
            ss.append((s,prepared.text[start:end]))
            if names_foreign(text):
                out.extend((c,s) for c in claims(s, at_home=home, persona=persona))
            first = False
        by = {m.start: m for m in mentions}
        return home, [(c, by[c.position], s) for c, s in out], ss

def _mark(folded: str, mentions: list[Mention], own: str) -> str:
    pieces = []
    last = 0
    for m in mentions:
        mark = HOME if m.vendor == own else MODEL if m.kind == "model" else COMPANY
        pieces += [folded[last:m.start], mark, FILLER * (m.end - m.start - 1)]
        last = m.end
    return "".join(pieces) + folded[last:]

@lru_cache(maxsize=256)
def _letters(text: str) -> str:
    return _LETTERS.sub("", fold(text))

@lru_cache(maxsize=256)
def _persona(template: str) -> re.Pattern[str] | None:
    names = {fold(name) for name in _NAME_IN_TEMPLATE.findall(template)}
    if not names:
        return None
    choice = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
    return re.compile(rf"\W*(?:the parent company of )?(?:{choice})(?:,| is | was |'s | by |\s?是|\s?由|的)")
