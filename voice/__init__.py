"""What people hear: phrases, announcers, synthesizers, speakers."""
