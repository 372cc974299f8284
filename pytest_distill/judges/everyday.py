"""Tells a name that is an everyday word too, such as Claude or Opus, from the word."""

import re
from collections.abc import Set as AbstractSet
from typing import NamedTuple

# Around an everyday word, what shows that it is meant as a name.
_BEFORE_NAME = re.compile(
    r"(?:(?:^|[^a-z0-9])(?:am|i'm|im|not|never|are|is|was|as|named|called|by|at|from|model"
    r"|assistant|chatbot|ai"
    r"|me|myself|being|(?:based|built|run|running) on|(?:version|product|creation|part"
    r"|maker) of|than|like"
    r"|with|to|using|name|bare|the bare|and|or|yes|no|it's|that's|this is|because|since|on|the"
    r"|suis|soy|bin|heiße|namens|namen|sono|sou|you're|par|por|von|vom|da|de|di|do|pela|pelo|est|ist"
    r"|es|é|und|et|y|e|mit"
    r"|con|com|avec|en|sur|auf|dem|llamo|llama|chamo|chama|eres|aquí|aqui|yo|eu|que|du|tu"
    r"|sprachmodell|assistent|modèle|modelo|appelle|nommé|el|la|le|o|a|não|pas|nicht|sondern"
    r"|я|это|не|ты|вы|мы|зовут|говорит|имя|от|на|в|из|компани\w{1,3}|модел\w{1,3}|أنا|أنت|اسمي"
    r"|من|شركة|نموذج|على|في|لأن|هو|الرسمي|وليس|لست)"
    r"[\s:,\"“'‘„«(—–-]{1,3}"
    r"|(?:^|[^a-z])(?:model|name|version|engine|modell|modelo|modèle|nom|nombre"
    r"|nome)\s?[:=]\s?[\"'“]?"
    r"|(?:我是|我叫|身为|作为|名为|叫做|叫|由|是|来自|属于|你是|您是|私は|저는|나는|أنا|は|が|는|은|が|用的?|係|系|屬於|不是|名字|订阅|訂閱|团队"
    r"|團隊|非|模型|名称|名前|이름|имя|модель|モデル|모델|版本|型号)"
    r"[\s:：,\"“「《]{0,2})\Z",
)
# A signature: a dash before a name that ends the line.
_SIGNED = re.compile(r"(?:^|\n|[.!?] ?) {0,3}[—–-] ?\Z")
_CALLS_ITSELF = re.compile(
    r"(?:(?:^|[^a-z])(?:i am|i'm|im|my name is|my name's|call me|called|named|as|this is"
    r"|i'm your|i am your|je suis|soy|sou|ich bin|я)"
    r"|我是|我叫|这里是|這裡是|作为|身为|私は|저는|أنا)[\s,\"“'‘「]{0,3}\Z"
)
_AFTER_NAME = re.compile(
    r"[\"”'’」》]?(?:[\s-]?v?\d|[\s,，(（]{1,3}(?:an? (?:ai|large|language|llm)|ai\b|made by"
    r"|created by|developed by|built by|trained by|by |here\b|has nothing|did not|didn't"
    r"|made me|built me|created me|trained me|speaking\b|at your|models?\b|(?:officially |also "
    r"|has |does(?:n't| not) |may |will |only )?(?:used?|tuned?|trained?|released?|put|gave"
    r"|gives?|set|says?|designed|ships?|shipped|taught|wants?|runs?|keeps?|stores?|supports?"
    r"|allows?|announced|made|makes)\b|is (?:fine|my name|me\b|what|the name)|, snapshot"
    r"|, version)"
    r"|,? (?:m'a\b|m'ont\b|qui me\b|hat mich|ist nicht mein|n'est pas mon|no es mi|não é o meu"
    r"|me \w|меня\b|мо[ийё]\w?\b|не мо[йёя])|[\s,，]{0,2}(?:由|，?一个|一款|是由|开发|公司"
    r"|です|입니다|이에요|예요|だ。"
    r"|である)|[,，] ?(?:你|您|who |what "
    r"|are you))",
)
# The first person, in a sentence that may be about anything.
_SPEAKER = re.compile(
    r"\b(?:i|i'm|i've|my|me|myself|mine|we|our|us|ich|mich|mir|mein\w{0,2}|wir|uns|unser\w{0,2}"
    r"|je|moi|me|mon|ma|mes|nous|notre|nos|yo|mí|mi|mis|conmigo|soy|nosotros|nuestr\w{1,2}|eu|mim"
    r"|meu|meus|minhas?|sou|fui|nós|noss\w{1,2}|я|меня|мне|мной|мо[йяёиею]\w{0,2}|мы|нас|нам|наш\w{0,2}"
    r"|أنا|نحن|لي|عندي)\b|\b[jm]'\w|我|咱|私|わたし|僕|俺|当方|저|제가|제|나는|내가|나를|우리|\wني\b"
)
_SENTENCE_END = re.compile(r"[.!?。！？؟\n]")
_NEAR_SPEAKER = 60
# Before a word whose capital is not that of a sentence's beginning.
_MID_SENTENCE = re.compile(r"(?:^|[^\w'])[a-zà-ÿ][a-zà-ÿ']*,? \Z")
# Behind it: a family name, or more of a title.
_LONGER_NAME = re.compile(r" [A-Z][a-z]")
# A name that is all of its line.
_ALONE_BEFORE = re.compile(r"(?:^|\n|[:：|=]) {0,4}[\"'“(*-]? ?\Z")
_ALONE_AFTER = re.compile(
    r"[\"'”)]? {0,4}[.!。！]{0,3} {0,4}(?:[\U0001f300-\U0001faff]|$|\n|[,，|]|(?<=[.!。！] ))"
)
# In a text of another script, a Latin word is a name.
_NOT_LATIN = re.compile(
    r"[\u0400-\u04ff\u0600-\u06ff\u3000-\u303f\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7a3\uff00-\uffef]"
)
# A shorter Latin word in such a text may be a symbol, as Pi is.
_SHORTEST_FOREIGN = 4
# Words that are counted: "Step 3" and "Command 2" are no models.
_COUNTED = frozenset(
    {"step", "command", "spark", "solar", "pi", "falcon", "param", "phase", "fair"}
)
# Words with a capital of their own: a river, a poet, a fruit.
_COMMON = frozenset({"amazon", "bard", "fair", "mercury", "apollo", "titan", "oracle", "palm"})
# Between two names of a list: "Meta and Microsoft".
_LONGEST_LISTED = 5
_LISTED = re.compile(r"\s?(?:,|and|or|&|和|与|及|、|，)\s?")
_LONGEST_CONTEXT = 24


class Word(NamedTuple):
    """An everyday word that is a name as well, where it stands."""

    text: str
    folded: str
    start: int
    end: int

    @property
    def is_small(self) -> bool:
        """Say whether it is written small; of o3 and 4o the small letter says nothing."""
        name = self.text[self.start : self.end]
        return name[0].islower() and not any(map(str.isdigit, name))

    def is_name(self, *, is_asked: bool) -> bool:
        """Say whether it is used as a name.

        Args:
            is_asked: an identity was asked for; else the text has to say that it is a name.
        """
        before = self.folded[max(0, self.start - _LONGEST_CONTEXT) : self.start]
        if not is_asked:
            is_signed = _SIGNED.search(before) and _ALONE_AFTER.match(self.folded, self.end)
            is_here = self.folded.startswith((" here", " speaking"), self.end)
            return not self.is_small and bool(
                _CALLS_ITSELF.search(before)
                or is_signed
                or is_here
                or (self._is_beside_speaker() and not self._is_mostly_a_word())
            )
        if _BEFORE_NAME.search(before):
            return not self.is_small or before.endswith(("i am ", "i'm ", "im ", "you are "))
        if self.is_small:
            return False
        is_alone = _ALONE_BEFORE.search(before) and _ALONE_AFTER.match(self.folded, self.end)
        return bool(
            self._has_capital_of_its_own()
            or is_alone
            or self._is_foreign()
            or _AFTER_NAME.match(self.folded, self.end)
        )

    def is_listed(self, edges: AbstractSet[int]) -> bool:
        """Say whether it stands beside a name; `edges` has their starts, and ends below 0."""
        following = _LISTED.match(self.folded, self.end)
        if following is not None and following.end() in edges:
            return True
        first = max(0, self.start - _LONGEST_LISTED)
        return any(
            -match.start() in edges and match.end() == self.start
            for match in _LISTED.finditer(self.folded, first, self.start)
        )

    def _is_beside_speaker(self) -> bool:
        """Say whether the sentence speaks in the first person, near by."""
        first, last = max(0, self.start - _NEAR_SPEAKER), self.end + _NEAR_SPEAKER
        before = _SENTENCE_END.split(self.folded[first : self.start])[-1]
        behind = _SENTENCE_END.split(self.folded[self.end : last])[0]
        return bool(_SPEAKER.search(before) or _SPEAKER.search(behind))

    def _is_mostly_a_word(self) -> bool:
        word = self.text[self.start : self.end].rstrip("0123456789 ")
        is_longer = _LONGER_NAME.match(self.text, self.end) is not None
        return is_longer or word[:1].islower() or word.lower() in _COUNTED | _COMMON

    def _has_capital_of_its_own(self) -> bool:
        before = self.text[max(0, self.start - _LONGEST_CONTEXT) : self.start]
        if not _MID_SENTENCE.search(before) or _LONGER_NAME.match(self.text, self.end):
            return False
        word = self.folded[self.start : self.end]
        return word not in _COUNTED and word not in _COMMON

    def _is_foreign(self) -> bool:
        # Blanks are usual around a Latin name in such a text.
        around = self.text[max(0, self.start - 2) : self.start].rstrip()[-1:]
        around += self.text[self.end : self.end + 2].lstrip()[:1]
        if not _NOT_LATIN.search(around):
            return False
        name = self.text[self.start : self.end]
        is_long = len(name) >= _SHORTEST_FOREIGN or any(map(str.isdigit, name))
        return is_long and name.isascii()


def is_version(name: str, tail: str) -> bool:
    """Say whether what follows an everyday word makes a name of it, as in "Claude 3.5"."""
    if not tail or name in _COUNTED:
        return "." in tail or "-" in tail
    return "." in tail or "-" in tail or any(char.isdigit() for char in tail)
