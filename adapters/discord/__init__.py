"""Discord: the bot as a member of a server, over the gateway and the REST interface."""
