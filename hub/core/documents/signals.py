from django.dispatch import Signal

# sender: PrivateFile; argument: file (its bytes have just been removed: the antivirus, asked again, found a virus)
file_infected = Signal()
# sender: PrivateFile; arguments: person (who sent them), files (hers that wait in quarantine, the oldest first, one of them for a day)
files_still_wait = Signal()
