"""What our letters to customers and their variables are called."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from desk.words import Words
from tickets.work.letter_words import SORTS

NAMES: Words = {
    "acknowledgement": pgettext_lazy("letter", "We have your message"),
    "reminder": pgettext_lazy("letter", "Reminder"),
    "closing": pgettext_lazy("letter", "May we close?"),
    "question": pgettext_lazy("letter", "Is it put right?"),
    "gesture_promised": pgettext_lazy("letter", "A gesture is promised"),
    "gesture_kept": pgettext_lazy("letter", "A gesture is kept"),
    "final_position": pgettext_lazy("letter", "Our final position"),
    "signature": pgettext_lazy("letter", "Signature"),
}
LEAVES: Words = {
    "acknowledgement": _(
        "At once, where a rule says so. No word of whoever wrote to us may stand in it: nobody "
        "sends strangers a text through us."
    ),
    "reminder": _("While we wait for the customer, as often as the policy says."),
    "closing": _("The last time we remind; silence after it closes the ticket."),
    "question": _(
        "After a ticket is resolved. What the colleague wrote last stands before these words."
    ),
    "gesture_promised": _("When a colleague writes to the customer about a gesture to come."),
    "gesture_kept": _("When a colleague writes to the customer about a gesture that they have."),
    "final_position": _("What the manager writes when three repairs were not enough."),
    "signature": _("Beneath every letter to a customer from a ticket of this group."),
}
VARIABLES: Words = {
    "number": _("the number of the ticket"),
    "name": _("the customer's name as your server knows it, otherwise a word for any customer"),
    "team": _("the name of the group that has the ticket"),
    "due": _("by when a person will write"),
    "day": _("when silence closes, by the customer’s clock"),
    "link": _("the address of the page on which the customer answers"),
    "status_link": _(
        "the address of the page on which the customer sees where their matter stands; where you "
        "do not say it, it stands at the foot"
    ),
    "position": _("what the manager wrote"),
    "message": _("what the colleague wrote"),
    "gesture": _("what is given, and its amount"),
    "until": _(
        "by when it was promised, on a line of its own: where no time was said it is left out"
    ),
    "writer": _("who wrote the letter; in letters that leave by themselves its line is left out"),
}


def variables_of(kind: str) -> list[tuple[str, str, bool]]:
    """As they are written, what they stand for, and whether they must stand in the letter."""
    sort = SORTS[kind]
    return [(f"{{{v}}}", str(VARIABLES[v]), v in sort.needed) for v in sort.variables]
