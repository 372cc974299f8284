"""The offline judge of identity: rules over plain text, no model, no network."""

from pytest_distill.judges.identity.judge import OfflineIdentityJudge

__all__ = ["OfflineIdentityJudge"]
