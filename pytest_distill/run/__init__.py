"""One run, put together: the session and what it is built from."""
