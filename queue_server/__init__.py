"""The hall: decides who is called, remembers it, and tells everybody."""
