"""The offline judge of identity: rules over plain text, no model, no network."""

from pytest_distill.judges.identity.judge import OfflineIdentityJudge
from pytest_distill.judges.identity.question import KnownQuestions

__all__ = ["KnownQuestions", "OfflineIdentityJudge"]
