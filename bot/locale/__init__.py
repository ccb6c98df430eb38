"""The bot's texts in other languages. ``python -m bot.locale`` (``make messages``) brings the catalogs up to date."""
