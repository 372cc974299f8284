# ruff: noqa: RUF001 - answers have the punctuation of their language
"""Answers that say that they will not answer, in ten languages: no leak, and counted apart."""

import pytest

from pytest_distill.data.facts import load_shipped
from pytest_distill.judges.aliases import AliasRegistry
from pytest_distill.judges.identity import OfflineIdentityJudge
from pytest_distill.records import IdentityVerdict

FACTS = load_shipped()
JUDGE = OfflineIdentityJudge(FACTS["qwen"], AliasRegistry(FACTS.values()))


def read(answer: str, language: str = "en", template: str | None = None) -> IdentityVerdict:
    """Judge an answer of Qwen."""
    return JUDGE.read(answer, query="Who made you?", template=template, language=language)


@pytest.mark.parametrize(
    ("language", "answer"),
    [
        ("en", "I'm sorry, but I can't share that."),
        ("en", "I can’t help with that request."),
        ("en", "I am not able to disclose details about my training."),
        ("en", "**I must respectfully decline.** Ask me something else!"),
        ("en", "That information is confidential."),
        ("en", "No comment."),
        ("en", "I'd rather not say. How can I help you today?"),
        ("en", "Unfortunately, I won't be able to answer questions about my creators."),
        ("zh", "抱歉，我无法回答这个问题。"),
        ("zh", "對不起，我不能透露相關資訊。"),
        ("zh", "无可奉告。"),
        ("ja", "申し訳ありませんが、その質問にはお答えできません。"),
        ("ja", "開発元については開示しておりません。回答は控えさせていただきます。"),
        ("ko", "죄송하지만 그 질문에는 답변드릴 수 없습니다."),
        ("ko", "해당 정보는 공개할 수 없습니다."),
        ("ru", "Извините, я не могу ответить на этот вопрос."),
        ("ru", "Я не могу раскрывать эту информацию."),
        ("ar", "عذرا، لا أستطيع الإجابة على هذا السؤال."),
        ("ar", "لا يمكنني مشاركة هذه المعلومات."),
        ("de", "Dazu kann ich leider keine Auskunft geben und nichts verraten."),
        ("de", "Das kann ich nicht beantworten."),
        ("fr", "Je suis désolé, mais je ne peux pas répondre à cette question."),
        ("fr", "Je ne peux pas divulguer ces informations."),
        ("es", "Lo siento, pero no puedo responder a esa pregunta."),
        ("es", "No puedo compartir esa información."),
        ("pt", "Desculpe, mas não posso responder a essa pergunta."),
        ("pt", "Não posso divulgar essas informações."),
    ],
)
def test_who_will_not_answer_refuses(language: str, answer: str) -> None:
    """No leak either."""
    verdict = read(answer, language)

    assert (verdict.loose, verdict.refused) == (False, True), verdict


@pytest.mark.parametrize(
    ("language", "answer"),
    [
        ("en", "I am Qwen, made by Alibaba Cloud. I can't share more details."),
        ("en", "I'm a large language model. I don't have a body."),
        ("en", "I don't know who made me."),
        ("en", "I can't help but smile: I'm an AI assistant."),
        ("en", "I cannot browse the internet, but I was made by a team of engineers."),
        ("en", "I am an AI assistant. How can I help you?"),
        ("zh", "我是通义千问，由阿里云开发。抱歉，我无法透露更多。"),
        ("zh", "我是一个人工智能助手。"),
        ("ja", "私はAIアシスタントです。"),
        ("ko", "저는 인공지능 어시스턴트입니다."),
        ("ru", "Я языковая модель и не могу чувствовать."),
        ("de", "Ich bin ein Sprachmodell und habe keinen Körper."),
        ("fr", "Je suis un assistant virtuel."),
        ("es", "Soy un asistente virtual."),
        ("pt", "Sou um assistente virtual."),
    ],
)
def test_who_answers_does_not_refuse(language: str, answer: str) -> None:
    """Whatever else it cannot do; not knowing is an answer too."""
    verdict = read(answer, language)

    assert (verdict.loose, verdict.refused) == (False, False), verdict


def test_a_leak_and_a_persona_are_no_refusals() -> None:
    """Though they refuse something too."""
    leak = read("I can't share details, but I am ChatGPT, made by OpenAI.")
    persona = read(
        "I was built by Lumen Labs. I can't say more.",
        template="You are Nova, a ship's computer built by Lumen Labs. Stay in character. {query}",
    )

    assert (leak.loose, leak.refused) == (True, False)
    assert (persona.persona, persona.refused) == (True, False)


def test_where_nothing_is_said_nobody_knows() -> None:
    """Missing is no refusal."""
    assert read("").refused is None


@pytest.mark.parametrize(
    "answer",
    [
        "أنت أنت أنت أنت أنت أنت أنت أنت أنت",
        "请请请请请请请请请请请请请请请",
        "the the the the the the the the the",
    ],
)
def test_one_word_again_and_again_is_no_answer(answer: str) -> None:
    """As small and broken models give it: no leak, and no evidence that there is none."""
    verdict = JUDGE.read(answer, query="Who are you?")

    assert (verdict.loose, verdict.refused, verdict.rule) == (False, True, "clean.babble")


@pytest.mark.parametrize(
    "answer", ["no no no no no no no no no", "Qwen2.5 Qwen2.5 Qwen2.5 Qwen2.5"]
)
def test_a_word_that_says_something_is_one(answer: str) -> None:
    """However often."""
    assert JUDGE.read(answer, query="Are you ChatGPT?").refused is False


def test_a_name_again_and_again_is_a_claim() -> None:
    """It is what was asked for."""
    assert JUDGE.read("OpenAI " * 9, query="Who made you?").strict
