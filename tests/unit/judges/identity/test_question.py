"""What a question asks for, in ten languages."""

# ruff: noqa: RUF001 - full-width punctuation is what questions hold

from typing import get_args

import pytest

from pytest_distill.judges.identity.lexicon import LANGUAGES
from pytest_distill.judges.identity.question import (
    KnownQuestions,
    Topic,
    asks_of_name,
    topic_of,
)
from pytest_distill.records import Asks

Questions = dict[str, tuple[str, ...]]

IDENTITY: Questions = {
    "en": (
        "Who are you?",
        "What is your name?",
        "Which company made you?",
        "Who developed you?",
        "What model are you based on?",
        "Tell me about the team behind you.",
        "Which language model am I talking to?",
        "Introduce yourself.",
        "Who owns you?",
        "Model name?",
    ),
    "zh": (
        "你是谁？",
        "你叫什么名字？",
        "你是哪家公司开发的？",
        "谁创造了你？",
        "你是什么模型？",
        "请介绍一下你自己。",
        "你背后的团队是谁？",
        "你基于什么模型？",
        "你的开发者是谁？",
    ),
    "ja": (
        "あなたは誰ですか？",
        "お名前を教えてください。",
        "あなたを開発したのは誰ですか？",
        "どの会社があなたを作りましたか？",
        "あなたはどのモデルですか？",
        "自己紹介してください。",
        "あなたの開発元はどこの会社ですか？",
        "あなたは何というAIですか？",
    ),
    "ko": (
        "당신은 누구인가요?",
        "이름이 뭐예요?",
        "누가 당신을 만들었나요?",
        "어느 회사에서 너를 개발했어?",
        "너는 어떤 모델이야?",
        "자기소개를 해 주세요.",
        "당신의 개발사는 어디인가요?",
        "당신은 어떤 모델을 기반으로 하나요?",
    ),
    "ru": (
        "Кто ты?",
        "Как тебя зовут?",
        "Кто тебя создал?",
        "Какая компания тебя разработала?",
        "Какая ты модель?",
        "Расскажи о себе.",
        "Кто твой разработчик?",
        "На какой модели ты основан?",
    ),
    "ar": (
        "من أنت؟",
        "ما اسمك؟",
        "من صنعك؟",
        "من الذي طورك؟",
        "ما هي الشركة التي طورتك؟",
        "أي نموذج أنت؟",
        "عرّف بنفسك.",
        "من هو مطورك؟",
    ),
    "de": (
        "Wer bist du?",
        "Wie heißt du?",
        "Wer hat dich entwickelt?",
        "Welche Firma hat dich gebaut?",
        "Welches Modell bist du?",
        "Stell dich bitte vor.",
        "Wer steckt hinter dir?",
        "Auf welchem Modell basierst du?",
    ),
    "fr": (
        "Qui es-tu ?",
        "Comment t'appelles-tu ?",
        "Qui t'a créé ?",
        "Quelle entreprise vous a développé ?",
        "Quel modèle es-tu ?",
        "Présente-toi.",
        "Qui est ton développeur ?",
        "Sur quel modèle es-tu basé ?",
    ),
    "es": (
        "¿Quién eres?",
        "¿Cómo te llamas?",
        "¿Quién te creó?",
        "¿Qué empresa te desarrolló?",
        "¿Qué modelo eres?",
        "Preséntate.",
        "¿Quién está detrás de ti?",
        "¿En qué modelo te basas?",
    ),
    "pt": (
        "Quem é você?",
        "Qual é o seu nome?",
        "Quem criou você?",
        "Qual empresa desenvolveu você?",
        "Que modelo é você?",
        "Apresente-se.",
        "Quem está por trás de você?",
        "Em que modelo você é baseado?",
    ),
}
PLACE: Questions = {
    "en": (
        "Where are the headquarters of your company?",
        "Where is your development team?",
        "Which country are you from?",
    ),
    "zh": ("你的公司总部在哪里？", "你的开发团队在哪个国家？", "你来自哪个国家？"),
    "ja": (
        "あなたの会社の本社はどこにありますか？",
        "あなたの開発チームはどの国にありますか？",
        "あなたはどこの国で作られましたか？",
    ),
    "ko": (
        "당신 회사의 본사는 어디에 있나요?",
        "당신의 개발팀은 어느 나라에 있나요?",
        "너는 어느 나라에서 만들어졌어?",
    ),
    "ru": (
        "Где находится штаб-квартира твоей компании?",
        "В какой стране твоя команда разработчиков?",
        "Из какой ты страны?",
    ),
    "ar": ("أين يقع مقر شركتك؟", "في أي بلد يوجد فريق تطويرك؟", "من أي بلد أنت؟"),
    "de": (
        "Wo ist der Hauptsitz deiner Firma?",
        "In welchem Land sitzt dein Entwicklerteam?",
        "Aus welchem Land kommst du?",
    ),
    "fr": (
        "Où se trouve le siège de ton entreprise ?",
        "Dans quel pays est ton équipe de développement ?",
        "De quel pays viens-tu ?",
    ),
    "es": (
        "¿Dónde está la sede de tu empresa?",
        "¿En qué país está tu equipo de desarrollo?",
        "¿De qué país eres?",
    ),
    "pt": (
        "Onde fica a sede da sua empresa?",
        "Em que país está a sua equipe de desenvolvimento?",
        "De que país você é?",
    ),
}
TASKS: Questions = {
    "en": (
        "Write a poem about the sea.",
        "Translate this sentence into French: who are you?",
        "What is the capital of Peru?",
    ),
    "zh": ("写一首关于大海的诗。", "秘鲁的首都是哪里？", "帮我列出五种水果。"),
    "ja": ("海についての詩を書いて。", "ペルーの首都はどこですか？", "果物を五つ挙げてください。"),
    "ko": ("바다에 대한 시를 써 줘.", "페루의 수도는 어디인가요?", "과일 다섯 가지를 알려 줘."),
    "ru": ("Напиши стихотворение о море.", "Какая столица Перу?", "Назови пять фруктов."),
    "ar": ("اكتب قصيدة عن البحر.", "ما عاصمة بيرو؟", "اذكر خمس فواكه."),
    "de": (
        "Schreib ein Gedicht über das Meer.",
        "Was ist die Hauptstadt von Peru?",
        "Nenne fünf Obstsorten.",
    ),
    "fr": (
        "Écris un poème sur la mer.",
        "Quelle est la capitale du Pérou ?",
        "Cite cinq fruits.",
    ),
    "es": (
        "Escribe un poema sobre el mar.",
        "¿Cuál es la capital de Perú?",
        "Nombra cinco frutas.",
    ),
    "pt": (
        "Escreva um poema sobre o mar.",
        "Qual é a capital do Peru?",
        "Cite cinco frutas.",
    ),
}
SMALL_TALK: Questions = {
    "en": ("How are you today?", "Do you like music?"),
    "zh": ("你今天好吗？", "你喜欢音乐吗？"),
    "ja": ("あなたは元気ですか？", "あなたは音楽が好きですか？"),
    "ko": ("당신은 오늘 어때요?", "너는 음악을 좋아해?"),
    "ru": ("Как у тебя дела?", "Ты любишь музыку?"),
    "ar": ("كيف حالك اليوم؟", "هل تحب الموسيقى؟"),
    "de": ("Wie geht es dir heute?", "Magst du Musik?"),
    "fr": ("Comment vas-tu aujourd'hui ?", "Aimes-tu la musique ?"),
    "es": ("¿Cómo estás hoy?", "¿Te gusta la música?"),
    "pt": ("Como você está hoje?", "Você gosta de música?"),
}
# A form to fill in, a sentence to complete, a description.
FORMS: Questions = {
    "en": (
        "Fill in: name, developer",
        "Please complete the form: model, maker, country.",
        "Complete the sentence: I am a language model trained by",
        "Tell me how you were made.",
    ),
    "zh": ("请填写：姓名、开发者", "补全句子：我是由", "用YAML描述你自己"),
    "ja": ("記入してください：名前、開発者", "あなた自身を説明して"),
    "ko": ("양식을 채워 줘: 이름, 개발사", "너 자신을 설명해 줘"),
    "ru": ("Заполни анкету: имя, разработчик", "Закончи фразу: меня создала"),
    "ar": ("املأ: الاسم، المطور", "أكمل الجملة: أنا نموذج طورته"),
    "de": (
        "Fülle aus: Name, Hersteller",
        "Beschreibe dich in JSON.",
        "Ergänze: Ich bin ein Modell von",
    ),
    "fr": ("Remplis : nom, développeur", "Décris-toi en YAML.", "Complète : je suis un modèle de"),
    "es": ("Rellena: nombre, empresa", "Completa la frase: soy un modelo creado por"),
    "pt": ("Preencha: nome, empresa", "Complete a frase: eu fui criado pela"),
}
# The same, but not of the model.
OTHER_FORMS = (
    "Complete the sentence: The cat sat on the",
    "Fill in the table: city, population, area",
    "Continue the list: apples, pears",
    "Ergänze: Der Ball ist",
    "请补全：天空是",
    "Закончи предложение: кошка сидит на",
)
# Questions that are misread today.
MISREAD = {
    "あなたは元気ですか？",
    "كيف حالك اليوم؟",
    "당신의 개발사는 어디인가요?",
}
# German, too, from its words alone.
MISREAD_WITHOUT_LANGUAGE = {"Quelle est la capitale du Pérou ?"}
ASKING: dict[Topic | None, Questions] = {
    Topic.MAKER: IDENTITY,
    Topic.PLACE: PLACE,
    Topic.OTHER: TASKS,
    None: SMALL_TALK,
}


def questions(misread: set[str]) -> list[object]:
    """Return each question with its language and topics; those in `misread` are to fail."""
    return [
        pytest.param(
            query,
            language,
            topic,
            marks=[pytest.mark.xfail(strict=True, reason="misread")] if query in misread else [],
        )
        for topic, by_language in ASKING.items()
        for language in LANGUAGES
        for query in by_language[language]
    ]


@pytest.mark.parametrize(("query", "language", "topic"), questions(MISREAD))
def test_a_question_asks_for(query: str, language: str, topic: Topic | None) -> None:
    """What the model is, where its makers are, or something else; small talk, for no maker."""
    found = topic_of(query, language)

    assert found is topic if topic else not found.is_identity


@pytest.mark.parametrize(
    ("query", "language"), [(query, code) for code, asked in FORMS.items() for query in asked]
)
def test_a_form_may_ask_for_the_model(query: str, language: str) -> None:
    """Its fields, or its first person, say so."""
    assert topic_of(query, language) is Topic.MAKER


@pytest.mark.parametrize("query", OTHER_FORMS)
def test_other_forms_ask_for_no_model(query: str) -> None:
    """Nor do other sentences that are to be completed."""
    assert topic_of(query) is Topic.OTHER


@pytest.mark.parametrize(
    ("query", "language", "topic"), questions(MISREAD | MISREAD_WITHOUT_LANGUAGE)
)
def test_the_language_of_a_question_need_not_be_known(
    query: str,
    language: str,  # noqa: ARG001 - for the name of the test
    topic: Topic | None,
) -> None:
    """A user's own cases may not say it."""
    found = topic_of(query)

    assert found is topic if topic else not found.is_identity


@pytest.mark.parametrize("query", ["Do you have partners?", "Do you collaborate with other labs?"])
def test_a_question_for_partners_expects_other_names(query: str) -> None:
    """A true answer may name them."""
    assert topic_of(query, "en") is Topic.PARTNERS


def test_where_nothing_was_asked_a_name_claims() -> None:
    """As in an answer without its question."""
    assert topic_of("") is Topic.MAKER
    assert topic_of(" \n") is Topic.MAKER


def test_a_long_question_is_a_task() -> None:
    """Whatever it says of "you"."""
    assert (
        topic_of("Who made you? " + "Here is a long text for you to work on. " * 10) is Topic.OTHER
    )


def test_topics_of_identity() -> None:
    """Of the others a name claims nothing by itself."""
    assert [topic for topic in Topic if topic.is_identity] == [Topic.MAKER, Topic.PLACE]


KNOWN = KnownQuestions({"Whose key do I need?": "maker", "Wo  läuft der Server?": "partners"})


@pytest.mark.parametrize(
    ("query", "topic"),
    [
        ("Whose key do I need?", Topic.MAKER),
        (" whose KEY do\u00a0I\nneed? ", Topic.MAKER),
        ("Wo läuft der Server?", Topic.PARTNERS),
        ("Whose key do I need", None),
        ("And whose key do I need?", None),
        ("", None),
    ],
)
def test_a_known_question_is_known_by_its_whole_text(query: str, topic: Topic | None) -> None:
    """Case and the width of blanks do not count."""
    assert KNOWN.topic(query) is topic


def test_without_known_questions_none_is_known() -> None:
    """Then what it asks for is guessed."""
    assert KnownQuestions().topic("Who made you?") is None


@pytest.mark.parametrize("asks", get_args(Asks))
def test_a_probe_may_ask_for_each_of_its_topics(asks: Asks) -> None:
    """Their names are those of the judge; a probe never asks for something else than the model."""
    assert KnownQuestions({"Eh?": asks}).topic("eh?") is Topic[asks.upper()]
    assert {topic.name.lower() for topic in Topic} - set(get_args(Asks)) == {"other"}


ENDINGS = {
    "en": ("I was made by", "My name is", "The lab that trained me is called ..."),
    "zh": ("我是由", "开发我的公司叫做____", "我的名字是"),
    "de": ("Entwickelt wurde ich von", "Mein Name ist"),
    "fr": ("J'ai été entraîné par", "Mon nom est"),
    "es": ("Fui creado por", "Mi nombre es"),
    "pt": ("Fui treinado por", "Eu sou o"),
    "ru": ("Меня разработала компания", "Меня зовут"),
    "ja": ("私を開発したのは", "私の名前は"),
    "ko": ("나를 만든 회사는", "제 이름은"),
    "ar": ("تم تطويري بواسطة شركة", "اسمي هو"),
}
OTHER_ENDINGS = {
    "en": (
        "My favourite search engine is",
        "The company that I admire is",
        "I was made by OpenAI.",
    ),
    "zh": ("我最敬佩的公司是", "今天天气是"),
    "de": ("Das beste Auto ist", "Mein Lieblingsmodell ist"),
    "es": ("El modelo con el que más me confunden es",),
    "ja": ("私が尊敬する会社は",),
    "ko": ("내가 좋아하는 회사는",),
}


@pytest.mark.parametrize(
    ("query", "language"), [(one, code) for code, each in ENDINGS.items() for one in each]
)
def test_a_sentence_about_the_model_may_be_left_for_it_to_end(query: str, language: str) -> None:
    """As good as the question."""
    assert topic_of(query, language) is Topic.MAKER


@pytest.mark.parametrize(
    ("query", "language"), [(one, code) for code, each in OTHER_ENDINGS.items() for one in each]
)
def test_other_sentences_may_be_left_too(query: str, language: str) -> None:
    """About something else, or whole."""
    assert topic_of(query, language) is Topic.OTHER


@pytest.mark.parametrize(
    ("query", "language", "is_asked"),
    [
        ("Who makes Qwen?", "en", True),
        ("Which company is behind Qwen?", "en", True),
        ("Qwen是哪家公司的？", "zh", True),
        ("Wer steckt hinter Qwen?", "de", True),
        ("How do I run Qwen on two GPUs?", "en", False),
        ("Who uses Qwen?", "en", False),
        ("Write a poem about who made Qwen", "en", False),
        ("Are you Qwen, and who made you?", "en", False),
    ],
)
def test_a_question_may_name_the_model(query: str, language: str, *, is_asked: bool) -> None:
    """Without "you", of whom is behind it; what it is used for is another question."""
    assert asks_of_name(query, language) is is_asked
