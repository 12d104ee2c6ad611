class Refused(Exception):
    """`bin/hub up` cannot go on; the message is one sentence for the person at the keyboard."""
