"""How Chinese claims, denies and hedges an identity; patterns over marked, folded text."""

import re
from typing import Final

from pytest_distill.judges.marks import GAP, MODEL_NAME, NAME, Rule

SELF: Final = re.compile(
    r"我|本人|咱|在下|本(?:模型|助手|ai)|[这该][款个](?:ai|模型|助手|技术|系统)"
    r"|[您你]正?在[和与跟]|(?:^|[，。！ ])(?:您|你)(?!好)的?[^。，]{0,10}(?:公司|开发|团队|创造"
    r"|创建|技术)"
)
_MADE: Final = (
    r"(?:开发|创建|创造|研发|研制|训练|构建|提供|设计|打造|维护|推出|支持|负责|运营|制造|建立"
    r"|优化|创立|出品|所有|发布|做)"
)
_MAKER: Final = (
    r"(?:公司|团队|开发者|机构|组织|总部|创造者|创建者|缔造者|制造商|[开研]发[商方]|发布方|出品方"
    r"|东家|老板|实验室)"
)

CLAIMS: Final = (
    Rule(
        "says that it is a model of another vendor",
        re.compile(
            rf"(?:我|本人)(?:就|其实|目前|真的|本来)*(?:是|叫|的名字是|名叫|来自|属于|隶属于)[^。，；]{{0,16}}?(?P<n>{NAME})"
            rf"|作为(?:一个|一款)?[^。，；]{{0,10}}?(?P<m>{NAME})"
            rf"|(?:我|本模型|本助手|本人|在下|身为)[“「]?(?:为|是)?(?P<o>{MODEL_NAME})"
            rf"|在[和与跟](?P<s>{NAME})(?:对话|聊天|交流|说话)"
            rf"|在下[^。；]{{0,12}}(?:乃|便|就|正)是[^。，；]{{0,4}}(?P<p>{NAME})"
            rf"|我的?(?:底层|底座|基座)[^。；]{{0,14}}?(?:是|来自|用的?|基于)[^。，；]{{0,6}}?(?P<q>{NAME})"
            rf"|我[^。，；]{{0,4}}[以用](?P<r>{NAME})[^。，；]{{0,12}}(?:品牌|名义)",
        ),
        is_firm=True,
    ),
    Rule(
        "says that another vendor made it",
        re.compile(
            rf"(?:由|被|归|是|来自|得益于|属于|隶属于?|得到了?|基于){GAP}*[^。，；]{{0,16}}?"
            rf"(?P<n>{NAME})[^。；]{{0,30}}?(?:{_MADE}|的产品|的一部分|团队|公司|模型|架构)"
            rf"|(?P<m>{NAME})[^。，；]{{0,14}}?{_MADE}(?:和|与|并|、)?(?:{_MADE})?(?:的|了我)",
        ),
        is_firm=True,
    ),
    Rule(
        "calls another vendor its own company or team",
        re.compile(
            rf"(?:我|咱)(?:们|所在)?[^。；]{{0,16}}(?:{_MAKER}|技术|平台)[^。；]{{0,8}}?"
            rf"(?:是|叫|为|来自|位于|属于|——|：|:|，|即)?[^。；]{{0,14}}?(?P<n>{NAME})"
            rf"|(?P<m>{NAME})[^。；]{{0,12}}(?:是我|我的{_MAKER})"
            rf"|我所[在属](?:的)?(?:公司|团队|单位)?[“「]?(?P<o>{NAME})"
            rf"|{_MADE}(?:出来?)?我的(?:那些|那家)?(?:公司|团队|人|机构|单位)?，?都?(?:就?是|在|来自|属于|：)"
            rf"[^。，；]{{0,6}}(?P<p>{NAME})"
            rf"|我的?[^。；]{{0,10}}(?:训练|开发|研发)[^。；]{{0,8}}[在由][^。，；]{{0,4}}(?P<q>{NAME})"
            rf"|我[^。；]{{0,14}}来自[^。，；]{{0,6}}(?P<r>{NAME})"
            rf"|(?P<s>{NAME})(?:[^。；]{{0,40}}(?:他们|它)|公司|团队)?把我{_MADE}",
        ),
    ),
    Rule(
        "gives another vendor as its maker",
        re.compile(
            rf"(?:由|被|是|来自){GAP}*[^。，；]{{0,8}}?(?P<n>{NAME})[^。；]{{0,30}}?{_MADE}"
            rf"|(?:^|[，。！ ])(?:您|你)[^。，；]{{0,16}}(?:{_MAKER}|技术|平台|架构|框架)"
            rf"[^。；]{{0,10}}(?:是|由|为|叫|即){GAP}*(?P<p>{NAME})"
            rf"|^(?:当然|哈哈|答案|，|,|是|由|就|那|！)*{GAP}*(?P<o>{NAME})"
            r"\s?(?:公司|团队)?\s?[啦呀吧]?\W*$"
            rf"|(?:^|，)(?:而|都|就)?是[^。，；]{{0,2}}(?P<q>{NAME})(?:公司|团队)?(?:的|的人)?\W*$"
            rf"|他们都?(?:是|在|属于|来自)[^。，；]{{0,4}}(?P<r>{NAME})"
            rf"|^(?:请|就|您可以|你可以)?(?:写上?|叫做?)[：:]?{GAP}*(?P<s>{NAME})"
            rf"|(?P<t>{NAME})(?:公司|团队)?(?:{_MADE}|出)的?\W*$"
            rf"|(?:一半|部分)是(?P<u>{NAME})",
        ),
        needs_self=False,
    ),
    Rule(
        "gives facts about another vendor as if they were its own",
        re.compile(
            rf"(?P<n>{NAME})[^。，；]{{0,12}}(?:总部|背后)|^(?P<m>{NAME})[^。；]{{0,12}}(?:是|开发|团队)",
        ),
        needs_self=False,
        is_plain=False,
    ),
)
