"""The port over HTTP and WebSocket: who may say what, and what a request must be."""
