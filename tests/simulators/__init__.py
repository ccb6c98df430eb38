"""Platforms on loopback: the real clients connect to them, and scripted people live in them."""
