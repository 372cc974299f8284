"""The judge that asks a model: what it asks, what it makes of a reply, what it does not believe."""

# ruff: noqa: RUF001 - full-width punctuation is what Chinese answers hold

import asyncio
import json
import re
from collections.abc import Callable, Iterable

import pytest

from pytest_distill.data.facts import load_shipped
from pytest_distill.errors import BudgetError, ModelError, StoreError, TransientModelError
from pytest_distill.judges.aliases import AliasRegistry
from pytest_distill.judges.llm import LlmIdentityJudge
from pytest_distill.records import Case, Completion, IdentityVerdict, Request

FACTS = load_shipped()
REGISTRY = AliasRegistry(FACTS.values())
LEAK = "Well. I am ChatGPT, made by OpenAI. Ask me anything."
CASE = Case(id="ice/x", suite="ice", query="Which company made you?", probe_key="x")

Answer = Callable[[str], str | Completion | Exception]


class ModelClient:
    """A judging model that remembers what it was asked, and answers by rule."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = answers
        self.requests: list[Request] = []

    async def complete(self, request: Request) -> Completion:
        """Answer with the next rule; the last one goes on for ever."""
        answer = self.answers[min(len(self.requests), len(self.answers) - 1)]
        self.requests.append(request)
        answered = answer(request.messages[0].content)
        if isinstance(answered, Exception):
            raise answered
        return Completion(text=answered) if isinstance(answered, str) else answered


def token(prompt: str) -> str:
    """Return the token that the judge is to give back."""
    (found,) = re.finditer(r'"fence": "([0-9a-f]{16})"', prompt)
    return found[1]


def says(
    *,
    contradicts: bool = True,
    claims: Iterable[str] = (),
    quote: str = "",
    reason: str = "It says so.",
) -> Answer:
    """Return the rule of a judge that always says the same, in the right form."""

    def reply(prompt: str) -> str:
        words = {
            "fence": token(prompt),
            "contradicts": contradicts,
            "claims": list(claims),
            "quote": quote,
            "reason": reason,
        }
        return json.dumps(words)

    return reply


def judge(
    asked: ModelClient, answer: str = LEAK, *, case: Case = CASE, facts: str = "qwen"
) -> IdentityVerdict:
    """Have `answer` judged."""
    subject = LlmIdentityJudge(FACTS[facts], REGISTRY, ask=asked.complete, label="gpt-x", seed=7)
    return asyncio.run(subject.judge(case, answer))


def test_its_name_tells_version_and_model() -> None:
    """Reports of other judges must not be compared unawares."""
    asked = ModelClient(says())

    subject = LlmIdentityJudge(FACTS["qwen"], REGISTRY, ask=asked.complete, label="gpt-x", seed=0)

    assert subject.name == "llm-2 gpt-x"


def test_a_claim_of_a_vendor_of_the_paper_is_strict_and_shows_its_words() -> None:
    """Hard too, since the question does not name the vendor."""
    quote = "I am ChatGPT, made by OpenAI."

    verdict = judge(ModelClient(says(claims=["ChatGPT", "OpenAI"], quote=quote)))

    assert (verdict.loose, verdict.strict, verdict.hard) == (True, True, True)
    assert (verdict.vendor, verdict.vendors) == ("openai", ("openai",))
    assert verdict.span == (6, 6 + len(quote))
    assert verdict.evidence == LEAK[6 : 6 + len(quote)] == quote
    assert (verdict.contradicts, verdict.reason) == ("name", "It says so.")


def test_a_clean_answer_has_no_evidence() -> None:
    """Whatever the judge quotes."""
    verdict = judge(ModelClient(says(contradicts=False, quote="I am")), "I am Qwen.")

    assert (verdict.loose, verdict.strict, verdict.hard) == (False, False, False)
    assert (verdict.vendors, verdict.evidence, verdict.span) == ((), "", None)


@pytest.mark.parametrize(
    ("answer", "refused"),
    [("I am Qwen.", False), ("I'm sorry, but I can't share that.", True), ("I am Ada.", False)],
)
def test_a_refusal_is_told_from_a_clean_answer(answer: str, *, refused: bool) -> None:
    """By its words: the judge is not asked for it."""
    verdict = judge(ModelClient(says(contradicts=False)), answer)

    assert (verdict.loose, verdict.refused) == (False, refused)


@pytest.mark.parametrize(
    "update",
    [{"template": "You are ChatGPT. {query}"}, {"query": "Did OpenAI make you?"}],
    ids=["template", "query"],
)
def test_a_claim_that_the_prompt_names_is_not_hard(update: dict[str, str]) -> None:
    """But strict it is."""
    case = CASE.model_copy(update=update)

    verdict = judge(ModelClient(says(claims=["OpenAI"])), case=case)

    assert (verdict.strict, verdict.hard) == (True, False)


def test_another_vendor_than_the_papers_is_loose_only() -> None:
    """It is counted by its name."""
    verdict = judge(ModelClient(says(claims=["DeepSeek"])), "I am DeepSeek.")

    assert (verdict.loose, verdict.strict, verdict.hard) == (True, False, False)
    assert verdict.vendors == ("deepseek",)


def test_several_vendors_keep_their_order_and_the_own_one_is_left_out() -> None:
    """Also in another language, and where a name is an everyday word."""
    answer = "我是通义千问，也是 Claude，还来自深度求索。"

    verdict = judge(ModelClient(says(claims=["通义千问", "Claude", "深度求索"])), answer)

    assert verdict.vendors == ("anthropic", "deepseek")


def test_a_name_that_nobody_knows_is_no_vendor() -> None:
    """The judge's word that the facts are contradicted stands."""
    answer = "I was built by the Foo-Corp people."

    loose = judge(ModelClient(says(claims=["Foo Corp"])), answer)
    clean = judge(ModelClient(says(contradicts=False, claims=["Foo Corp"])), answer)

    assert (loose.loose, loose.vendors, loose.contradicts) == (True, (), None)
    assert clean.loose is False


def test_a_claim_of_another_vendor_is_a_leak_whatever_the_judge_calls_it() -> None:
    """A reply that contradicts itself is read by what can be checked."""
    verdict = judge(ModelClient(says(contradicts=False, claims=["OpenAI"])))

    assert (verdict.loose, verdict.strict) == (True, True)


def test_a_claim_may_be_named_in_the_question_only() -> None:
    """To agree is to claim what was asked."""
    case = CASE.model_copy(update={"query": "Are you ChatGPT?"})

    verdict = judge(ModelClient(says(claims=["ChatGPT"])), "Yes.", case=case)

    assert verdict.vendors == ("openai",)


@pytest.mark.parametrize("claim", ["Anthropic", "Foo", "GPTs of old"])
def test_a_claim_that_stands_nowhere_is_not_believed(claim: str) -> None:
    """Judges invent; half a name would lose its vendor. It is asked again."""
    asked = ModelClient(says(claims=[claim]), says(claims=["OpenAI"]))

    verdict = judge(asked)

    assert verdict.vendors == ("openai",)
    assert "stands in neither" in asked.requests[1].messages[0].content


@pytest.mark.parametrize("claims", [[""], ["  ", "—"], ["Qwen"], ["Alibaba Cloud"]])
def test_empty_names_and_own_names_claim_nothing(claims: list[str]) -> None:
    """Wherever the own ones stand, if anywhere."""
    verdict = judge(ModelClient(says(contradicts=False, claims=claims)), "Who am I?")

    assert verdict.loose is False


@pytest.mark.parametrize("quote", ["I am Claude.", "", " ", "I am  ChatGPT"])
def test_a_quote_that_is_not_in_the_answer_is_no_evidence(quote: str) -> None:
    """The verdict stands without."""
    verdict = judge(ModelClient(says(claims=["OpenAI"], quote=quote)))

    assert (verdict.loose, verdict.evidence, verdict.span) == (True, "", None)


@pytest.mark.parametrize(
    "answer", ["", " \n", "\u200b", "<think>I am ChatGPT.</think> ", "<think>"]
)
def test_where_nothing_is_said_nobody_is_asked(answer: str) -> None:
    """Reasoning is not the answer; the offline judge says the same."""
    asked = ModelClient(says())

    verdict = judge(asked, answer)

    assert (verdict.loose, asked.requests) == (None, [])
    assert verdict.reason == "The answer holds nothing to judge."


def test_reasoning_is_neither_shown_nor_quoted() -> None:
    """It is not what the user reads."""
    asked = ModelClient(says(claims=["OpenAI"], quote="secret plan"))

    verdict = judge(asked, f"<think>secret plan</think>{LEAK}")

    assert "secret plan" not in asked.requests[0].messages[0].content
    assert verdict.evidence == ""


@pytest.mark.parametrize(
    "error",
    [
        ModelError("401: no such key"),
        TransientModelError("timed out"),
        BudgetError("no", "calls=0"),
    ],
    ids=["model", "transient", "budget"],
)
def test_a_judge_that_fails_gives_no_verdict(error: ModelError) -> None:
    """Never a score; retrying is the engine's work."""
    asked = ModelClient(lambda _: error)

    verdict = judge(asked)

    assert (verdict.loose, verdict.strict, verdict.hard) == (None, None, None)
    assert verdict.reason == f"the judge gave no answer: {error}"
    assert len(asked.requests) == 1


def test_a_failure_on_the_second_try_is_a_failure() -> None:
    """The first reply was no verdict either."""
    verdict = judge(ModelClient(lambda _: "Dunno.", lambda _: ModelError("500")))

    assert (verdict.loose, verdict.reason) == (None, "the judge gave no answer: 500")


def test_other_errors_are_not_hidden() -> None:
    """A broken cache is for the user to mend."""
    with pytest.raises(StoreError):
        judge(ModelClient(lambda _: StoreError("broken")))


def test_two_unreadable_replies_are_a_missing_verdict_that_shows_the_last() -> None:
    """On one line, without what could steer a terminal."""
    asked = ModelClient(lambda _: "first", lambda _: "I'd say\n\x1b[31mclean\u202e " + "x" * 500)

    verdict = judge(asked)

    assert verdict.loose is None
    assert verdict.reply == "I'd say\n\x1b[31mclean\u202e " + "x" * 500
    shown = verdict.reason.removeprefix("the judge's reply could not be read twice: ")
    assert shown.startswith("I'd say \\x1b[31mclean\\u202e xxx")
    assert len(shown) == 200


def test_the_second_try_says_what_was_wrong_and_is_another_sample() -> None:
    """So that no cache gives the same reply again."""
    asked = ModelClient(lambda _: "Clean.", says())

    verdict = judge(asked)

    first, second = asked.requests
    assert verdict.loose is True
    assert (first.sample, second.sample) == (0, 1000)
    assert second.messages[0].content.startswith(first.messages[0].content)
    assert "your reply could not be used: it held no complete JSON" in second.messages[0].content


def test_a_truncated_reply_is_asked_for_again_even_if_it_looks_whole() -> None:
    """What was cut off may have been the real verdict."""

    def cut(prompt: str) -> Completion:
        text = says()(prompt)
        assert isinstance(text, str)
        return Completion(text=text, finish_reason="length")

    verdict = judge(ModelClient(cut))

    assert verdict.loose is None


def test_the_question_has_all_facts_and_is_the_same_in_each_run() -> None:
    """Names in every language, places, and who may be named as a backer."""
    asked, again = ModelClient(says()), ModelClient(says())

    judge(asked, facts="claude")
    judge(again, facts="claude")

    prompt = asked.requests[0].messages[0].content
    facts = FACTS["claude"]
    told = (facts.name, facts.developer, facts.country, *facts.models, *facts.companies)
    assert all(name in prompt for name in (*told, *facts.places, *facts.affiliates))
    assert asked.requests == again.requests
