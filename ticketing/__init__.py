"""The way in: kiosk, guide desk, slips, printers and readers."""
