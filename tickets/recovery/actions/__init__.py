"""Everything that can happen to a repair, in the order of its life.

failures  what can fail, and what each root cause stands for
repair    what failed and why; the score it began with
gestures  promised, approved, rejected, kept, broken
carry     what goes along where a ticket is merged
gesture_letter  what is written to the customer about one
limits    what one person may promise alone, or approve
budgets   what a month may cost
playbooks  written and revised; on a ticket followed, or left for a reason
ask       the question after a resolution; questions that reached nobody, and silence
answer    the customer's own word, and what follows from it
erase     the words of a person who must be forgotten
"""
