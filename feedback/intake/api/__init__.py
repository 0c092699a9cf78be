"""How admins shape the sources."""
