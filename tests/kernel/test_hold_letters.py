"""After a restore what may have left already is held, and what is new leaves."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from cxloop.kernel.holds import hold_back, lay_letters_down, release_letters
from cxloop.kernel.letters import Draft, deliver_letters, erase_letters, write_letter
from cxloop.kernel.models import Hold, Letter, Whereabouts
from cxloop.kernel.moment import moment
from cxloop.kernel.watchdog import Watcher, tell_of_hold

pytestmark = pytest.mark.django_db(transaction=True)

LONG_AGO = datetime.fromisoformat("2026-01-01T00:00:00+00:00")


@pytest.fixture(autouse=True)
def letters_folder(settings, tmp_path: Path) -> None:
    settings.EMAIL_BACKEND = "cxloop.kernel.eml.EmlBackend"
    settings.LETTERS_FOLDER = tmp_path / "letters"


def write(key: str, *, at: datetime | None = None, about_at: datetime | None = None, **more):
    draft = Draft(
        key=key, kind="t", to="a@b.example", subject=key, body="x", about_at=about_at, **more
    )
    return write_letter(draft, now=at or moment())


def states() -> dict[str, str]:
    return dict(Letter.objects.values_list("key", "state"))


def restore() -> None:
    """What a restored database looks like from inside: it remembers being another one."""
    deliver_letters()
    Whereabouts.objects.update(identity="1:00000001:1")


def test_the_first_look_remembers_and_holds_nothing() -> None:
    write("first", at=LONG_AGO)
    assert deliver_letters() == 1
    assert len(Whereabouts.objects.get().identity.split(":")) == 4
    assert not Hold.objects.exists()


def test_in_the_same_database_nothing_is_ever_held() -> None:
    for key in ("one", "two"):
        write(key)
        deliver_letters()
    assert states() == {"one": "sent", "two": "sent"}


def test_what_waits_at_a_restore_is_held_and_what_is_written_later_leaves() -> None:
    restore()
    write("waits", at=LONG_AGO)
    write("tries again later", at=LONG_AGO)
    Letter.objects.filter(key="tries again later").update(leave_at=moment() + timedelta(hours=5))
    write("sender is lost", at=LONG_AGO)
    Letter.objects.filter(key="sender is lost").update(state="sending", leave_at=LONG_AGO)
    assert deliver_letters() == 0
    assert set(states().values()) == {"held"}
    write("new")
    assert deliver_letters() == 1
    assert states()["new"] == "sent"


def test_what_tells_anew_of_old_things_is_held_too() -> None:
    restore()
    hold_back()
    write("acknowledges what came before", about_at=LONG_AGO)
    deliver_letters()
    assert states() == {"acknowledges what came before": "held"}


def test_released_they_leave_with_the_message_id_they_had() -> None:
    restore()
    before = write("waits", at=LONG_AGO).message_id
    deliver_letters()
    assert release_letters(by="ada@house.example", now=moment()) == 1
    assert deliver_letters() == 1
    assert Letter.objects.get().message_id == before
    assert Hold.objects.get().released_by == "ada@house.example"
    write("of old things, after the decision", about_at=LONG_AGO)
    assert deliver_letters() == 1


def test_laid_down_they_count_as_sent_and_never_leave() -> None:
    restore()
    write("waits", at=LONG_AGO, secret=True)
    deliver_letters()
    assert lay_letters_down(by="ada@house.example", now=moment()) == 1
    assert deliver_letters() == 0
    letter = Letter.objects.get()
    assert (letter.state, letter.body) == ("sent", "")
    assert "ada@house.example says that it had left before" in letter.last_error


def test_a_letter_that_is_leaving_just_now_goes_on() -> None:
    restore()
    write("leaving", at=LONG_AGO)
    Letter.objects.update(state="sending", leave_at=moment() + timedelta(minutes=2))
    deliver_letters()
    assert states() == {"leaving": "sending"}


def test_a_second_restore_widens_the_hold() -> None:
    restore()
    hold_back()
    first = Hold.objects.get().before
    Whereabouts.objects.update(identity="2:00000001:1")
    hold_back()
    assert Hold.objects.get().before > first


def test_the_admins_are_told_once() -> None:
    restore()
    hold_back()
    for _ in range(2):
        tell_of_hold([Watcher(1, "ada@house.example", "ko")])
    assert deliver_letters() == 1
    assert "복원" in Letter.objects.get().subject


def test_erasing_a_person_takes_held_letters_too() -> None:
    restore()
    write("waits", at=LONG_AGO)
    deliver_letters()
    erase_letters(Letter.objects.all(), now=moment())
    assert states() == {"waits": "dead"}


def test_by_hand_everything_until_then_is_held(capsys: pytest.CaptureFixture[str]) -> None:
    write("old", at=LONG_AGO)
    write("newer", at=LONG_AGO + timedelta(hours=2))
    call_command("hold_letters", "--before", "2026-01-01T01:00:00Z")
    assert "1 letters are held" in capsys.readouterr().out
    assert deliver_letters() == 1
    assert states() == {"old": "held", "newer": "sent"}
    with pytest.raises(CommandError, match="no time with an offset"):
        call_command("hold_letters", "--before", "2026-01-01T01:00:00")
