from django.dispatch import Signal

# sender: Workgroup; arguments: workgroup. Its reach or its status moved: what hangs on it is indexed again.
workgroup_reach_changed = Signal()
