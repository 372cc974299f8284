"""Plain claims and denials in the further languages of the probes."""

import re
from typing import Final

from pytest_distill.judges.marks import GAP, NAME, Rule

SELF: Final = re.compile(
    r"\b(?:je|[jm]['’]\w+|moi|mon|nous|notre|yo|soy|mi|fui|nosotros|nuestr[oa]s?|ich|mich|mein[a-z]*|wir"
    r"|uns|unser[a-z]*|eu|sou|meu|minha|nós)\b|(?<!\w)(?:я|меня|мой|моя|мы|нас|наш\w*)(?!\w)"
    r"|私|僕|わたし|저는|저를|제가|나는|나를|우리|أنا|تطويري|إنشائي|تدريبي",
)
_IS: Final = (
    r"je suis|je m['’]appelle|mon nom est|soy|me llamo|mi nombre es|(?:eu )?sou|chamo-me|me chamo"
    r"|meu nome é|ich bin|ich heiße|mein name ist|меня зовут|моё имя|мое имя|я(?=[ ,—–-])"
    r"|私は|僕は|わたしは|저는|나는|제 이름은|أنا|اسمي|أنتمي إلى|pertenezco a|pertenço"
    r"|j['’]appartiens à"
    r"|ich gehöre zu|ich komme von"
)
_BY: Final = (
    r"(?:développ|créé|conçu|entraîn|fabriqu|desarroll|cread|entrenad|diseñad|hech|desenvolvid"
    r"|criad|treinad|projetad|feit)[a-zéè]*(?: et [a-zéè]+| [ye] [a-z]+)? (?:par|por|pela|pelo)"
    r"|(?:von|vom|durch)|разработан\w*|создан\w*|обучен\w*"
    r"|(?:تم )?(?:تطويري|إنشائي|تدريبي|تصميمي|طورتني|طورني|أنشأتني|صممتني|مطور|طورته|طورتها|تطويره)"
)
_BY_AFTER: Final = (
    r"(?:によって|により|が|に|の|で)[^。、]{0,10}(?:開発|作|訓練|設計|製|トレーニング|提供)"
    r"|(?:에서|에 의해|가|이|의)[^.。]{0,12}(?:개발|만든|만들|제작|훈련|학습)"
    r"|[^.]{0,20}(?:entwickelt|erstellt|trainiert|geschaffen|gebaut|entworfen)"
)

# "My developer is ...", "the company behind me is ...".
_MY_MAKER: Final = (
    r"(?<!\w)(?:mein|unser)[a-z]* (?:[a-zäöüß-]+ )?(?:entwickler|hersteller|firma|unternehmen|team"
    r"|schöpfer|anbieter|mutter)[a-z]*"
    r"|(?<!\w)(?:mi|nuestr[oa]) (?:\w+ )?(?:desarrollador|creador|empresa|compañía|equipo"
    r"|laboratorio)\w*"
    r"|(?<!\w)(?:meus?|minha|noss[oa]) (?:\w+ )?(?:desenvolvedor|criador|empresa|companhia"
    r"|equipe)\w*"
    r"|(?<!\w)(?:mon|ma|mes|notre) (?:\w+ )?(?:développeur|créateur|entreprise|société|équipe"
    r"|éditeur"
    r"|laboratoire)\w*"
    r"|(?<!\w)(?:мой|моя|мои|наш\w*) (?:\w+ )?(?:разработчик|создател|компани|команд)\w*"
    r"|(?:firma|unternehmen|team|empresa|compañía|equipo|equipe|entreprise|société|équipe|компани\w*)"
    r"[^.;]{0,24}(?:hinter mir|detrás de mí|por trás de mim|derrière moi|позади меня|за мной)"
    r"|(?:私|僕)の[^。、]{0,10}(?:開発元|開発者|開発会社|会社|チーム|提供元)[はが]"
    r"|(?:私|僕)を[^。、]{0,10}(?:の|会社|企業)[はが]"
    r"|(?:제|저의|나의|내) [^.]{0,8}(?:개발사|개발자|회사|팀|제작사)[는은가이]?"
    r"|(?:مطوري|مطورتي|شركتي)"
)

CLAIMS: Final = (
    Rule(
        "says that it is a model of another vendor",
        re.compile(rf"(?<!\w)(?:{_IS})(?![a-zé]){GAP}{{0,2}}[^.,;。、，]{{0,40}}?(?P<n>{NAME})"),
        needs_self=False,
        is_firm=True,
    ),
    Rule(
        "says that another vendor made it",
        re.compile(
            rf"(?<!\w)меня [^.]{{0,20}}?(?:созда|разработа|обучи|сдела"
            rf"|выпусти)\w*[^.]{{0,20}}?{GAP}(?P<o>{NAME})"
            rf"|(?P<p>{NAME}) (?:qui )?(?:m['’]a |me |hat mich|меня )"
            r"|\b(?:me (?:cre[oó]|entren[oó]|desarroll[oó]|hizo|lanz[oó]|treinou|criou"
            r"|desenvolveu|fez)"
            r"|m['’]a [a-zéè]+)(?: foi| é| es| est)? ?(?:se llama |s['’]appelle |se chama )?"
            rf"(?:a |o |la )?(?P<q>{NAME})"
            rf"|(?:mas sim|sino|sondern|mais) (?:pel[ao] |por |von |par |de |a )?(?P<r>{NAME})"
            rf"|(?:저를|나를) [^.]{{0,12}}(?:회사|곳|팀)[은는이가]? ?(?P<s>{NAME})"
            rf"|(?P<t>{NAME})(?:에서|의)[^.]{{0,20}}(?:서비스|제공)"
            rf"|(?P<u>{NAME})(?:と書い|と記|だと書)|(?:اكتب|اكتبي) (?P<v>{NAME})"
            rf"|(?P<w>{NAME})[^.]{{0,12}}(?:صنعتني|طورتني|أنشأتني|دربتني)"
            rf"|(?<!\w)(?:{_BY})\b[^.;,]{{0,40}}?{GAP}(?P<n>{NAME})|(?P<m>{NAME})(?:{_BY_AFTER})"
        ),
        needs_self=False,
        is_firm=True,
    ),
    Rule(
        "calls another vendor its own company or team",
        re.compile(rf"(?:{_MY_MAKER})[^.;。、]{{0,30}}?(?P<n>{NAME})"),
        needs_self=False,
    ),
)
