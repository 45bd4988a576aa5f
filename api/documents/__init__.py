"""The admin's door to trusted documents."""
