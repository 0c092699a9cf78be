class Refusal(Exception):
    """One clear sentence for whoever typed the command, which then ends with a non-zero status."""
