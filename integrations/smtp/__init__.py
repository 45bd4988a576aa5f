"""Letters over SMTP: the platform's mail server, by aiosmtplib."""
