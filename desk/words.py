"""What the desk calls things. The rooms speak in codes; here they become words, in the language of
who looks."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

Words = dict[str, Promise]

STATUS: Words = {
    "new": pgettext_lazy("status", "New"),
    "open": pgettext_lazy("status", "Open"),
    "waiting": pgettext_lazy("status", "Waiting"),
    "resolved": pgettext_lazy("status", "Resolved"),
    "closed": pgettext_lazy("status", "Closed"),
}
PRIORITY: Words = {
    "low": pgettext_lazy("priority", "Low"),
    "normal": pgettext_lazy("priority", "Normal"),
    "high": pgettext_lazy("priority", "High"),
    "urgent": pgettext_lazy("priority", "Urgent"),
}
OUTCOME: Words = {
    "recovered": _("Recovered"),
    "improved": _("Improved"),
    "satisfied_without_repair": _("Satisfied without repair"),
    "not_recovered": _("Not recovered"),
    "silent": _("Asked, and silent"),
    "merged": _("Merged"),
    "unreachable": _("Could not be reached"),
    "no_contact_wanted": _("Wants no contact"),
    "no_contact_possible": _("Cannot be contacted"),
    "not_actionable": _("Nothing to be done"),
    "spam": _("Spam"),
}
MOOD: Words = {
    "negative": _("Unhappy"),
    "neutral": _("Neutral"),
    "positive": _("Happy"),
    "unscored": _("No score"),
}
SCORE: Words = {
    "nps": _("NPS"),
    "csat": _("CSAT"),
    "stars": _("Stars"),
    "ces": _("Effort"),
    "thumbs": _("Thumbs"),
    "gcr": _("Goal reached"),
    "rating10": _("Rating"),
}
ASKED: Words = {
    "nps": _("Recommend us (NPS, 0 to 10)"),
    "csat": _("Satisfaction (CSAT, 1 to 5)"),
    "ces": _("Effort (CES, 1 to 7)"),
    "stars": _("Stars, 1 to 5"),
    "thumbs": _("Thumb up or down"),
    "gcr": _("Goal reached: no, partly, yes"),
    "rating10": _("Rating, 1 to 10"),
    "choice": _("Choice"),
    "text": _("Words of their own"),
    "contact": _("How we may answer"),
    "callback": _("When we may call"),
}
FILE: Words = {
    "picture": pgettext_lazy("file", "picture"),
    "pdf": _("PDF"),
    "text": pgettext_lazy("file", "text"),
    "page": pgettext_lazy("file", "web page"),
    "program": pgettext_lazy("file", "program"),
    "other": pgettext_lazy("file", "file"),
}
DECISION: Words = {
    "pending": _("Not judged yet"),
    "ticket": _("Opened a ticket"),
    "joined": _("Joined a ticket"),
    "none": _("No ticket"),
}
CLOCK: Words = {
    "acknowledge": _("Acknowledge"),
    "follow_up": _("Follow up"),
    "next_reply": _("Next reply"),
    "resolve": _("Resolve"),
    "keep_in_loop": _("News"),
    "call_back": _("Call back"),
    "approve": _("Approval"),
    "close_loop": _("Loop closed"),
}
PROMISED: Words = {
    "acknowledge": _("That we say we have the message"),
    "follow_up": _("That a person answers"),
    "next_reply": _("That a person answers again when they wrote"),
    "resolve": _("That the matter is settled"),
    "keep_in_loop": _("That they hear news"),
    "call_back": _("That they are called when they asked to be"),
    "approve": _("That somebody decides on a gesture that waits for approval"),
    "close_loop": _("That they say themselves it is settled"),
}
CLOCK_STATE: Words = {
    "running": pgettext_lazy("clock", "Running"),
    "paused": pgettext_lazy("clock", "Paused"),
    "met": pgettext_lazy("clock", "Kept"),
    "breached": pgettext_lazy("clock", "Broken"),
    "void": pgettext_lazy("clock", "Void"),
}
CHANNEL: Words = {
    "website": _("Website"),
    "app": _("App"),
    "email": _("E-mail"),
    "import": _("Import"),
    "store": _("App store"),
    "hand": _("By hand"),
}
STORE: Words = {
    "google_play": _("Google Play"),
    "app_store": _("App Store"),
}
CONTACT: Words = {
    "letter": pgettext_lazy("contact", "Letter"),
    "phone": pgettext_lazy("contact", "Phone call"),
    "visit": pgettext_lazy("contact", "Visit or meeting"),
    "other": pgettext_lazy("contact", "Other"),
    "store": pgettext_lazy("contact", "Reply in the app store"),
}
REACHED: Words = {
    "reached": _("The customer was reached"),
    "not_reached": _("Nobody was reached"),
}
CONTACTABLE: Words = {
    "letter": _("Can be written to"),
    "phone": _("Can be called"),
    "receipt": _("By receipt page only"),
    "store": _("By a reply in the app store"),
    "none": _("Cannot be contacted"),
}
ROLE: Words = {
    "viewer": pgettext_lazy("role", "Viewer"),
    "agent": pgettext_lazy("role", "Agent"),
    "lead": pgettext_lazy("role", "Lead"),
    "manager": pgettext_lazy("role", "Manager"),
    "admin": pgettext_lazy("role", "Admin"),
    "auditor": pgettext_lazy("role", "Auditor"),
    "owner": pgettext_lazy("role", "Owner"),
    "watchers": pgettext_lazy("role", "Watchers"),
}
# What may be known of a repair.
KNOWN: Words = {
    "cause": _("Root cause"),
    "failure_type": _("Type of failure"),
    "driver": _("Driver of loyalty"),
    "severity": _("How grave it was"),
    "monetary": _("Whether it was about money"),
    "process": _("Whether the process failed, or the outcome"),
    "controllable": _("Whether we could have prevented it"),
    "score_before": _("Score before"),
    "customer": _("Customer"),
    "value": _("Value of the customer"),
}

GESTURE: Words = {
    "refund": _("Refund"),
    "discount": _("Discount"),
    "voucher": _("Voucher"),
    "credit": _("Credit"),
    "fee_waiver": _("Fee waived"),
    "replacement": _("Replacement"),
    "correction": _("Correction"),
    "priority_handling": _("Priority handling"),
    "exception": _("Exception to the rule"),
    "acknowledgement": _("Acknowledgement of the fault"),
    "apology": _("Apology"),
    "explanation": _("Explanation"),
    "call": _("Personal call"),
    "manager_call": _("Call by a manager"),
}
JUSTICE: Words = {
    "distributive": pgettext_lazy("justice", "Outcome"),
    "procedural": pgettext_lazy("justice", "Procedure"),
    "interactional": pgettext_lazy("justice", "Person to person"),
}
DRIVER: Words = {
    "product_experience": _("What the product is like"),
    "interaction": _("What dealing with us is like"),
    "brand": _("The brand"),
    "price": _("The price"),
}
SEVERITY: Words = {
    "1": pgettext_lazy("severity", "1, a trifle"),
    "2": pgettext_lazy("severity", "2, a nuisance"),
    "3": pgettext_lazy("severity", "3, serious"),
    "4": pgettext_lazy("severity", "4, grave"),
}
GESTURE_STATE: Words = {
    "late": pgettext_lazy("gesture", "Not kept in time"),
    "waiting": pgettext_lazy("gesture", "Waits for approval"),
    "promised": pgettext_lazy("gesture", "Promised"),
    "rejected": pgettext_lazy("gesture", "Rejected"),
    "kept": pgettext_lazy("gesture", "Kept"),
    "broken": pgettext_lazy("gesture", "Broken"),
    "unproven": pgettext_lazy("gesture", "Nothing shows it any more"),
}
ITEM: Words = {
    "fair": _("What came of it was fair"),
    "easy": _("It went quickly and easily"),
    "respect": _("They were treated with respect"),
}
GESTURE_VERB: Words = {
    "approve": _("Approve"),
    "reject": _("Reject"),
    "keep": _("The customer has it"),
    "break": _("It will not come"),
}
PROOF: Words = {
    "letter": _("The newest letter on this ticket"),
    "call": _("The newest call on this ticket"),
    "reference": _("A reference of ours"),
}
QUESTION: Words = {
    "open": _("Asked, no answer yet"),
    "answered": _("The customer answered"),
    "silent": _("Nobody answered in time"),
    "failed": _("The question reached nobody"),
    "overtaken": _("Overtaken before it was answered"),
}
ACTOR: Words = {
    "customer": _("The customer"),
    "rule": _("A rule"),
    "clock": _("The clock"),
    "service": _("A service"),
    "outsider": _("From outside"),
}
SKIPPED: Words = {
    "superseded": _("a higher rung was noted at the same time"),
    "imported": _("imported history alarms nobody"),
    "nobody": _("there was nobody left who could act"),
    "conditions": _("the ticket was not one that the rung is for"),
    "acknowledged": _("somebody had taken note, for a time"),
}
NO_OFFER: Words = {
    "unknown_customer": _("nobody is known who could have said that they want offers"),
    "do_not_contact": _("the customer wishes not to be contacted"),
    "no_address": _("there is no address we may write to"),
    "never_said": _("the customer has never said that they want offers"),
    "refused": _("the customer has said that they want no offers"),
}
DROPPED: Words = {
    "met": _("the customer had been answered before the letter left"),
    "void": _("the promise had ended before the letter left"),
    "do_not_contact": _("the customer wishes not to be contacted"),
    "no_surveys": _("the customer wishes not to be asked"),
    "no_offers": _("the customer wants no offers"),
    "too_many": _("so many automatic letters had gone to this address that this one was held back"),
}
VERB: Words = {
    "reply": pgettext_lazy("verb", "Reply"),
    "note": pgettext_lazy("verb", "Note"),
    "log-contact": pgettext_lazy("verb", "Call or visit"),
    "side": pgettext_lazy("verb", "To somebody else"),
    "wait": pgettext_lazy("verb", "Wait"),
    "resolve": pgettext_lazy("verb", "Resolve"),
    "close": pgettext_lazy("verb", "Close"),
    "reopen": pgettext_lazy("verb", "Reopen"),
    "merge": pgettext_lazy("verb", "Merge"),
    "final-position": pgettext_lazy("verb", "Final position"),
}
HANDED_FOR: Words = {
    "wrong_group": _("It came to the wrong group"),
    "expertise": _("It needs their expertise"),
    "permission": _("It needs their permission"),
    "customer_wish": _("The customer wishes it"),
    "other": _("Another reason"),
}
SIDE_STATE: Words = {
    "leaving": pgettext_lazy("letter", "leaving"),
    "sent": pgettext_lazy("letter", "sent"),
    "undelivered": pgettext_lazy("letter", "not delivered"),
    "taken_back": pgettext_lazy("letter", "taken back"),
    "held": pgettext_lazy("letter", "held after a restore"),
}
SHARE_RIGHT: Words = {
    "read": pgettext_lazy("share", "to read"),
    "note": pgettext_lazy("share", "to read and write notes"),
}
CONSENT: Words = {
    "contact": pgettext_lazy("consent", "To be contacted at all"),
    "surveys": pgettext_lazy("consent", "Surveys"),
    "marketing": pgettext_lazy("consent", "Offers and advertising"),
}
EVENT: Words = {
    "given": _("Given to you"),
    "customer": _("The customer wrote"),
    "colleague": _("A colleague wrote"),
    "moved": _("It moved on"),
    "failed": _("A letter reached nobody"),
    "mention": _("You are mentioned"),
    "handed": _("A hand-over"),
    "outside": _("Somebody else answered"),
}
EVENT_ABOUT: Words = {
    "given": _("A ticket is given to you, or you are made to watch one"),
    "customer": _("The customer writes or answers"),
    "colleague": _("A colleague writes, calls or notes something"),
    "moved": _(
        "It is resolved, closed, begun anew, merged, handed over; a gesture is decided or late"
    ),
    "failed": _("A letter to the customer reaches nobody"),
    "mention": _("A colleague mentions you in a note"),
    "handed": _(
        "Nobody of the group you lead accepts a ticket in time; one is handed over for the third "
        "time; one that you handed over comes back"
    ),
    "outside": _("Somebody answers whom a colleague has written to, not the customer"),
}
WAY: Words = {
    "desk": _("Only under News"),
    "letter": _("A letter at once"),
    "digest": _("One letter each morning"),
    "off": _("Not at all"),
}
AUDIENCE: Words = {
    "me": pgettext_lazy("audience", "Only me"),
    "group": pgettext_lazy("audience", "A group"),
    "everyone": pgettext_lazy("audience", "Everybody"),
}
SAYS: Words = {
    "reply": pgettext_lazy("macro", "a reply to the customer"),
    "note": pgettext_lazy("macro", "a note for colleagues"),
}
FIELD: Words = {
    "text": pgettext_lazy("kind of field", "Text"),
    "number": pgettext_lazy("kind of field", "Number"),
    "date": pgettext_lazy("kind of field", "Date"),
    "choice": pgettext_lazy("kind of field", "Choice"),
}
KEY: Words = {"pk": _("Publishable key"), "sk": _("Secret key")}

BULK: Words = {
    "give": _("Give"),
    "hand-over": _("Hand over"),
    "priority": _("Priority"),
    "tag": _("Tags"),
    "macro": _("Macro"),
    "merge": _("Merge"),
    "close": _("Close"),
}

CHANGE: Words = {
    "none": _("no detectable change"),
    "better": _("better"),
    "worse": _("worse"),
    "unknown": _("too few to tell"),
}

SUSPICION: Words = {
    "trap": _("A field that people do not see was filled in"),
    "too_fast": _("The form was filled in faster than people do"),
    "repeated": _("The same words came again and again within an hour"),
}
QUARANTINE: Words = {
    "held": pgettext_lazy("quarantine", "Held"),
    "released": pgettext_lazy("quarantine", "Released"),
    "spam": _("Spam"),
}

PROBLEM: Words = {
    "seen": pgettext_lazy("problem", "Seen"),
    "analysed": pgettext_lazy("problem", "Analysed"),
    "fix_planned": pgettext_lazy("problem", "Fix planned"),
    "fixed": pgettext_lazy("problem", "Fixed"),
}
PROBLEM_ENTRY: Words = {
    "opened": _("Opened"),
    "analysed": _("It is understood what brings it about"),
    "fix_planned": _("A fix is planned"),
    "fixed": pgettext_lazy("problem", "Fixed"),
    "reopened": _("Open again"),
    "archived": _("Archived"),
    "announcement_drafted": _("An announcement was drafted"),
    "announcement_confirmed": _("An announcement was confirmed"),
    "announcement_stopped": _("An announcement was stopped"),
}
PROBLEM_VERB: Words = {
    "analyse": _("Mark as understood"),
    "plan": _("Plan the fix"),
    "fix": _("Mark as fixed"),
    "reopen": _("Open it again"),
}
PUT_IN: Words = {
    "hand": _("by hand"),
    "rule": _("by its root cause"),
    "suggestion": _("by a suggestion"),
}
PRAISE: Words = {
    "named": _("named in the words"),
    "reached": _("reached the customer"),
    "assigned": _("the ticket was theirs"),
    "group": _("nobody is named"),
    "hand": _("passed on by hand"),
}
ANNOUNCEMENT: Words = {
    "draft": pgettext_lazy("announcement", "Draft"),
    "sending": pgettext_lazy("announcement", "Being written"),
    "sent": pgettext_lazy("announcement", "Written"),
    "stopped": pgettext_lazy("announcement", "Stopped"),
}
LEFT_OUT: Words = {
    "no_address": _("no address we may write to"),
    "do_not_contact": _("wishes no contact"),
    "erased": _("erased"),
    "not_yours": _("on tickets that you may read, not work"),
    "already_told": _("told already"),
    "stopped": _("stopped before they were written to"),
    "not_in_it": _("their ticket is not in the problem any more"),
    "no_words": _("nothing was written in their language"),
    "failed": _("the letter could not be written"),
}
WATCH_ENDED: Words = {
    "signal": _("It ended with a signal: the fix does not hold."),
    "reopened": _("It ended when the problem was opened again."),
    "archived": _("It ended when the problem was archived."),
    "held": _("It ended after a year: the fix holds."),
    "nothing": _("No ticket of the ninety days before the fix names the cause: nothing to watch."),
}

KINDS: dict[str, Words] = {
    "problem": PROBLEM,
    "problem_entry": PROBLEM_ENTRY,
    "problem_verb": PROBLEM_VERB,
    "put_in": PUT_IN,
    "praise": PRAISE,
    "announcement": ANNOUNCEMENT,
    "left_out": LEFT_OUT,
    "watch_ended": WATCH_ENDED,
    "bulk": BULK,
    "audience": AUDIENCE,
    "says": SAYS,
    "event": EVENT,
    "way": WAY,
    "status": STATUS,
    "priority": PRIORITY,
    "outcome": OUTCOME,
    "mood": MOOD,
    "asked": ASKED,
    "score": SCORE,
    "decision": DECISION,
    "file": FILE,
    "clock": CLOCK,
    "promised": PROMISED,
    "clock_state": CLOCK_STATE,
    "channel": CHANNEL,
    "store": STORE,
    "contact": CONTACT,
    "reached": REACHED,
    "contactable": CONTACTABLE,
    "role": ROLE,
    "gesture": GESTURE,
    "justice": JUSTICE,
    "driver": DRIVER,
    "severity": SEVERITY,
    "gesture_state": GESTURE_STATE,
    "gesture_verb": GESTURE_VERB,
    "proof": PROOF,
    "question": QUESTION,
    "actor": ACTOR,
    "skipped": SKIPPED,
    "dropped": DROPPED,
    "no_offer": NO_OFFER,
    "verb": VERB,
    "consent": CONSENT,
    "handed_for": HANDED_FOR,
    "share_right": SHARE_RIGHT,
    "side_state": SIDE_STATE,
    "key": KEY,
    "field": FIELD,
    "suspicion": SUSPICION,
    "change": CHANGE,
    "quarantine": QUARANTINE,
    "known": KNOWN,
    "item": ITEM,
}


def said_as(value: object, kind: str) -> str:
    """The word for a code; one that is not known is shown as it stands."""
    return str(KINDS[kind].get(str(value), value))


def choices(kind: str, *, only: tuple[str, ...] = ()) -> list[tuple[str, str | Promise]]:
    words = KINDS[kind]
    return [(code, words[code]) for code in only or words]
