"""Every query on announcements. Nothing here commits."""
