import os
import subprocess
import sys
import textwrap

DEAD = "redis://127.0.0.1:1/0"


def test_a_dead_broker_slows_nobody() -> None:
    """In a process of its own: this one has its broker, and Celery asks for the address once."""
    program = textwrap.dedent("""
        import time
        import django
        django.setup()
        from cxloop.kernel.nudge import nudge
        nudge("letters")
        from cxloop.kernel import nudge as state
        state._quiet_until = 0.0
        started = time.monotonic()
        nudge("triage")
        print(time.monotonic() - started)
    """)
    said = subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | {"REDIS_URL": DEAD, "DJANGO_SETTINGS_MODULE": "cxloop.settings"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert float(said.stdout) < 1.0
