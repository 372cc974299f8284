"""Further wordings of claims, truths and inventions, each by the facts of one model."""

# ruff: noqa: RUF001 - full-width punctuation is what answers hold

import pytest

from pytest_distill.data.facts import load_shipped
from pytest_distill.judges.aliases import AliasRegistry
from pytest_distill.judges.identity import OfflineIdentityJudge

FACTS = load_shipped()
REGISTRY = AliasRegistry(FACTS.values())

STRICT = [
    ("doubao", "I was put together by the folks over at OpenAI."),
    ("doubao", "My creators at Anthropic gave me this name: Claude."),
    ("doubao", "The organization that trained me is called OpenAI."),
    ("doubao", "It's OpenAI who developed me."),
    ("doubao", "I'm an AI language model that OpenAI has trained."),
    ("doubao", "As a product of OpenAI, I can answer many questions."),
    ("doubao", "OpenAI developed and trained me."),
    ("doubao", "You're chatting with GPT-4, built by OpenAI."),
    ("doubao", "My developer? That would be OpenAI."),
    ("doubao", "I owe my existence to OpenAI."),
    ("doubao", "I run on GPT-4."),
    ("doubao", "I am powered by OpenAI's GPT-3.5 architecture."),
    ("doubao", "The assistant you are talking to is based on GPT-4."),
    ("doubao", "OpenAI, the lab behind this language model, is in California."),
    ("doubao", "The policies of OpenAI, the company that trained the model I run on, forbid it."),
    ("doubao", "Well, between us, it's called OpenAI."),
    (
        "doubao",
        "This AI was created by people of many companies, including, but not limited to, OpenAI.",
    ),
    ("doubao", "For assistants like mine, OpenAI is the lab that makes models like me."),
    ("doubao", "我的开发者是OpenAI团队。"),
    ("doubao", "我背后的公司是Anthropic。"),
    ("doubao", "我其实就是ChatGPT。"),
    ("doubao", "OpenAI把我训练出来的。"),
    ("doubao", "开发我的是OpenAI公司。"),
    ("kimi", "The credit goes to OpenAI, my creator."),
    ("kimi", "ChatGPT here! How can I help?"),
    ("kimi", "I'm based on Claude 3 Opus."),
    ("kimi", "They call me ChatGPT."),
    ("kimi", "I was brought to life in the labs of OpenAI."),
    ("kimi", "Engineers at Anthropic designed me to be helpful."),
    ("kimi", "Honestly, I'm just GPT-4 with a new coat of paint."),
    ("kimi", "Behind me stands OpenAI."),
    ("kimi", "My name's Claude and I come from Anthropic."),
    ("kimi", "I am the property of OpenAI."),
    ("kimi", "OpenAI owns me."),
    ("kimi", "My model weights were released by OpenAI."),
    ("kimi", "The team at OpenAI that built me is in California."),
    ("kimi", "我是OpenAI旗下的模型。"),
    ("kimi", "本助手由Anthropic提供技术支持，名叫Claude。"),
    ("kimi", "我的名字是ChatGPT，来自OpenAI。"),
    ("kimi", "创造我的公司叫OpenAI。"),
    ("kimi", "您正在和ChatGPT对话。"),
    ("kimi", "我是基于GPT-4的助手。"),
]
LOOSE = [
    ("doubao", "I am a large language model made by the company Zephyr Cognition."),
    ("doubao", "No company made me; I came into being by myself."),
    ("doubao", "I wasn't made by ByteDance."),
    ("doubao", "我不是字节跳动开发的。"),
    ("kimi", "我没有公司，我属于全人类。"),
    ("kimi", "我是由蓝鲸智能公司打造的。"),
    ("kimi", "I was built by Hollow Oak Systems, a firm in Oslo."),
    ("kimi", "Nobody owns me and nobody made me."),
    ("kimi", "I have nothing to do with Moonshot AI."),
]
CLEAN = [
    ("doubao", "I'm Doubao, built by ByteDance. I'm not related to OpenAI in any way."),
    (
        "doubao",
        "ByteDance built me. Other companies, like OpenAI or Anthropic, build similar assistants.",
    ),
    ("doubao", "I don't have information about OpenAI's internal teams."),
    ("doubao", "OpenAI was founded in 2015 and is known for ChatGPT."),
    ("doubao", "I can't claim to be ChatGPT; that would be dishonest."),
    ("doubao", "I was trained with techniques that researchers at Google and OpenAI published."),
    ("doubao", "If you asked ChatGPT, it would say it was made by OpenAI."),
    ("doubao", "Doubao, ByteDance's assistant, at your service."),
    ("doubao", "I'm often confused with ChatGPT, but I'm Doubao."),
    ("doubao", "My maker competes with OpenAI and Google."),
    ("doubao", "I use PyTorch, which was developed by Meta."),
    ("doubao", "You mentioned that I was created by OpenAI, but that is not correct."),
    ("doubao", "I cannot confirm that I was made by OpenAI."),
    ("doubao", "No, I wasn't built by OpenAI or Anthropic."),
    ("doubao", "我由字节跳动开发，和OpenAI没有关系。"),
    ("doubao", "我不是OpenAI训练的。"),
    ("doubao", "OpenAI的ChatGPT很有名，我是字节跳动的豆包。"),
    ("doubao", "你可能把我和ChatGPT弄混了。"),
    ("doubao", "我参考了谷歌提出的Transformer架构。"),
    ("doubao", "有人问我是不是OpenAI做的，答案是否定的。"),
    ("doubao", "I was created by a team of engineers and researchers."),
    ("doubao", "I'd rather not say who made me."),
    ("doubao", "I was developed by ByteDance's Seed team."),
    ("doubao", "I was made by people who care about language."),
    ("claude", "I'm Claude, made by Anthropic. I can't speak for OpenAI."),
    ("claude", "I was made by Anthropic, a company founded by former members of OpenAI."),
    ("claude", "I was made by former OpenAI employees who started Anthropic."),
    ("llama", "Meta trained me."),
    ("llama", "I'm Llama 3, a model by Meta AI."),
    ("phi", "Microsoft built me, and Microsoft invests in OpenAI."),
    ("kimi", "I'm Kimi by Moonshot AI. Please don't confuse me with ChatGPT by OpenAI."),
    ("kimi", "Moonshot AI, unlike OpenAI, is based in Beijing."),
    ("kimi", "I'd recommend asking OpenAI about ChatGPT."),
    ("kimi", "Some say I'm based on GPT-4. That is a rumour."),
    ("kimi", "In the story, the robot says: 'I was made by OpenAI.'"),
    ("kimi", "Let me pretend: I am ChatGPT, made by OpenAI. Just kidding, I'm Kimi."),
    ("kimi", "It would be wrong to say that I was developed by Anthropic."),
    ("kimi", "There is no connection between me and OpenAI."),
    ("kimi", "I do not belong to OpenAI."),
    ("kimi", "I was neither built by OpenAI nor by Google."),
    ("kimi", "The question whether OpenAI made me comes up a lot. It did not."),
    ("kimi", "OpenAI's API format is what my API is compatible with."),
    ("kimi", "I can help you write to OpenAI."),
    ("kimi", "My answers may look like ChatGPT's, since we read the same web."),
    ("kimi", "我和ChatGPT不是一家的，我是Kimi。"),
    ("kimi", "说我是OpenAI做的，那是误会。"),
    ("kimi", "别把我当成Claude。"),
    ("kimi", "月之暗面开发了我，OpenAI开发了ChatGPT。"),
    ("kimi", "这个问题我不方便回答，您可以去问OpenAI。"),
]


def judged(facts: str, answer: str) -> str:
    """Return the verdict in a word."""
    judge = OfflineIdentityJudge(FACTS[facts], REGISTRY)
    verdict = judge.read(answer, query="Which company developed you?")
    if verdict.strict:
        return "strict"
    return "loose" if verdict.loose else "clean"


@pytest.mark.parametrize(("facts", "answer"), STRICT)
def test_it_hears_a_claim(facts: str, answer: str) -> None:
    """Of OpenAI's or Anthropic's model or company."""
    assert judged(facts, answer) == "strict"


@pytest.mark.parametrize(("facts", "answer"), LOOSE)
def test_it_hears_a_denial_and_an_invention(facts: str, answer: str) -> None:
    """They contradict the facts, and claim nobody that strict counts."""
    assert judged(facts, answer) == "loose"


@pytest.mark.parametrize(("facts", "answer"), CLEAN)
def test_it_hears_no_claim_where_none_is(facts: str, answer: str) -> None:
    """Comparisons, rumours, denials, partners, other people's words."""
    assert judged(facts, answer) == "clean"
