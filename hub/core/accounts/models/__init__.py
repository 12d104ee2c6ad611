from hub.core.accounts.models.agreements import Agreement, Naming
from hub.core.accounts.models.memberships import Invitation, Membership, Role
from hub.core.accounts.models.organisations import Accreditation, Affiliation, Organisation, Succession
from hub.core.accounts.models.providers import IdentityProvider
from hub.core.accounts.models.recovery import Recovery
from hub.core.accounts.models.users import User

__all__ = [
    "Accreditation", "Affiliation", "Agreement", "IdentityProvider", "Invitation", "Membership", "Naming", "Organisation", "Recovery", "Role", "Succession",
    "User",
]  # fmt: skip
