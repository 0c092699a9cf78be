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
DECISION: Words = {
    "pending": _("Not judged yet"),
    "ticket": _("Opened a ticket"),
    "joined": _("Joined a ticket"),
    "none": _("No ticket"),
}
CLOCK: Words = {
    "acknowledge": _("Acknowledge"),
    "follow_up": _("Follow up"),
    "resolve": _("Resolve"),
}
PROMISED: Words = {
    "acknowledge": _("That we say we have the message"),
    "follow_up": _("That a person answers"),
    "resolve": _("That the matter is settled"),
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
    "hand": _("By hand"),
}
CONTACT: Words = {
    "letter": pgettext_lazy("contact", "Letter"),
    "phone": pgettext_lazy("contact", "Phone call"),
    "visit": pgettext_lazy("contact", "Visit or meeting"),
    "other": pgettext_lazy("contact", "Other"),
}
REACHED: Words = {
    "reached": _("The customer was reached"),
    "not_reached": _("Nobody was reached"),
}
CONTACTABLE: Words = {
    "letter": _("Can be written to"),
    "phone": _("Can be called"),
    "receipt": _("By receipt page only"),
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
GESTURE_STATE: Words = {
    "waiting": pgettext_lazy("gesture", "Waits for approval"),
    "promised": pgettext_lazy("gesture", "Promised"),
    "rejected": pgettext_lazy("gesture", "Rejected"),
    "kept": pgettext_lazy("gesture", "Kept"),
    "broken": pgettext_lazy("gesture", "Broken"),
}
GESTURE_VERB: Words = {
    "approve": _("Approve"),
    "reject": _("Reject"),
    "keep": _("The customer has it"),
    "break": _("It will not come"),
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
}
SKIPPED: Words = {
    "superseded": _("a higher rung was noted at the same time"),
    "imported": _("imported history alarms nobody"),
    "nobody": _("there was nobody left who could act"),
    "conditions": _("the ticket was not one that the rung is for"),
    "acknowledged": _("somebody had taken note, for a time"),
}
DROPPED: Words = {
    "met": _("the customer had been answered before the letter left"),
    "void": _("the promise had ended before the letter left"),
}
VERB: Words = {
    "reply": pgettext_lazy("verb", "Reply"),
    "note": pgettext_lazy("verb", "Note"),
    "log-contact": pgettext_lazy("verb", "Call or visit"),
    "wait": pgettext_lazy("verb", "Wait"),
    "resolve": pgettext_lazy("verb", "Resolve"),
    "close": pgettext_lazy("verb", "Close"),
    "reopen": pgettext_lazy("verb", "Reopen"),
    "merge": pgettext_lazy("verb", "Merge"),
}
CONSENT: Words = {
    "contact": pgettext_lazy("consent", "To be contacted at all"),
    "surveys": pgettext_lazy("consent", "Surveys"),
    "marketing": pgettext_lazy("consent", "Offers and advertising"),
}
KEY: Words = {"pk": _("Publishable key"), "sk": _("Secret key")}

KINDS: dict[str, Words] = {
    "status": STATUS,
    "priority": PRIORITY,
    "outcome": OUTCOME,
    "mood": MOOD,
    "score": SCORE,
    "decision": DECISION,
    "clock": CLOCK,
    "promised": PROMISED,
    "clock_state": CLOCK_STATE,
    "channel": CHANNEL,
    "contact": CONTACT,
    "reached": REACHED,
    "contactable": CONTACTABLE,
    "role": ROLE,
    "gesture": GESTURE,
    "gesture_state": GESTURE_STATE,
    "gesture_verb": GESTURE_VERB,
    "question": QUESTION,
    "actor": ACTOR,
    "skipped": SKIPPED,
    "dropped": DROPPED,
    "verb": VERB,
    "consent": CONSENT,
    "key": KEY,
}

# What to do about it, where the rooms only say what is wrong or say it in English.
ERROR: Words = {
    "required": _("This is wanted here."),
    "blank": _("This may not be blank."),
    "too_long": _("This is too long."),
    "taken": _("This is taken already. Choose another."),
    "malformed": _("This is not written as it must be."),
    "unknown": _("This is not known here."),
    "in_the_past": _("Say a time to come."),
    "wrong_sign_in": _("The e-mail or the password is wrong."),
    "too_many": _("Too many attempts. Wait a while, then try again."),
    "link_spent": _("This link is wrong, used or too old. Ask for a new one."),
    "illegal_move": _(
        "This is not possible in the present state: somebody was faster, or the page is old. "
        "Look at the history and choose again."
    ),
    "no_contact": _(
        "Nobody has reached the customer yet. Reply or log a contact first, or write here what "
        "they shall read: it leaves as a letter."
    ),
    "no_address": _("This customer has no address we may write to. Call, and log the contact."),
    "no_answer": _("Only the customer's answer can say that. Resolve the ticket to ask them."),
    "not_asked": _("The customer was not asked yet. Resolve the ticket to ask them."),
    "no_attempts": _("No attempt to reach the customer is on record. Log one first."),
    "contact_possible": _("This customer can be reached. Choose another outcome."),
    "own_gesture": _("Somebody else has to decide on your own gesture."),
    "answered": _("The customer has answered already; their first answer stands."),
    "not_resolved": _("Resolve the ticket first: the customer answers to that."),
    "unheard": _("Nobody was told of this one; there is nothing to acknowledge."),
    "not_a_member": _("This person cannot work tickets of that group. Choose another."),
    "unknown_group": _("There is no such group."),
    "unknown_policy": _("There is no such policy."),
    "unknown_calendar": _("There is no such calendar."),
    "unknown_root_cause": _("There is no such root cause."),
    "unknown_ticket": _("There is no such ticket, as far as you may see."),
    "itself": _("A ticket cannot be merged into itself."),
    "other_customer": _("The tickets belong to different customers."),
    "not_alone": _("Only a claim that stands alone can be joined, and only to a trusted customer."),
    "not_joined": _("This customer stands for nobody else."),
    "unknown_customer": _("There is no such trusted customer, as far as you may see."),
    "erased": _("This customer was erased."),
    "merged": _("This ticket was merged; it goes on as the other one."),
    "pending": _("The rules have not judged this feedback yet. Try again in a moment."),
    "has_ticket": _("A ticket answers this feedback already."),
    "unknown_currency": _("Say a currency of ISO 4217, for example EUR or KRW."),
    "not_payable": _("No such amount can be given in this currency."),
    "costs_nothing": _("A gesture of this kind has no amount."),
    "last_admin": _("Somebody has to stay an admin."),
    "archived": _("It is archived and cannot be changed."),
    "in_use": _("It is in use and cannot be archived."),
    "for_all": _("The ladder for all groups can be revised, not archived."),
    "switched_off": _("This person is switched off."),
    "invitation_used": _("This invitation has been used. Sign in instead."),
    "invitation_expired": _("This invitation is no longer open. Ask for a new one."),
    "malformed_email": _("This is not an e-mail address."),
    "password_too_short": _("This password is too short. Use at least 10 characters."),
    "password_too_common": _("This password is too common. Choose one that nobody guesses."),
    "password_too_similar": _("This password is too close to your name or address."),
}


def said_of_error(code: str, detail: str) -> str:
    """In words of ours where we have them; else as the room said it."""
    return str(ERROR.get(code, detail))


def said_as(value: object, kind: str) -> str:
    """The word for a code; one that is not known is shown as it stands."""
    return str(KINDS[kind].get(str(value), value))


def choices(kind: str, *, only: tuple[str, ...] = ()) -> list[tuple[str, str | Promise]]:
    words = KINDS[kind]
    return [(code, words[code]) for code in only or words]
