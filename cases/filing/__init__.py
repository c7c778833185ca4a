"""The applicant's site: asking the court in a few screens, coming back, seeing what happens."""
