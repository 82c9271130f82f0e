"""Who is let in: somebody who is no contact yet reads why, and what to do."""

from handlers.access import dialog
from handlers.feature import Feature, Guests

feature = Feature(name="access", guests=Guests(hears=dialog.refuse))
