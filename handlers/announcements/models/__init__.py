"""What an announcement is, for whom, and how it goes on."""
