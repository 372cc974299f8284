"""Gates: their expressions, set-up and verdicts."""
