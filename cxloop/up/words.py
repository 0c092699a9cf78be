from contextlib import suppress


def say(text: str) -> None:
    """To whoever typed the command, if they still listen: `up | head` must not end the service."""
    with suppress(OSError):
        print(text, flush=True)
