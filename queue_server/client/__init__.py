"""How a device or a test reaches a hall: the port over the network, and a device's own reports."""
