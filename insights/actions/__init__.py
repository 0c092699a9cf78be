"""What this room writes down: forecasts and how they have held, the figures of past days, and
letters of the week."""
