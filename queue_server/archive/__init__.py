"""The memory in SQL: how halls are configured, who may do what, and later what happened."""
