"""Settings, and the data that the package ships."""
