"""What the version before details kept in a reason's parameters, as it stored it, is read as a detail."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from samspill.engine.detail_v0 import detail_of_v0, rule_of_v0
from samspill.engine.model import Detail, DetailKind, Side
from samspill.reasons import Reason

STORED: list[tuple[str, Detail | None]] = [
    (
        (
            '{"code":"held_back","params":{"what":"customers.phone, customers (archive)","names":'
            '"customers/right/archive customers/right/field:phone","content":" 9f2c4d5e6a7b"}}'
        ),
        Detail(stops={"customers/right/archive": "", "customers/right/field:phone": "9f2c4d5e6a7b"}),
    ),
    ('{"code":"held_back","params":{}}', Detail(stops={"": ""})),
    (
        '{"code":"waiting_for","params":{"for":"customers/left-10/4"}}',
        Detail(waits_for=("customers", Side.LEFT, "10/4")),
    ),
    (
        '{"code":"held_back","params":{"what":"projects (create)","names":"projects/right/create","content":""}}',
        Detail(stops={"projects/right/create": ""}),
    ),
    (
        '{"code":"waiting_for","params":{"stream":"customers","record":"Berg AS","for":"customers/left-10-4"}}',
        Detail(waits_for=("customers", Side.LEFT, "10-4")),
    ),
    (
        (
            '{"code":"waiting_for_deleted","params":{"stream":"customers","record":"B AS","for":"customers/right-7f",'
            '"system":"Svenn","source":"Tripletex"}}'
        ),
        Detail(waits_for=("customers", Side.RIGHT, "7f")),
    ),
    (
        '{"code":"waits_in_circle","params":{"stream":"projects","record":"B","for":"projects/left-2"}}',
        Detail(waits_for=("projects", Side.LEFT, "2")),
    ),
    ('{"code":"waiting_for","params":{"stream":"customers","record":"17"}}', None),
    ('{"code":"partner_unreadable","params":{"record":"Berg AS","system":"Svenn"}}', None),
    ('{"code":"ambiguous","params":{"rule":"number","value":"17"}}', Detail(DetailKind.SEVERAL)),
    (
        (
            '{"code":"same_number_but_other","params":{"label":"Berg AS","system":"Svenn","score":"60","rule":"number",'
            '"why":""}}'
        ),
        Detail(DetailKind.SAME),
    ),
    ('{"code":"same_key_but_other","params":{"label":"Berg AS"}}', Detail(DetailKind.SAME)),
    ('{"code":"same_name_but_other","params":{"label":"Berg AS"}}', Detail(DetailKind.SAME)),
    ('{"code":"similar","params":{"label":"Berg AS","score":"80"}}', Detail(DetailKind.SAME)),
    ('{"code":"maybe_same","params":{"label":"Berg AS"}}', Detail(DetailKind.SAME)),
    ('{"code":"maybe_unreadable","params":{"record":"9","system":"Svenn"}}', Detail(DetailKind.UNREADABLE)),
    (
        '{"code":"unreadable_maybe_same","params":{"record":"9","system":"Svenn","label":"Berg AS"}}',
        Detail(DetailKind.UNREADABLE),
    ),
    ('{"code":"hours_on_nothing","params":{"source":"Svenn"}}', Detail(DetailKind.OUT_OF_SCOPE)),
    ('{"code":"hours_exported_before","params":{"hours":"4","source":"Svenn"}}', Detail(DetailKind.KEPT_APART)),
    ('{"code":"hours_no_activity","params":{"activity":"Mur, puss"}}', Detail(DetailKind.NO_COUNTERPART)),
    ('{"code":"hours_moving","params":{"activity":"Mur, puss"}}', Detail(DetailKind.MOVING)),
    ('{"code":"deleted_and_kept","params":{"source":"Svenn","system":"Tripletex"}}', Detail(DetailKind.KEPT)),
    ('{"code":"used_again","params":{"source":"Svenn","system":"Tripletex"}}', Detail(DetailKind.USED_AGAIN)),
    ('{"code":"updated","params":{"system":"Svenn","fields":"email, phone"}}', None),
    ('{"code":"archived","params":{"source":"Svenn","system":"Tripletex"}}', None),
    ('{"code":"deleted_before_link","params":{"source":"Svenn","system":"Tripletex"}}', None),
    ('{"code":"equal"}', None),
]


@pytest.mark.parametrize(("stored", "detail"), STORED)
def test_an_outcome_of_the_version_before_keeps_what_its_reason_said(stored: str, detail: Detail | None) -> None:
    assert detail_of_v0(reason_of(stored)) == detail


def test_a_plan_line_of_the_version_before_keeps_the_rule_it_links_by() -> None:
    chosen = '{"code":"linked","params":{"label":"Berg AS","rule":"person"}}'
    assert rule_of_v0(reason_of(chosen)) == "person"
    assert rule_of_v0(reason_of('{"code":"created","params":{"system":"Svenn"}}')) == ""


def reason_of(stored: str) -> Reason:
    body: dict[str, Any] = orjson.loads(stored)
    return Reason.from_json(body)
