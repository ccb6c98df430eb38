"""One module or package for each platform the bot speaks on."""
