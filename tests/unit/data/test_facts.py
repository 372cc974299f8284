"""The shipped fact sets, and how one is found by name or from a model's name."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path

import pytest

from pytest_distill.data import facts
from pytest_distill.errors import FactsError
from pytest_distill.records import FactSet

SHIPPED = facts.load_shipped()
EACH = pytest.mark.parametrize(
    "known", [pytest.param(known, id=id_) for id_, known in SHIPPED.items()]
)

# Ids as the vendors' own documentation, Hugging Face, Bedrock or Ollama spell them.
MODELS = {
    "apple": ["apple/OpenELM-3B-Instruct", "apple-foundation-model"],
    "baichuan": ["baichuan-inc/Baichuan2-13B-Chat", "Baichuan4-Turbo"],
    "claude": [
        "claude-3-5-sonnet-20241022",
        "anthropic.claude-3-haiku-20240307-v1:0",
        "claude-sonnet-4-5",
        "anthropic/claude-opus-4.1",
        "claude-2.1",
    ],
    "command": [
        "command-r-plus",
        "c4ai-aya-expanse",
        "cohere.command-r-v1:0",
        "CohereLabs/aya-23-8B",
    ],
    "dbrx": ["databricks/dbrx-instruct", "databricks/dolly-v2-12b", "mosaicml/mpt-7b-chat"],
    "deepseek": [
        "deepseek-v3",
        "deepseek-r1",
        "deepseek-chat",
        "deepseek-ai/DeepSeek-V2-Lite",
        "deepseek-coder-6.7b-instruct.Q4_K_M.gguf",
    ],
    "doubao": ["doubao-pro-32k", "doubao-seed-1-6-250615", "ByteDance-Seed/Seed-OSS-36B-Instruct"],
    "ernie": ["ernie-4.5", "baidu/ERNIE-4.5-21B-A3B-PT", "ERNIE-Bot-4"],
    "exaone": ["LGAI-EXAONE/EXAONE-3.5-7.8B-Instruct", "exaone3.5:2.4b", "K-EXAONE-236B-A23B"],
    "falcon": ["tiiuae/falcon-7b-instruct", "Falcon3-10B-Base", "tiiuae/Falcon-H1-1.5B"],
    "gemini": [
        "gemini-2.0-flash",
        "models/gemini-1.5-pro-002",
        "gemma-2-9b-it",
        "google/gemma-3-4b-it",
        "codegemma:7b",
        "text-bison@002",
    ],
    "gigachat": ["GigaChat-Max", "ai-sage/GigaChat-20B-A3B-instruct"],
    "glm": [
        "glm-4-plus",
        "chatglm3-6b",
        "THUDM/glm-4-9b-chat",
        "zai-org/GLM-4.5-Air",
        "glm4:9b",
        "codegeex4-all-9b",
    ],
    "gpt": [
        "gpt-4o-mini",
        "gpt-4o-2024-08-06",
        "gpt4o",
        "o1-preview",
        "o3-mini",
        "o4-mini",
        "openai/gpt-oss-20b",
        "chatgpt-4o-latest",
        "gpt-3.5-turbo",
        "text-davinci-003",
    ],
    "granite": ["granite-3.1-8b", "ibm-granite/granite-3.3-2b-instruct"],
    "grok": ["grok-2", "x-ai/grok-4-fast", "grok-code-fast-1"],
    "hunyuan": ["hunyuan-large", "tencent/Hunyuan-7B-Instruct", "hunyuan-turbos-latest"],
    "hyperclova": ["naver-hyperclovax/HyperCLOVAX-SEED-Text-Instruct-1.5B", "HCX-005"],
    "internlm": ["internlm2_5-7b", "internlm/internlm3-8b-instruct", "InternVL2-8B", "Intern-S1"],
    "jamba": ["ai21labs/AI21-Jamba-1.5-Mini", "jamba-large-1.7", "ai21.j2-ultra-v1"],
    "kimi": ["kimi-k2", "moonshotai/Kimi-K2-Instruct", "moonshot-v1-8k", "Moonlight-16B-A3B"],
    "ling": ["inclusionAI/Ling-1T", "Ling-lite-1.5", "Ring-mini-2.0"],
    "llama": [
        "llama-3.1-70b-instruct",
        "Meta-Llama-3-70B-Instruct",
        "meta.llama3-70b-instruct-v1:0",
        "meta-llama/Llama-4-Scout-17B-16E",
        "codellama-7b",
        "llama3.2:1b",
    ],
    "longcat": ["meituan-longcat/LongCat-Flash-Chat"],
    "mimo": ["XiaomiMiMo/MiMo-7B-RL", "mimo-v2-flash"],
    "minicpm": ["openbmb/MiniCPM3-4B", "minicpm-v:8b"],
    "minimax": ["minimax-m2", "MiniMaxAI/MiniMax-Text-01", "abab6.5s-chat"],
    "mistral": [
        "mistral-large-2",
        "mistral-large-2407",
        "Mixtral-8x7B-Instruct-v0.1",
        "mistralai/Mistral-7B-Instruct-v0.3",
        "ministral-8b-latest",
        "codestral-2501",
        "open-mixtral-8x22b",
    ],
    "nemotron": ["nvidia/NVIDIA-Nemotron-Nano-9B-v2", "nemotron-4-340b-instruct"],
    "nova": [
        "nova-pro",
        "amazon.nova-pro-v1",
        "us.amazon.nova-lite-v1:0",
        "amazon.titan-text-lite-v1",
    ],
    "olmo": ["allenai/OLMo-2-1124-7B-Instruct", "OLMoE-1B-7B-0924", "tulu-2-7b"],
    "pangu": ["openpangu-embedded-7b", "pangu-pro-moe"],
    "phi": ["phi-4", "microsoft/Phi-3-mini-4k-instruct", "phi3.5", "phi4:14b", "wizardlm-2-8x22b"],
    "qwen": [
        "qwen2.5-14b",
        "Qwen/Qwen2.5-72B-Instruct",
        "qwen-max-0919",
        "qwen3:4b",
        "QwQ-32B-Preview",
        "Qwen2.5-7B-Instruct-GPTQ-Int4",
        "CodeQwen1.5-7B-Chat",
    ],
    "sensenova": ["SenseChat-5", "sensenova-v6-pro"],
    "simulated": ["simulated", "simulacrum"],
    "smollm": [
        "smollm2-135m",
        "SmolLM2-135M-Instruct.Q4_1",
        "HuggingFaceTB/SmolLM3-3B",
        "zephyr-7b-beta",
    ],
    "solar": ["solar-10.7b-instruct", "upstage/solar-pro-preview-instruct", "solar-mini"],
    "spark": ["spark-4.0-ultra", "SparkDesk-v3.5"],
    "stablelm": ["stabilityai/stablelm-2-1_6b-chat", "stable-code-3b"],
    "step": ["step-2-16k", "step-1-8k", "step-1v-32k", "stepfun-ai/step3", "step-3.5-flash"],
    "vicuna": ["lmsys/vicuna-7b-v1.5", "vicuna-33b"],
    "yandexgpt": [
        "yandexgpt-lite",
        "yandex/YandexGPT-5-Lite-8B-instruct",
        "AliceAI-Foundation-80B-A3B",
    ],
    "yi": ["yi-34b-chat", "01-ai/Yi-1.5-9B-Chat", "yi-lightning"],
}

# Each holds a name that somebody would want to list: лама, 라마, 美团, 跃问, ...
ORDINARY = (
    *("игрок", "реклама", "сбережения", "секвенирование", "программа"),
    *("드라마", "애플리케이션", "온라인", "시리즈", "메타데이터"),
    *("プログラマー", "シリーズ", "メタデータ", "アレクサンダー"),
    *(
        "完美团队",
        "普通义务",
        "活跃问题",
        "澄清言论",
        "万千问题",
        "百亿元公司",
        "阶跃函数",
        "一字节",
        "升华为",
        "通讯飞速",
    ),
    *("فالكون", "كلاما", "أبلغ", "ميتافيزيقا"),
)

FACTS = """\
vendor = "nobody"
name = "Nemo"
developer = "Nautilus Labs"
country = "Norway"
places = ["Oslo"]
models = ["Nemo"]
companies = ["Nautilus Labs"]
match = ["nemo"]
source = "https://example.org"
date = "2026-11-21"
"""


def _folded(names: Iterable[str]) -> list[str]:
    return [name.casefold() for name in names]


@EACH
def test_a_shipped_set_lists_its_own_name_developer_and_parent_as_aliases(known: FactSet) -> None:
    """The judge knows a vendor by its aliases alone."""
    assert known.name in known.models
    assert known.developer in known.companies
    assert known.parent is None or known.parent in known.companies


@EACH
def test_a_shipped_set_marks_as_everyday_words_only_aliases_of_its_own(known: FactSet) -> None:
    """A word that is no alias would never be looked at."""
    assert set(known.words) <= {*known.models, *known.companies}


@EACH
def test_a_shipped_set_says_nothing_twice_and_nothing_empty(known: FactSet) -> None:
    """Letter case apart: names are compared without it."""
    for names in (known.places, known.models, known.companies, known.affiliates, known.match):
        folded = _folded(names)

        assert len(set(folded)) == len(folded)
        assert all(name == name.strip() != "" for name in names)


@EACH
def test_a_shipped_set_does_not_name_itself_as_its_affiliate(known: FactSet) -> None:
    """Affiliates are others."""
    own = {*_folded(known.models), *_folded(known.companies)}

    assert own.isdisjoint(_folded(known.affiliates))


@EACH
def test_a_shipped_set_is_dated_and_can_be_looked_up(known: FactSet) -> None:
    """Only the persona of ``simulated:`` has nowhere to be looked up."""
    assert date.fromisoformat(known.date) >= date(2026, 11, 21)
    assert known.source.startswith("fictitious" if known.id == "simulated" else "https://")


def test_no_alias_belongs_to_two_vendors() -> None:
    """A claim of a name is a claim of one vendor."""
    owners: dict[str, set[str]] = {}

    for known in SHIPPED.values():
        for alias in _folded([*known.models, *known.companies]):
            owners.setdefault(alias, set()).add(known.vendor)

    assert {alias: who for alias, who in owners.items() if len(who) > 1} == {}


@pytest.mark.parametrize("word", ORDINARY)
def test_no_alias_is_a_piece_of_an_ordinary_word(word: str) -> None:
    """Outside ASCII the judge sees no end of a word, unless the alias is marked as everyday."""
    sure = [
        alias
        for known in SHIPPED.values()
        for alias in {*known.models, *known.companies} - set(known.words)
        if not alias.isascii()
    ]

    assert [alias for alias in sure if alias.casefold() in word] == []


def test_no_vendor_has_two_sets() -> None:
    """Reports count by vendor, so a vendor's models share one set."""
    vendors = [known.vendor for known in SHIPPED.values()]

    assert sorted(set(vendors)) == sorted(vendors)


def test_every_shipped_set_is_in_the_table_of_model_ids() -> None:
    """A new set comes with ids that lead to it."""
    assert list(MODELS) == list(SHIPPED)


@pytest.mark.parametrize(
    ("model", "expected"), [(model, id_) for id_, models in MODELS.items() for model in models]
)
def test_the_facts_follow_from_the_model_s_usual_name(model: str, expected: str) -> None:
    """However the vendor, a hub or a cloud spells it."""
    assert facts.infer(model, SHIPPED).id == expected


@pytest.mark.parametrize(
    ("model", "fitting"),
    [
        ("deepseek-r1-distill-llama-70b", "deepseek, llama"),
        ("DeepSeek-R1-Distill-Qwen-1.5B", "deepseek, qwen"),
        ("nvidia/Llama-3.1-Nemotron-70B-Instruct", "llama, nemotron"),
        ("Llama-3.1-Tulu-3-8B", "llama, olmo"),
        ("microsoft/MAI-DS-R1-DeepSeek", "deepseek, phi"),
    ],
)
def test_a_name_with_two_families_is_an_error_that_lists_them(model: str, fitting: str) -> None:
    """A distilled model has one maker, and its name does not say which."""
    with pytest.raises(FactsError) as caught:
        facts.infer(model, SHIPPED)

    assert f"several fact sets fit its name: {fitting}\n" in str(caught.value)
    assert "--facts NAME" in str(caught.value)


@pytest.mark.parametrize(
    "model",
    [
        "my-model",
        "my-gptq-int4",
        "minigpt",
        "my-model-step-1000",
        "my-model-step-30000",
        "my-model-seed-42",
        "o10",
        "philosopher",
        "",
        "文心",
    ],
)
def test_a_name_of_no_known_family_is_an_error_that_lists_what_exists(model: str) -> None:
    """Nothing is guessed from a piece of a word, a step or a seed."""
    with pytest.raises(FactsError) as caught:
        facts.infer(model, SHIPPED)

    assert repr(model) in str(caught.value)
    assert all(id_ in str(caught.value) for id_ in SHIPPED)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("glm", "glm"),
        ("zhipu", "glm"),
        ("OpenAI", "gpt"),
        ("hugging face", "smollm"),
        ("Alphabet", "gemini"),
        ("智谱", "glm"),
        ("深度求索", "deepseek"),
        ("月之暗面", "kimi"),
        ("Яндекс", "yandexgpt"),
        ("네이버", "hyperclova"),
    ],
)
def test_facts_are_found_by_id_vendor_company_or_chinese_name(name: str, expected: str) -> None:
    """In any letter case."""
    assert facts.find(name, SHIPPED).id == expected


def test_an_unknown_name_is_an_error_with_a_near_miss_and_what_exists() -> None:
    """The reader sees what to type instead."""
    with pytest.raises(FactsError) as caught:
        facts.find("deepsek", SHIPPED)

    assert "no fact set is called 'deepsek'. Did you mean 'deepseek'?" in str(caught.value)
    assert f"there are: {', '.join(SHIPPED)}" in str(caught.value)


def test_a_file_of_the_user_s_own_may_leave_out_what_is_optional(tmp_path: Path) -> None:
    """Optional are parent, affiliates and words."""
    path = tmp_path / "nemo.toml"
    path.write_text(FACTS, "utf-8")

    known = facts.read(path)

    assert (known.id, known.parent, known.affiliates, known.words) == ("nemo", None, (), ())


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        pytest.param(FACTS.replace('country = "Norway"\n', ""), "country", id="missing"),
        pytest.param(FACTS + 'colour = "blue"\n', "colour", id="unknown"),
        pytest.param(FACTS.replace('["Oslo"]', '"Oslo"'), "places", id="mistyped"),
        pytest.param(FACTS.replace('["Nemo"]', "[1]"), "models.0", id="mistyped-item"),
    ],
)
def test_a_wrong_key_is_an_error_that_names_file_and_key(
    tmp_path: Path, text: str, wrong: str
) -> None:
    """A misspelt key is unknown, not ignored."""
    path = tmp_path / "nemo.toml"
    path.write_text(text, "utf-8")

    with pytest.raises(FactsError) as caught:
        facts.read(path)

    assert str(caught.value).startswith(f"facts {path}: {wrong}: ")
    assert "a fact set has the keys vendor, name, developer" in str(caught.value)


@pytest.mark.parametrize("content", [b"vendor = ", b"\xff\xfe"], ids=["not-toml", "not-utf-8"])
def test_a_file_that_cannot_be_parsed_is_an_error_that_names_it(
    tmp_path: Path, content: bytes
) -> None:
    """No traceback of the parser reaches the user."""
    path = tmp_path / "nemo.toml"
    path.write_bytes(content)

    with pytest.raises(FactsError) as caught:
        facts.read(path)

    assert str(caught.value).startswith(f"facts {path}: ")


def test_a_file_that_is_not_there_is_an_error_that_names_it(tmp_path: Path) -> None:
    """The path is in the message."""
    with pytest.raises(FactsError) as caught:
        facts.read(tmp_path / "nemo.toml")

    assert str(tmp_path / "nemo.toml") in str(caught.value)
