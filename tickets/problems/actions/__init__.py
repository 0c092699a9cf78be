"""Everything that can happen to a problem, in the order of its life.

problems  opened, changed, moved on, fixed, reopened, archived
tickets   put in and taken out by hand
gather    taken up by the rule that its cause is named
watch     whether the fix holds
announce  you said, we did: drafted, confirmed, stopped
tell      the letters of an announcement, one person at a time
erase     what was told to a person who must be forgotten
"""
