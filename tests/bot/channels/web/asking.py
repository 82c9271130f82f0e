"""Requests as the page makes them."""

from itertools import count
from typing import Any

import httpx
from starlette.testclient import TestClient

ADDRESS = "http://127.0.0.1:3000"
_numbers = count(1)


class Page:
    """Speaks as the page does."""

    def __init__(self, client: TestClient) -> None:
        self.client = client

    def post(self, what: str, person: str, **fields: Any) -> httpx.Response:
        body = {"person": person, "id": f"request-{next(_numbers)}", **fields}
        return self.client.post(f"/api/{what}", json=body)

    def messages(self, person: str, place: str = "chat") -> list[dict[str, Any]]:
        found = self.client.get("/api/messages", params={"person": person, "place": place})
        assert found.status_code == 200, found.text
        return found.json()["messages"]

    def ask(self, person: str, text: str = "What's a good name for a cat?") -> dict[str, Any]:
        """Ask, and return the message with the answer."""
        said = self.post("say", person, text=text)
        assert said.status_code == 200, said.text
        return said.json()["messages"][-1]


def value_of(message: dict[str, Any], action: str) -> str:
    parts = [part for part in message["card"]["body"] if part["kind"] == "buttons"]
    return next(button["value"] for part in parts for button in part["buttons"] if button["action"] == action)
