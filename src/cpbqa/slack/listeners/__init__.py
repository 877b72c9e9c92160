"""Listeners: what Slack delivers, handed to the service. Each returns at once; whoever registers them is `app.py`."""
