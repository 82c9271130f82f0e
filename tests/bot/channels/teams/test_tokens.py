"""Who may speak as Teams: one token is accepted, the others are refused and have no effect at all."""

from time import time

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.fake_teams import STRANGERS

HOUR = 3600
OTHER_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
WRONG = {
    "another's key": {"key": OTHER_KEY},
    "audience": {"aud": "33333333-0000-4000-8000-000000000003"},
    "several audiences": {"aud": ["22222222-aaaa-4bbb-8ccc-000000000002", "other"]},
    "no audience": {"aud": None},
    "issuer": {"iss": "https://sts.windows.net/evil/"},
    "tenant's issuer": {"iss": f"https://login.microsoftonline.com/{STRANGERS}/v2.0", "tid": STRANGERS},
    "no issuer": {"iss": None},
    "unknown kid": {"kid": "key2"},
    "expired": {"exp": int(time()) - HOUR, "nbf": int(time()) - 2 * HOUR},
    "expired a minute ago": {"exp": int(time()) - 61},
    "no end": {"exp": None},
    "not yet valid": {"nbf": int(time()) + HOUR},
    "alg none": {"alg": "none"},
    "alg HS256": {"alg": "HS256", "key": "a secret of thirty-two characters"},
    "another service": {"serviceurl": "http://127.0.0.1:1/teams/"},
    "a foreign service": {"serviceurl": "https://smba.trafficmanager.example/teams/"},
    "Microsoft's service, but not the activity's": {"serviceurl": "https://smba.trafficmanager.net/teams/"},
    "no service": {"serviceurl": None},
    "a service that is no text": {"serviceurl": ["x"]},
    "a good one, but larger than any of Teams'": {"odd": "x" * 20_000},
}


def test_a_good_token_is_accepted(lite):
    zoe = lite.somebody()
    assert lite.post(lite.activity("message", zoe, text="hello")).status_code == 200
    lite.answer(zoe)


@pytest.mark.parametrize("which", WRONG)
def test_a_wrong_token_is_refused(lite, which):
    zoe = lite.somebody()
    before, calls = lite.inbox_rows(), len(lite.teams.calls)
    said = lite.activity("message", zoe, text="hello")
    assert lite.post(said, lite.teams.token(**WRONG[which])).status_code == 401
    assert lite.inbox_rows() == before
    assert len(lite.teams.calls) == calls


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer x", "Bearer a.b.c", "Basic abc", "Bearer ..", "é"])
def test_what_is_no_token_is_refused(lite, header):
    headers = {"Authorization": header.encode()} if header else {}
    assert lite.client.post(f"{lite.base}/api/messages", json={"type": "message"}, headers=headers).status_code == 401


@pytest.mark.parametrize("second", ["good", "x.y.z"])
def test_two_tokens_are_none(lite, second):
    good = lite.teams.token()
    headers = [("Authorization", f"Bearer {token}") for token in (good, good if second == "good" else second)]
    body = lite.activity("message", lite.somebody(), text="hello")
    assert lite.client.post(f"{lite.base}/api/messages", json=body, headers=headers).status_code == 401


@pytest.mark.parametrize(
    "url",
    [
        "https://evil.example/", "http://127.0.0.1:1/", "", None, "http://smba.trafficmanager.net/emea/",
        "https://smba.trafficmanager.net@evil.example/", "file:///etc/passwd",
    ],
)  # fmt: skip
def test_an_activity_of_another_service_is_refused_and_nothing_is_sent_there(lite, url):
    zoe = lite.somebody()
    before = lite.inbox_rows()
    said = lite.activity("message", zoe, text="hello") | {"serviceUrl": url}
    assert lite.post(said).status_code == 401
    assert lite.post(said, lite.teams.token(serviceurl=url)).status_code == 401
    assert lite.inbox_rows() == before


def test_a_key_is_good_for_the_channels_that_it_is_endorsed_for(lite):
    said = lite.activity("message", lite.somebody(), text="hello") | {"channelId": "directline"}
    assert lite.post(said).status_code == 401


def test_a_token_that_is_good_tells_what_is_wrong_with_the_rest(lite):
    headers = {"Authorization": f"Bearer {lite.teams.token()}"}

    def sent(raw):
        return lite.client.post(f"{lite.base}/api/messages", content=raw, headers=headers).status_code

    assert [sent(raw) for raw in (b"", b"{", b"[]", b"null", b"{}", b"\xff", b'{"type": 1}')] == [400] * 7
    assert sent(b"x" * 1_000_001) == 413
