"""Letters on their way out: by a mail server, into the log, and onto a page of the demo."""
