"""The staff's pages of the record: queue, case, and what the filing desk, police and federation do."""
