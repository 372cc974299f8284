"""The pytest hooks: options, collection, evaluation of cases, reporting, gates as tests."""
