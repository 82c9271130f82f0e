"""The command line is at hand in these tests."""

from tests.command import portal, portal_here

__all__ = ["portal", "portal_here"]
