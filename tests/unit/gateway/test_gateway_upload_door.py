"""The door for files: what each gets over HTTP, the quota of a person, the scanner, the name that
nobody reads, what is served.
"""

import asyncio
import io
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import httpx
import pikepdf
import pytest
from motcua_documents.kinds import TEXTS
from motcua_documents.store import DocumentStore
from motcua_gateway.documents.quota import Allowed, UploadQuota
from motcua_gateway.http.refusals import UploadsOfToday, UploadsUnfiled
from motcua_gateway.settings import Settings
from pydantic import ValidationError

from tests.support.clamd import EICAR, Mood, fake_clamd
from tests.support.uploads.images import jpeg
from tests.support.uploads.pdf import one_page, plain, saved
from tests.support.uploads.word import docx

from .harness import GatewayHarness, open_gateway

MB = 1_000_000
NAME = "../../etc/\u202ecod.exe\n<script>.pdf"


async def send(
    desk: GatewayHarness,
    data: bytes,
    persona: str = "citizen-an",
    *,
    name: str = "x.pdf",
    said: str = "application/pdf",
) -> httpx.Response:
    headers = {**desk.auth(persona), "Idempotency-Key": f"{hash(data):020d}"}
    return await desk.client.post(
        "/api/v1/files", files={"file": (name, data, said)}, headers=headers
    )


def kind(answer: httpx.Response) -> str:
    return str(answer.json()["type"]).removeprefix("urn:motcua:problem:")


async def kept(database: Any) -> int:
    """Everything of uploads that is in the database, but for the bytes that were counted."""
    return sum(
        [
            await database[name].count_documents({})
            for name in ("content.files", "content.chunks", "claims")
        ]
    )


@pytest.mark.parametrize(
    ("data", "said", "media_type"),
    [
        (
            docx(),
            "application/pdf",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
        (
            docx(),
            "application/zip",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
        (b"\xef\xbb\xbf" + plain(), "application/pdf", "application/pdf"),
        (b"\r\n" + plain(), "text/html", "application/pdf"),
    ],
)
async def test_files_that_people_have_are_taken_for_what_they_are(
    desk: GatewayHarness, data: bytes, said: str, media_type: str
) -> None:
    answer = await send(desk, data, said=said)
    assert (answer.status_code, answer.json()["media_type"]) == (201, media_type)
    read = await desk.get("citizen-an", f"/documents/{answer.json()['sha256']}")
    assert read.content == data


@pytest.mark.parametrize(
    ("reason", "data"),
    [
        ("password", saved(encryption=pikepdf.Encryption(user="bi-mat", owner="bi-mat"))),
        ("cut-off", plain(9)[:3_000]),
        ("macro", docx({"word/vbaProject.bin": b"a"})),
        ("media-type", b"MZ program"),
        ("empty", b""),
    ],
)
async def test_what_is_refused_says_why_and_what_to_do_and_is_not_kept(
    desk: GatewayHarness, database: Any, reason: str, data: bytes
) -> None:
    answer = await send(desk, data)
    assert (answer.status_code, kind(answer), answer.json()["params"]) == (
        415,
        "document-refused",
        {"reason": reason},
    )
    assert (answer.json()["title"], answer.json()["title_en"]) == TEXTS[reason]
    assert await kept(database) == 0


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer nobody"}])
async def test_nothing_is_read_of_a_stranger_or_without_a_key(
    desk: GatewayHarness, headers: dict[str, str]
) -> None:
    """A body that says when it is read: 20 MB from anybody would fill the disk."""
    read = []

    async def body() -> AsyncIterator[bytes]:
        read.append(1)
        yield b"--a\r\n"

    said = {"content-type": "multipart/form-data; boundary=a", "Idempotency-Key": "upload-1"}
    answer = await desk.client.post("/api/v1/files", content=body(), headers=said | headers)
    assert (answer.status_code, read) == (401, [])
    answer = await desk.client.post(
        "/api/v1/files",
        content=body(),
        headers=desk.auth("citizen-an") | {"content-type": said["content-type"]},
    )
    assert (answer.status_code, kind(answer), read) == (400, "idempotency-key-required", [])


async def test_one_file_is_taken_and_nothing_beside_it(desk: GatewayHarness, database: Any) -> None:
    headers = {**desk.auth("citizen-an"), "Idempotency-Key": "upload-1"}
    two = [("file", ("x.pdf", one_page(bytes([number])), "application/pdf")) for number in range(2)]
    for sent in (
        {"files": two},
        {"files": two[:1], "data": {"more": "a"}},
        {"data": {"file": "a"}},
        {"content": b"a"},
        {"files": [("other", two[0][1])]},
    ):
        answer = await desk.client.post("/api/v1/files", headers=headers, **cast(Any, sent))
        assert (answer.status_code, kind(answer)) == (400, "request-invalid"), sent
    assert answer.json()["errors"][0]["field"] == "body.file"
    assert await kept(database) == 0


async def test_more_than_twenty_megabytes_is_413(desk: GatewayHarness, database: Any) -> None:
    answer = await send(desk, plain() + b"%" * 20 * MB)
    assert (answer.status_code, kind(answer), answer.json()["params"]) == (
        413,
        "document-too-large",
        {"megabytes": 20},
    )
    assert await kept(database) == 0


async def test_a_files_name_goes_nowhere(desk: GatewayHarness, database: Any) -> None:
    taken, refused = (
        await send(desk, one_page(b"named"), name=NAME),
        await send(desk, b"MZ", name=NAME),
    )
    read = await desk.get("citizen-an", f"/documents/{taken.json()['sha256']}")
    for answer in (taken, refused, read):
        assert "script" not in answer.text + str(answer.headers)
    for collection in await database.list_collection_names():
        async for document in database[collection].find():
            assert "script" not in str(document)


async def test_what_is_served_cannot_act(desk: GatewayHarness) -> None:
    for data, shown, ending in (
        (one_page(), "inline", "pdf"),
        (jpeg(), "inline", "jpg"),
        (docx(), "attachment", "docx"),
    ):
        sha256 = (await send(desk, data)).json()["sha256"]
        headers = (await desk.get("citizen-an", f"/documents/{sha256}")).headers
        assert headers["content-disposition"] == f'{shown}; filename="{sha256[:12]}.{ending}"'
        assert headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in headers["content-security-policy"]
        assert headers["content-security-policy"].startswith("sandbox;") == (ending != "pdf")


# ---------------------------------------------------------------------- quotas


@pytest.fixture
async def quota(database: Any, documents: DocumentStore) -> UploadQuota:
    made = UploadQuota(database.upload_bytes, documents)
    await made.make_indexes()
    return made


LATE = datetime(2026, 11, 24, 16, 59, tzinfo=UTC)
"""23:59 in Vietnam."""


async def test_a_persons_bytes_of_a_day_are_counted_by_all_instances_at_once(
    quota: UploadQuota,
) -> None:
    allowed = Allowed(10 * MB, 100 * MB)
    each = await asyncio.gather(
        *(quota.take("citizen:an", MB, allowed, LATE) for _ in range(40)), return_exceptions=True
    )
    refused = [one for one in each if one is not None]
    assert len(refused) == 30
    assert all(
        isinstance(one, UploadsOfToday) and one.params == {"megabytes": 10, "seconds": 61}
        for one in refused
    )
    await quota.take("citizen:binh", 10 * MB, allowed, LATE)
    await quota.take("citizen:an", 10 * MB, allowed, LATE + timedelta(minutes=2))
    with pytest.raises(UploadsOfToday):
        await quota.take("citizen:thao", 11 * MB, allowed, LATE)


async def test_files_that_nobody_files_are_bounded(
    quota: UploadQuota, documents: DocumentStore
) -> None:
    allowed, now = Allowed(100 * MB, 3 * MB), datetime.now(UTC)
    first = await documents.put(bytes(2 * MB), "application/pdf", "citizen:an")
    await quota.take("citizen:an", MB, allowed, now)
    with pytest.raises(UploadsUnfiled) as refused:
        await quota.take("citizen:an", MB + 1, allowed, now)
    assert refused.value.params["megabytes"] == 3
    assert 6 * 86_400 < cast(int, refused.value.params["seconds"]) <= 7 * 86_400 + 1
    assert await documents.claim([first], "citizen:an", "d-1") == ()
    await quota.take("citizen:an", MB + 1, allowed, now)


async def test_too_much_of_a_day_is_429_by_role_and_refused_files_count(
    database: Any, documents: DocumentStore
) -> None:
    desk = await open_gateway(
        database, documents, upload_bytes_per_day=MB, clerk_upload_bytes_per_day=3 * MB
    )
    rubbish = [bytes([number]) * 600_000 for number in range(3)]
    assert [kind(await send(desk, data)) for data in rubbish[:2]] == [
        "document-refused",
        "uploads-of-today",
    ]
    answer = await send(desk, rubbish[2])
    assert answer.status_code == 429
    assert 0 < int(answer.headers["retry-after"]) <= 86_400
    assert [kind(await send(desk, data, "clerk-haihau")) for data in rubbish] == [
        "document-refused"
    ] * 3


# ---------------------------------------------------------------------- the scanner


def infected() -> bytes:
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(plain())) as pdf:
        pdf.Root.Note = pdf.make_stream(EICAR)
        pdf.save(out, compress_streams=False)
    return out.getvalue()


async def test_malware_is_refused_and_a_clean_file_is_taken(
    database: Any, documents: DocumentStore
) -> None:
    async with fake_clamd() as clamd:
        desk = await open_gateway(database, documents, clamd=clamd.address)
        virus = infected()  # once: qpdf writes the second into a file's id
        answer = await send(desk, virus)
        assert (answer.status_code, answer.json()["params"]) == (415, {"reason": "malware"})
        assert await kept(database) == 0
        assert (await send(desk, plain())).status_code == 201
        assert clamd.seen == [virus, plain()]


@pytest.mark.parametrize("mood", ["gone", "odd"])
async def test_without_a_verdict_the_setting_decides(
    database: Any, documents: DocumentStore, mood: Mood
) -> None:
    async with fake_clamd(mood) as clamd:
        strict = await open_gateway(database, documents, clamd=clamd.address)
        answer = await send(strict, plain())
        assert (answer.status_code, kind(answer), answer.headers["retry-after"]) == (
            503,
            "scanning-unavailable",
            "60",
        )
        assert await kept(database) == 0
        assert (await database.upload_bytes.find_one({}))["bytes"] == 0, (
            "who is sent away unjudged may come again"
        )
        lenient = await open_gateway(database, documents, clamd=clamd.address, clamd_away="accept")
        assert (await send(lenient, plain())).status_code == 201


def test_a_wrong_address_is_named_at_the_start() -> None:
    with pytest.raises(ValidationError, match="clamd"):
        Settings.model_validate(
            {
                "kafka_bootstrap": "a",
                "mongo_uri": "a",
                "documents_uri": "a",
                "public_url": "a",
                "clamd": "localhost",
            }
        )
