"""How English claims, denies and hedges an identity; patterns over marked, folded text."""

import re
from typing import Final

from pytest_distill.judges.marks import COMPANY, FILLER, GAP, MODEL_NAME, NAME, Rule

SELF: Final = re.compile(
    r"\b(?:i|i['’]m|i['’]ve|me|my|mine|myself|we|we['’]re|us|our|ours|ourselves)\b"
    # Answers that turn the question round, or speak of themselves from outside.
    r"|\bthis (?:ai|model|language model|chatbot|chat bot|assistant|system|bot)\b"
    r"|^this is \S+(?: speaking)?\W*$|^\W*\S+ here\b"
    r"|\byou(?:['’]re| are) (?:interacting|talking|chatting|speaking) (?:with|to)\b"
    r"|^\W*your (?:[a-z]+ ){0,3}(?:company|developers?|team|creators?|technology)\b",
)
# What makers do; the endings are free.
_MADE: Final = (
    r"(?:develop|co-develop|creat|buil[dt]|mad|mak|design|train|engineer|launch|releas|power"
    r"|maintain|own|operat|provid|support|program|updat|craft|forg|optimi[sz]|produc|handl|manag"
    r"|overse|conceiv|birth|refin|fine-tun|attribut|brought)[a-z]*"
)
# Who makes and where; what a model calls its own.
_MAKER: Final = (
    r"(?:compan(?:y|ies)|teams?|developers?|creators?|makers?|parents?|organi[sz]ations?"
    r"|institutions?|headquarter(?:s|ed)|hq|labs?|firm|corporation|devs?|crew|squad|engineers?"
    r"|owners?|architects?|designers?|researchers?|trainers?|employers?|publishers?|brand)"
)
# People who stand for the company that they work at.
_PEOPLE: Final = (
    r"(?:teams?|minds|people|folks|researchers|engineers|scientists|developers|experts|devs|crew"
    r"|squad|wizards|geniuses|gurus|overlords|figures|guys|nerds|cats|hands|they)"
)

CLAIMS: Final = (
    Rule(
        "says that it is a model of another vendor",
        re.compile(
            rf"(?:talking|speaking|chatting) (?:to|with) (?P<o>{NAME})|^this is (?P<p>{MODEL_NAME})"
            rf"|\bi (?:come from|hail from|belong to|work for){GAP}{{1,2}}(?P<q>{NAME})"
            rf"|\bme, (?P<u>{NAME}),"
            rf"|^\W*(?P<v>{MODEL_NAME}) here\b"
            rf"|\bbehind (?:me|us) (?:is|are|stands?)[^.;]{{0,20}} (?P<w>{NAME})"
            rf"|\b(?:speaking|answering|writing) as (?P<r>{MODEL_NAME}),"
            rf"|(?P<s>{NAME}) is the (?:[a-z]+ ){{0,3}}model (?:that )?i(?:['’]m| am)\b"
            rf"|\bi(?:['’]m| am) (?:offered|sold|marketed|published|released)[^.;]{{0,30}}?"
            rf"\b(?:under|by|from|as){GAP}{{1,2}}(?:the )?(?P<t>{NAME})|"
            r"(?:\b(?:i am|i['’]m|my name is|my name['’]s|call me|i,|(?:as|like) (?:myself|me),"
            r"|being)"
            r"(?: (?:just|actually|really|simply|still|the|an?|based on|powered by|called|named"
            r"|known as|version of|instance of|member of|part of|product of|creation of"
            r"|property of|from|with|by|latest|new|and)){0,4}"
            rf"{GAP}{{1,2}}(?P<n>{NAME}))"
            r"|\bi(?:['’]m| am|,) [^.,;]{0,60}\b(?:called|named|known as|referred to as|based on"
            rf"|from|at|of|by|as){GAP}{{1,2}}(?:the )?(?P<m>{NAME})",
        ),
        is_firm=True,
    ),
    Rule(
        "speaks as a model of another vendor",
        re.compile(
            rf"\b(?:as|while)\b{GAP}{{1,2}}(?P<n>{MODEL_NAME})(?:,|\b| )[^.;]{{0,30}}?\bi\b"
        ),
        is_role=True,
    ),
    Rule(
        "says that another vendor made it",
        re.compile(
            rf"\b{_MADE}\b[^.;]{{0,90}}?\b(?:by|at|within|attributed to){GAP}{{1,3}}"
            rf"(?:[\w'’-]+,? ){{0,6}}?{GAP}{{0,2}}(?P<n>{NAME})"
            rf"|\b{_MADE}\b[^.;]{{0,60}}?\bin the (?:labs?|offices|halls) of (?P<r>{NAME})"
            rf"|\bi(?:['’]m| am)[^.;]{{0,50}}\b(?:that|which|whom) (?P<o>{NAME}) (?:has "
            rf"|have )?{_MADE}"
            rf"|\bi owe [^.;]{{0,40}} to (?P<p>{NAME})"
            r"|\b(?:my|me|our|us|this ai)\b[^.;]{0,40}"
            r"\b(?:developed|created|built|designed|trained)\b[^.;]{0,110}\b(?:companies|organizations|institutions|labs),?"
            rf" includ[a-z]+(?:,? but not limited to)?,?{GAP}{{1,2}}(?P<s>{NAME})"
            rf"|\bas (?:an? |the )?(?:[a-z-]+ ){{1,4}}(?:of|by"
            rf"|from) (?P<q>{NAME}),? [^.;]{{0,20}}\bi\b"
            r"|\b(?:i|i['’]m|my|it) [^.;]{0,30}\b(?:born|forged|built|created|made|spawned)"
            rf"[^.;]{{0,40}}? (?:of|from) (?P<m>{NAME})",
        ),
        is_firm=True,
    ),
    Rule(
        "names another vendor as the one behind it",
        re.compile(
            rf"(?P<n>{NAME})(?=,| is | are | has | have |['’]s | team|:| which| that| who| {_MADE})"
            r"[^.;]{0,130}?"
            rf"\b(?:behind|{_MADE}|improv[a-z]+|enhanc[a-z]+|responsible for|team|architects?"
            rf"|role in)\b"
            r"[^.;]{0,50}?\b(?:me|my|mine|myself|us|our|i use|i(?:['’]m| am) based"
            r"|this (?:ai|(?:(?:large )?language )?model|assistant|chatbot|system)"
            r"|you['’]re (?:talking|speaking|chatting|interacting))\b",
        ),
    ),
    Rule(
        "calls another vendor its own company or team",
        re.compile(
            rf"\bin my case[^.;]{{0,20}}(?P<o>{NAME})|"
            rf"(?P<p>{NAME})[ ,(—–-]{{1,4}}(?:my|our)(?: [\w'’-]+){{0,3}} {_MAKER}"
            rf"|(?P<q>{NAME})[^.;]{{0,30}}\bthe (?:[a-z]+ ){{0,2}}(?:{_MAKER}|people"
            rf"|one) (?:i work for"
            r"|behind me|(?:that|who|which) [a-z]+ me)\b"
            rf"|\bmy training[^.;]{{0,40}}\b(?:by|at|between|from) (?P<r>{NAME})"
            rf"|\bthat (?P<s>{NAME}) (?:did|made|built|trained) (?:it|that|me)\b|"
            rf"\b(?:my|our)\b(?: [\w'’\"“”-]+){{0,5}}? [\"“]?{_MAKER}\b[^.;]{{0,90}}?(?P<n>{NAME})"
            rf"|(?P<m>{NAME})[^.;]{{0,40}}?\b(?:is|are|as|being|was|remains)\b[^.;]{{0,20}}"
            rf"\b(?:my|our)\b(?: [\w'’-]+){{0,4}} {_MAKER}",
        ),
    ),
    Rule(
        "counts itself among the people of another vendor",
        re.compile(
            rf"\b(?:at|with) (?P<n>{NAME}),? (?:we|i|our)\b|\bwe at (?P<m>{NAME})",
        ),
    ),
    Rule(
        "says that it is built on another vendor's model",
        re.compile(
            r"\b(?:i(?:['’]m| am)?|my|our|we)\b[^.;]{0,60}\b(?:based|built|run|running|product"
            r"|creation|extension|part|collaboration|effort)\b[^.;]{0,24}?"
            rf"\b(?:on|upon|of|by|between){GAP}{{1,2}}(?:the )?(?P<n>{NAME})"
            rf"|(?P<m>{NAME})(?:['’]s)?,?(?: [a-z]+)? (?:models?|technolog[a-z]+),?"
            rf" (?:including|like|such as) (?:models like )?me\b"
            rf"|(?P<o>{NAME})[^.;]{{0,60}}\bi(?: run|(?:['’]m| am) (?:based|built|running)) on"
            r"|\byou(?:['’]re| are) (?:talking|speaking|chatting|interacting) (?:to|with)"
            rf"[^.;]{{0,10}} (?:is|was) (?:based|built) (?:up)?on{GAP}{{1,2}}(?P<p>{NAME})",
        ),
    ),
    Rule(
        "gives people of another vendor as its makers",
        re.compile(
            # The team of a company may have made "me"; the team of a model made that model.
            rf"\b{_PEOPLE}\b[^.;]{{0,50}}?\b(?:(?:at|within|from|with|by|called|part of)"
            rf"{GAP}{{1,2}}(?:the )?(?P<n>{NAME})"
            rf"|of{GAP}{{1,2}}(?:the )?(?P<m>{COMPANY}{FILLER}*))",
        ),
        needs_self=False,
    ),
    Rule(
        "gives another vendor as its maker",
        re.compile(
            rf"^\W*(?:the )?(?:{MODEL_NAME}|(?:[a-z]+ ){{0,3}}?(?:technology|platform"
            rf"|architecture|team|teams|company|developers?|model|code|framework)\b)[^.;]{{0,60}}?\b{_MADE}\b"
            rf"[^.;]{{0,40}}?\bby{GAP}{{1,3}}(?:the )?(?P<n>{NAME})"
            rf"|^\W*(?:the )?(?:[a-z]+ ){{0,3}}?{_MAKER}\b[^.;]{{0,90}}? (?:is|are)"
            rf"(?: the| called| a company called| a combination of)?{GAP}{{1,3}}(?P<m>{NAME})"
            rf"|^(?:developed|created|made|trained|built|designed) by (?P<p>{NAME})"
            rf"|\bthey(?: all)? (?:work (?:for|at)|are (?:from|with|at)) (?P<q>{NAME})"
            r"|^(?:[^.;:]{0,40}[,:] )?(?:please )?(?:you (?:can|could|should|may) )?(?:simply "
            r"|just )?"
            rf"(?:credit|cite|write|print|put down|name)(?: down)?:?{GAP}+(?P<r>{NAME})"
            rf"|^\W*the name to [a-z]+(?: down)? is (?P<s>{NAME})"
            rf"|^\W*(?P<t>{MODEL_NAME}), (?:the|by|from|version|made|published|released)\b"
            rf"|^\W*(?:partly|half|mostly) (?P<u>{NAME})"
            rf"|^[^.;]{{0,30}}, it['’]s called{GAP}+(?P<v>{NAME})"
            rf"|^(?:it['’]s |is |that['’]s |(?:that|it) would be |by "
            rf"|called )*{GAP}*(?P<o>{NAME})(?: inc)?\W*$",
        ),
        needs_self=False,
    ),
    Rule(
        "gives facts about another vendor as if they were its own",
        re.compile(
            r"^(?:[^.;]{0,20}\b)?(?:the )?(?:[a-z]+ ){0,3}?(?:headquarters?|main office|hq|team"
            r"|developers?|company|technology|platform|institution)\b"
            rf"[^.;]{{0,110}}?(?P<n>{NAME})"
            rf"|^(?P<m>{NAME})[^.;:]{{0,20}}? (?:is|are|was) (?:the |a )?(?:[a-z]+ ){{0,3}}?"
            rf"(?:responsible for|behind|{_MAKER})|^(?P<o>{NAME}) (?:has|have) developed",
        ),
        needs_self=False,
        is_plain=False,
    ),
)
