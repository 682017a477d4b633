"""How the hall is run: the command, the settings, the wiring."""
