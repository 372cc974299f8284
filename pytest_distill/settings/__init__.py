"""The settings of a run, the project's TOML table, and checks of settings against each other."""
