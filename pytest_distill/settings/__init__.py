"""What one run was asked to do: settings, the project's table, and what does not go together."""
