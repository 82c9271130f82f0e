"""Text as it may be shown anywhere."""

import re

_CONTROLS = re.compile("[\ud800-\udfff\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u202a-\u202e\u2066-\u2069]")


def clean(text: str) -> str:
    """Without control characters; bidi controls among them could make a line read as another one."""
    return _CONTROLS.sub("", text)
