"""Models that answer: of labels, of texts, their students, and what is made of fitted ones."""
