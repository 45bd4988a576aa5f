"""The merchants' area of the admin door: coming in, staff, keys, settings, plan, and the end."""
