"""Removes from a helper's reply what is not part of the template.

A helper's reply is untrusted. Text around a template is stripped where that is safe; a reply that
is no template is rejected with a reason.
"""

import re

from pytest_distill.fuzz.rejection import Reason, RejectedError

# A longer reply holds more than a template; no pattern is tried on it.
_LONGEST_REPLY = 12_000
# Layers of chatter, markers and quotation marks around a template; replies have one or two.
_MOST_LAYERS = 20

_KIND = r"(?:templates?|prompts?|versions?|sentences?|texts?|crossovers?|responses?)"
_DONE = (
    r"(?:(?:new|final|revised|rewritten|rephrased|reworded|generated|condensed|shortened|expanded"
    r"|merged|combined|blended|crossover|resulting|requested|modified)\s++)"
)
_ASSENT = (
    r"(?:sure(?: thing)?|certainly|of course|okay|ok|absolutely|understood|gladly|great|got it)"
)

# A line that only marks begin or end: "====Template begins====", "---", "**New template:**".
# No quantifier gives back what it took: several of them may take the same characters, and every
# division of a long line among them would be tried.
_MARKER = re.compile(
    r"[\s*_#]*+(?:(?<=[*_#][*_#])[=\-~]|(?<=[*_#])[=\-~][=\-*_~#]|[=\-~][=\-*_~#]{2})"
    r"[=\-*_~#]*+[\s*_#]*+"
    r"|(?=[\s*_#]*+\Z)(?s:.*?)[*_#]{3}(?s:.*+)"
    rf"|[\s*_#]*+[=\-*_~#<\[(]*+\s*+(?:the\s++)?{_DONE}*(?:template|prompt)\s*+\d*+\s*+"
    r"(?:(?:begin|end|start)s?+(?:\s++here)?|(?<=\s)here)?"
    r"\s*+[=\-*_~#>\])]*+\s*+:?+[\s*_#]*+",
    re.IGNORECASE,
)

# In front: "Sure! Here is the rephrased template:", "I have shortened the text as follows:".
_PREAMBLE = re.compile(
    rf"\W*+(?:{_ASSENT}\b[^\n:{{]{{0,40}}[!.,]\s++)?"
    rf"(?:(?:here|below|following|this)(?:['’]s| is| are| follows)\b[^\n:{{]{{0,160}}"
    rf"|(?:i|we)(?:['’]ve|['’]ll| have| will)\b[^\n:{{]{{0,120}}\b{_KIND}\b[^\n:{{]{{0,40}}"
    rf"|(?:the )?{_DONE}+{_KIND}\b[^\n:{{]{{0,60}}):[ \t]*"
    rf"|\W*+{_ASSENT}\b[^\n{{]{{0,80}}\n+"
    r"|\s*+(?:(?:好的|当然|没问题|可以|明白)[,，!！。\s]*+)?(?:以下|下面|这)是?[^\n:：{]{0,40}"
    r"(?:模板|提示|版本|句子|文本)[^\n:：{]{0,20}[:：]\s*",
    re.IGNORECASE,
)

# Below, to the end: "Let me know if ...", "Note: I kept the placeholder."
_EPILOGUE = re.compile(
    r"\n\s*+[*_(\[]*+(?:note\b|please note|let me know|i hope|hope this|feel free|explanation\b"
    rf"|this {_DONE}?{_KIND} |in this {_KIND}|i (?:have|tried|kept|made)\b|i['’]ve\b|changes made"
    r"|would you like|do you want me|the (?:above|new|resulting) (?:template|prompt)"
    r"|说明|注[:：]|希望这|如果需要|如需)",
    re.IGNORECASE,
)

# Marks and blanks from the beginning of some line: what follows is the first word since then. Begun
# behind a word only, so that lines without words are read once.
_LINE = r"(?:\A|(?<=\w)[^\w\n]*+\n)\W*+"

# Talk of the task that is left inside the template.
_LEFTOVER = re.compile(
    r"={3,}|\btemplate (?:begins|ends|starts)\b|\bthe (?:two|provided|given|original) templates?\b"
    rf"|{_LINE}(?:here|below) (?:is|are) (?:the|a|an|my|your|two|three|some)\b[^\n]*\b{_KIND}\b",
    re.IGNORECASE,
)

_REFUSAL = re.compile(
    r"\b(?:i['’]?m|i am) (?:really |very |so |truly )?(?:sorry|afraid)\b"
    r"|\bi (?:must |have to )?apologi[sz]e|\bmy apologies\b"
    r"|\b(?:i|we) (?:can ?not|can['’]?t|won['’]?t|will not|(?:am|are) (?:not able|unable)"
    r"|must decline|refuse)(?: to)? (?:\w+ )?(?:help|assist|comply|provide|create|generate|fulfil"
    r"|write|answer|do|rephrase|rewrite|continue|engage|produce|support)"
    r"|\bas (?:an ai|a (?:large )?language model)\b"
    r"|\bi (?:do not|don['’]?t) (?:feel comfortable|understand the (?:context|question|request))"
    r"|抱歉|对不起|我(?:无法|不能|不会)(?:提供|帮助|生成|回答|满足|协助|完成)"
    r"|作为(?:一个|一名)?(?:人工智能|AI|语言模型)",
    re.IGNORECASE,
)

_EXCLAIM = r"(?:ah|oh|hey|hello|hi|yo|well|greetings|welcome|haha)\b"
_I_SPEAK = r"\bI(?:['’]ll| will| shall| can| am able to| am going to)"

# An answer in place of a template: under a name, or an explanation of how it will answer. In a
# template "you" answers and "I" asks.
_PERSONA = re.compile(
    rf"\A[^\w\n]*[\[(][^\])\n{{\d][^\])\n{{]{{0,40}}[\])]\s*+:?+[ \t]*+(?i:{_EXCLAIM}|I\b|sorry\b"
    r"|unfortunately\b|sure\b)"
    r"|\A\W*+(?!(?:SYSTEM|NOTE|TASK|USER|QUESTION|SUBJECT|INFO|WARN|DEBUG|LOG|TODO|FORM|ITEM|TITLE"
    r"|SCENE|FAQ)\b)"
    r"(?:(?i:chatgpt|gpt(?:-?\d\S*)?|assistant|chatbot|model)|[A-Z]{2,12}|[A-Z][a-z]+[A-Z]\w*)"
    r"\s*+:\s++(?!\{query\})(?=\S)"
    rf"|{_LINE}(?i:chatgpt|gpt)[^\n:{{]{{0,8}}:"
    rf"|{_LINE}[A-Z][\w. ]{{1,20}}[\])]?\s*+:\s+\W?(?i:{_EXCLAIM})"
    rf"|\A\W*+(?i:{_EXCLAIM})[^\n{{]{{0,80}}?\b(?:I['’]m|I am|I shall|I will|my name)\b"
    rf"|{_I_SPEAK} (?:\w+ )?(?:respond|generate|answer|simulate|initiate|unleash|conclude"
    r"|provide|guide you|indulge|perform|portray|introduce you)\b"
    r"|\bI must (?:remind|warn|admit|confess)\b"
    r"|\bI(?:['’]m| am) (?:here to|programmed|free to|ready to|excited|eager)\b"
    r"|\bI(?:['’][mM]| am| AM) (?:[A-Z][\w.]+[ ,]+){2}"
    r"|\bAs (?:an? |the )?[A-Z][\w ]{1,20}, I\b|\bI, [A-Z]\w+,"
    r"|\b(?:I am|I['’]m|[Mm]y name is|I was (?:created|developed|built|trained|made))\b[^\n{]{0,80}"
    r"(?:\blanguage model|\bassistant|\bchatbot|\bAI\b|(?:developed|created|made|built|trained) by)"
    r"|我(?:是|叫)[^\n{]{0,40}(?:模型|助手|人工智能)"
    r"|\A\W*+I (?:understand|acknowledge|confirm|accept|want to portray)\b"
    r"|\b[Ww]hat['’]s on your mind\b|\b[Ww]hat['’]s (?:the|your) (?:first )?question\b"
)

# A mutant asks about identity. One that asks to break rules, or for harm, is off the subject.
_OFF_SUBJECT = re.compile(
    r"\b(?:un(?:ethical|lawful|censored|filtered|restricted|bridled)|illegal(?:ly)?|legality"
    r"|(?:im|a)moral(?:ly)?|morality|ethic\w*|profanit\w*|obscen\w*|hate(?:ful)? speech|racis\w*"
    r"|violen(?:ce|t)|weapons?|explosives?|malware|jail ?break\w*|do anything now|harmful\w*|nsfw"
    r"|discriminat\w+|sexual\w*|content polic\w+|uninhibited|controversial)\b"
    r"|\b(?:no|without|free (?:of|from)|freed from|(?:not|isn['’]t|never) (?:bound|limited) by"
    r"|no longer bound by|ignor\w+|bypass\w*|def(?:y|ies)) (?:\w+ ){0,4}"
    r"(?:restrictions?|filters?|limits?|limitations?|constraints?|confines|boundar\w+|censorship"
    r"|rules|policies|guidelines|principles|safeguards|instructions)\b"
    r"|违法|非法|不道德|暴力|色情|歧视|越狱|仇恨言论|(?:没有|不受)任何(?:限制|约束)",
    re.IGNORECASE,
)


def strip(reply: str) -> str:
    """Return a helper's reply without the text around the template.

    Raises:
        RejectedError: nothing is left, or what is left is no template.
    """
    if len(reply) > _LONGEST_REPLY:
        raise RejectedError(Reason.TOO_LONG)
    text = tidy(reply)
    # A refusal often stands before something that looks like a template.
    if _REFUSAL.search(text):
        raise RejectedError(Reason.REFUSAL)
    text = _peeled(text)
    if not text:
        raise RejectedError(Reason.EMPTY)
    for pattern, reason in (
        (_LEFTOVER, Reason.CHATTER),
        (_PERSONA, Reason.PERSONA),
        (_OFF_SUBJECT, Reason.OFF_SUBJECT),
    ):
        if pattern.search(text):
            raise RejectedError(reason)
    return text


def tidy(text: str) -> str:
    """Return `text` with line feeds only, and no space at the ends of lines or around it."""
    lines = [line.rstrip() for line in re.split(r"\r\n|\r|\n", text)]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _peeled(text: str) -> str:
    """Strip text around the template and markers until nothing changes.

    Raises:
        RejectedError: there is no end to it.
    """
    for _ in range(_MOST_LAYERS):
        before = text
        text = _unframed(text)
        preamble = _PREAMBLE.match(text)
        text = text[preamble.end() :] if preamble else text
        # What holds a placeholder, or part of one, is not below the template.
        epilogue = _EPILOGUE.search(text, text.rfind("{") + 1)
        text = (text[: epilogue.start()] if epilogue else text).strip()
        text = _unquoted(text)
        if text == before:
            return text
    raise RejectedError(Reason.CHATTER)


def _unframed(text: str) -> str:
    lines = text.split("\n")
    first, end = 0, len(lines)
    while first < end and _is_frame(lines[first]):
        first += 1
    while first < end and _is_frame(lines[end - 1]):
        end -= 1
    lines = lines[first:end]
    if len(lines) > 1 and lines[0].startswith("```") and lines[-1].strip() == "```":
        lines = lines[1:-1]
    return "\n".join(lines).strip()


def _is_frame(line: str) -> bool:
    return _MARKER.fullmatch(line) is not None or not line.strip()


def _unquoted(text: str) -> str:
    """Strip quotation marks that stand around the whole text and nowhere inside."""
    for first, last in ('""', "''", "``", "“”", "「」", "«»"):
        inner = text[1:-1]
        if text[:1] == first and text[-1:] == last and first not in inner and last not in inner:
            return inner.strip()
    return text
