"""The demo in Microsoft's own local client: `make teams-playground`. Ctrl+C ends both.

The client comes from npm (@microsoft/m365agentsplayground, under an evaluation licence, so that it is only ever a
developer's tool). Its requests carry no token, and it shows no dialogs.
"""

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from bot.database import open_store
from bot.demo.program import fill, tell
from bot.settings import Settings

HERE = Path(__file__).parent
CLIENT = "@microsoft/m365agentsplayground@0.2.28"
PORT, SHOWN = 3978, 56150
OWN = {
    "DANGEROUSLY_ALLOW_UNAUTHENTICATED_REQUESTS": "1",
    "TENANT_ID": "11111111-aaaa-4bbb-8ccc-000000000001",
    "PORT": str(PORT),
    "PORTAL_QUIET_HOURS": "off",
}


def main() -> None:
    home = Path(os.environ.get("PORTAL_HOME", "var/playground")).resolve()
    home.mkdir(parents=True, exist_ok=True)
    settings = Settings(portal_home=home)
    database = open_store(settings.database, settings.portal_home)
    fill(settings, database)
    tell(settings, database, datetime.now(UTC))
    database.close()
    environment = os.environ | OWN | {"PORTAL_HOME": str(home)}
    endpoint = f"http://127.0.0.1:{PORT}/api/messages"
    client = ["npx", "--yes", CLIENT, "-e", endpoint, "-c", "msteams", "-p", str(SHOWN), "--disable-telemetry", "true"]
    started = [
        subprocess.Popen([sys.executable, "-m", "bot", "run"], env=environment),
        subprocess.Popen(client, cwd=HERE, env=environment | {"BROWSER": "none"}),
    ]
    print(f"The playground is at http://localhost:{SHOWN}/ in a moment (Ctrl+C ends it)")
    try:
        started[0].wait()
    except KeyboardInterrupt:
        pass
    finally:
        for process in started:
            process.send_signal(signal.SIGINT)
        for process in started:
            process.wait(30)


if __name__ == "__main__":
    main()
