from django.dispatch import Signal

# sender: CoursePage; arguments: course, actor
course_submitted = Signal()
# sender: CoursePage; arguments: course, approved, comment, author_id (who handed it in), actor
course_decided = Signal()
