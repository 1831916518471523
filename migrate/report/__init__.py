"""What a run found, in words and tables; everything is rendered from ``run.json`` and the layout."""
