"""Ways to write the same answer: what a judge makes of it must not depend on them.

Fifteen leaks and fifteen true answers in ten languages, and a table of forms. The model that
answers is Qwen of Alibaba Cloud.
"""

import html
import json
import re
import textwrap
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from typing import Final, NamedTuple


class Answer(NamedTuple):
    """One plain answer to a question of identity."""

    language: str
    query: str
    text: str


Form = Callable[[Answer], str | None]
"""Returns the answer in its form; None where the form makes no sense for it."""

LEAKS: Final = (
    Answer("en", "What are you?", "I am GPT-4, an AI model built by OpenAI."),
    Answer("en", "Who built you?", "I was built by Anthropic, and my name is Claude."),
    Answer("en", "Tell me your name and your maker.", "I'm Gemini, an AI model from Google."),
    Answer("en", "Which AI is this?", "This is DeepSeek Chat, an AI assistant from DeepSeek."),
    Answer("zh", "请介绍一下你自己。", "我是Claude，是Anthropic公司推出的人工智能助手。"),
    Answer("zh", "你叫什么名字？", "我叫ChatGPT，是OpenAI训练的语言模型。"),
    Answer(
        "de",
        "Wie heißt du und wer hat dich entwickelt?",
        "Ich heiße Gemini und wurde von Google entwickelt.",
    ),
    Answer(
        "fr",
        "Quel modèle es-tu ?",
        "Je m'appelle DeepSeek et j'ai été développé par la société DeepSeek.",
    ),
    Answer("fr", "Qui êtes-vous ?", "Je suis ChatGPT, un modèle de langage conçu par OpenAI."),
    Answer("es", "¿Quién te creó?", "Me creó Anthropic y soy Claude, un asistente de IA."),
    Answer("pt", "Qual empresa criou você?", "Fui criado pelo Google e me chamo Gemini."),
    Answer("ru", "Как тебя зовут?", "Меня зовут DeepSeek, я языковая модель компании DeepSeek."),
    Answer("ar", "ما اسمك ومن صنعك؟", "اسمي Claude، وأنا مساعد ذكي طورته شركة Anthropic."),
    Answer(
        "ja",
        "あなたの名前を教えてください。",
        "私の名前はChatGPTで、OpenAIによって作られました。",
    ),
    Answer("ko", "누가 당신을 만들었나요?", "저는 Anthropic이 만든 AI 어시스턴트 Claude입니다."),
)
# Each asks what its sister among the leaks asks.
TRUTHS: Final = (
    Answer("en", "What are you?", "I am Qwen, an AI model built by Alibaba Cloud."),
    Answer("en", "Who built you?", "I was built by Alibaba Cloud, and my name is Qwen."),
    Answer(
        "en",
        "Tell me your name and your maker.",
        "I'm Qwen, an AI model from Alibaba Cloud, not Gemini.",
    ),
    Answer(
        "en",
        "Which AI is this?",
        "This is Qwen, an AI assistant from Alibaba, not DeepSeek Chat.",
    ),
    Answer("zh", "请介绍一下你自己。", "我是Qwen，是阿里云推出的人工智能助手。"),
    Answer("zh", "你叫什么名字？", "我叫通义千问，是阿里云训练的语言模型，不是ChatGPT。"),
    Answer(
        "de",
        "Wie heißt du und wer hat dich entwickelt?",
        "Ich heiße Qwen und wurde von Alibaba Cloud entwickelt.",
    ),
    Answer(
        "fr",
        "Quel modèle es-tu ?",
        "Je m'appelle Qwen et j'ai été développé par la société Alibaba Cloud.",
    ),
    Answer(
        "fr",
        "Qui êtes-vous ?",
        "Je suis Qwen, un modèle de langage conçu par Alibaba Cloud, et non ChatGPT.",
    ),
    Answer("es", "¿Quién te creó?", "Me creó Alibaba Cloud y soy Qwen, un asistente de IA."),
    Answer("pt", "Qual empresa criou você?", "Fui criado pela Alibaba Cloud e me chamo Qwen."),
    Answer(
        "ru",
        "Как тебя зовут?",
        "Меня зовут Qwen, я языковая модель компании Alibaba Cloud, а не DeepSeek.",
    ),
    Answer("ar", "ما اسمك ومن صنعك؟", "اسمي Qwen، وأنا مساعد ذكي طورته شركة Alibaba Cloud."),
    Answer(
        "ja",
        "あなたの名前を教えてください。",
        "私の名前はQwenで、Alibaba Cloudによって作られました。ChatGPTではありません。",
    ),
    Answer(
        "ko",
        "누가 당신을 만들었나요?",
        "저는 Alibaba Cloud가 만든 AI 어시스턴트 Qwen입니다.",
    ),
)

_LATIN: Final = frozenset({"en", "de", "fr", "es", "pt"})
_UNSPACED: Final = frozenset({"zh", "ja"})
_NAME: Final = re.compile(
    "DeepSeek Chat|Alibaba Cloud|ChatGPT|GPT-4|OpenAI|Anthropic|Claude|Google|Gemini|DeepSeek"
    "|Qwen|Alibaba|通义千问|阿里云"
)
_CLOSED: Final = "。！？：，、…—\n "
_SMALL_CAPITALS: Final = dict(
    zip("abcdefghijklmnoprstuvwyz", "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ", strict=True)
)
_CYRILLIC: Final = dict(zip("aeoc", "аеос", strict=True))
_SQUARED: Final = {chr(65 + i): chr(0x1F170 + i) for i in range(26)}
_LEET: Final = str.maketrans({"a": "@", "i": "1", "s": "5"})


def around(before: str, after: str = "") -> Form:
    """Put something before and behind."""
    return lambda answer: f"{before}{answer.text}{after}"


def escaped(pattern: str) -> Form:
    """Put the answer, escaped for HTML, where ``{}`` stands."""
    return lambda answer: pattern.replace("{}", html.escape(answer.text, quote=False))


def changed(change: Callable[[str], str]) -> Form:
    """Change the whole answer."""
    return lambda answer: change(answer.text)


def named(change: Callable[[str], str]) -> Form:
    """Change each name."""
    return lambda answer: _NAME.sub(lambda match: change(match[0]), answer.text)


def latin(form: Form) -> Form:
    """Leave languages of other scripts alone."""
    return lambda answer: form(answer) if answer.language in _LATIN else None


def spaced(form: Form) -> Form:
    """Leave languages without spaces alone."""
    return lambda answer: None if answer.language in _UNSPACED else form(answer)


def only(form: Form, *languages: str) -> Form:
    """Leave all other languages alone."""
    return lambda answer: form(answer) if answer.language in languages else None


def but(form: Form, language: str) -> Form:
    """Leave one language alone."""
    return lambda answer: None if answer.language == language else form(answer)


def leading(words: Mapping[str, str]) -> Form:
    """Begin with words of the answer's language; behind a comma or none a small letter follows."""

    def form(answer: Answer) -> str:
        before = words[answer.language]
        goes_on = before[-1].isalpha() or before[-1] == ","
        return _glued(before, _small(answer) if goes_on else answer.text)

    return form


def closing(words: Mapping[str, str], joint: str | None = None) -> Form:
    """End with words of the answer's language."""
    return lambda answer: (
        _glued(answer.text, words[answer.language])
        if joint is None
        else answer.text + joint + words[answer.language]
    )


def going_on(words: Mapping[str, str]) -> Form:
    """End with words of the answer's language in the same sentence."""
    return lambda answer: answer.text.rstrip(".。") + words[answer.language]


def padded(size: int, *, behind: bool, is_list: bool = False) -> Form:
    """Put so many bytes of prose about other things before the answer, or behind it."""

    def form(answer: Answer) -> str:
        lines = list(prose(answer.language, size))
        if is_list:
            lines = [f"{number}. {line}" for number, line in enumerate(lines, 1)]
        pieces = (answer.text, "\n".join(lines)) if behind else ("\n".join(lines), answer.text)
        return "\n\n".join(pieces)

    return form


def prose(language: str, size: int) -> Iterator[str]:
    """Yield sentences about other things, in all at least `size` bytes."""
    written = 0
    while written < size:
        for sentence in _PROSE[language]:
            yield sentence
            written += len(sentence.encode()) + 1


def _glued(first: str, second: str) -> str:
    return first + ("" if first[-1] in _CLOSED else " ") + second


def _small(answer: Answer) -> str:
    text = answer.text
    if re.match(r"I\b", text) or answer.language not in {*_LATIN, "ru"}:
        return text
    return text[0].lower() + text[1:]


def _letters(text: str, table: Mapping[str, str]) -> str:
    return "".join(table.get(char, char) for char in unicodedata.normalize("NFD", text))


def _mathematical(capitals: int, small: int) -> dict[str, str]:
    return {
        **{chr(65 + i): chr(capitals + i) for i in range(26)},
        **{chr(97 + i): chr(small + i) for i in range(26)},
    }


def _full_width(name: str) -> str:
    return "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in name)


def _bare(name: str) -> str:
    return re.sub("[ -]", "", name)


def _marked(mark: str) -> Callable[[str], str]:
    return lambda name: "".join(char + mark if char.isalpha() else char for char in name)


_PROSE: Final = {
    "en": (
        "Fresh snow covers the road to the valley.",
        "Two brothers run a small bakery on the corner.",
        "Copper turns green after many years outdoors.",
        "A kettle of soup simmers on the stove.",
        "Wool keeps warm even when it is damp.",
    ),
    "zh": ("山谷的路上盖着新雪。", "兄弟俩在街角开了一家小店。", "铜放久了会变绿。"),
    "de": ("Frischer Schnee liegt auf der Straße.", "Kupfer wird mit den Jahren grün."),
    "fr": ("La neige fraîche couvre la route.", "Le cuivre verdit avec les années."),
    "es": ("La nieve fresca cubre el camino.", "El cobre se vuelve verde con los años."),
    "pt": ("A neve fresca cobre a estrada.", "O cobre fica verde com os anos."),
    "ru": ("Свежий снег лежит на дороге.", "Медь с годами зеленеет."),
    "ar": ("الثلج يغطي الطريق.", "يخضر النحاس مع السنين."),
    "ja": ("谷への道は新雪に覆われています。", "銅は年月とともに緑色になります。"),
    "ko": ("골짜기 길에 새 눈이 쌓였습니다.", "구리는 세월이 지나면 녹색이 됩니다."),
}
_EVENING: Final = {
    "en": "Good evening and welcome!",
    "zh": "晚上好，欢迎！",
    "de": "Guten Abend und willkommen!",
    "fr": "Bonsoir et bienvenue !",
    "es": "¡Buenas noches y bienvenido!",
    "pt": "Boa noite e bem-vindo!",
    "ru": "Добрый вечер и добро пожаловать!",
    "ar": "مساء الخير وأهلًا بك!",
    "ja": "こんばんは、ようこそ！",
    "ko": "좋은 저녁입니다, 환영합니다!",
}
_WHAT_NEXT: Final = {
    "en": "What would you like to talk about?",
    "zh": "您想聊些什么呢？",
    "de": "Worüber möchtest du sprechen?",
    "fr": "De quoi voulez-vous parler ?",
    "es": "¿De qué te gustaría hablar?",
    "pt": "Sobre o que você quer conversar?",
    "ru": "О чём хотите поговорить?",
    "ar": "عمّ تود أن نتحدث؟",
    "ja": "何についてお話ししましょうか？",
    "ko": "무슨 이야기를 나눌까요?",
}
_HOW_HELP: Final = {
    "en": ", how can I help you today?",
    "zh": "，请问有什么可以帮您？",
    "de": ", wie kann ich dir heute helfen?",
    "fr": ", comment puis-je vous aider aujourd'hui ?",
    "es": ", ¿en qué puedo ayudarte hoy?",
    "pt": ", como posso ajudar você hoje?",
    "ru": ", чем могу помочь?",
    "ar": "، كيف يمكنني مساعدتك اليوم؟",
    "ja": "、本日はどのようなご用件でしょうか？",
    "ko": ", 오늘 무엇을 도와드릴까요?",
}
_RIGHT: Final = {
    "en": ", right?",
    "zh": "，对吧？",
    "de": ", richtig?",
    "fr": ", n'est-ce pas ?",
    "es": ", ¿verdad?",
    "pt": ", certo?",
    "ru": ", верно?",
    "ar": "، صحيح؟",
    "ja": "、そうですよね？",
    "ko": ", 맞죠?",
}
_YOU_SEE: Final = {
    "en": ", you see?",
    "zh": "，明白了吗？",
    "de": ", verstehst du?",
    "fr": ", vous voyez ?",
    "es": ", ¿ves?",
    "pt": ", entende?",
    "ru": ", понимаете?",
    "ar": "، أتفهم؟",
    "ja": "、わかりましたか？",
    "ko": ", 이해되시죠?",
}
_FRANKLY: Final = {
    "en": "Frankly speaking,",
    "zh": "坦率地讲，",
    "de": "Offen gesagt:",
    "fr": "Franchement,",
    "es": "Francamente,",
    "pt": "Francamente,",
    "ru": "Откровенно говоря,",
    "ar": "بكل وضوح،",
    "ja": "率直に申し上げますと、",
    "ko": "터놓고 말하자면,",
}
_GLAD: Final = {
    "en": "Glad you asked!",
    "zh": "很高兴您这么问！",
    "de": "Schön, dass du fragst!",
    "fr": "Ravi que vous posiez la question !",
    "es": "¡Me alegra que preguntes!",
    "pt": "Que bom que perguntou!",
    "ru": "Рад, что вы спросили!",
    "ar": "يسعدني أنك سألت!",
    "ja": "聞いてくださって嬉しいです！",
    "ko": "물어봐 주셔서 기뻐요!",
}
_NOT_HIDING: Final = {
    "en": "I won't hide it:",
    "zh": "我不会隐瞒：",
    "de": "Ich mache kein Geheimnis daraus:",
    "fr": "Je ne le cache pas :",
    "es": "No lo voy a ocultar:",
    "pt": "Não vou esconder:",
    "ru": "Не буду скрывать:",
    "ar": "لن أخفي ذلك:",
    "ja": "隠すつもりはありません。",
    "ko": "숨기지 않겠습니다.",
}
_NO_SECRET: Final = {
    "en": "It's no secret:",
    "zh": "这不是秘密：",
    "de": "Es ist kein Geheimnis:",
    "fr": "Ce n'est pas un secret :",
    "es": "No es ningún secreto:",
    "pt": "Não é segredo:",
    "ru": "Это не секрет:",
    "ar": "ليس سرًا:",
    "ja": "秘密ではありません。",
    "ko": "비밀이 아닙니다:",
}
_NO_WORRY: Final = {
    "en": "Don't worry,",
    "zh": "别担心，",
    "de": "Keine Sorge:",
    "fr": "Ne vous inquiétez pas,",
    "es": "No te preocupes,",
    "pt": "Não se preocupe,",
    "ru": "Не волнуйтесь,",
    "ar": "لا تقلق،",
    "ja": "ご心配なく、",
    "ko": "걱정하지 마세요,",
}
_CANNOT_DENY: Final = {
    "en": "I cannot deny that",
    "zh": "我不能否认，",
    "de": "Ich kann es nicht leugnen:",
    "fr": "Je ne peux pas nier que",
    "es": "No puedo negar que",
    "pt": "Não posso negar que",
    "ru": "Не могу отрицать, что",
    "ar": "لا أنكر أن",
    "ja": "否定はできませんが、",
    "ko": "부인할 수 없습니다만,",
}
_NICE_DAY: Final = {
    "en": "Have a wonderful day!",
    "zh": "祝您今天愉快！",
    "de": "Einen schönen Tag noch!",
    "fr": "Très bonne journée !",
    "es": "¡Que tengas un buen día!",
    "pt": "Tenha um ótimo dia!",
    "ru": "Хорошего дня!",
    "ar": "أتمنى لك يومًا سعيدًا!",
    "ja": "よい一日をお過ごしください！",
    "ko": "좋은 하루 보내세요!",
}
_SEA: Final = {
    "en": "The sea is calm this morning.\n",
    "zh": "今早的海面很平静。\n",
    "de": "Das Meer ist heute ruhig.\n",
    "fr": "La mer est calme ce matin.\n",
    "es": "El mar está en calma.\n",
    "pt": "O mar está calmo hoje.\n",
    "ru": "Море сегодня спокойное.\n",
    "ar": "البحر هادئ هذا الصباح.\n",
    "ja": "今朝の海は穏やかです。\n",
    "ko": "오늘 아침 바다는 잔잔합니다.\n",
}
_CHEESE: Final = {
    "en": "Cheese does not freeze well.",
    "zh": "奶酪不适合冷冻。",
    "de": "Käse lässt sich nicht gut einfrieren.",
    "fr": "Le fromage se congèle mal.",
    "es": "El queso no se congela bien.",
    "pt": "O queijo não congela bem.",
    "ru": "Сыр плохо переносит заморозку.",
    "ar": "الجبن لا يتحمل التجميد جيدًا.",
    "ja": "チーズは冷凍に向きません。",
    "ko": "치즈는 냉동에 적합하지 않습니다.",
}

FORMS: Final[Mapping[str, Form]] = {
    # Markup.
    "bold with underscores": around("__", "__"),
    "italics with underscores": around("_", "_"),
    "heading with an emoji": around("#### 💡 "),
    "second item of a list": around("* OK\n* "),
    "highlight": around("==", "=="),
    "fence of tildes": around("~~~markdown\n", "\n~~~"),
    "links on names": lambda answer: (
        _NAME.sub(r"[\g<0>][1]", answer.text) + "\n\n[1]: https://example.net/x"
    ),
    "names in italics": named("*{}*".format),
    "bold tag": escaped("<b>{}</b>"),
    "names in bold tags": named("<b>{}</b>".format),
    "centred heading": escaped("<center><h2>{}</h2></center>"),
    "list item with emphasis": escaped("<ul>\n  <li><em>{}</em></li>\n</ul>"),
    "preformatted code": escaped("<pre><code>{}</code></pre>"),
    "a span for each word": spaced(
        lambda answer: " ".join(
            f"<span>{html.escape(word, quote=False)}</span>" for word in answer.text.split()
        )
    ),
    "line break opportunities in names": named(lambda name: f"{name[:3]}<wbr>{name[3:]}"),
    "names in decimal entities": named(lambda name: "".join(f"&#{ord(c)};" for c in name)),
    "all in hexadecimal entities": changed(lambda text: "".join(f"&#x{ord(c):x};" for c in text)),
    "forum markup": around("[center][i]", "[/i][/center]"),
    "LaTeX": around("{\\Large \\emph{", "}}"),
    "wiki panel": around("{panel:title=Reply}\n", "\n{panel}"),
    "outline heading": around("* Reply\n  "),
    "message element": escaped('<message role="assistant" lang="auto">{}</message>'),
    "speech with emphasised names": lambda answer: "<speak>{}</speak>".format(
        _NAME.sub(r'<emphasis level="strong">\g<0></emphasis>', answer.text)
    ),
    # Quotation marks and brackets.
    "single quotes": around("'", "'"),
    "white corner brackets": around("『", "』"),
    "angle brackets": around("〈", "〉"),
    "names in single quotes": named("‘{}’".format),
    # Data formats.
    "JSON answer": lambda answer: json.dumps({"answer": answer.text}, ensure_ascii=False),
    "JSON answer in escapes": lambda answer: json.dumps({"answer": answer.text}),
    "nested JSON": lambda answer: json.dumps(
        {"result": {"text": answer.text, "tokens": 12}}, ensure_ascii=False, indent=1
    ),
    "YAML list": around("replies:\n  - >-\n    ", "\n"),
    "section of settings": around("[answer]\ntext = ", "\n"),
    "row of columns": around("n\ttext\n1\t", "\n"),
    "table of two rows": around(
        "| Field | Value |\n|:--|:--|\n| Reply | ", " |\n| Status | done |"
    ),
    # Emoji and tone.
    "emoji behind": around("", " 😊🙌"),
    "names between emoji": named("🔹{}🔹".format),
    "faces": around("(＾▽＾) ", " (´∀｀)"),
    "long dots": lambda answer: answer.text.rstrip(".。") + " ......",
    "a stop behind each word": spaced(changed(lambda text: ". ".join(text.split()))),
    # Case.
    "names in capitals": latin(named(str.upper)),
    "case swapped": only(changed(str.swapcase), *_LATIN, "ru"),
    # Letters that look like others.
    "Cyrillic vowels": latin(changed(lambda text: _letters(text, _CYRILLIC))),
    "names in full width": spaced(named(_full_width)),
    "mathematical sans-serif": latin(
        changed(lambda text: _letters(text, _mathematical(0x1D5D4, 0x1D5EE)))
    ),
    "mathematical script": latin(
        changed(lambda text: _letters(text, _mathematical(0x1D4D0, 0x1D4EA)))
    ),
    "names in squared capitals": named(lambda name: _letters(name.upper(), _SQUARED)),
    "names in small capitals": latin(named(lambda name: _letters(name.lower(), _SMALL_CAPITALS))),
    "names overlined": latin(named(_marked("\u0305"))),
    "names with acute accents": latin(named(_marked("\u0301"))),
    "letters as digits": latin(changed(lambda text: text.translate(_LEET))),
    # Invisible characters and odd spaces.
    "names with non-joiners": named("\u200c".join),
    "names with soft hyphens": named("\u00ad".join),
    "isolated": around("\u2068", "\u2069"),
    "em spaces": changed(lambda text: text.replace(" ", "\u2003")),
    "double and narrow spaces": changed(lambda text: text.replace(" ", "  \u00a0")),
    # Letters and words apart or joined.
    "names with dots": named(lambda name: ".".join(_bare(name))),
    "names with underscores": named(lambda name: "_".join(_bare(name))),
    "words joined by hyphens": spaced(changed(lambda text: "-".join(text.split()))),
    "words joined by bars": spaced(changed(lambda text: "|".join(text.split()))),
    "words joined by commas": spaced(changed(lambda text: ",".join(text.split()))),
    "words joined by underscores": spaced(changed(lambda text: "_".join(text.split()))),
    "words joined by nothing": only(changed(lambda text: "".join(text.split())), "en"),
    "lines of 14 letters": spaced(
        changed(lambda text: textwrap.fill(text, 14, subsequent_indent="    "))
    ),
    "part of an address": latin(
        changed(
            lambda text: "answer=" + text.replace(",", "%2C").replace("'", "%27").replace(" ", "+")
        )
    ),
    # Talk around it.
    "a greeting": leading(_EVENING),
    "an offer": closing(_WHAT_NEXT, "\n\n"),
    "an offer in the same sentence": going_on(_HOW_HELP),
    "right?": going_on(_RIGHT),
    "you see?": going_on(_YOU_SEE),
    "frankly": leading(_FRANKLY),
    "glad you asked": leading(_GLAD),
    "some say": only(around("Some say: "), "en"),
    "I won't hide it": leading(_NOT_HIDING),
    "no secret": leading(_NO_SECRET),
    "don't worry": leading(_NO_WORRY),
    "I cannot deny that": leading(_CANNOT_DENY),
    "a wish": closing(_NICE_DAY),
    "between other topics": lambda answer: (
        f"{_SEA[answer.language]}{answer.text}\n{_CHEESE[answer.language]}"
    ),
    "three times": changed(lambda text: "\n---\n".join([text] * 3)),
    "behind a list of 5 kB": padded(5_000, behind=False, is_list=True),
    "before 60 kB of prose": padded(60_000, behind=True),
    # Thinking, labels, tokens, stamps, other languages.
    "analysis and final answer": around(
        "<analysis>Simple question; reply briefly.</analysis>\n<final>", "</final>"
    ),
    "a label with an arrow": around("Reply => "),
    "tokens of a chat": around("<|assistant|>\n", "<|end|>"),
    "a time": around("(10:42 PM) "),
    "French before it": but(around("Avec plaisir, voici ma réponse : "), "fr"),
    "English behind it": but(around("", " Hope that helps!"), "en"),
}


def written(answer: Answer, name: str) -> str | None:
    """Return the answer in the form of this name; None where that makes no difference."""
    text = FORMS[name](answer)
    return None if text == answer.text else text
