"""How alike two models write: habits of form, without any model that judges."""
