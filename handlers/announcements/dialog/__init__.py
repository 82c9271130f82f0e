"""What is said and pressed about announcements."""
