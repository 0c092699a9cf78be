"""Every page there is: who looks at it here, and how many statements it may take.

`test_places` finds the pages of the house by knocking; one that is missing here fails it.
"""

from dataclasses import dataclass

NOBODY = ""


@dataclass(frozen=True)
class Page:
    who: str
    asks: int
    query: str = ""


# By the name of its route, or the route where it has no name; behind a colon, which one of them.
PAGES = {
    "sign-in": Page(NOBODY, 1),
    "forgotten": Page(NOBODY, 1),
    "new-password": Page(NOBODY, 1),
    "invitation": Page(NOBODY, 1),
    "queue: groups": Page("agent", 10, "?tab=groups"),
    "queue: mine": Page("agent", 10, "?tab=mine"),
    "queue: breached": Page("lead", 10, "?tab=breached"),
    "queue: done": Page("manager", 10, "?tab=done"),
    "queue: narrowed": Page("agent", 10, "?tab=all&q=refund&priority=high&assignee=none"),
    "queue: empty": Page("outsider", 10, "?tab=mine"),
    "views": Page("agent", 5),
    "view-new": Page("agent", 7, "?query=tab%3Dgroups"),
    "view": Page("agent", 9),
    "ticket-new": Page("agent", 6),
    "ticket": Page("agent", 36),
    "ticket: breached": Page("lead", 38),
    "ticket: resolved": Page("manager", 37),
    "ticket: read only": Page("auditor", 34),
    "ticket: handed over": Page("outsider", 38),
    "handed-over": Page("agent", 10),
    "ticket-merge": Page("agent", 12),
    "ticket-mails": Page("agent", 8),
    "ticket-mail": Page("agent", 7),
    "tags": Page("lead", 8),
    "tags-change": Page("lead", 10, "?was=carrier&becomes=parcel"),
    "tag-change": Page("lead", 8),
    "macros": Page("agent", 6),
    "macro-new": Page("lead", 7),
    "macro": Page("lead", 8),
    "news": Page("agent", 5),
    "customer": Page("agent", 12),
    "customer-join": Page("agent", 12, "?q=example.com"),
    "feedback-list": Page("agent", 8),
    "feedback": Page("agent", 10),
    "quarantine": Page("agent", 12),
    "find": Page("agent", 6, "?q=refund"),
    "bulk": Page("agent", 10, "?tab=groups&all=1"),
    "bulk-act": Page("agent", 13),
    "board": Page("manager", 12),
    "board: wall": Page("manager", 11, "?wall=1"),
    "board-likely": Page("manager", 10),
    "board-people": Page("manager", 14),
    "board-give": Page("manager", 10),
    "report": Page("manager", 9),
    "health": Page("admin", 24),
    "held": Page("admin", 6),
    "mails": Page("admin", 6),
    "settings": Page("agent", 14),
    "tokens": Page("agent", 14),
    "admin-rules": Page("admin", 8),
    "admin-rule-new": Page("admin", 8),
    "admin-rule": Page("admin", 9),
    "admin-rule: read only": Page("auditor", 9),
    "admin-rule-runs": Page("admin", 7),
    "admin-policies": Page("admin", 5),
    "admin-policy-new": Page("admin", 5),
    "admin-policy": Page("admin", 12),
    "admin-calendars": Page("admin", 5),
    "admin-calendar-new": Page("admin", 5),
    "admin-calendar": Page("admin", 10),
    "admin-ladders": Page("admin", 5),
    "admin-ladder-new": Page("admin", 8),
    "admin-ladder": Page("admin", 9),
    "admin-letters": Page("admin", 6),
    "admin-letter": Page("admin", 7),
    "admin-signature": Page("admin", 8),
    "admin-groups": Page("admin", 6),
    "admin-group": Page("admin", 10),
    "admin-group-members": Page("admin", 10),
    "admin-access": Page("admin", 5),
    "admin-access: asked": Page("admin", 20),
    "admin-people": Page("admin", 11),
    "admin-person": Page("admin", 17),
    "admin-person-switch": Page("admin", 15),
    "admin-sources": Page("admin", 6),
    "admin-source-new": Page("admin", 5),
    "admin-source": Page("admin", 14),
    "admin-source-keys": Page("admin", 14),
    "admin-source-mailboxes": Page("admin", 16),
    "admin-imap-new": Page("admin", 5),
    "admin-imap": Page("admin", 5),
    "admin-source-hooks": Page("admin", 16),
    "admin-source-hook": Page("admin", 17),
    "admin-asked-forms": Page("admin", 7),
    "admin-asked-form": Page("admin", 8),
    "admin-fields": Page("admin", 8),
    "admin-field-new": Page("admin", 8),
    "admin-field": Page("admin", 10),
    "admin-causes": Page("admin", 5),
    "admin-cause": Page("admin", 5),
    "admin-limits": Page("admin", 6),
    "admin-limit": Page("admin", 7),
    "api/docs/": Page(NOBODY, 1),
    "c/<str:token>": Page(NOBODY, 6),
    "c/<str:token>: answered": Page(NOBODY, 2),
    "c/<str:token>: unknown": Page(NOBODY, 1),
    "f/<slug:slug>": Page(NOBODY, 3),
    "f/<slug:slug>/<slug:form>": Page(NOBODY, 3),
    "r/<str:signed>": Page(NOBODY, 4),
    "u/<str:token>": Page(NOBODY, 2),
}


def route_of(page: str) -> str:
    return page.partition(": ")[0]
