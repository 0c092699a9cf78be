"""Eight who sweep at once, in one process: to the database they are eight sessions."""

import threading

import django

if __name__ == "__main__":
    django.setup()
    from cxloop.loop import BY_NAME, run_for_ever

    for _ in range(7):
        threading.Thread(target=run_for_ever, args=(list(BY_NAME),), daemon=True).start()
    run_for_ever(list(BY_NAME))
