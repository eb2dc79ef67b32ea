"""Whether the bot is well: for probes and for Prometheus, never with names or words in it."""
