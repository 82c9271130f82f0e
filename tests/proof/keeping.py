"""A worker that delivers to Slack, as it is: python -m tests.proof.keeping; the rest is in the environment."""

import asyncio

from bot.database import Database
from bot.logs import configure
from bot.settings import Settings
from tests.proof.kills import work

if __name__ == "__main__":
    configure("ERROR")
    settings = Settings()
    asyncio.run(work(settings, Database(settings.database)))
