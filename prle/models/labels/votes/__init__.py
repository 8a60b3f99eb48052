"""Votes: labels of training rows make a prediction, and near decides whose."""
