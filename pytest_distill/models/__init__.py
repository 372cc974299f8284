"""The models that a spec can name, behind one protocol."""
