"""Cards and forms of deals."""
