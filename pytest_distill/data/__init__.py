"""Data that the package ships, and data files of the user: read and checked."""
