from django.dispatch import Signal

# sender: Invitation; arguments: invitation, link (absolute address)
invitation_created = Signal()
# sender: User; arguments: user, event (SecurityEvent), label (French); former_address when hers has just changed
security_event = Signal()
# sender: User; arguments: user (her name has just been corrected), former_name
person_renamed = Signal()
# sender: User; argument: user (all her sessions have just been closed, or end with her password: what else reads in her name without them is to
# close too), None for everybody
sessions_closed = Signal()
# sender: Organisation; argument: organisation
organisation_changed = Signal()
# sender: Membership; argument: membership
membership_changed = Signal()
# sender: Membership; argument: membership (it was over, and somebody who manages its organisation's members has taken the end back)
membership_reopened = Signal()
# sender: Membership; arguments: membership (which its person says is none of hers), to (the users who manage the organisation's members)
membership_disowned = Signal()
# sender: Agreement; arguments: agreement (just made by the coordination), actor
agreement_made = Signal()
# sender: Agreement; argument: agreement (its first text, about to be broken off): what stands on it is locked first, as by who writes on it
agreement_ending = Signal()
# sender: Agreement; arguments: agreement (just broken off), actor
agreement_ended = Signal()
# sender: Recovery; arguments: user (who asks), to ([(User, Organisation)], who may help)
recovery_asked = Signal()
# sender: User; arguments: user, organisation, by (the name of who gave her the link), to (the organisation's other managers)
second_factor_reset = Signal()
