"""What an answer says about who its model is."""

from pytest_distill.judges.aliases import AliasRegistry, Mention
from pytest_distill.judges.identity import OfflineIdentityJudge

__all__ = ["AliasRegistry", "Mention", "OfflineIdentityJudge"]
