"""The Home of each person: what is on its pages, and putting it into Slack."""
