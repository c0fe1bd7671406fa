"""A collection as CSV: one line for each record, lists and objects within it as JSON."""

import csv
import io
import json
from collections.abc import Mapping
from typing import Any

from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.utils.encoders import JSONEncoder

from ccmadmin.pages.exporting import safe


class CsvRenderer(BaseRenderer):
    """For `Accept: text/csv` or `?format=csv`; what is no list of records stays JSON."""

    media_type = "text/csv"
    format = "csv"
    charset = "utf-8"

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> Any:
        rows = data.get("results") if isinstance(data, Mapping) else None
        if rows is None:
            return JSONRenderer().render(data, accepted_media_type, renderer_context)
        lines = io.StringIO()
        writer = csv.writer(lines)
        names = list(dict.fromkeys(name for row in rows for name in row))
        writer.writerow(names)
        for row in rows:
            writer.writerow(safe(text_of(row.get(name))) for name in names)
        return lines.getvalue()


def text_of(value: Any) -> str:
    """Return a value as the JSON of the record has it; texts without their quotes."""
    if value is None:
        return ""
    plain = json.dumps(value, cls=JSONEncoder, ensure_ascii=False)
    return str(json.loads(plain)) if plain.startswith('"') else plain
