"""What a hall is and what its rules are. Pure: no clock, no network, no environment."""
