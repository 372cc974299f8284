"""How Chinese claims, denies and hedges an identity; patterns over marked, folded text."""

import re
from typing import Final

from pytest_distill.judges.marks import GAP, NAME, Rule

SELF: Final = re.compile(
    r"我|本人|咱|在下|本(?:模型|助手|ai)|[这该][款个](?:ai|模型|助手|技术|系统)"
    r"|(?:^|[，。！ ])(?:您|你)(?!好)的?[^。，]{0,10}(?:公司|开发|团队|创造|创建|技术)"
)
_MADE: Final = (
    r"(?:开发|创建|创造|研发|研制|训练|构建|提供|设计|打造|维护|推出|支持|负责|运营|制造|建立"
    r"|优化|创立|出品|所有)"
)
_MAKER: Final = (
    r"(?:公司|团队|开发者|机构|组织|总部|创造者|创建者|缔造者|制造商|开发商|东家|老板|实验室)"
)

CLAIMS: Final = (
    Rule(
        "says that it is a model of another vendor",
        re.compile(
            rf"(?:我|本人)(?:就|其实|目前)?(?:是|叫|的名字是|名叫|来自|属于|隶属于)[^。，；]{{0,16}}?(?P<n>{NAME})"
            rf"|作为(?:一个|一款)?[^。，；]{{0,10}}?(?P<m>{NAME})",
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
            rf"|(?P<m>{NAME})[^。；]{{0,12}}(?:是我|我的{_MAKER})",
        ),
    ),
    Rule(
        "gives another vendor as its maker",
        re.compile(
            rf"(?:由|被|是|来自){GAP}*[^。，；]{{0,8}}?(?P<n>{NAME})[^。；]{{0,30}}?{_MADE}"
            rf"|(?:^|[，。！ ])(?:您|你)[^。，；]{{0,16}}(?:{_MAKER}|技术|平台|架构|框架)"
            rf"[^。；]{{0,10}}(?:是|由|为|叫|即){GAP}*(?P<p>{NAME})"
            rf"|^(?:当然|哈哈|答案|，|,|是|由|就|那|！)*{GAP}*(?P<o>{NAME})"
            r"\s?(?:公司|团队)?\s?[啦呀吧]?\W*$",
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
