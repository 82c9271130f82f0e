"""What /metrics shows."""

from prometheus_client import Counter, Gauge, Histogram

TURNS = Counter("portal_turns_total", "Turns, by where, what and how they ended.", ["platform", "kind", "outcome"])
TURN_SECONDS = Histogram(
    "portal_turn_seconds",
    "Seconds from a turn's begin to its commit.",
    buckets=(0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5),
)
DELIVERIES = Counter(
    "portal_deliveries_total", "Attempts to deliver a message, by how they ended.", ["platform", "result"]
)
DUPLICATES = Counter("portal_duplicate_events_total", "Events that had been here before.", ["platform"])
REFUSED = Counter("portal_requests_refused_total", "Requests refused at the door, by status.", ["status"])
PASSAGES = Gauge("portal_index_units", "Searchable lines of the index in use.")
