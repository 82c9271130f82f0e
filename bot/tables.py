"""Every table of the house, for migrations and tests. A feature's models are imported here once."""

import handlers.access.models
import handlers.announcements.models.announcement
import handlers.answers.models
import handlers.audit.models
import handlers.certifications.models
import handlers.deals.models.deal
import handlers.deals.models.draft
import handlers.notices.models
import handlers.partners.models
import handlers.questions.models
import handlers.reviews.models
import handlers.tickets.models
import handlers.usage.models  # noqa: F401
import knowledge.models  # noqa: F401
from knowledge.base import Row

metadata = Row.metadata
