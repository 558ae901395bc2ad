"""What Tripletex says, in the language of the key's user.

The Norwegian sentences were seen in recorded answers, but for those at the end: there only the rule is known, and the
words are ours. Where no English sentence was seen, the English is a plain translation.
"""

from __future__ import annotations

from typing import NamedTuple


class Message(NamedTuple):
    """One sentence in both languages."""

    no: str
    en: str

    def text(self, language: str) -> str:
        """Return the sentence in `NO` or `EN`."""
        return self.en if language == "EN" else self.no

    def about(self, *values: object) -> Message:
        """Return the sentence with its gaps filled in."""
        return Message(self.no.format(*values), self.en.format(*values))


def same(text: str) -> Message:
    """Return a sentence that does not depend on the language."""
    return Message(text, text)


VALIDATION_FAILED = Message("Validering feilet.", "Validation failed.")
MAPPING_FAILED = same("Request mapping failed")
NOT_FOUND = same("Object not found")
NO_PERMISSION = same("You do not have permission to access this feature.")
UNAUTHORIZED = same("Unauthorized")
REVISION = Message("Objektet er endret av noen andre.", "The object has been changed by someone else.")
RESULT_TOO_LARGE = same("Result set too large. Limit of {} reached.")
WRONG_NUMBER = same("Wrong data format! Expected number. For input string: {}")
ILLEGAL_FIELD = same("Illegal field in fields filter: {0}. {0} does not match a field in the model: {1}")
ILLEGAL_SORTING = same("Illegal field in sorting: {}")
INVALID_JSON = same("Invalid JSON")

NOT_NULL = Message("Kan ikke være null.", "May not be null.")
MUST_FILL = Message("Feltet må fylles ut.", "The field must be filled in.")
NOT_EMPTY = Message("Feltet kan ikke være tomt.", "The field may not be empty.")
LIST_TOO_LONG = Message("Listen kan ha høyst {} elementer.", "The list may hold at most {} elements.")
BAD_FORMAT = Message("Ugyldig format.", "Invalid format.")
BAD_LENGTH = Message(
    "Feltet har ikke korrekt lengde. Det må være mellom {} og {}.", "Length of field must be between {} and {}."
)
BAD_DATE = Message("Dato er ugyldig. Korrekt format er yyyy-mm-dd.", "Invalid date. The correct format is yyyy-mm-dd.")
BAD_ID_LIST = Message(
    "Listen med ID-er må være en kommaseparert liste med positive heltall.",
    "The list of IDs must be a comma separated list of positive integers.",
)
NO_SUCH_FIELD = Message("Feltet eksisterer ikke i objektet.", "The field does not exist in the object.")
WRONG_TYPE = Message(
    "Verdien er ikke av korrekt type for dette feltet.", "The value is not of the correct type for this field."
)
ID_ON_CREATE = same("An ID cannot be set when creating a new object")
REF_BY_ID_ONLY = Message("En referanse kan bare ha id.", "A reference may only have an id.")
EXISTS = Message("Finnes fra før.", "Already exists.")
NUMBER_IN_USE = Message("Nummeret er i bruk.", "The number is in use.")
NAME_IN_USE = Message("Navnet er i bruk.", "The name is in use.")
OVER_MAXIMUM = Message("Kan ikke være over {}", "May not be above {}")
BAD_RANGE = Message(
    "'From and including' value ({}) is greater than or equal 'To and excluding' value ({}) in filter.",
    "'From and including' value ({}) is greater than or equal 'To and excluding' value ({}) in filter.",
)

PROJECTS_REGISTERED = Message("Prosjekter er registrert.", "Projects are registered.")
HOURS_REGISTERED = Message("Timer er registrert.", "Hours are registered.")
SUB_PROJECTS_REGISTERED = Message("Underprosjekter er registrert.", "Sub-projects are registered.")
IN_USE = Message("Er i bruk.", "Is in use.")
RATES_ELSEWHERE = Message(
    'Timepriser for prosjektet kan bare endes via endepunktet "project/hourlyRates".',
    'Hourly rates of the project can only be changed through the endpoint "project/hourlyRates".',
)
LEADER_MUST_FILL = Message('Feltet "Prosjektleder" må fylles ut.', 'The field "Project manager" must be filled in.')
NO_LEADER = Message(
    "Oppgitt prosjektleder har ikke fått tilgang som prosjektleder i kontoen: {}.",
    "The project manager given has no access as project manager in the account: {}.",
)
PROJECT_NUMBER_IN_USE = Message(
    'Nummeret er allerede i bruk: <a href="/execute/projectMenu?projectId={}">{}</a>',
    'The number is already in use: <a href="/execute/projectMenu?projectId={}">{}</a>',
)
CIRCLE = Message("Prosjektet kan ikke ligge under seg selv.", "The project cannot be below itself.")
USER_TYPE = Message('Brukertype kan ikke være "0" eller tom.', 'User type may not be "0" or empty.')
EMAIL_NEEDED = Message("Må angis for Tripletex-brukere.", "Must be given for Tripletex users.")
EMAIL_TAKEN = Message(
    "Det finnes allerede en bruker med denne e-postadressen.", "There is already a user with this e-mail address."
)
NO_ACTIVITY = Message(
    "En prosjektspesifikk aktivitet eller en generell prosjektaktivitet må spesifiseres.",
    "A project specific activity or a general project activity must be specified.",
)
ACTIVITY_UNUSABLE = Message("Aktiviteten kan ikke benyttes.", "The activity cannot be used.")
NOT_OPEN_FOR_HOURS = Message(
    'Brukertilgangen "Det kan føres lønn, reiseregninger, utlegg m.m. på bruker" er ikke aktivert',
    'The access "Salary, travel expenses etc. can be registered on the user" is not activated',
)
HOURS_EXIST = Message(
    "Det er allerede registrert timer på den ansatte på denne dagen, aktiviteten og prosjektet. "
    "Oppdater antall timer som allerede er ført.",
    "Hours are already registered on the employee on this day, activity and project. "
    "Update the number of hours already registered.",
)
CONSUMER_TOKEN = same("The consumer token is invalid or does not exist.")
EMPLOYEE_TOKEN = same("The employee token is invalid or does not exist.")
NO_SUCH_EVENT = Message("Hendelsen finnes ikke.", "The event does not exist.")
ABSOLUTE_HTTPS = Message("Må være en absolutt https-adresse.", "Must be an absolute https address.")

# Our own words for refusals that the vendor's help describes without quoting (article 497).
PROJECT_NOT_STARTED = Message("Prosjektet har ikke startet.", "The project has not started.")
PROJECT_ENDED = Message("Prosjektet er avsluttet.", "The project has ended.")
PARTICIPANTS_ONLY = Message(
    "Bare prosjektdeltakere kan føre timer på prosjektet.", "Only participants can register hours on the project."
)
ACTIVITY_INACTIVE = Message("Aktiviteten er ikke aktiv.", "The activity is not active.")
MONTH_APPROVED = Message("Timene er godkjent og kan ikke endres.", "The hours are approved and cannot be changed.")
