"""Other doors to the same run: the flake8 plugin."""
