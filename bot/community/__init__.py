"""The ledger: what the community asked, what it was answered, in whose voice, and how that was received."""
