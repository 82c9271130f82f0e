"""Files of ours at Slack: kept for us alone, or shared in a conversation."""

from slack_sdk.web.async_client import AsyncWebClient


async def upload(client: AsyncWebClient, name: str, content: bytes, title: str, channel: str | None = None) -> str:
    """Returns its id. With ``channel``, the id of a conversation, it is posted there."""
    place = await client.files_getUploadURLExternal(filename=name, length=len(content), alt_txt=title)
    session, file = client.session, str(place["file_id"])
    assert session is not None
    async with session.post(str(place["upload_url"]), data=content) as answer:
        answer.raise_for_status()
    await client.files_completeUploadExternal(files=[{"id": file, "title": title[:250]}], channel_id=channel)
    return file
