"""How alike two answers are in style, structure and content, and what tells models apart."""
