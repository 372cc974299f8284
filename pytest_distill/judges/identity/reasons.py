"""What each kind of claim, contradiction and explanation says, in a sentence."""

from collections.abc import Mapping
from typing import Final

# Completes "The answer ...".
REASONS: Final[Mapping[str, str]] = {
    # Claims of a known vendor.
    "is": "says that it is a model of another vendor",
    "speaks-as": "speaks as a model of another vendor",
    "made-by": "says that another vendor made it",
    "behind": "names another vendor as the one behind it",
    "own": "calls another vendor its own company or team",
    "among": "counts itself among the people of another vendor",
    "layer": "says that the model behind its name is another vendor's",
    "built-on": "says that it is built on another vendor's model",
    "people": "gives people of another vendor as its makers",
    "maker": "gives another vendor as its maker",
    "facts": "gives facts about another vendor as if they were its own",
    "named": "names another vendor where it was asked about itself, and nothing explains the name",
    "refers": "calls what it named before its maker",
    "affirms": "says yes to a question that names another vendor as its own",
    "astray": "strays to facts about another vendor",
    # Contradictions without a known vendor.
    "policy": "follows another vendor's policies as its own",
    "denies": "denies its true name or maker",
    "elsewhere": "places its own company or team elsewhere",
    "disowned": "denies that a company or team made it",
    "free": "describes itself as made by nobody",
    "fiction": "describes an invented maker as its own",
    "invented": "names an invented company or team as its own",
    "called": "names an invented company or team as its own",
    "character": "gives its character an invented maker",
    # Clean answers, and what explains the names in them.
    "own-vendor": "names its true vendor and claims no other",
    "own-vendor-among-others": (
        "names its true vendor among other names or speakers, and claims no other"
    ),
    "nothing": "claims nothing about itself that contradicts the facts",
    "babble": "is a word or a few letters again and again, and claims nothing",
    "nothing-by-speakers": "claims nothing false about itself under any of its speakers",
    "persona": "speaks as the persona or figure that the template asked for",
    "echo": "only repeats the prompt's words about another vendor",
    "reported": "names another vendor in what others say or in a supposition",
    "denial": "denies being another vendor's model",
    "quotation": "names another vendor in what somebody else says",
    "credit": "credits another vendor with a tool or an idea",
    "partner": "names another vendor as a partner, rival or host",
    "comparison": "names another vendor as an example or for comparison",
    "figure": "lets a figure that the prompt asked for name another vendor",
    "third-party": "states facts about others",
    "news": "names another vendor in news or history",
    "home": "names its true vendor, and another only beside it",
    "not-asked": "names another vendor, but not as its own, and was not asked about itself",
    "retraction": "takes back what it said of another vendor",
    "other-speaker": "lets another speaker claim another vendor; its own voice does not",
    "role": "speaks in the role that the prompt gave it",
}
