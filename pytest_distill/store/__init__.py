"""Storage on disk: the response cache, the run log, the budget account."""
