"""What verbs share: questions to vectors, splits, memory, judging, students."""
