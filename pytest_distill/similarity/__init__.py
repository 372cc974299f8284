"""Similarity of two answers in style, structure and content, and of a student to candidates."""
