"""A company with one employee in Svenn, two projects, a task and a tag, and a hand that writes hours."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import httpx

from local.vendors.svenn import SvennSandbox

MONDAY = "2026-03-02"


class Company:
    """One employee, two projects, a task, a tag, and a hand that writes hours."""

    def __init__(self, svenn: SvennSandbox, app: httpx.Client) -> None:
        self.svenn, self.app = svenn, app
        self.kari = self._made("employees", firstName="Kari", lastName="Moen", number="7")
        self.bath, self.roof = self._made("projects", name="Bad"), self._made("projects", name="Tak")
        self.task, self.tag = self._made("tasks", name="Montasje"), self._made("tags", name="Kurs")
        self.sheet_id = f"{self.kari}|{MONDAY}"

    def _made(self, kind: str, **body: Any) -> str:
        return str(self.svenn.add(kind, body)["id"])

    def write(self, hours: str = "7.5", **body: Any) -> str:
        usual = {"employeeId": self.kari, "date": MONDAY, "projectId": self.bath, "taskId": self.task, "approved": True}
        return str(self.svenn.add("entries", {**usual, "hours": hours, **body})["id"])

    def edit(self, entry: str, **body: Any) -> None:
        self.svenn.edit("entries", entry, body)

    def sheet(self, sheet_id: str | None = None) -> dict[str, Any]:
        response = self.app.get(f"/day-sheets/{quote(sheet_id or self.sheet_id, safe='')}")
        assert response.status_code == 200, response.text
        found: dict[str, Any] = response.json()
        return found

    def line(self, hours: str = "7.5", **body: Any) -> dict[str, Any]:
        return {"projectId": self.bath, "taskId": self.task, "tagId": None, "hours": hours, **body}

    def confirm(self, *lines: dict[str, Any], version: int | None = None) -> httpx.Response:
        headers = {} if version is None else {"If-Match": f'"{version}"'}
        return self.app.patch(
            f"/day-sheets/{quote(self.sheet_id, safe='')}", json={"exported": [*lines]}, headers=headers
        )

    def claim(self, since: str, key: str = "k-1") -> dict[str, Any]:
        response = self.app.post("/exports", json={"key": key, "exporter": "Hub", "since": since})
        assert response.status_code == 201, response.text
        made: dict[str, Any] = response.json()
        return made

    def claimed(self, claim: dict[str, Any]) -> list[str]:
        return [each["id"] for each in self.app.get(f"/exports/{claim['id']}/day-sheets").json()["items"]]

    def cursor(self) -> str:
        return str(self.app.get("/day-sheets").json()["cursor"])
