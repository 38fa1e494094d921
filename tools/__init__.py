"""Programs for authors: `python -m tools.digits` runs one."""
