"""Slack: Socket Mode or HTTP, App Home, modals and message shortcuts."""
