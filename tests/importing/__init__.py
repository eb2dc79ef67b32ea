"""Importing Slack's own export."""
