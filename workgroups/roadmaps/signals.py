from django.dispatch import Signal

# sender: RoadmapPage; arguments: roadmap, actor
roadmap_submitted = Signal()
# sender: RoadmapPage; arguments: roadmap, approved, comment, author_id (who handed it in), actor
roadmap_decided = Signal()
