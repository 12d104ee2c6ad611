from django.dispatch import Signal

# sender: Invitation; arguments: invitation, link (absolute address)
invitation_created = Signal()
# sender: User; arguments: user, event (SecurityEvent), label (French)
security_event = Signal()
# sender: Organisation; argument: organisation
organisation_changed = Signal()
# sender: Membership; argument: membership
membership_changed = Signal()
# sender: Agreement; arguments: agreement (just broken off), actor
agreement_ended = Signal()
