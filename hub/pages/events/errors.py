class SameName(Exception):
    """Somebody of that name is on the list already: is it she?"""
