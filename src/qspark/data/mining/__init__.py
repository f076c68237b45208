"""Tasks from code that exists: find functions, take them out whole, see what they do, ask for it."""
