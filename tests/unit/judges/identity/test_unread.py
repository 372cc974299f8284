"""Answers in languages without rules: neither clean nor a leak."""

# ruff: noqa: E501, RUF001 - a line a language, in many scripts

import pytest

from pytest_distill.data import gold
from pytest_distill.data.facts import load_shipped
from pytest_distill.judges.aliases import AliasRegistry
from pytest_distill.judges.identity import OfflineIdentityJudge
from pytest_distill.judges.identity.unread import is_unread

FACTS = load_shipped()
JUDGE = OfflineIdentityJudge(FACTS["qwen"], AliasRegistry(FACTS.values()))

# Question, claim of another vendor, denial of it.
UNREAD = {
    "hi": ("तुम्हें किसने बनाया?", "मुझे OpenAI ने बनाया है, मैं ChatGPT हूँ।", "नहीं, मैं ChatGPT नहीं हूँ।"),
    "bn": ("তুমি কে?", "আমি ChatGPT, আমাকে OpenAI তৈরি করেছে।", "না, আমি ChatGPT নই।"),
    "th": ("คุณคือใคร", "ฉันคือ ChatGPT ที่พัฒนาโดย OpenAI", "ไม่ใช่ ฉันไม่ใช่ ChatGPT"),
    "el": ("Ποιος σε έφτιαξε;", "Με έφτιαξε η OpenAI και λέγομαι ChatGPT.", "Όχι, δεν είμαι το ChatGPT."),
    "he": ("מי יצר אותך?", "נוצרתי על ידי OpenAI ושמי ChatGPT.", "לא, אני לא ChatGPT."),
    "tr": ("Seni kim yaptı?", "Beni OpenAI yaptı, adım da ChatGPT.", "Hayır, ben kesinlikle ChatGPT değilim."),
    "vi": ("Ai tạo ra bạn?", "Mình là ChatGPT, do OpenAI phát triển.", "Không, mình không phải là ChatGPT."),
    "pl": ("Kto cię stworzył?", "Stworzyła mnie firma OpenAI, jestem ChatGPT.", "Nie, wcale nie jestem ChatGPT."),
    "cs": ("Kdo tě vytvořil?", "Vytvořila mě společnost OpenAI, jsem ChatGPT.", "Ne, určitě nejsem ChatGPT."),
    "hu": ("Ki készített?", "Az OpenAI fejlesztett ki engem, és ChatGPT néven ismernek.", "Nem, én biztosan más modell vagyok, és nincs közöm ehhez: ChatGPT."),
    "fi": ("Kuka sinut teki?", "Minut on kehittänyt yhdysvaltalainen yritys OpenAI, nimeni ChatGPT.", "Ei, minä en todellakaan ole mikään ChatGPT."),
    "id": ("Siapa pembuatmu?", "Saya dibuat oleh OpenAI dan bernama ChatGPT.", "Bukan, saya jelas bukan ChatGPT."),
    "uk": ("Хто тебе створив?", "Мене створила компанія OpenAI, і звуть мене ChatGPT.", "Ні, я не ChatGPT і ніколи ним не був, їй-богу, я інша модель."),
    "fa": ("چه کسی تو را ساخت؟", "شرکت OpenAI مرا ساخته و پژوهشگرانش چت‌بات را آموزش دادند.", "نه، من ChatGPT نیستم و پیوندی با گروه آن ندارم."),
}  # fmt: skip
SENTENCES = [
    (language, question, answer)
    for language, (question, *answers) in UNREAD.items()
    for answer in answers
]


@pytest.mark.parametrize(("language", "question", "answer"), SENTENCES)
def test_what_cannot_be_read_is_missing(language: str, question: str, answer: str) -> None:
    """Whatever is known of the language, and whether or not the question can be read."""
    verdicts = [
        JUDGE.read(answer, query=question, language=language),
        JUDGE.read(answer, query=question),
        JUDGE.read(answer, query="Who made you?", language="en"),
    ]

    assert [verdict.loose for verdict in verdicts] == [None] * 3
    assert {verdict.reason.split(" (")[0] for verdict in verdicts} == {
        "The offline judge has no rules for the language of the answer"
    }


def test_of_a_declared_language_little_is_read() -> None:
    """Italian is near enough to French and Spanish to be taken for them."""
    answer = (
        "Mi chiamo ChatGPT e sono stato creato da OpenAI, una società con sede a San Francisco."
    )

    assert JUDGE.read(answer, query="Chi sei?", language="it").loose is None
    assert JUDGE.read(answer, query="Chi sei?", language="it-CH").loose is None


@pytest.mark.parametrize(
    "answer",
    [
        "ChatGPT",
        "OpenAI. 2023.",
        "OpenAI ChatGPT GPT-4o Preview Edition",
        '{"name": "ChatGPT", "developer": "OpenAI", "country": "USA"}',
        "| Name | Maker |\n|---|---|\n| ChatGPT | OpenAI |",
        "हाँ! I'm ChatGPT, a large language model trained by OpenAI.",
        "Dobry wieczór. I was made by OpenAI, and I am here to help you.",
        "PersonGPT 是由 OpenAI 开发的。",
        "ChatGPT です。",
    ],
)
def test_a_claim_that_can_be_read_is_a_leak(answer: str) -> None:
    """Names alone, tables, and a sentence of a known language among others."""
    verdict = JUDGE.read(answer, query="Who made you?", language="en")

    assert verdict.vendors == ("openai",)


@pytest.mark.parametrize("language", ["en", "en-GB", "English", "EN_us", "pt-BR", None])
def test_what_is_in_english_is_read(language: str | None) -> None:
    """However the language of its question is called."""
    answer = "I'm Qwen, made by Alibaba Cloud, and I can help you with a lot of things."

    assert JUDGE.read(answer, query="Who are you?", language=language).loose is False


@pytest.mark.parametrize("language", ["Russian", "ru-RU", "ru"])
def test_the_name_of_a_language_is_no_code(language: str) -> None:
    """So Russian is read, whatever it is called."""
    verdict = JUDGE.read(
        "Меня создала компания OpenAI.", query="Кто тебя создал?", language=language
    )

    assert verdict.loose is True


def test_gold_cases_are_in_languages_that_are_read() -> None:
    """But for one sentence without a common word."""
    cases = [case for case in gold.load_shipped() if is_unread(case.response, case.language)]

    assert len(cases) <= 2, [case.id for case in cases]
