"""What an answer says about who its model is."""
