"""The operations most entities offer: search, read, create, change, delete, and the same for lists."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import md5
from typing import Any

import orjson
from werkzeug.wrappers import Response

from local.vendors.app import json_response
from local.vendors.tripletex import messages as m
from local.vendors.tripletex import writing
from local.vendors.tripletex.body import read_json
from local.vendors.tripletex.entity import Entity
from local.vendors.tripletex.errors import Issue, Refusal, bad_parameter, mapping, not_found, rule
from local.vendors.tripletex.fields import parse_sorting
from local.vendors.tripletex.query import PAGING, Query, id_list, required, whole_number
from local.vendors.tripletex.render import Renderer
from local.vendors.tripletex.routes import Ask, Operation, Routes
from local.vendors.tripletex.sorting import sort_rows
from local.vendors.tripletex.table import Row
from local.vendors.tripletex.world import World

NO_CHECKSUM_ASKED = "'If-None-Match' header not specified"
NO_CHECKSUM_YET = "Checksum not yet supported for this endpoint"


class Crud:
    """Answers for any entity of one world."""

    def __init__(self, world: World, renderer: Renderer) -> None:
        """Work on `world`, show through `renderer`."""
        self.world = world
        self.renderer = renderer

    def routes(self, entity: Entity, offers: str) -> Routes:
        """Return the operations in `offers`: search, read, create, change, delete; POST, PUT, DELETE of lists."""
        path = f"/{entity.model.path}"
        listing = frozenset(entity.filters) | entity.params | PAGING
        fields = frozenset({"fields"})

        def on(handle: Callable[[Entity, Ask], Response], params: frozenset[str] = frozenset()) -> Operation:
            return Operation(lambda ask: handle(entity, ask), params)

        table: dict[str, tuple[str, str, Operation]] = {
            "search": (path, "GET", on(self.search, listing)),
            "create": (path, "POST", on(self.create)),
            "read": (f"{path}/{{id}}", "GET", on(self.read, fields)),
            "change": (f"{path}/{{id}}", "PUT", on(self.change)),
            "delete": (f"{path}/{{id}}", "DELETE", on(self.delete)),
            "POST": (f"{path}/list", "POST", on(self.create_list)),
            "PUT": (f"{path}/list", "PUT", on(self.change_list)),
            "DELETE": (f"{path}/list", "DELETE", on(self.delete_list, frozenset({"ids"}))),
        }
        routes: Routes = {}
        for offer in offers.split():
            place, method, operation = table[offer]
            routes.setdefault(place, {})[method] = operation
        return routes

    # Reading.

    def search(self, entity: Entity, ask: Ask) -> Response:
        """Answer a list."""
        query = ask.query
        predicates = [make(name, query[name]) for name, make in entity.filters.items() if query.get(name)]
        predicates += entity.narrow(self.world, query)
        rows = list(self.world.seen(entity.model.name).values())
        for predicate in predicates:
            rows = [row for row in rows if predicate(row)]
        return self.page(entity, ask, rows)

    def page(self, entity: Entity, ask: Ask, rows: list[Row]) -> Response:
        """Answer one page of `rows`, sorted as asked.

        Raises:
            Refusal: Too many rows match, or a paging parameter cannot be used.
        """
        query = ask.query
        limit = int(self.world.faults.result_limit)
        if len(rows) > limit:
            raise Refusal(422, 23000, m.RESULT_TOO_LARGE.about(limit))
        first, count = _paging(query, "from", 0), _paging(query, "count", 1000)
        if sorting := query.get("sorting"):
            models = {name: each.model for name, each in self.world.entities.items()}
            rows = sort_rows(self.world, entity, rows, parse_sorting(sorting, entity.model, models))
        digest = NO_CHECKSUM_ASKED if entity.digest else NO_CHECKSUM_YET
        asked = ask.request.headers.get("If-None-Match")
        if asked and entity.digest:
            digest = _digest(rows)
            if asked.strip('"') == digest:
                return Response(status=304)
        shown = rows[first : first + count]
        values = self.renderer.many(entity, shown, query.get("fields", ""))
        head = {
            "fullResultSize": min(len(rows), first + count + 1),
            "from": first,
            "count": len(values),
            "versionDigest": digest,
            **entity.listed(self.world, rows),
        }
        return json_response(b'%s,"values":[%s]}' % (orjson.dumps(head)[:-1], b",".join(values)))

    def read(self, entity: Entity, ask: Ask) -> Response:
        """Answer one record."""
        row = self.world.seen(entity.model.name).get(whole_number(ask.args["id"]))
        if row is None:
            raise not_found()
        return self.one(entity, row, fields=ask.query.get("fields", ""))

    def one(self, entity: Entity, row: Row, status: int = 200, fields: str = "") -> Response:
        """Answer with one record in its envelope."""
        return json_response(b'{"value":%s}' % self.renderer.many(entity, [row], fields)[0], status)

    # Writing.

    def create(self, entity: Entity, ask: Ask) -> Response:
        """Make a record."""
        body = read_json(ask.request.get_data())
        with self.world.transaction():
            row = writing.create(self.world, entity, body)
        return self.one(entity, row, 201)

    def change(self, entity: Entity, ask: Ask) -> Response:
        """Change a record."""
        row_id = whole_number(ask.args["id"])
        body = read_json(ask.request.get_data())
        with self.world.transaction():
            row = writing.update(self.world, entity, row_id, body)
        return self.one(entity, row)

    def delete(self, entity: Entity, ask: Ask) -> Response:
        """Delete a record."""
        row_id = whole_number(ask.args["id"])
        version = ask.query.get("version")
        with self.world.transaction():
            writing.delete(self.world, entity, row_id, whole_number(version) if version else None)
        return Response(status=204)

    def create_list(self, entity: Entity, ask: Ask) -> Response:
        """Make records from a list."""
        rows = self._each(ask, lambda body: writing.create(self.world, entity, body))
        return self.several(entity, rows, 201)

    def change_list(self, entity: Entity, ask: Ask) -> Response:
        """Change the records of a list."""

        def change(body: Any) -> Row:
            row_id = body.get("id") if isinstance(body, dict) else None
            if not isinstance(row_id, int):
                raise rule("id", m.NOT_NULL)
            return writing.update(self.world, entity, row_id, body)

        return self.several(entity, self._each(ask, change))

    def delete_list(self, entity: Entity, ask: Ask) -> Response:
        """Delete the records whose ids are listed."""
        ids = id_list("ids", required(ask.query, "ids"))
        self._all(ids, lambda row_id: writing.delete(self.world, entity, row_id))
        return Response(status=204)

    def several(self, entity: Entity, rows: list[Row], status: int = 200) -> Response:
        """Answer with the records just written."""
        values = self.renderer.many(entity, rows, "")
        head = {"fullResultSize": len(rows), "from": 0, "count": len(rows), "versionDigest": None}
        return json_response(b'%s,"values":[%s]}' % (orjson.dumps(head)[:-1], b",".join(values)), status)

    def _each[T](self, ask: Ask, write: Callable[[Any], T]) -> list[T]:
        bodies = read_json(ask.request.get_data())
        if not isinstance(bodies, list):
            raise mapping([Issue(None, m.WRONG_TYPE)])
        limit = int(self.world.faults.list_limit)
        if len(bodies) > limit:
            raise rule(None, m.LIST_TOO_LONG.about(limit))
        return self._all(bodies, write)

    def _all[B, T](self, items: list[B], write: Callable[[B], T]) -> list[T]:
        """Write all or none; or, when lists are switched to not atomic, all up to the first that is refused."""

        def numbered(index: int, item: B) -> T:
            try:
                return write(item)
            except Refusal as refusal:
                raise refusal.at(index) from refusal

        if self.world.faults.list_atomic:
            with self.world.transaction():
                return [numbered(index, item) for index, item in enumerate(items)]
        done = []
        for index, item in enumerate(items):
            with self.world.transaction():
                done.append(numbered(index, item))
        return done


def _paging(query: Query, name: str, default: int) -> int:
    value = whole_number(query.get(name) or str(default))
    if value < 0:
        raise bad_parameter(name, m.BAD_FORMAT)
    return value


def _digest(rows: list[Row]) -> str:
    """Return a checksum of ids and versions. The vendor's may cover more than the answer, too."""
    return md5(repr([(row.id, row.version) for row in rows]).encode(), usedforsecurity=False).hexdigest()
