"""Hours: cells of employee, project, activity and day, read and written as day sheets."""
