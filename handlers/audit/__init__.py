"""What should have happened and did not: operators are told, once per matter."""

from handlers.audit import schedules
from handlers.feature import Feature

feature = Feature(name="audit", schedules={"look": schedules.look})
