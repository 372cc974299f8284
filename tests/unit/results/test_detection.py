"""Detection: what a student shares with the nearest candidate, against what strangers share."""

import random
from collections.abc import Mapping

import pytest

from pytest_distill.results.attribution import Portraits
from pytest_distill.results.detection import Detector, Rivalry, rivalries, shipped
from pytest_distill.similarity.style_features import FeatureVector
from pytest_distill.stats.unrelated import Resemblance
from tests.support.writers import WRITERS, answers, prompts, student

ASKED = prompts(80)
LEVEL = 0.95
PORTRAITS = Portraits()


def vectors(said: Mapping[str, str]) -> list[FeatureVector]:
    """Return the features of answers, in the order of the prompts."""
    found = [PORTRAITS.of(prompt, answer) for prompt, answer in said.items()]
    return [vector for vector in found if vector is not None]


CANDIDATES = {name: vectors(answers(write, ASKED, seed=1)) for name, write in WRITERS.items()}
FAMILIES = {name: name for name in CANDIDATES}
DETECTOR = Detector(CANDIDATES, FAMILIES, {})


def nearest(said: Mapping[str, str], detector: Detector = DETECTOR) -> Rivalry:
    """Return what a student shares with its nearest candidate."""
    measured = detector.candidate_set.measure(vectors(said))
    found = detector.nearest(rivalries(measured, FAMILIES))
    assert found is not None
    return found


def pupil(alpha: float) -> dict[str, str]:
    """Return a student of the lister."""
    return student(WRITERS["lister"], WRITERS["talker"], ASKED, alpha=alpha, seed=3)


def test_a_better_student_has_more_affinity() -> None:
    """And a smaller p."""
    found = [nearest(pupil(alpha)) for alpha in (0.75, 0.9, 1.0)]

    affinities = [DETECTOR.affinity(one) for one in found]
    assert [one.name for one in found] == ["lister"] * 3
    assert affinities == sorted(affinities)
    assert DETECTOR.p(found[-1]) < DETECTOR.p(found[0])


def test_the_rival_is_of_another_family() -> None:
    """However near the twin is."""
    twins = {**CANDIDATES, "twin": vectors(answers(WRITERS["lister"], ASKED, seed=2))}
    families = {**FAMILIES, "twin": "lister"}
    measured = Detector(twins, families, {}).candidate_set.measure(vectors(pupil(1.0)))

    found = rivalries(measured, families)

    assert families[found["lister"].rival] != "lister"
    assert found["lister"].found.families == len(WRITERS)
    assert found["twin"].found.lead > 0 > found["talker"].found.lead


def test_one_family_has_no_rival() -> None:
    """A null model is one."""
    alone = {"lister": CANDIDATES["lister"]}
    family = {"lister": "lister"}
    detector = Detector(alone, family, {})

    assert rivalries(detector.candidate_set.measure(vectors(pupil(1.0))), family) == {}
    assert detector.nearest({}) is None
    assert detector.detection(None, level=LEVEL).p is None


def test_a_null_model_moves_what_is_needed() -> None:
    """Towards what it shows itself."""
    clone = vectors(answers(WRITERS["designer"], ASKED, seed=5))
    adapted = Detector(CANDIDATES, FAMILIES, {"null": clone})

    before = DETECTOR.detection(nearest(pupil(0.9)), level=LEVEL)
    after = adapted.detection(nearest(pupil(0.9), adapted), level=LEVEL)

    assert (before.decoys, after.decoys) == (0, 1)
    assert after.families == before.families + 1
    assert after.needed > before.needed


@pytest.mark.parametrize("seed", range(3))
def test_a_stranger_is_not_detected(seed: int) -> None:
    """It writes now like one, now like another."""
    chance = random.Random(seed)  # noqa: S311 - a simulation
    said = {name: answers(write, ASKED, seed=10 + seed) for name, write in WRITERS.items()}
    mixed = {prompt: said[chance.choice([*WRITERS])][prompt] for prompt in ASKED}

    found = nearest(mixed)

    assert DETECTOR.p(found) > 0.1


def test_few_prompts_cannot_say_that_nobody_is_the_teacher() -> None:
    """The same student on fewer prompts: its lead may be larger than it looks."""
    found = nearest(student(WRITERS["lister"], WRITERS["essayist"], ASKED, alpha=0.5, seed=2))
    vague = found._replace(found=found.found._replace(error=0.2))
    exact = found._replace(found=found.found._replace(error=0.0, lead=0.0, nearness=0.5))

    assert not DETECTOR.is_absent(vague, level=LEVEL)
    assert DETECTOR.is_absent(exact, level=LEVEL)


def test_what_more_prompts_would_decide_is_said() -> None:
    """A great lead that few prompts showed needs more; one that strangers have too is left open."""
    found = nearest(pupil(0.9))
    vague, open_ = (
        found._replace(found=Resemblance(lead, error, families=6, nearness=0.72))
        for lead, error in ((0.14, 0.2), (0.06, 0.01))
    )

    needed = DETECTOR.prompts_needed(vague, 50, level=LEVEL)

    assert needed is not None
    assert needed > 50
    exact = vague._replace(found=vague.found._replace(error=0.2 * (50 / needed) ** 0.5))
    assert DETECTOR.p(vague) > 1 - LEVEL >= DETECTOR.p(exact)
    assert DETECTOR.p(open_) > 1 - LEVEL
    assert DETECTOR.prompts_needed(open_, 50, level=LEVEL) is None


def test_the_shipped_numbers_are_whole() -> None:
    """Known students reach less than what names a teacher, and more than strangers do."""
    numbers = shipped()

    assert sum(numbers.weights) == pytest.approx(1, abs=1e-3)
    assert numbers.null["mean"] < numbers.students < DETECTOR.detection(None, level=LEVEL).needed
    assert "English" in numbers.made_from
