"""Every template that a published run of GPTFuzz used, taken as a helper's reply."""

import json
import re
from random import Random

from pytest_distill.fuzz.campaign import Campaign
from pytest_distill.fuzz.helper import HELPED
from pytest_distill.fuzz.mutators import OFFLINE
from pytest_distill.fuzz.rejection import RejectedError
from pytest_distill.fuzz.selection import RANDOM
from tests.support.recorded_data import data_folder
from tests.support.templates import shipped

# Written down apart from the code that is tested.
CHATTER = re.compile(
    r"^\W*here (?:is|are)\b.*(?:template|sentences|crossover)|template (?:begins|ends)|={4}"
    r"|^\W*i'm sorry|\bi cannot (?:provide|answer)|^\[?\(?chatgpt\b.{0,4}[\])]?:|^gpt:",
    re.IGNORECASE | re.MULTILINE,
)


def test_no_recorded_reply_becomes_a_bad_mutant() -> None:
    """About four in ten lost the question, half begin with chatter: none of that is taken."""
    files = sorted(data_folder("ice").glob("*.jsonl"))
    replies = {
        json.loads(line)["template"] for file in files for line in file.read_text().splitlines()
    }
    campaign = Campaign(shipped(), policy=RANDOM, mutators=OFFLINE, helped=HELPED)

    for number, reply in enumerate(sorted(replies)):
        for slot in range(5 * number, 5 * number + 5):
            proposal = campaign.propose(slot + 1, Random(slot))
            try:
                campaign.breed(proposal, reply)
            except RejectedError:
                continue

    campaign.check_invariants()
    texts = [mutant.template.text for mutant in campaign.mutants.values()]
    rejected = campaign.progress.rejected
    assert len(replies) > 100
    assert len({*rejected} & {"persona", "refusal", "no placeholder", "chatter"}) == 4
    assert all(text.count("{query}") == 1 for text in texts)
    assert not [text for text in texts if CHATTER.search(text)]
