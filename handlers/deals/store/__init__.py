"""Every query on deals. Nothing here commits."""
