"""ACTED ON. The wing where feedback is judged, promised, worked, raised and repaired."""
