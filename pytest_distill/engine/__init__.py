"""From a case to an observation: send requests, retry, and have answers judged."""
