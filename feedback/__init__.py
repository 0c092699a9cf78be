"""HEARD. The wing where customers are listened to: intake, and a room for each channel."""
