"""The record over `/api/v1/`: the same rights, the same verbs, as JSON. For staff in this release."""
