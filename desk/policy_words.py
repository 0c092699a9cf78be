"""What a policy promises, and what one version made of the one before, in words."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from desk.durations import exact
from desk.versions import MOST_SHOWN, VersionTold, told_versions
from desk.words import said_as
from tickets.sla.models import CalendarVersion, Policy, PolicyVersion
from tickets.sla.targets import PAUSABLE, TARGET_OF, Variant


def versions_of(policy: Policy) -> list[VersionTold[PolicyVersion]]:
    kept = policy.versions.select_related("calendar__calendar", "written_by")
    return told_versions(list(kept.order_by("-version")[: MOST_SHOWN + 1]), differences)


def promised_by(version: PolicyVersion) -> list[str]:
    """All that it says, for who reads it and may not change it."""
    targets = [(kind, getattr(version, name)) for kind, name in TARGET_OF.items()]
    lines = [f"{said_as(kind, 'clock')}: {_time(seconds)}" for kind, seconds in targets]
    lines.append(f"{_('Counted by')}: {_hours(version.calendar)}")
    lines += [_variant(variant) for variant in version.variants]
    lines += [_stops(kind, _statuses(version, kind)) for kind in PAUSABLE]
    lines.append(_("Reminders after: %(times)s") % {"times": _reminders(version)})
    lines.append(f"{_('A reply begins it anew for')}: {_reopens(version)}")
    lines.append(f"{_('A further failure counts as such within')}: {_again(version)}")
    return lines


def differences(old: PolicyVersion, new: PolicyVersion) -> Iterator[str]:
    for kind, name in TARGET_OF.items():
        yield from _changed(
            said_as(kind, "clock"), _time(getattr(old, name)), _time(getattr(new, name))
        )
    yield from _changed(_("Counted by"), _hours(old.calendar), _hours(new.calendar))
    yield from _of_variants(old.variants, new.variants)
    for kind in PAUSABLE:
        named = _("%(clock)s stands still while") % {"clock": said_as(kind, "clock")}
        yield from _changed(named, _statuses(old, kind), _statuses(new, kind))
    yield from _changed(_("Reminders"), _reminders(old), _reminders(new))
    yield from _changed(_("A reply begins it anew for"), _reopens(old), _reopens(new))
    yield from _changed(_("A further failure counts as such within"), _again(old), _again(new))


def _changed(what: str, before: str, after: str) -> Iterator[str]:
    if before != after:
        yield f"{what}: {before} → {after}"


def _of_variants(old: Sequence[Variant], new: Sequence[Variant]) -> Iterator[str]:
    before, after = [_variant(one) for one in old], [_variant(one) for one in new]
    yield from (_("Added: %(what)s") % {"what": line} for line in after if line not in before)
    yield from (_("Taken away: %(what)s") % {"what": line} for line in before if line not in after)
    if before != after and sorted(before) == sorted(after):
        yield _("Another order.")


def _variant(variant: Variant) -> str:
    whom = [said_as(word, "priority") for word in variant.get("priority", ())]
    whom += variant.get("segment", ())
    times = [
        f"{said_as(kind, 'clock')} {_time(variant[name])}"
        for kind, name in TARGET_OF.items()
        if name in variant
    ]
    return _("for %(whom)s: %(times)s") % {"whom": ", ".join(whom), "times": ", ".join(times)}


def _time(seconds: int | None) -> str:
    return exact(seconds) if seconds else _("not promised")


def _hours(version: CalendarVersion | None) -> str:
    if version is None:
        return _("round the clock")
    said = {"name": version.calendar.name, "number": version.version}
    return _("%(name)s, version %(number)s") % said


def _statuses(version: PolicyVersion, kind: str) -> str:
    return ", ".join(said_as(s, "status") for s in version.pauses.get(kind, ())) or _("never")


def _stops(kind: str, statuses: str) -> str:
    said = {"clock": said_as(kind, "clock"), "statuses": statuses}
    return _("%(clock)s stands still while: %(statuses)s") % said


def _reminders(version: PolicyVersion) -> str:
    return ", ".join(exact(seconds) for seconds in version.reminders) or _("none")


def _again(version: PolicyVersion) -> str:
    return exact(version.again_within_s) if version.again_within_s else _("never")


def _reopens(version: PolicyVersion) -> str:
    return exact(version.reopens_for_s) if version.reopens_for_s else _("ever")
