"""What the court decides and how it is served, over `/api/v1/`."""
