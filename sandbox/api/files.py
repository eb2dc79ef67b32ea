"""files.*: what was uploaded and may be seen."""

from __future__ import annotations

from sandbox import objects
from sandbox.api.base import ApiCall, Method, Refused, kinds
from sandbox.files import app_sees
from sandbox.json_types import JsonObject


def info(call: ApiCall) -> JsonObject:
    """https://docs.slack.dev/reference/methods/files.info"""
    file = call.workspace.files.get(call.needed("file"))
    if file is not None and file.deleted:
        raise Refused("file_deleted")
    if file is None or not app_sees(call.workspace, file):
        raise Refused("file_not_found")
    return {
        "file": objects.file_json(call.workspace, file),
        "comments": [],
        "response_metadata": {"next_cursor": ""},
    }


FILES: dict[str, Method] = {
    "files.info": Method(
        info, kinds(text="file cursor", number="limit count page"), ("files:read",), 4
    )
}
