"""Models of numbers and classes: prototypes, a router, experts, and how they are fitted."""
