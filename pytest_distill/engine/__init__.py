"""From a case to an observation: asks, then has the answer judged."""
