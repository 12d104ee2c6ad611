from directory.people.models.consents import ConsentLine
from directory.people.models.facets import FacetCount
from directory.people.models.needs import AccessibilityNeed
from directory.people.models.profiles import Profile
from directory.people.models.skills import PersonAccreditation, PersonSkill, PersonTrade
from directory.people.models.words import PersonWords

__all__ = ["AccessibilityNeed", "ConsentLine", "FacetCount", "PersonAccreditation", "PersonSkill", "PersonTrade", "PersonWords", "Profile"]
