"""The shipped fact sets, and how one is found by name or from a model's name."""

import re
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import pytest

from pytest_distill.data import facts
from pytest_distill.errors import FactsError, FileFormatError
from pytest_distill.records import FactSet

SHIPPED = facts.load_shipped()
EACH = pytest.mark.parametrize(
    "known", [pytest.param(known, id=id_) for id_, known in SHIPPED.items()]
)

# Ids as the vendors' own documentation, Hugging Face, Bedrock or Ollama spell them.
MODELS = {
    "alpaca": ["tatsu-lab/alpaca-7b-wdiff", "alpaca-7b"],
    "apertus": ["swiss-ai/Apertus-8B-Instruct-2509", "apertus-70b"],
    "apple": ["apple/OpenELM-3B-Instruct", "apple-foundation-model"],
    "aquila": ["BAAI/AquilaChat2-7B", "BAAI/Aquila-VL-2B", "aquila2-34b"],
    "arcee": [
        "arcee-ai/AFM-4.5B-Base",
        "arcee-ai/Trinity-Mini",
        "arcee-ai/Llama-3.1-SuperNova-Lite",
        "arcee-ai/Virtuoso-Small",
    ],
    "arctic": ["Snowflake/snowflake-arctic-instruct", "snowflake-arctic"],
    "ax": ["skt/A.X-4.0-Light", "skt/A.X-3.1"],
    "baichuan": ["baichuan-inc/Baichuan2-13B-Chat", "Baichuan4-Turbo"],
    "bloom": ["bigscience/bloom-560m", "bloomz-7b1-mt"],
    "calm": ["cyberagent/calm3-22b-chat", "open-calm-7b"],
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
    "compactifai": ["MultiverseComputingCAI/HyperNova-60B", "compactifai"],
    "cotype": ["MTSAIR/Cotype-Nano", "kodify-nano"],
    "dbrx": ["databricks/dbrx-instruct", "databricks/dolly-v2-12b", "mosaicml/mpt-7b-chat"],
    "deepseek": [
        "deepseek-v3",
        "deepseek-r1",
        "deepseek-chat",
        "deepseek-ai/DeepSeek-V2-Lite",
        "deepseek-coder-6.7b-instruct.Q4_K_M.gguf",
    ],
    "dolphin": [
        "cognitivecomputations/Dolphin3.0-Llama3.1-8B",
        "dphn/Dolphin-Mistral-24B-Venice-Edition",
    ],
    "dots": ["rednote-hilab/dots.llm1.inst", "dots-llm1"],
    "doubao": ["doubao-pro-32k", "doubao-seed-1-6-250615", "ByteDance-Seed/Seed-OSS-36B-Instruct"],
    "elyza": ["elyza/ELYZA-japanese-Llama-2-7b", "elyza/ELYZA-Shortcut-1.0-Qwen-7B"],
    "ernie": ["ernie-4.5", "baidu/ERNIE-4.5-21B-A3B-PT", "ERNIE-Bot-4"],
    "exaone": ["LGAI-EXAONE/EXAONE-3.5-7.8B-Instruct", "exaone3.5:2.4b", "K-EXAONE-236B-A23B"],
    "falcon": ["tiiuae/falcon-7b-instruct", "Falcon3-10B-Base", "tiiuae/Falcon-H1-1.5B"],
    "gauss": ["samsung-gauss", "gauss2"],
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
    "intellect": ["PrimeIntellect/INTELLECT-3", "prime-intellect/intellect-2"],
    "internlm": ["internlm2_5-7b", "internlm/internlm3-8b-instruct", "InternVL2-8B", "Intern-S1"],
    "jais": ["inceptionai/jais-13b-chat", "LLM360/K2-Think", "jais-30b-v3"],
    "jamba": ["ai21labs/AI21-Jamba-1.5-Mini", "jamba-large-1.7", "ai21.j2-ultra-v1"],
    "kanana": ["kakaocorp/kanana-nano-2.1b-instruct", "kakaobrain/kogpt"],
    "kimi": ["kimi-k2", "moonshotai/Kimi-K2-Instruct", "moonshot-v1-8k", "Moonlight-16B-A3B"],
    "krutrim": ["krutrim-ai-labs/Krutrim-2-instruct", "krutrim-1"],
    "kwai": [
        "Kwaipilot/KAT-Dev-72B-Exp",
        "Kwaipilot/KwaiCoder-AutoThink-preview",
        "Kwai-Keye/Keye-VL-8B-Preview",
        "kat-coder-pro-v1",
    ],
    "ling": ["inclusionAI/Ling-1T", "Ling-lite-1.5", "Ring-mini-2.0"],
    "liquid": ["LiquidAI/LFM2-1.2B", "lfm2:8b", "liquid/lfm-7b"],
    "llama": [
        "llama-3.1-70b-instruct",
        "Meta-Llama-3-70B-Instruct",
        "meta.llama3-70b-instruct-v1:0",
        "meta-llama/Llama-4-Scout-17B-16E",
        "codellama-7b",
        "llama3.2:1b",
    ],
    "longcat": ["meituan-longcat/LongCat-Flash-Chat"],
    "luminous": ["luminous-supreme-control", "Aleph-Alpha/Pharia-1-LLM-7B-control"],
    "mercury": ["mercury-coder-small", "inception/mercury"],
    "midm": ["K-intelligence/Midm-2.0-Base-Instruct", "Midm-2.0-Mini-Instruct"],
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
    "nous": [
        "NousResearch/Hermes-4-14B",
        "nousresearch/hermes-3-llama-3.1-405b",
        "teknium/OpenHermes-2.5-Mistral-7B",
    ],
    "nova": [
        "nova-pro",
        "amazon.nova-pro-v1",
        "us.amazon.nova-lite-v1:0",
        "amazon.titan-text-lite-v1",
    ],
    "oasst": [
        "OpenAssistant/oasst-sft-4-pythia-12b-epoch-3.5",
        "OpenAssistant/pythia-12b-sft-v8-7k-steps",
    ],
    "olmo": ["allenai/OLMo-2-1124-7B-Instruct", "OLMoE-1B-7B-0924", "tulu-2-7b"],
    "openchat": ["openchat/openchat-3.5-0106", "openchat-3.6-8b-20240522"],
    "palmyra": ["palmyra-x5", "Writer/Palmyra-Med-70B"],
    "pangu": ["openpangu-embedded-7b", "pangu-pro-moe"],
    "param": ["bharatgenai/Param-1-2.9B-Instruct", "param-1-7b"],
    "phi": ["phi-4", "microsoft/Phi-3-mini-4k-instruct", "phi3.5", "phi4:14b", "wizardlm-2-8x22b"],
    "pi": ["inflection/inflection-3-pi", "inflection-3-productivity"],
    "plamo": ["pfnet/plamo-2-8b", "plamo-13b-instruct"],
    "pythia": ["EleutherAI/pythia-1.4b-deduped", "gpt-neox-20b", "EleutherAI/gpt-j-6b"],
    "qwen": [
        "qwen2.5-14b",
        "Qwen/Qwen2.5-72B-Instruct",
        "qwen-max-0919",
        "qwen3:4b",
        "QwQ-32B-Preview",
        "Qwen2.5-7B-Instruct-GPTQ-Int4",
        "CodeQwen1.5-7B-Chat",
    ],
    "rakutenai": ["Rakuten/RakutenAI-7B-chat", "RakutenAI-2.0-mini-instruct"],
    "reka": ["RekaAI/reka-flash-3", "reka-core"],
    "rinna": ["rinna/japanese-gpt-neox-3.6b", "rinna/qwen2.5-bakeneko-32b", "rinna/nekomata-14b"],
    "sakana": ["SakanaAI/EvoLLM-JP-v1-7B", "SakanaAI/TinySwallow-1.5B-Instruct"],
    "sarvam": ["sarvamai/sarvam-m", "sarvam-1", "sarvamai/OpenHathi-7B-Hi-v0.1-Base"],
    "sensenova": ["SenseChat-5", "sensenova-v6-pro"],
    "simulated": ["simulated", "simulacrum"],
    "skywork": [
        "Skywork/Skywork-13B-base",
        "Skywork/Skywork-OR1-7B",
        "Skywork/Skywork-o1-Open-Llama-3.1-8B",
    ],
    "smollm": [
        "smollm2-135m",
        "SmolLM2-135M-Instruct.Q4_1",
        "HuggingFaceTB/SmolLM3-3B",
        "zephyr-7b-beta",
    ],
    "solar": ["solar-10.7b-instruct", "upstage/solar-pro-preview-instruct", "solar-mini"],
    "sonar": [
        "sonar-pro",
        "sonar-deep-research",
        "perplexity/r1-1776",
        "perplexity-ai/r1-1776-distill-llama-70b",
    ],
    "spark": ["spark-4.0-ultra", "SparkDesk-v3.5"],
    "stablelm": ["stabilityai/stablelm-2-1_6b-chat", "stable-code-3b"],
    "step": ["step-2-16k", "step-1-8k", "step-1v-32k", "stepfun-ai/step3", "step-3.5-flash"],
    "stockmark": ["stockmark/Stockmark-2-100B-Instruct-beta", "stockmark-13b"],
    "swallow": ["tokyotech-llm/Llama-3.3-Swallow-70B-Instruct-v0.4", "tokyotech-llm/Swallow-7b-hf"],
    "telechat": ["Tele-AI/TeleChat2-7B", "telechat-12b"],
    "tinker": ["tinker", "thinking-machines"],
    "tpro": ["t-tech/T-pro-it-2.0", "t-tech/T-lite-it-1.0"],
    "tsuzumi": ["tsuzumi-7b", "tsuzumi2"],
    "varco": ["NCSOFT/VARCO-VISION-14B", "NCSOFT/Llama-VARCO-8B-Instruct"],
    "vicuna": ["lmsys/vicuna-7b-v1.5", "vicuna-33b"],
    "vikhr": [
        "Vikhrmodels/Vikhr-Nemo-12B-Instruct-R-21-09-24",
        "Vikhrmodels/QVikhr-3-4B-Instruction",
    ],
    "xlam": [
        "Salesforce/xLAM-2-8b-fc-r",
        "Salesforce/Llama-xLAM-2-8b-fc-r",
        "xgen-7b-8k-inst",
        "codegen-2b-multi",
    ],
    "xverse": ["xverse/XVERSE-13B-Chat", "XVERSE-MoE-A4.2B"],
    "yandexgpt": [
        "yandexgpt-lite",
        "yandex/YandexGPT-5-Lite-8B-instruct",
        "AliceAI-Foundation-80B-A3B",
    ],
    "yi": ["yi-34b-chat", "01-ai/Yi-1.5-9B-Chat", "yi-lightning"],
    "zamba": ["Zyphra/Zamba2-2.7B-instruct", "zamba-7b-v1", "Zyphra/ZAYA1-base"],
    "zhinao": ["qihoo360/360Zhinao-7B-Chat", "360gpt-pro", "qihoo360/Light-R1-14B-DS"],
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
    for names in (
        *(known.places, known.models, known.companies, known.affiliates),
        *(known.match, known.variants, known.organisations),
    ):
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
    ("model", "expected"),
    [
        ("NousResearch/Hermes-3-Llama-3.1-8B", "nous"),
        ("arcee-ai/AFM-4.5B", "arcee"),
        ("elyza/Llama-3-ELYZA-JP-8B", "elyza"),
        ("tokyotech-llm/Llama-3.1-Swallow-8B", "swallow"),
        ("nvidia/Llama-3.1-Nemotron-70B", "nemotron"),
        ("openrouter/nvidia/llama-3.1-nemotron-70b-instruct", "nemotron"),
        ("deepseek-ai/DeepSeek-R1-Distill-Qwen-7B", "deepseek"),
        ("bartowski/deepseek-ai_DeepSeek-R1-0528-Qwen3-8B-GGUF", "deepseek"),
        ("allenai/Llama-3.1-Tulu-3-8B", "olmo"),
        ("cognitivecomputations/dolphin-2.9-llama3-8b", "dolphin"),
        ("cyberagent/DeepSeek-R1-Distill-Qwen-14B-Japanese", "calm"),
        ("Salesforce/LLaMA-3-8B-SFR-Iterative-DPO-R", "xlam"),
        ("microsoft/DialoGPT-medium", "phi"),
    ],
)
def test_a_fine_tune_has_the_facts_of_the_organisation_that_made_it(
    model: str, expected: str
) -> None:
    """Whatever it was made from."""
    assert facts.infer(model, SHIPPED).id == expected


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        ("unsloth/Llama-3.2-1B-Instruct-GGUF", "llama"),
        ("TheBloke/Mistral-7B-Instruct-v0.2-AWQ", "mistral"),
        ("NousResearch/Meta-Llama-3-8B-Instruct", "llama"),
        ("nvidia/Llama-3.1-8B-Instruct-FP8", "llama"),
        ("RedHatAI/Meta-Llama-3.1-8B-Instruct-quantized.w4a16", "llama"),
        ("databricks/databricks-meta-llama-3-1-70b-instruct", "llama"),
        ("bartowski/Qwen2.5-7B-Instruct-GGUF", "qwen"),
        ("bartowski/Qwen_Qwen3-8B-GGUF", "qwen"),
        ("unsloth/Qwen2.5-Coder-7B-Instruct-bnb-4bit", "qwen"),
        ("unsloth/Qwen3-30B-A3B-Thinking-2507-GGUF", "qwen"),
        ("mlx-community/Qwen3-4B-4bit", "qwen"),
        ("qwen3:8b-q4_K_M", "qwen"),
        ("llama3.1:8b", "llama"),
        ("llama-3.3-70b-versatile", "llama"),
        ("meta-llama/llama-3.1-8b-instruct:free", "llama"),
        ("@cf/meta/llama-3.1-8b-instruct", "llama"),
        ("meta-llama/Meta-Llama-3.1-8B-Instruct-Turbo", "llama"),
        ("huggingface/meta-llama/Llama-3.1-8B-Instruct", "llama"),
        ("accounts/fireworks/models/llama-v3p1-8b-instruct", "llama"),
        ("models/gemini-2.5-pro", "gemini"),
        ("publishers/google/models/gemini-2.0-flash-001", "gemini"),
        ("us.anthropic.claude-sonnet-4-20250514-v1:0", "claude"),
        ("ggml-org/gpt-oss-20b-GGUF", "gpt"),
        ("lmstudio-community/gemma-3-12b-it-qat-q4_0.gguf", "gemini"),
    ],
)
def test_a_model_that_others_host_or_pack_keeps_the_facts_of_its_maker(
    model: str, expected: str
) -> None:
    """Sizes, formats and places change nothing about who it is."""
    assert facts.infer(model, SHIPPED).id == expected


@pytest.mark.parametrize(
    "word",
    ["test", "eval", "dev", "demo", "local", "answers", "transcripts", "run", "prod", "staging"],
)
def test_what_a_deployment_or_a_file_is_for_makes_it_no_fine_tune(word: str) -> None:
    """The stem of a transcript is a name too."""
    assert facts.infer(f"qwen-{word}", SHIPPED).id == "qwen"
    assert facts.infer(f"{word}_glm-4.6", SHIPPED).id == "glm"


@pytest.mark.parametrize(
    ("model", "base", "more"),
    [
        ("someone/My-Llama-3-8B-finetune", "llama", "my, finetune"),
        ("mlabonne/NeuralHermes-2.5-Mistral-7B", "mistral", "neuralhermes"),
        ("TheBloke/Mistral-7B-OpenOrca-GGUF", "mistral", "openorca"),
        ("huihui-ai/Qwen3-8B-abliterated", "qwen", "abliterated"),
        ("someone/Qwen2.5-7B-R1", "qwen", "r"),
        ("llama2-uncensored:7b", "llama", "uncensored"),
        ("Llama-3-8B-Math", "llama", "math"),
    ],
)
def test_a_fine_tune_by_others_is_an_error_that_says_what_gave_it_away(
    model: str, base: str, more: str
) -> None:
    """Its maker is not the vendor of the model that it was made from."""
    with pytest.raises(FactsError) as caught:
        facts.infer(model, SHIPPED)

    assert f"{base!r} fits its name, which also says: {more}." in str(caught.value)
    assert "--facts PATH.toml" in str(caught.value)
    assert f"--facts {base}" in str(caught.value)


def test_the_longer_of_two_names_at_one_place_counts() -> None:
    """GPT-J is no GPT of OpenAI's."""
    assert facts.infer("gpt-j-6b", SHIPPED).id == "pythia"


def test_no_organisation_belongs_to_two_vendors() -> None:
    """Nor has one capital letters: ids are compared without them."""
    every = [name for known in SHIPPED.values() for name in known.organisations]

    assert sorted(set(every)) == sorted(every)
    assert [name.casefold() for name in every] == every


@pytest.mark.parametrize(
    ("model", "fitting"),
    [
        ("deepseek-r1-distill-llama-70b", "deepseek, llama"),
        ("DeepSeek-R1-Distill-Qwen-1.5B", "deepseek, qwen"),
        ("Llama-3.1-Nemotron-70B-Instruct", "llama, nemotron"),
        ("TeichAI/Qwen3-14B-Claude-Sonnet-4.5-Distill", "claude, qwen"),
        ("Llama-3.1-Tulu-3-8B", "llama, olmo"),
        ("MAI-DS-R1-DeepSeek", "deepseek, phi"),
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
        pytest.param(
            FACTS.replace('country = "Norway"\n', ""), "this key is missing: country", id="missing"
        ),
        pytest.param(FACTS + 'colour = "blue"\n', "there is no key 'colour'.", id="unknown"),
        pytest.param(FACTS.replace('["Oslo"]', '"Oslo"'), "places: ", id="mistyped"),
        pytest.param(FACTS.replace('["Nemo"]', "[1]"), "models.0: ", id="mistyped-item"),
        pytest.param(
            FACTS.replace('["Nemo"]', '["Nemo", " "]'),
            "models.1: Value error, a name has a letter or a digit",
            id="blank",
        ),
        pytest.param(
            FACTS.replace('["Nemo"]', f'["{"x" * 500}"]'),
            "models.0: Value error, a name has a letter or a digit, and at most 200 characters",
            id="endless",
        ),
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

    assert str(caught.value).startswith(f"facts {path}: {wrong}")
    assert "a fact set has the keys vendor, name, developer" in str(caught.value)


def test_all_missing_keys_are_named_at_once_with_an_example(tmp_path: Path) -> None:
    """Beside a misspelt one; what the example adds makes a whole fact set."""
    path = tmp_path / "acme.toml"
    path.write_text('vendor = "acme"\nnmae = "Acme"\n')

    with pytest.raises(FactsError) as caught:
        facts.read(path)
    said = str(caught.value)
    path.write_text('vendor = "acme"\n' + "\n".join(re.findall(r"(?m)^ {4}(\w+ = .*)$", said)))

    assert "missing: name, developer, country, places, models, companies, match, source" in said
    assert "there is no key 'nmae'. Did you mean 'name'?" in said
    assert facts.read(path).name == "Acme One"


@pytest.mark.parametrize(
    ("content", "problem"),
    [(b"\nvendor = ", "2: not TOML"), (b"\n\n\xfe", "3: not UTF-8")],
    ids=["not-toml", "not-utf-8"],
)
def test_a_file_that_cannot_be_parsed_is_an_error_that_names_the_line(
    tmp_path: Path, content: bytes, problem: str
) -> None:
    """No traceback of the parser reaches the user."""
    path = tmp_path / "nemo.toml"
    path.write_bytes(content)

    with pytest.raises(FileFormatError) as caught:
        facts.read(path)

    assert str(caught.value).startswith(f"{path}:{problem}")


def test_a_file_that_is_not_there_is_an_error_that_names_it(tmp_path: Path) -> None:
    """The path is in the message."""
    with pytest.raises(FactsError) as caught:
        facts.read(tmp_path / "nemo.toml")

    assert str(tmp_path / "nemo.toml") in str(caught.value)
