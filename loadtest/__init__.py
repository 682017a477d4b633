"""How fast and how right: scenarios and benchmarks."""
