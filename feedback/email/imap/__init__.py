"""Mailboxes elsewhere, fetched by IMAP: one thread an account, each new message kept once."""
