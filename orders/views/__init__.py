"""The pages of the court's decision and of what follows it: thin, each asks a selector and calls a service."""
