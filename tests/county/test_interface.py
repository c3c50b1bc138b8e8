"""The HTTP interface against its own description: generated requests never find a fault."""

from __future__ import annotations

from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import status_code_conformance

from county.api import create_app
from tests.county.conftest import Server

REQUESTS_EACH = 25


def test_generated_requests_get_only_documented_answers(server: Server) -> None:
    """No 5xx and no undocumented status, whatever is sent to any operation."""
    described = schemathesis.openapi.from_dict(create_app().openapi())
    results: list[Any] = list(described.get_all_operations())
    operations = [result.ok() for result in results]
    assert len(operations) == 10
    for operation in operations:
        _try_out(operation, server.url)


def _try_out(operation: Any, url: str) -> None:
    @settings(
        max_examples=REQUESTS_EACH,
        deadline=None,
        database=None,
        phases=(Phase.explicit, Phase.generate),
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy())
    def check(case: Any) -> None:
        answer = case.call(base_url=url, timeout=30)
        case.validate_response(answer, checks=[not_a_server_error, status_code_conformance])

    check()
