"""Keys and sessions: two tokens make a third, which dies at midnight in Oslo."""

from __future__ import annotations

from base64 import b64decode, b64encode
from dataclasses import dataclass
from itertools import count
from typing import Any

import orjson
from werkzeug.wrappers import Request, Response

from local.vendors.app import json_response
from local.vendors.clock import OSLO
from local.vendors.tripletex import messages as m
from local.vendors.tripletex.body import read_json
from local.vendors.tripletex.crud import Crud
from local.vendors.tripletex.employees import COMPANY_ID
from local.vendors.tripletex.entity import Entity
from local.vendors.tripletex.errors import Issue, Refusal, bean, forbidden, mapping, unauthorized
from local.vendors.tripletex.messages import Message
from local.vendors.tripletex.model import Kind, Model, shown
from local.vendors.tripletex.query import day
from local.vendors.tripletex.routes import Ask, Operation, Routes, Session
from local.vendors.tripletex.table import Row

CONSUMER_TOKEN = "test-sandbox-consumer-0001"  # made up, and made to be seen
EMPLOYEE_TOKEN = "test-sandbox-employee-0001"
ACCOUNTANT_TOKEN = "test-sandbox-accountant-0001"

_PARTS = ("consumerToken", "employeeToken", "expirationDate")


class LoggedInUser(Entity):
    """The answer to `>whoAmI`."""

    model = Model(
        "loggedInUser",
        "LoggedInUserInfoDTO",
        "token/session",
        (
            shown("employeeId", Kind.INTEGER),
            shown("actualEmployeeId", Kind.INTEGER),
            shown("employee", Kind.REF, target="employee"),
            shown("companyId", Kind.INTEGER),
            shown("company", Kind.REF, target="company"),
            shown("language"),
            shown("loggedInWithConnect", Kind.BOOLEAN, default=False),
            shown("employeeIsProxy", Kind.BOOLEAN, default=False),
        ),
        bare=True,
    )


@dataclass(slots=True)
class Key:
    """An employee token as the account knows it."""

    employee_id: int
    accountant: bool = False
    revoked: bool = False


class Sessions:
    """The account's keys and the sessions minted from them."""

    def __init__(self, crud: Crud, owner_id: int) -> None:
        """Hold the account's keys, which belong to employee `owner_id`."""
        self._crud = crud
        self.language = "NO"
        self.keys = {EMPLOYEE_TOKEN: Key(owner_id), ACCOUNTANT_TOKEN: Key(owner_id, accountant=True)}
        self._live: dict[str, Session] = {}
        self._ids = count(1)

    def expire(self) -> None:
        """Kill every session."""
        self._live.clear()

    def revoke(self, *, revoked: bool = True) -> None:
        """Make the customer's keys worthless, or good again."""
        for key in self.keys.values():
            key.revoked = revoked

    def open(self, request: Request, *, anywhere: bool) -> Session:
        """Return the session of a call; `anywhere` when the call needs no company.

        Raises:
            Refusal: 401/3000, session or user name is wrong; 403/9000, an accountant's key has not said whose company.
        """
        company, token = _credentials(request)
        session = self._live.get(token)
        today = self._crud.world.clock().astimezone(OSLO).date().isoformat()
        if session is None or today >= session.expires:
            raise unauthorized()
        key = self.keys[session.employee_token]
        if key.revoked or company not in {"", "0", str(COMPANY_ID)}:
            raise unauthorized()
        if key.accountant and company != str(COMPANY_ID) and not anywhere:
            raise forbidden()
        return session

    def mint(self, consumer: str, employee: str, expires: str) -> Session:
        """Make a session that dies at the start of the day `expires`, in Oslo.

        Raises:
            Refusal: 422/18000, a token is not known here.
        """
        if consumer != CONSUMER_TOKEN:
            raise _bad_token("arg:consumerToken", m.CONSUMER_TOKEN)
        key = self.keys.get(employee)
        if key is None or key.revoked:
            raise _bad_token("arg:employeeToken", m.EMPLOYEE_TOKEN)
        number = next(self._ids)
        opaque = orjson.dumps({"tokenId": number, "token": f"{number:032x}"})
        token = b64encode(opaque).decode()
        session = Session(number, token, consumer, employee, key.employee_id, expires)
        self._live[token] = session
        return session

    # Operations.

    def routes(self) -> Routes:
        """Return the operations on tokens."""
        return {
            "/token/session/:create": {
                "POST": Operation(self._create_from_body, frozenset(_PARTS), public=True),
                "PUT": Operation(self._create_from_query, frozenset(_PARTS), public=True),
            },
            "/token/session/>whoAmI": {"GET": Operation(self._who_am_i, frozenset({"fields"}), anywhere=True)},
            "/token/session/{token}": {"DELETE": Operation(self._delete, anywhere=True)},
        }

    def _create_from_body(self, ask: Ask) -> Response:
        data = ask.request.get_data()
        if not data and ask.query:
            return self._create(dict(ask.query), 201)
        body = read_json(data)
        if not isinstance(body, dict):
            raise mapping([Issue(None, m.WRONG_TYPE)])
        unknown = [Issue(name, m.NO_SUCH_FIELD) for name in body if name not in _PARTS]
        wrong = [Issue(name, m.WRONG_TYPE) for name in _PARTS if not isinstance(body.get(name), str | None)]
        if unknown or wrong:
            raise mapping(unknown + wrong)
        return self._create(body, 201)

    def _create_from_query(self, ask: Ask) -> Response:
        return self._create(dict(ask.query), 200)

    def _create(self, sent: dict[str, Any], status: int) -> Response:
        absent = [(name, m.NOT_NULL) for name in _PARTS if not sent.get(name)]
        if absent:
            raise bean(*absent)
        expires = day("expirationDate", sent["expirationDate"])
        session = self.mint(sent["consumerToken"], sent["employeeToken"], expires)
        address = self._crud.world.address
        value = {
            "id": session.id,
            "version": 0,
            "url": f"{address}/token/session/{session.id}",
            "consumerToken": {"id": 1, "url": f"{address}/token/consumer/1"},
            "employeeToken": {"id": 1, "url": f"{address}/token/employee/1"},
            "expirationDate": session.expires,
            "token": session.token,
            "encryptedId": f"{session.id:x}",
        }
        return json_response({"value": value}, status)

    def _who_am_i(self, ask: Ask) -> Response:
        session, world = ask.caller, self._crud.world
        values = {
            "employeeId": session.employee_id,
            "actualEmployeeId": session.employee_id,
            "employee": session.employee_id,
            "companyId": COMPANY_ID,
            "company": COMPANY_ID,
            "language": self.language,
        }
        entity = world.entities["loggedInUser"]
        row = Row(session.id, 0, entity.model.defaults | values)
        return self._crud.one(entity, row, fields=ask.query.get("fields", ""))

    def _delete(self, ask: Ask) -> Response:
        self._live.pop(ask.args["token"], None)
        return Response(status=204)


def _credentials(request: Request) -> tuple[str, str]:
    kind, _, encoded = request.headers.get("Authorization", "").partition(" ")
    try:
        company, separator, token = b64decode(encoded, validate=True).decode().partition(":")
    except ValueError:
        raise unauthorized() from None
    if kind.lower() != "basic" or not separator:
        raise unauthorized()
    return company, token


def _bad_token(field: str, message: Message) -> Refusal:
    return Refusal(422, 18000, m.VALIDATION_FAILED, developer="VALIDATION_ERROR", issues=[Issue(field, message)])
