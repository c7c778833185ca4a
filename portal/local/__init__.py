"""Running the portal on one machine: the locked environment, its own servers, one supervisor."""
