"""The browser page reads its messages from the outbox itself, so a row is delivered once it is there."""

from handlers.notices.models import Delivery


class PageTransport:
    async def send(self, delivery: Delivery) -> str:
        return delivery.platform_id or delivery.delivery_id

    async def find(self, delivery: Delivery) -> str | None:
        return delivery.platform_id or None
