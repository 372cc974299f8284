"""What pytest calls: options, collection, the running of cases, reporting, gates as tests."""
