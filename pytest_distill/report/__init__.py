"""What people and machines read; made from records only."""
