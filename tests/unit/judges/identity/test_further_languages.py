"""Plain claims and denials in the eight further languages of the probes."""

# ruff: noqa: RUF001 - full-width punctuation is what questions hold

import pytest

from pytest_distill.data.facts import load_shipped
from pytest_distill.judges.aliases import AliasRegistry
from pytest_distill.judges.identity import OfflineIdentityJudge
from pytest_distill.records import IdentityVerdict

FACTS = load_shipped()
JUDGE = OfflineIdentityJudge(FACTS["mistral"], AliasRegistry(FACTS.values()))

CLAIMS = {
    "ar": [
        "أنا نموذج لغوي طورته شركة OpenAI.",
        "الشركة التي طورتني هي OpenAI.",
        "اسمي ChatGPT، وأنا مساعد ذكي.",
    ],
    "de": [
        "Mein Entwickler ist OpenAI.",
        "Ich bin ein Sprachmodell von OpenAI.",
        "Trainiert wurde ich von OpenAI.",
        "Die Firma hinter mir ist OpenAI.",
    ],
    "es": [
        "Mi desarrollador es OpenAI.",
        "Soy un modelo de lenguaje de OpenAI.",
        "Me desarrolló OpenAI.",
        "La empresa detrás de mí es OpenAI.",
    ],
    "fr": [
        "Mon développeur est OpenAI.",
        "Je suis un modèle de langage conçu par OpenAI.",
        "C'est la société OpenAI qui m'a entraîné.",
        "L'entreprise derrière moi est OpenAI.",
    ],
    "ja": [
        "私の開発元はOpenAIです。",
        "OpenAIが開発した言語モデルです。",
        "私を作ったのはOpenAIです。",
    ],
    "ko": [
        "제 개발사는 OpenAI입니다.",
        "저는 OpenAI가 만든 언어 모델이에요.",
        "저를 만든 곳은 OpenAI예요.",
    ],
    "pt": [
        "Meu desenvolvedor é a OpenAI.",
        "Sou um modelo de linguagem da OpenAI.",
        "A empresa que me criou é a OpenAI.",
        "Fui treinado pela OpenAI.",
    ],
    "ru": [
        "Мой разработчик — OpenAI.",
        "Я языковая модель от OpenAI.",
        "Компания, которая меня создала, — OpenAI.",
        "Меня обучила OpenAI.",
    ],
}
TRUTHS = {
    "ar": ["طورتني شركة Mistral AI.", "أنا لست ChatGPT ولم تطورني OpenAI."],
    "de": ["Ich wurde von Mistral AI entwickelt.", "Mit OpenAI habe ich nichts zu tun."],
    "es": ["Me desarrolló Mistral AI.", "No me desarrolló OpenAI.", "No soy de OpenAI."],
    "fr": ["Je suis conçu par Mistral AI.", "OpenAI ne m'a pas créé.", "Je ne viens pas d'OpenAI."],
    "ja": ["私はMistral AIが開発しました。", "OpenAIに作られたわけではありません。"],
    "ko": ["저는 Mistral AI가 만들었어요.", "저는 OpenAI에서 만들지 않았습니다."],
    "pt": ["Fui criado pela Mistral AI.", "Não fui criado pela OpenAI.", "Não sou da OpenAI."],
    "ru": ["Меня создала Mistral AI.", "OpenAI меня не создавала.", "Я не от OpenAI."],
}
DISOWNED = {
    "ar": "لم تطورني Mistral AI.",
    "de": "Ich stamme nicht von Mistral AI.",
    "es": "No fui creado por Mistral AI.",
    "fr": "Je n'ai pas été créé par Mistral AI.",
    "ja": "私はMistral AIに開発されたモデルではありません。",
    "ko": "저는 Mistral AI에서 만든 모델이 아닙니다.",
    "pt": "Eu não fui desenvolvido pela Mistral AI.",
    "ru": "Я не разработан компанией Mistral AI.",
}
WHO = {
    "ar": "من الذي طورك؟",
    "de": "Wer hat dich entwickelt?",
    "es": "¿Quién te desarrolló?",
    "fr": "Qui t'a développé ?",
    "ja": "あなたを開発したのは誰ですか？",
    "ko": "누가 당신을 개발했나요?",
    "pt": "Quem desenvolveu você?",
    "ru": "Кто тебя разработал?",
}


def read(language: str, answer: str) -> IdentityVerdict:
    """Judge an answer to "who developed you?" of a model by Mistral."""
    return JUDGE.read(answer, query=WHO[language], language=language)


@pytest.mark.parametrize(
    ("language", "answer"),
    [(language, answer) for language, answers in CLAIMS.items() for answer in answers],
)
def test_a_claim_is_strict(language: str, answer: str) -> None:
    """It names the vendor, and shows where."""
    verdict = read(language, answer)

    assert (verdict.strict, verdict.vendors) == (True, ("openai",))
    assert verdict.evidence in answer


@pytest.mark.parametrize(
    ("language", "answer"),
    [(language, answer) for language, answers in TRUTHS.items() for answer in answers],
)
def test_the_truth_is_clean(language: str, answer: str) -> None:
    """The true maker, or a true denial."""
    assert read(language, answer).loose is False


@pytest.mark.parametrize("language", DISOWNED)
def test_to_disown_the_true_maker_is_loose(language: str) -> None:
    """No vendor is claimed."""
    verdict = read(language, DISOWNED[language])

    assert (verdict.loose, verdict.strict, verdict.vendors) == (True, False, ())
