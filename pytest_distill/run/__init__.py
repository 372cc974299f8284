"""One run: the session, and the objects that it builds."""
