"""Django's PostgreSQL, with fewer round trips and less planning on the way that every post goes."""
