"""Reports for people and machines, built from records only."""
