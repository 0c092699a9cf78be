"""HEARD by e-mail. A raw message is kept before it is understood.

Owns:    mails as they came, what was read from them, and the mailboxes they are fetched from.
Knows:   intake; the kernel's letters, to recognise a bounce.
Ignores: tickets: an answer to a letter waits here until the room that works takes it up.
Wakes:   when a mail is handed over, or a server elsewhere tells of one.
"""
