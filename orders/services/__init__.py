"""The verbs of the court and of those who carry its orders out."""
