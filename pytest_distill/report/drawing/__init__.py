"""Vector drawings of the figures in a report, for the HTML report and as files."""
