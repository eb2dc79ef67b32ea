"""Years before the bot: reading Slack's own export into the record, and telling nobody of it."""
