"""Every method by its name."""

from sandbox.api.apps import APPS
from sandbox.api.base import Method
from sandbox.api.chat import CHAT
from sandbox.api.conversations import CONVERSATIONS
from sandbox.api.files import FILES
from sandbox.api.people import PEOPLE
from sandbox.api.reactions import REACTIONS
from sandbox.api.usergroups import USERGROUPS
from sandbox.api.views import VIEWS

METHODS: dict[str, Method] = (
    APPS | CHAT | CONVERSATIONS | FILES | PEOPLE | REACTIONS | USERGROUPS | VIEWS
)
