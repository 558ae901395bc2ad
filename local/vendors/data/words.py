"""The words that names are made of."""

from __future__ import annotations

PLACE_NAMES = (
    *(
        "Bakken",
        "Bjørkly",
        "Brekkefoss",
        "Elveseter",
        "Fjellheim",
        "Furumo",
        "Granåsen",
        "Gråberg",
        "Haugsjå",
        "Havnås",
    ),
    *("Høgåsen", "Kråkvåg", "Kvernmo", "Lindås", "Lyngmo", "Myrvang", "Nordvik", "Rødfoss", "Skarsjø", "Solbø"),
    *("Steinløkka", "Strandå", "Sørli", "Torvmyra", "Tveitdal", "Vårdal", "Øyjord", "Østmo", "Åkerlia", "Ådalen"),
)
TRADES = (
    *("Bygg", "Rør & Sanitær", "Elektro", "Maskin", "Snekkerverksted", "Tak & Fasade", "Malerservice", "Ventilasjon"),
    *("Eiendom", "Betong", "Anlegg", "Gartneri", "Bakeri", "Transport", "Interiør", "Landskap", "Blikk", "Mur & Flis"),
    *("Sag og Høvleri", "Hagesenter", "Verksted", "Kjøl", "Kontorsenter", "Fiskemottak", "Barnehage", "Borettslag"),
)
FORMS = ("AS", "AS", "AS", "AS", "AS", "ANS", "DA", "SA")
STREETS = (
    *("Storgata", "Industriveien", "Kirkeveien", "Fjordgata", "Skolegata", "Sjøgata", "Bruveien", "Havnegata"),
    *("Verkstedveien", "Myrveien", "Åsveien", "Østre Ringvei", "Løkkegata", "Mølleveien", "Stasjonsgata"),
)
POST_TOWNS = (
    ("0150", "Oslo"),
    ("1531", "Moss"),
    ("1606", "Fredrikstad"),
    ("1767", "Halden"),
    ("2317", "Hamar"),
    ("2615", "Lillehammer"),
    ("2821", "Gjøvik"),
    ("3044", "Drammen"),
    ("3187", "Horten"),
    ("3210", "Sandefjord"),
    ("3611", "Kongsberg"),
    ("3717", "Skien"),
    ("4006", "Stavanger"),
    ("4611", "Kristiansand"),
    ("5003", "Bergen"),
    ("5527", "Haugesund"),
    ("6002", "Ålesund"),
    ("6413", "Molde"),
    ("6800", "Førde"),
    ("7010", "Trondheim"),
    ("7713", "Steinkjer"),
    ("8006", "Bodø"),
    ("8514", "Narvik"),
    ("8622", "Mo i Rana"),
    ("9008", "Tromsø"),
    ("9405", "Harstad"),
    ("9510", "Alta"),
)
WORKS = (
    *(
        "Rehabilitering bad",
        "Elkontroll",
        "Nytt sikringsskap",
        "Takomlegging",
        "Varmepumpe",
        "Rørfornying",
        "Serviceavtale",
    ),
    *("Tilbygg", "Ladestasjon", "Ventilasjonsanlegg", "Nybygg enebolig", "Brannvarsling", "Gulvvarme", "Fasadevask"),
)
PARTS = ("Etappe 1", "Etappe 2", "Tillegg", "Reklamasjon", "Grunnarbeid", "Innredning", "Uteområde")
INTERNAL = ("Internt – opplæring", "Lager og verksted", "Administrasjon", "Kurs og sertifisering", "HMS-runde", "Salg")
GIVEN = (
    *(
        "Anne",
        "Arne",
        "Astrid",
        "Bjørn",
        "Eirik",
        "Eva",
        "Geir",
        "Grete",
        "Hanne",
        "Håkon",
        "Ida",
        "Ingrid",
        "Jan",
        "Kari",
    ),
    *(
        "Kåre",
        "Lars",
        "Liv",
        "Magnus",
        "Marit",
        "Nina",
        "Ola",
        "Per",
        "Randi",
        "Sindre",
        "Siri",
        "Solveig",
        "Tore",
        "Øyvind",
    ),
)
FAMILY = (
    *(
        "Andersen",
        "Bakke",
        "Berg",
        "Dahl",
        "Eide",
        "Haugen",
        "Henriksen",
        "Iversen",
        "Jørgensen",
        "Karlsen",
        "Lie",
        "Lund",
    ),
    *(
        "Moen",
        "Nilsen",
        "Næss",
        "Olsen",
        "Pedersen",
        "Rønning",
        "Sæther",
        "Strand",
        "Sørensen",
        "Tangen",
        "Vik",
        "Ødegård",
    ),
)
DEPARTMENTS = (("10", "Elektro"), ("20", "Rør"), ("30", "Prosjekt"))
ACTIVITIES = (
    # name, for projects, chargeable
    ("Montasje", True, True),
    ("Befaring", True, False),
    ("Reise", True, True),
    ("Kurs", False, False),
)
