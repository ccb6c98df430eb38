"""The community in the browser: the platform that needs no account, and that a vendor's own site can hold."""
