"""What is kept on disk: answers, so that they are paid for once, and the log of a run."""
