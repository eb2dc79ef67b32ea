"""Reading what was missed from Slack's own history, beside the way of the events."""
