"""What is shown of announcements, to their readers and to those who send them."""
