"""The verbs of the record: each checks the right, changes rows and appends one event, in one transaction."""
