from directory.people.forms.audiences import AudiencesForm
from directory.people.forms.profile import ProfileForm
from directory.people.forms.relay import RelayForm
from directory.people.forms.rows import AccreditationForms, SkillForms, TradeForms

__all__ = ["AccreditationForms", "AudiencesForm", "ProfileForm", "RelayForm", "SkillForms", "TradeForms"]
