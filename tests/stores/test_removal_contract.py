"""What is removed is gone, piece by piece, and its neighbours stay."""

from __future__ import annotations

import pytest

from samspill.engine.model import Side
from samspill.errors import ConflictError, GoneError
from samspill.ports import LinkCommit
from samspill.state import FlowKey, FlowStatus, StreamKey
from tests.stores.conftest import OnAws, Stores
from tests.stores.test_files_contract import file, link
from tests.stores.test_links_contract import STREAM, alone, pair
from tests.stores.test_registry_contract import connection, flow
from tests.support.aws import counted

OTHER = StreamKey(STREAM.tenant, "a#flow-2", "customers")
LEFT, RIGHT = Side.LEFT, Side.RIGHT


class TestRemoval:
    def test_links_and_pointers_go_a_bounded_number_at_a_time(self, stores: Stores) -> None:
        stores.links.commit(STREAM, [pair("1", "r1"), LinkCommit(alone("2"))])
        stores.links.commit(OTHER, [LinkCommit(alone("1"))])

        assert [stores.links.remove(STREAM, 2) for _ in range(3)] == [2, 1, 0]

        assert list(stores.links.all(STREAM)) == []
        assert stores.links.of_records(STREAM, RIGHT, ["r1"]) == {}
        assert [each.id for each in stores.links.all(OTHER)] == ["left-1"]

    def test_a_record_whose_links_were_removed_may_be_linked_anew(self, stores: Stores) -> None:
        stores.links.commit(STREAM, [pair("1", "r1")])
        stores.links.remove(STREAM, 10)
        assert stores.links.commit(STREAM, [pair("1", "r1")]) == [True]

    def test_entries_of_the_key_index_are_swept_flow_by_flow_whatever_their_keys(self, stores: Stores) -> None:
        stores.keys.put(STREAM, LEFT, [("name|a", "1"), ("name|b", "2"), ("name|b", "3")])
        stores.keys.put(OTHER, LEFT, [("name|a", "9")])

        removed, token = stores.keys.sweep([STREAM.of_flow], "", 1)
        while token:
            more, token = stores.keys.sweep([STREAM.of_flow], token, 1)
            removed += more

        assert removed > 1
        assert stores.keys.find(STREAM, LEFT, ["name|a", "name|b"], most=5) == {}
        assert stores.keys.find(OTHER, LEFT, ["name|a"], most=5) == {"name|a": ["9"]}

    def test_cursors_of_both_sides_go(self, stores: Stores) -> None:
        for stream in (STREAM, OTHER):
            for side in Side:
                stores.cursors.put(stream, side, "c")
        stores.cursors.remove(STREAM)
        stores.cursors.remove(STREAM)
        assert [stores.cursors.get(STREAM, side) for side in Side] == [None, None]
        assert stores.cursors.get(OTHER, LEFT) == "c"

    def test_documents_go_on_the_revision_that_was_read(self, stores: Stores) -> None:
        old, state = stores.registry.save_connection(connection()), stores.registry.save_flow(flow())
        new = stores.registry.save_connection(old)
        changed = stores.registry.save_flow(state.model_copy(update={"status": FlowStatus.REMOVING}))
        with pytest.raises(ConflictError):
            stores.registry.remove_connection(old)
        with pytest.raises(ConflictError):
            stores.registry.remove_flow(state)
        for _ in range(2):
            stores.registry.remove_connection(new)
            stores.registry.remove_flow(changed)
        with pytest.raises(GoneError):
            stores.registry.connection("t", "tx")
        with pytest.raises(GoneError):
            stores.registry.flow(state.key)

    def test_blobs_and_files_go_by_prefix_a_bounded_number_at_a_time(self, stores: Stores) -> None:
        for key in ("held/t/f/1", "held/t/f/2", "held/t/f-2/1"):
            stores.blobs.put(key, b"x")
        stores.file_store.put("files/t/f/1", [b"x"])
        assert [stores.blobs.remove("held/t/f/", 1) for _ in range(3)] == [1, 1, 0]
        assert [stores.file_store.remove("files/t/f/", 9) for _ in range(2)] == [1, 0]
        assert stores.blobs.keys("held/") == ["held/t/f-2/1"]

    def test_files_are_forgotten_with_the_links_to_them(self, stores: Stores) -> None:
        stores.files.begin(file("r1-a").model_copy(update={"links": ("h1",)}))
        stores.files.finish(file("r1-a").model_copy(update={"links": ("h1",)}), keep=True)
        stores.files.begin(file("r2-a"))
        stores.files.save_link(link("h1"))
        assert stores.files.remove(FlowKey("t", "f"), 10) == 2
        assert stores.files.remove(FlowKey("t", "f"), 10) == 0
        assert stores.files.latest(FlowKey("t", "f"), 10) == []
        assert stores.files.link("h1") is None

    def test_a_tenants_credentials_go_at_once_and_may_come_anew(self, stores: Stores) -> None:
        stores.secrets.put("t", "tx", {"key": "1"})
        stores.secrets.put("t2", "tx", {"key": "2"})
        stores.secrets.remove("t")
        stores.secrets.remove("t")
        assert stores.secrets.get("t", "tx") == {}
        assert stores.secrets.get("t2", "tx") == {"key": "2"}
        stores.secrets.put("t", "tx", {"key": "3"})
        assert stores.secrets.get("t", "tx", fresh=True) == {"key": "3"}


def test_links_are_removed_in_batches_of_twenty_five(aws: OnAws) -> None:
    aws.links.commit(STREAM, [LinkCommit(alone(str(number))) for number in range(60)])
    with counted("dynamodb") as calls:
        assert aws.links.remove(STREAM, 50) == 50
    assert calls == {"Query": 1, "BatchWriteItem": 2}
