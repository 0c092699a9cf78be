"""Everything that can happen to a ticket, in the order of its life.

open      a ticket by hand, from feedback or from what an agent heard
triage    each arrival judged once: a ticket, a joined ticket, or none and why
assign    given to a person, handed to another group
talk      reply, note, log a contact; the customer's own messages; letters that died
move      wait, resolve, close, reopen, merge
waiting   customers are reminded, and asked whether we may close
final     what three repairs did not settle is ended by the manager
label     tags, priority, and who else may read it
snooze    put away until a time, and back
link      linked with another, both ways; split in two
spam      closed as spam, and back
macros    what is written and done again and again, as one act
customers a claim joined to whom it stands for, or parted; what a customer allows us
"""
