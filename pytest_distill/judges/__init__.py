"""Judges of identity and of similarity: by rules, by a model, by several judges."""
