"""The log, judged and explained: it reads a day's events and nothing else. Pure."""
