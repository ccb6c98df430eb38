"""The community in the terminal, for ``regulars chat``: no platform and no network needed."""
