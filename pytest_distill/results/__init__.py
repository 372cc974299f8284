"""The results of a run: cases, numbers, comparison with another run, and attribution."""
