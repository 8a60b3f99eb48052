"""How good predictions are: of numbers, of classes, of rankings."""
