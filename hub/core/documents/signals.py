from django.dispatch import Signal

# sender: PrivateFile; argument: file (its bytes have just been removed: the antivirus, asked again, found a virus)
file_infected = Signal()
