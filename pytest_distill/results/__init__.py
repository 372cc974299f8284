"""What a run has found: by case, as numbers, beside another run, and whose student it shows."""
