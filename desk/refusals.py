"""What the desk says where a room refuses: what is wrong and what to do, in the language of who
reads it."""

from collections.abc import Iterable

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cxloop.kernel.errors import Conflict, CxloopError, Fault, Refused
from desk.details import in_our_words
from desk.words import Words

# What to do about it, where the rooms only say what is wrong or say it in English.
ERROR: Words = {
    "required": _("This is wanted here."),
    "missing": _("This is wanted here."),
    "too_short": _("This is wanted here."),
    "duplicate_key": _("Two have the same key or value."),
    "never_shown": _("Say when it comes: a time, a depth, leaving the page, or an event."),
    "unknown_name": _("There is no such name here."),
    "blank": _("This may not be blank."),
    "too_long": _("This is too long."),
    "taken": _("This is taken already. Choose another."),
    "malformed": _("This is not written as it must be."),
    "unknown": _("This is not known here."),
    "not_for_this_provider": _("Leave this empty: the secret of Postmark is made here."),
    "in_the_past": _("Say a time to come."),
    "wrong_sign_in": _("The e-mail or the password is wrong."),
    "too_many": _("Too many attempts. Wait a while, then try again."),
    "link_spent": _("This link is wrong, used or too old. Ask for a new one."),
    "illegal_move": _(
        "This is not possible in the present state: somebody was faster, or the page is old. "
        "Look at the history and choose again."
    ),
    "overtaken": _(
        "Somebody has written meanwhile. Read what arrived; sent again, your words leave as they "
        "stand here."
    ),
    "no_gesture_said": _("Say what was given for it, or that nothing need be given."),
    "no_contact": _(
        "Nobody has reached the customer yet. Reply or log a contact first, or write here what "
        "they shall read: it leaves as a letter."
    ),
    "no_marketing_consent": _("The customer has not said that they want offers."),
    "no_address": _("This customer has no address we may write to. Call, and log the contact."),
    "no_customer": _("There is no customer whose page this would be."),
    "too_late": _("It has left already. Nothing of yours waits here to be taken back."),
    "begun": _("It has begun already and cannot be undone as a whole."),
    "undone": _("It was undone."),
    "none_chosen": _("Choose at least one ticket first."),
    "no_answer": _("Only the customer's answer can say that. Resolve the ticket to ask them."),
    "outdated": _("It was changed meanwhile. Look at what the newest version would do."),
    "cycles_left": _("Our final position is stated only when three repairs were not enough."),
    "not_silent": _("The customer has written since. Say what that means, or answer them."),
    "not_asked": _("The customer was not asked yet. Resolve the ticket to ask them."),
    "few_attempts": _(
        "One attempt is not enough to say that they could not be reached. Try on another day, or "
        "once by each way in which they can be reached, and log it."
    ),
    "no_attempts": _(
        "No attempt to reach the customer is on record since we last heard from them. Log one "
        "first."
    ),
    "contact_possible": _("This customer can be reached. Choose another outcome."),
    "above_your_limit": _("This is above what you may approve. Somebody above you has to."),
    "time_passed": _(
        "The time until when it was to be kept has passed. Say another, or reject it."
    ),
    "over_budget": _(
        "The budget of this month has too little left. Raise it, or wait for the next month."
    ),
    "spent": _("More than that is spent in this month already."),
    "no_proof": _("No such letter or call stands on this ticket. Give a reference instead."),
    "no_playbook": _("No playbook is offered here any more."),
    "enough_playbooks": _("There are 50 playbooks already. Archive one first."),
    "step_twice": _("Each gesture stands in a playbook once."),
    "own_gesture": _("Somebody else has to decide on your own gesture."),
    "answered": _("The customer has answered already; their first answer stands."),
    "not_resolved": _("Resolve the ticket first: the customer answers to that."),
    "unheard": _("Nobody was told of this one; there is nothing to acknowledge."),
    "not_a_member": _("This person cannot work tickets of that group. Choose another."),
    "ends_before_it_begins": _("This ends before it begins."),
    "no_hours": _("Only a call back has hours and days."),
    "several": _(
        "Several colleagues have this name. Write what stands before the @ of their address."
    ),
    "cannot_see": _("This person may not see the ticket. Choose another."),
    "enough_watchers": _("Enough people watch this ticket already."),
    "unknown_macro": _("There is no such macro any more. Choose another."),
    "unknown_variable": _("There is no such variable here."),
    "not_handed_over": _(
        "Nothing waits to be accepted here: somebody was faster. Look at the history."
    ),
    "giver_gone": _("The group that gave it is archived. Hand it over to another one."),
    "nothing_left": _("Tick at least one of what it does."),
    "does_nothing": _("Write a text, or choose something that it does."),
    "unknown_group": _("There is no such group."),
    "manages_nothing": _("This is for admins, and for managers of a group."),
    "unknown_policy": _("There is no such policy."),
    "no_days": _("No closed days are named there for these years."),
    "unknown_country": _("This country is not known, or no holidays of it are."),
    "unknown_region": _("This country has no such region."),
    "unknown_category": _("There are no holidays of this kind in this country."),
    "too_large": _("This is larger than we take at once."),
    "reserved_key": _("This key is one that every form uses itself. Choose another."),
    "options": _("A choice has options, and nothing else has."),
    "no_scale": _("This kind of question has neither ends nor options."),
    "nothing_asked": _("Ask for a score or for words: else nothing is said."),
    "one_contact": _("A form asks once how to write back."),
    "one_condition": _("Say either classes or values."),
    "unknown_condition": _(
        "A condition names an earlier score or choice, and answers that it has."
    ),
    "missing_language": _("All texts speak the same languages."),
    "empty_file": _("There is nothing in this file."),
    "file_too_large": _("A file may have at most 25 MB."),
    "too_many_files": _("At most 10 files are said at once. Take one away first."),
    "customers_address": _("That is the customer. Write a reply, which they may read."),
    "our_address": _("That is a mailbox of this house. Mention the colleague in a note."),
    "unknown_thread": _("This is not on the ticket any more. Look at where it was merged to."),
    "forgotten": _("It is forgotten whom this was written to."),
    "unknown_file": _("You chose no such file here, or it was said already."),
    "files_too_large": _("Together these files are too large for a letter: at most 18 MB."),
    "said": _("It was said with this file; history stays as it is."),
    "unknown_calendar": _("There is no such calendar."),
    "has_gestures": _("Something was promised in this cycle already."),
    "unknown_failure_type": _("There is no such type of failure."),
    "circle": _("It cannot stand below itself."),
    "has_below": _("Archive what stands below it first."),
    "above_archived": _("Bring back what stands above it first."),
    "unknown_root_cause": _("There is no such root cause."),
    "unknown_ticket": _("There is no such ticket, as far as you may see."),
    "linked_to_itself": _("A ticket is not linked with itself."),
    "enough_links": _("This ticket is linked with enough others already."),
    "unowned": _("Nobody owns it. Take it first, or give it to somebody: nobody would miss it."),
    "due_soon": _(
        "A promise on it is broken or falls due within four hours. Answer first; then it can be "
        "put away."
    ),
    "not_on_ticket": _("This feedback does not stand on this ticket any more."),
    "last_feedback": _("It is the last feedback of this ticket: nothing would be left of it."),
    "not_spam": _("It was not closed as spam. Reopen it instead."),
    "itself": _("A ticket cannot be merged into itself."),
    "other_customer": _("The tickets belong to different customers."),
    "receipts_apart": _(
        "Who reads at a receipt page would read what is said to the other, and nobody knows that "
        "they are one. Link the tickets instead."
    ),
    "no_files_at_receipt": _("A receipt page shows words alone. Take the files away."),
    "not_alone": _("Only one who stands alone can be joined, and only to a proven one who does."),
    "others_stand_for_it": _("Others were joined to both: part those of one of them first."),
    "not_joined": _("This customer stands for nobody else."),
    "unknown_customer": _("There is no such customer, as far as you may see."),
    "same_tag": _("It is called so already."),
    "tag_busy": _("This tag is being changed already. Wait until that is done."),
    "joining_held": _("Somebody has just said who this claim is. Wait until that is done."),
    "erased": _("This customer was erased."),
    "merged": _("This ticket was merged; it goes on as the other one."),
    "held": _("It is held in quarantine, or spam. Release it first."),
    "decided": _("Somebody has decided on it already."),
    "pending": _("The rules have not judged this feedback yet. Try again in a moment."),
    "has_ticket": _("A ticket answers this feedback already."),
    "unknown_currency": _("Say a currency of ISO 4217, for example EUR or KRW."),
    "not_payable": _("No such amount can be given in this currency."),
    "costs_nothing": _("A gesture of this kind has no amount."),
    "last_admin": _("Somebody has to stay an admin."),
    "plain_elsewhere": _("Without encryption only this machine is reached. Choose TLS."),
    "not_a_token_address": _("An address of tokens begins with https://."),
    "enough_accounts": _("This source has 20 mailboxes elsewhere already. Remove one first."),
    "no_test_key": _("Make a key for tests first, above."),
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
    "wrong_type": _("This is of another kind than wanted here."),
    "wrong_length": _("This is too short or too long."),
    "out_of_range": _("This is too small or too large."),
    "unknown_choice": _("This is none of the choices."),
    "unknown_key": _("This name does not belong here."),
    "unknown_fact": _("There is no such fact."),
    "unknown_operator": _("There is no such comparison."),
    "wrong_operator": _("This fact cannot be compared like that."),
    "only_with_ticket": _("This is for rules that open a ticket."),
    "only_without_ticket": _("This is for rules that open no ticket."),
    "empty": _("Something is wanted in this list."),
    "empty_range": _("The first number must not be above the second."),
    "no_word": _("This holds no letter or digit."),
    "bad_pattern": _("This pattern cannot be read."),
    "too_deep": _("This nests too deep."),
    "not_all": _("All current rules are wanted, each once."),
    "twice": _("Two rungs stand at the same height."),
    "unknown_person": _("There is nobody active of this number."),
    "unknown_zone": _("There is no such time zone."),
    "unknown_day": _("There is no such day."),
    "never_opens": _("No weekday opens, so nothing would fall due."),
    "never_due": _("In these hours that would take more than ten years."),
    "zero_length": _("A whole day is written as 00:00-24:00."),
    "overlap": _("Two of these times overlap."),
    "bad_tag": _("A tag has 1 to 64 characters."),
    "incomplete": _("A group and a role there go together."),
    "unknown_outcome": _("There is no such outcome."),
    "unknown_kind": _("There is no such kind."),
    "unknown_channel": _("There is no such channel."),
    "unknown_source": _("There is no such source heard by hand."),
    "malformed_time": _("This is not a time we can read."),
    "malformed_reminders": _("At most three times are wanted, each later than the last."),
    "malformed_value": _("Say up to 14 digits, and 2 decimals after a point."),
    "no_offset": _("Say the offset from UTC, for example +09:00."),
    "in_the_future": _("That is in the future."),
    "nothing_said": _("Say a score or a comment."),
    "not_a_choice": _("This is none of the choices."),
    "not_a_whole_number": _("A score is a whole number."),
    "no_subject": _("This letter keeps the subject of its thread."),
    "missing_variable": _("Without it this letter cannot do what it is for."),
    "shared_line": _("What is left out where no time was said would take more along."),
    "stray_brace": _("Braces stand around the name of a variable, nowhere else."),
    "group_of_signature": _("A signature has a group, nothing else."),
    "unknown_field": _("There is no such field any more."),
    "unknown_filter": _("There is no such filter."),
    "unknown_value": _("This filter has no such value."),
    "unknown_ordering": _("A list is not sorted by that."),
    "enough_views": _("You have 50 views already. Remove one that nobody needs."),
    "not_to_everyone": _("Only who leads a group shows a view to everyone."),
    "not_to_this_group": _("A view is shown only to a group in which you work."),
    "bad_link": _("A link begins with http:// or https:// and leads to a page elsewhere."),
    "cannot_own": _("Choose somebody active who sees the problem."),
    "not_counted": _("It was merged or is spam, and counts nowhere."),
    "not_in_it": _("This ticket is not in the problem any more."),
    "changed": _("Somebody has changed its words meanwhile: look at them below."),
    "no_words": _("There are no words to pass on."),
    "no_group": _("No group owns its source, so it would count nowhere."),
    "not_answered": _("The customer has not answered."),
    "spam": _("It is spam: no customer said it."),
    "withdrawn": _("It was taken away already."),
    "yourself": _("Praise is passed on to somebody else."),
    "unknown_feedback": _("There is no such feedback, as far as you may see."),
    "nobody_to_tell": _("Nobody would be written to: look below at who is left out and why."),
    "bad_cursor": _("No page of this list starts there."),
}

# Of these the room says more exactly what it wants: which choices, which length. It is said behind.
EXACT = {
    "missing_language",
    "unknown_condition",
    "unknown_variable",
    "wrong_type",
    "wrong_length",
    "out_of_range",
    "unknown_choice",
    "unknown_key",
    "unknown_fact",
    "unknown_operator",
    "wrong_operator",
    "bad_pattern",
    "too_deep",
    "overlap",
    "unknown_day",
    "unknown_value",
    "missing_variable",
    "shared_line",
}

# A code that means one thing as a fault in an input, and another as an error of its own.
OF_FAULTS: Words = {
    "too_many": _("These are too many."),
    "unreadable": _("It has a character that cannot be typed."),
}

# Faults that are about somebody, who is named.
OF_NAMED: Words = {
    "cannot_see": _("%(names)s cannot see this ticket: share it with their group first."),
}

# What may not be done is said by the rooms in a whole sentence, which is its own code.
FORBIDDEN: Words = {
    "You may read praise, not pass it on or take it away.": _(
        "You may read praise, not pass it on or take it away."
    ),
    "You may read problems, not open one or put tickets into it.": _(
        "You may read problems, not open one or put tickets into it."
    ),
    "Its owner, leads and managers of its group, and admins change a problem.": _(
        "Its owner, leads and managers of its group, and admins change a problem."
    ),
    "The form is too old. Go back, reload the page and send it again.": _(
        "The form is too old. Go back, reload the page and send it again."
    ),
    "Only an admin may do this.": _("Only an admin may do this."),
    "You may watch this ticket yourself; to add others you must work it.": _(
        "You may watch this ticket yourself; to add others you must work it."
    ),
    "You may follow this view, not change it.": _("You may follow this view, not change it."),
    "You may read what is held, not decide on it.": _(
        "You may read what is held, not decide on it."
    ),
    "You may read this ticket, not work it.": _("You may read this ticket, not work it."),
    "You may read this ticket, not write on it.": _("You may read this ticket, not write on it."),
    "You may read tickets, not work them.": _("You may read tickets, not work them."),
    "You may read the other ticket, not work it.": _("You may read the other ticket, not work it."),
    "You may read tickets, not write macros.": _("You may read tickets, not write macros."),
    "You may use this macro; leads and managers of its group change it, and admins what is "
    "everybody's.": _(
        "You may use this macro; leads and managers of its group change it, and admins what is "
        "everybody's."
    ),
    "You may read, not open tickets.": _("You may read, not open tickets."),
    "You may read tickets of this group, not open them.": _(
        "You may read tickets of this group, not open them."
    ),
    "You may read about this customer, not work for them.": _(
        "You may read about this customer, not work for them."
    ),
    "Only a manager of the group states our final position.": _(
        "Only a manager of the group states our final position."
    ),
    "Leads and managers of a group change its tags.": _(
        "Leads and managers of a group change its tags."
    ),
    "Leads and managers of the group decide on gestures.": _(
        "Leads and managers of the group decide on gestures."
    ),
}


def said_of_error(code: str, detail: str) -> str:
    """In words of ours where we have them; else as the room said it."""
    if code in EXACT and detail:
        return f"{ERROR[code]} ({in_our_words(detail)})"
    return str(ERROR.get(code, detail))


def why_not(code: str) -> str:
    """What one of many tickets answered."""
    return said_of_error(code, str(_OF_MANY.get(code, code)))


_OF_MANY: Words = {
    "forbidden": _("You may read this ticket, not work it."),
    "not_found": _("It is no longer yours to see."),
    "error": _("Something went wrong. Try it on the ticket itself."),
}


def said_of_fault(fault: Fault) -> str:
    if fault.names and fault.code in OF_NAMED:
        return str(OF_NAMED[fault.code]) % {"names": ", ".join(fault.names)}
    if fault.code in OF_FAULTS:
        return f"{OF_FAULTS[fault.code]} ({in_our_words(fault.detail)})"
    return said_of_error(fault.code, fault.detail)


def said_of_problem(error: CxloopError) -> str:
    """Of an error that is a page of its own."""
    if isinstance(error, Conflict) and error.names:
        return _in_use(error.names)
    if isinstance(error, Refused):
        return " ".join(said_of_fault(fault) for fault in error.faults[:3])
    if error.detail == error.title:
        return ""
    return said_of_error(error.code, str(FORBIDDEN.get(error.detail, error.detail)))


def _in_use(names: Iterable[str]) -> str:
    said = gettext("It is in use by %(names)s and cannot be archived.")
    return said % {"names": ", ".join(names)}
