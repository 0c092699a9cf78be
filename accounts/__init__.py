"""WHO. The people of the house and what each may do where.

Owns:    people, access groups, memberships with a role in each, personal tokens, invitations; and
         who changed them, or a source, when and what.
Knows:   the kernel.
Ignores: feedback and tickets; it says which groups a person sees or works, never which rows.
Wakes:   once an hour, to forget attempts to sign in; else others ask it.
"""
