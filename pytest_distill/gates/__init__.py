"""What is demanded of the numbers, and whether they meet it; pure."""
