"""The inventory of a company in the German-speaking part of Switzerland, from a seed: the same one every time.

What inventories are like: docks that carry the MAC address of many notebooks, monitors without a serial number, numbers
with zeros in front, serial numbers typed twice, devices that came back under another status, templates and their twins.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, NamedTuple

from local.vendors.timly.account import Account
from local.vendors.timly.fields import Record

ITEMS_PER_CUSTOMER = 5
"""So many items has the company for each customer of the demo company: 4 000 customers make 20 000 items."""
UNITS = {"Zürich": ("Entwicklung", "Verkauf", "Buchhaltung"), "Bern": ("Werkstatt", "Lager"), "Genève": ("Vente",)}
ROOMS = ("Empfang", "Büro 1.01", "Büro 1.02", "Büro 2.14", "Besprechung Säntis", "Serverraum", "Werkstatt", "Lager Süd")
STREETS = {"Zürich": "Förrlibuckstrasse 30, 8005 Zürich", "Bern": "Güterstrasse 8, 3008 Bern"}
STATUSES = (("In Reparatur", "active"), ("Reserviert", "active"), ("Verkauft", "inactive"), ("Entsorgt", "inactive"))
COST_CENTRES = ("0100", "0200", "1000", "4711")
SUPPLIERS = (
    "Brack Händler AG",
    "Bürohaus Müller",
    "Digitec Grosskunden",
    "Künzli & Söhne",
    "Zürichsee Informatik GmbH",
)
GIVEN = ("Anna", "Björn", "Céline", "Daniel", "Eveline", "François", "Jürg", "Käthi", "Noémie", "Rösli", "Urs", "Zoë")
FAMILY = ("Ackermann", "Brühlmann", "Dürst", "Favre", "Gerber", "Hänni", "Kübler", "Müller", "Nägeli", "Wüthrich")
TODAY = datetime(2026, 3, 1, 8, tzinfo=UTC)
PLACEHOLDERS = ("To Be Filled By O.E.M.", "Default string", "0000000000")


class Make(NamedTuple):
    """A model, and what its devices have."""

    category: str
    manufacturer: str
    model: str
    price: int
    serial: str
    """What its serial numbers begin with; empty where it has none."""
    macs: int = 0
    share: int = 1


MAKES = (
    Make("Notebooks", "Lenovo", "ThinkPad T14 Gen 4", 1490, "PF", 2, 6),
    Make("Notebooks", "HP", "EliteBook 840 G10", 1390, "5CG", 2, 4),
    Make("Notebooks", "Apple", "MacBook Pro 14", 2490, "C02", 1, 2),
    Make("Desktops", "Dell", "OptiPlex 7010", 890, "00", 1, 3),
    Make("Monitore", "EIZO", "FlexScan EV2795", 780, "", 0, 4),
    Make("Monitore", "Dell", "P2723DE", 420, "CN0", 0, 4),
    Make("Dockingstationen", "Lenovo", "ThinkPad Universal USB-C Dock", 249, "ZKW", 1, 4),
    Make("Drucker", "Brother", "HL-L6410DN", 399, "E8", 1),
    Make("Netzwerkgeräte", "Ubiquiti", "USW-Pro-48", 1090, "", 1),
    Make("Server", "HPE", "ProLiant DL380 Gen11", 8900, "CZJ", 4),
    Make("Telefone", "Yealink", "T54W", 210, "30", 1, 2),
    Make("Werkzeuge", "Hilti", "TE 30-22", 690, "0", 0, 2),
    Make("Möbel", "Vitra", "Höhenverstellbarer Tisch", 1150, "", 0, 2),
)
IT = ("Notebooks", "Desktops", "Monitore", "Dockingstationen", "Drucker", "Netzwerkgeräte", "Server", "Telefone")
ATTRIBUTES: Sequence[tuple[str, str, str, bool]] = (
    ("serial_number", "Seriennummer", "text", False),
    ("mac_addresses", "MAC-Adressen", "mac", True),
    ("manufacturer", "Hersteller", "text", False),
    ("model", "Modell", "text", False),
    ("ip_address", "IP-Adresse", "text", False),
    ("purchase_date", "Kaufdatum", "date", False),
    ("purchase_price_net", "Kaufpreis netto", "money", False),
    ("supplier", "Lieferant", "text", False),
    ("invoice_number", "Rechnungsnummer", "text", False),
    ("cost_centre", "Kostenstelle", "choice", False),
    ("is_leased", "Geleast", "boolean", False),
    ("weight_kg", "Gewicht (kg)", "number", False),
    ("manual", "Anleitung", "url", False),
)


class Places(NamedTuple):
    """Ids of what items refer to."""

    categories: dict[str, str]
    units: list[str]
    places: list[str]
    people: list[str]
    active: list[str]
    inactive: list[str]


def _moment(hours_ago: int) -> str:
    return (TODAY - timedelta(hours=hours_ago)).isoformat(timespec="milliseconds").replace("+00:00", "Z")


_EMPTY: Record = dict.fromkeys(key for key, _, _, _ in ATTRIBUTES)
_MOMENTS = [_moment(24 * day) for day in range(2000)]


def fill(account: Account, seed: int, items: int) -> None:
    """Put so many items into an emptied account, with what they refer to."""
    dice = Random(f"samspill/timly/{seed}/{items}")
    places = _surroundings(account, dice, max(6, items // 25))
    makes = [make for make in MAKES for _ in range(make.share)]
    blueprints = [_blueprint(account, make, places) for make in MAKES[:4]] if items else []
    containers: list[str] = []
    for index in range(items):
        account.put_item(_item(index, dice, makes[int(dice.random() * len(makes))], places, blueprints, containers))
        if index % 90 == 89:
            containers.append(_container(account, index, places))


def _surroundings(account: Account, dice: Random, people: int) -> Places:
    keep = account.keep
    root = keep("categories", {"name": "IT", "parent_id": None})["id"]
    categories = {name: keep("categories", {"name": name, "parent_id": root})["id"] for name in IT}
    for name in ("Werkzeuge", "Möbel", "Verbrauchsmaterial"):
        categories[name] = keep("categories", {"name": name, "parent_id": None})["id"]
    units: list[str] = []
    rooms: list[str] = []
    for town, teams in UNITS.items():
        unit = keep("organisational_units", {"name": town, "parent_id": None})["id"]
        units += [unit, *(keep("organisational_units", {"name": each, "parent_id": unit})["id"] for each in teams)]
        site = {"name": town, "parent_id": None, "organisational_unit_id": unit, "address": STREETS.get(town)}
        site_id = keep("places", site)["id"]
        within = {"parent_id": site_id, "organisational_unit_id": unit, "address": None}
        rooms += [site_id, *(keep("places", {"name": room, **within})["id"] for room in ROOMS)]
    for name, kind in STATUSES:
        keep("statuses", {"name": name, "kind": kind, "builtin": False})
    for key, label, type_, is_list in ATTRIBUTES:
        told = {"key": key, "label": label, "scope": "item", "type": type_, "is_list": is_list}
        keep("attributes", {**told, "choices": [*COST_CENTRES] if type_ == "choice" else [], "category_ids": []})
    by_kind = {
        kind: [each["id"] for each in account.held["statuses"].values() if each["kind"] == kind]
        for kind in ("active", "inactive")
    }
    return Places(
        categories, units, rooms, _people(account, dice, people, units), by_kind["active"], by_kind["inactive"]
    )


def _people(account: Account, dice: Random, count: int, units: list[str]) -> list[str]:
    made = []
    for number in range(count):
        given, family = dice.choice(GIVEN), dice.choice(FAMILY)
        told = {"first_name": given, "last_name": family, "email": f"person{number + 1}@werkstaetten.example"}
        made.append(account.keep("people", {**told, "organisational_unit_id": dice.choice(units), "attributes": {}}))
    return [each["id"] for each in made]


def _blueprint(account: Account, make: Make, places: Places) -> str:
    return account.put_item(
        {
            **_head(f"{make.manufacturer} {make.model}", f"V-{make.model}", "blueprint", places),
            "category_id": places.categories[make.category],
            "attributes": {**_EMPTY, "manufacturer": make.manufacturer, "model": make.model},
        }
    )


def _container(account: Account, index: int, places: Places) -> str:
    told = _head(f"Koffer für Schulungen {index // 90 + 1}", f"K{index // 90 + 1:04}", "container", places)
    return account.put_item({**told, "category_id": places.categories["Verbrauchsmaterial"], "attributes": {**_EMPTY}})


def _head(name: str, number: str, item_type: str, places: Places) -> Record:
    return {
        "name": name,
        "number": number,
        "item_type": item_type,
        "blueprint_id": None,
        "container_id": None,
        "quantity": None,
        "organisational_unit_id": None,
        "status_id": places.active[0],
        "barcode": None,
        "assigned_to": None,
        "external_refs": [],
        "created_at": _MOMENTS[0],
    }


def _item(index: int, dice: Random, make: Make, places: Places, blueprints: list[str], containers: list[str]) -> Record:
    roll: Callable[[], float] = dice.random
    kind, age = roll(), int(roll() * 1999)
    item_type = "stock" if kind < 0.03 else "twin" if kind < 0.08 and make in MAKES[:4] else "normal"
    head = _head(f"{make.manufacturer} {make.model}", f"{index + 1:06}", item_type, places)
    head["category_id"] = places.categories[make.category]
    head["organisational_unit_id"] = places.units[int(roll() * len(places.units))]
    head["created_at"] = _MOMENTS[age]
    head["status_id"] = places.inactive[int(roll() * len(places.inactive))] if roll() < 0.12 else places.active[0]
    head["barcode"] = f"{4000 + index:08}" if index % 3 else None
    head["attributes"] = _attributes(index, roll, make, age)
    if item_type == "stock":
        head |= {"name": "Netzwerkkabel Cat 6, grün", "quantity": int(roll() * 500), "attributes": {**_EMPTY}}
        head["category_id"] = places.categories["Verbrauchsmaterial"]
    elif item_type == "twin":
        head["blueprint_id"] = blueprints[MAKES.index(make)]
    elif containers and kind > 0.97:
        head["container_id"] = containers[int(roll() * len(containers))]
    where = roll()
    if where < 0.5:
        head["assigned_to"] = {"type": "place", "id": places.places[int(roll() * len(places.places))]}
    elif where < 0.85:
        head["assigned_to"] = {"type": "person", "id": places.people[int(roll() * len(places.people))]}
    return head


def _attributes(index: int, roll: Callable[[], float], make: Make, age: int) -> dict[str, Any]:
    found = dict(_EMPTY)
    found["manufacturer"], found["model"] = make.manufacturer, make.model
    if make.serial:
        # Every 400th was typed from the device beside it, every 500th shows what the factory left there.
        number = index - 1 if index % 400 == 399 else index
        found["serial_number"] = PLACEHOLDERS[index % 3] if index % 500 == 250 else f"{make.serial}{number:07X}"
    if make.macs:
        found["mac_addresses"] = [_mac(index * 4 + port) for port in range(make.macs)]
        if make.category == "Dockingstationen":  # docks answer with the address of whatever stands in them
            found["mac_addresses"].append(_mac(index // 8 * 8 * 4))
        found["ip_address"] = f"10.{index % 250}.{index // 250 % 250}.{int(roll() * 250) + 1}"
    found["purchase_date"] = _MOMENTS[min(age + 14, 1999)][:10]
    cents = make.price * 100 + int(roll() * 20_000) - 10_000
    found["purchase_price_net"] = {"amount": f"{cents // 100}.{cents % 100:02}", "currency": "CHF"}
    found["supplier"] = SUPPLIERS[int(roll() * len(SUPPLIERS))]
    found["invoice_number"] = f"RE-{2026 - age // 365}-{int(roll() * 9999):04}"
    found["cost_centre"] = COST_CENTRES[int(roll() * len(COST_CENTRES))]
    found["is_leased"] = roll() < 0.1
    found["weight_kg"] = int(roll() * 200) / 10
    return found


def _mac(number: int) -> str:
    digits = f"{0x3C5282000000 + number:012X}"
    return ":".join(digits[at : at + 2] for at in range(0, 12, 2))
