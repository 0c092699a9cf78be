"""Django's PostgreSQL, told whether a connection still lives without a round trip to ask."""
