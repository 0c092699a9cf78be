"""How the house is set up: admins change it, auditors read it."""
