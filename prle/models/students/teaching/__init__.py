"""From a teacher to a student: lessons, epochs, and how large it has to be."""
